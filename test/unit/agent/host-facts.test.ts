import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { hostSchema } from '#protocol/message-fields.ts';
import { hostFacts, hostTimeZone } from '../../../agent/host-facts.ts';
import { parseOsRelease } from '../../../agent/host/os-release.ts';
import { makeFolder, removeFolder } from '../../support/agent/spool-fixture.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('the facts of this host are what the protocol takes', () => {
  expect(hostSchema.safeParse(hostFacts()).error).toBeUndefined();
});

test('os-release is read with and without quotes', () => {
  const facts = parseOsRelease('NAME="Debian GNU/Linux"\nVERSION_ID=13\n# comment\nEMPTY=\n');
  expect(Object.fromEntries(facts)).toEqual({ NAME: 'Debian GNU/Linux', VERSION_ID: '13', EMPTY: '' });
});

test.each([
  ['/usr/share/zoneinfo/Asia/Ho_Chi_Minh', 'Asia/Ho_Chi_Minh'],
  ['../usr/share/zoneinfo/Etc/GMT+7', 'Etc/GMT+7'],
  ['/usr/share/zoneinfo/posix/UTC', 'UTC'],
])('a link to %s means %s', (target, zone) => {
  vi.stubEnv('TZ', undefined);
  const folder = makeFolder();
  fs.symlinkSync(target, path.join(folder, 'localtime'));
  expect(hostTimeZone(path.join(folder, 'localtime'))).toBe(zone);
  removeFolder(folder);
});

test('without a link the runtime is asked', () => {
  vi.stubEnv('TZ', undefined);
  expect(hostTimeZone('/nonexistent')).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
});
