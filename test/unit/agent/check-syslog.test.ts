import dgram from 'node:dgram';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkSyslog } from '../../../agent/doctor/check-syslog.ts';
import { en } from '../../../agent/messages/en.ts';
import { syslogSchema } from '../../../agent/syslog-config.ts';
import type { SyslogConfig } from '../../../agent/syslog-config.ts';
import { makeCertificate } from '../../support/agent/certificate.ts';
import { makeFolder, removeFolder } from '../../support/agent/spool-fixture.ts';

let folder: string;
let taken: dgram.Socket;

beforeEach(async () => {
  folder = makeFolder();
  taken = dgram.createSocket('udp4').bind(0, '127.0.0.1');
  await once(taken, 'listening');
});

afterEach(() => {
  taken.close();
  removeFolder(folder);
});

const now = (): number => Date.UTC(2026, 0, 1);
const check = async (config: SyslogConfig): Promise<string[][]> =>
  (await checkSyslog(config, undefined, en, now)).map(({ level, message }) => [level, message]);

test('without listeners there is nothing to say', async () => {
  expect(await check(syslogSchema().parse({}))).toEqual([]);
});

test('a port that is taken, a free one, and a listener for everybody', async () => {
  const { port } = taken.address();
  const listener = { protocol: 'udp', address: '127.0.0.1', port, allow: ['0.0.0.0/0'] };
  const config = syslogSchema().parse({ listeners: [listener] });
  const [busy, everybody, ...more] = await check(config);
  expect(busy?.[0]).toBe('fail');
  expect(busy?.[1]).toMatch(/^syslog udp 127\.0\.0\.1 \d+: cannot listen: .*EADDRINUSE/);
  expect(everybody).toEqual(['warn', expect.stringContaining('takes messages from everybody (0.0.0.0/0)')]);
  expect(more).toEqual([]);
  taken.close();
  expect((await check(config))[0]?.[0]).toBe('ok');
  taken = dgram.createSocket('udp4');
});

test.each<[string, string, string]>([
  ['2030-01-01', 'ok', 'can be used until'],
  ['2026-01-10', 'warn', 'ends on'],
  ['2025-12-31', 'fail', 'ended on'],
])('a certificate until %s', async (end, level, words) => {
  const { cert, key } = await makeCertificate({ notBefore: new Date('2020-01-01'), notAfter: new Date(end) });
  const certFile = path.join(folder, 'cert.pem');
  const keyFile = path.join(folder, 'key.pem');
  fs.writeFileSync(certFile, cert);
  fs.writeFileSync(keyFile, key);
  const { port } = taken.address();
  const listener = {
    protocol: 'tls',
    address: '127.0.0.1',
    port,
    allow: ['10.0.0.0/8'],
    tls: { certFile, keyFile },
  };
  const config = syslogSchema().parse({ listeners: [listener] });
  expect((await check(config))[1]).toEqual([level, expect.stringContaining(words)]);
  fs.writeFileSync(keyFile, 'no key');
  expect((await check(config))[1]).toEqual(['fail', expect.stringContaining('cannot be used')]);
});
