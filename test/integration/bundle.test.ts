/** A bundle on its way: signed by two people, believed by a site, in its rules, indicators and releases; none older after it. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { vonggacHere, type CommandRun } from '../support/vonggac-command.ts';

const RULE_ID = '5f0c2f3c-6f5e-4b5e-9a53-3f7a0f6b1d11';
const RULE = `title: A name that nothing has
id: ${RULE_ID}
status: stable
level: high
logsource: { category: process_creation, product: windows }
detection:
  selection: { Image|endswith: '\\never-there.exe' }
  condition: selection
`;
let folder: string;
let dataDir: string;
let collector: CollectorProcess;

const at = (name: string): string => path.join(folder, name);
const site = (...args: string[]): Promise<CommandRun> => vonggacHere(['--data', dataDir, ...args]);

async function publicHalf(key: string): Promise<string> {
  const made = await vonggacHere(['bundle', 'keygen', '--no-passphrase', '--out', at(key)]);
  return made.out.trim();
}

async function make(serial: number): Promise<string> {
  const file = at(`weekly-${serial}.vgbundle`);
  const content = ['--rules', at('rules'), '--indicators', at('ioc.csv'), '--release', at('release')];
  const facts = ['--publisher', 'so-ttnt', '--stream', 'weekly', '--serial', String(serial)];
  const keys = ['--key', at('lan.key')];
  expect(await vonggacHere(['bundle', 'create', ...facts, ...content, ...keys, '--out', file])).toMatchObject(
    {
      code: 0,
    },
  );
  return file;
}

beforeAll(async () => {
  folder = makeFolder();
  dataDir = at('data');
  fs.mkdirSync(at('rules'));
  fs.writeFileSync(at('rules/never.yml'), RULE);
  fs.writeFileSync(at('ioc.csv'), 'type,value\nip,203.0.113.77\n');
  fs.mkdirSync(at('release'));
  fs.writeFileSync(at('release/agent.deb'), 'package');
  collector = await startCollectorProcess({ dataDir });
});
afterAll(async () => {
  await collector.stop();
  removeFolder(folder);
});

test('comes in when two trusted people have signed it, once, and nothing older after it', async () => {
  const keys = [await publicHalf('lan.key'), await publicHalf('binh.key')];
  const file = await make(48);
  expect(await site('bundle', 'apply', file)).toMatchObject({
    code: 1,
    err: expect.stringContaining('so-ttnt is no trusted publisher here'),
  });
  expect((await site('bundle', 'trust', 'so-ttnt', ...keys, '--threshold', '2')).code).toBe(0);
  expect(await site('bundle', 'apply', file)).toMatchObject({
    code: 1,
    err: expect.stringContaining('1 trusted keys of so-ttnt signed; 2 must'),
  });
  await vonggacHere(['bundle', 'sign', file, '--key', at('binh.key')]);

  const tried = await site('bundle', 'apply', file, '--dry-run');
  expect([tried.code, tried.err]).toEqual([0, '']);
  expect((await site('bundle', 'taken')).out).toContain('No bundle was taken yet');
  const taken = await site('bundle', 'apply', file);
  expect([taken.code, taken.err]).toEqual([0, '']);
  expect((await site('rules', 'show', RULE_ID)).out).toContain('A name that nothing has');
  await expect.poll(async () => (await site('indicator', 'list')).out).toContain('203.0.113.77');
  expect(fs.readFileSync(path.join(dataDir, 'releases/weekly/48/agent.deb'), 'utf8')).toBe('package');
  expect(fs.readdirSync(dataDir).filter((name) => name.startsWith('.bundle-'))).toEqual([]);

  expect((await site('bundle', 'apply', file)).out).toContain('was taken already');
  const older = await make(47);
  await vonggacHere(['bundle', 'sign', older, '--key', at('binh.key')]);
  expect(await site('bundle', 'apply', older)).toMatchObject({
    code: 1,
    err: expect.stringContaining('bundle 48 of so-ttnt/weekly was taken before; 47 is older'),
  });
  expect((await site('audit', 'list', '--action', 'bundle.')).out).toContain('bundle:so-ttnt/weekly/48');
});
