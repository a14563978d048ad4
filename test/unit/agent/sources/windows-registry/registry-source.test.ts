/** Over a stand-in for reg.exe that exports a made-up registry; `test/integration/windows-agent.test.ts` has the one of Wine. */
import fs from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { IntegrityRecord, SourceRecord } from '#protocol/record.ts';
import type { Host } from '../../../../../agent/host/host.ts';
import {
  createRegistrySource,
  type RegistryOptions,
} from '../../../../../agent/sources/windows-registry/registry-source.ts';
import { longKey } from '../../../../../agent/windows/reg-file.ts';
import { MemoryPositions } from '../memory-positions.ts';
import { start, type Run } from '../source-harness.ts';

const RUN = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';
const SERVICES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
const LAN = 'S-1-5-21-1-2-3-1001';
const KEY = Buffer.alloc(32, 7);

/** Values by key: as they stand behind the `=` in an export. */
let registry: Map<string, Record<string, string>>;
let denied: Set<string>;
let positions: MemoryPositions;
let runs: Run[];

beforeEach(() => {
  registry = new Map([
    [RUN, { SecurityHealth: '"C:\\\\Windows\\\\SecurityHealthSystray.exe"' }],
    [SERVICES, {}],
    [
      `${SERVICES}\\Spooler`,
      { ImagePath: hexText('%SystemRoot%\\spoolsv.exe', 2), Start: 'dword:00000002', Counter: 'dword:1' },
    ],
  ]);
  denied = new Set();
  positions = new MemoryPositions();
  runs = [];
});

afterEach(async () => {
  for (const run of runs) await run.stop();
});

function hexText(text: string, kind: number): string {
  const bytes = Buffer.from(`${text}\0`, 'utf16le')
    .toString('hex')
    .replaceAll(/(..)(?!$)/g, '$1,');
  return `hex(${kind}):${bytes}`;
}

function below(key: string): [string, Record<string, string>][] {
  const wanted = key.toLowerCase();
  return [...registry].filter(
    ([name]) => name.toLowerCase() === wanted || name.toLowerCase().startsWith(`${wanted}\\`),
  );
}

const host: Host = {
  root: '/',
  run: (_name, [command = '', key = '', file = '']) => {
    const ended = (code: number, stdout = '') =>
      Promise.resolve({
        kind: 'ended' as const,
        code,
        stdout,
        stderr: code === 0 ? '' : 'ERROR',
        truncated: false,
      });
    if (command === 'query') {
      const long = longKey(key).toLowerCase();
      const children = new Set<string>();
      for (const name of [...registry.keys(), ...denied, 'HKLM\\SOFTWARE', 'HKLM\\SYSTEM'].map(longKey)) {
        if (!name.toLowerCase().startsWith(`${long}\\`)) continue;
        children.add(name.slice(0, long.length + 1) + (name.slice(long.length + 1).split('\\')[0] ?? ''));
      }
      return ended(0, [...children].join('\r\n'));
    }
    const keys = below(key);
    if (denied.has(key) || keys.length === 0) return ended(1);
    const text = keys.map(
      ([name, values]) =>
        `[${longKey(name)}]\r\n${Object.entries(values)
          .map(([value, data]) => `${value === '' ? '@' : `"${value.replaceAll('\\', '\\\\')}"`}=${data}\r\n`)
          .join('')}\r\n`,
    );
    fs.writeFileSync(file, `\uFEFFWindows Registry Editor Version 5.00\r\n\r\n${text.join('')}`, 'utf16le');
    return ended(0);
  },
};

function look(options: Partial<RegistryOptions> = {}): Run {
  const keys = [{ key: RUN }, { key: SERVICES, values: ['ImagePath', 'Start'], keys: 'first' as const }];
  const run = start(createRegistrySource({ host, key: KEY, everyMs: 1, keys, ...options }), { positions });
  runs.push(run);
  return run;
}

/** Looks once at every key. */
async function once(run: Run): Promise<IntegrityRecord[]> {
  const records: SourceRecord[] = [];
  for (let step = 0; step < 2; step += 1) records.push(...(await run.step()));
  return records.filter((record) => record.kind === 'integrity');
}

test('the first look is silent; then each change is told once, with what was before', async () => {
  const run = look();
  expect(await once(run)).toEqual([]);
  registry.get(RUN)!['Updater'] = '"C:\\\\Users\\\\Public\\\\u.exe"';
  registry.get(`${SERVICES}\\Spooler`)!['Start'] = 'dword:00000004';
  registry.get(`${SERVICES}\\Spooler`)!['Counter'] = 'dword:00000009';
  expect(await once(run)).toMatchObject([
    {
      change: 'created',
      path: `${RUN}\\Updater`,
      detail: { registryType: 'REG_SZ', registryData: 'C:\\Users\\Public\\u.exe' },
    },
    {
      change: 'modified',
      path: `${SERVICES}\\Spooler\\Start`,
      detail: { registryType: 'REG_DWORD', registryData: '4', previousData: '2' },
    },
  ]);
  expect(await once(run)).toEqual([]);
  delete registry.get(RUN)!['Updater'];
  expect(await once(run)).toMatchObject([
    { change: 'deleted', path: `${RUN}\\Updater`, detail: { previousData: 'C:\\Users\\Public\\u.exe' } },
  ]);
});

test('a key that comes and goes is told with its values', async () => {
  const run = look();
  await once(run);
  registry.set(`${SERVICES}\\Evil`, { ImagePath: '"C:\\\\e.exe"' });
  expect((await once(run)).map(({ change, path }) => [change, path])).toEqual([
    ['created', `${SERVICES}\\Evil`],
    ['created', `${SERVICES}\\Evil\\ImagePath`],
  ]);
  registry.delete(`${SERVICES}\\Evil`);
  expect((await once(run)).map(({ change }) => change)).toEqual(['deleted', 'deleted']);
});

test('what changed while the agent was down is told as such', async () => {
  const run = look();
  await once(run);
  await run.stop();
  registry.get(RUN)!['Updater'] = '"x"';
  expect(await once(look())).toMatchObject([
    { path: `${RUN}\\Updater`, offline: true, sinceMs: 1_750_000_000_000 },
  ]);
});

test('a key that may not be read is a problem, and nothing is taken for deleted', async () => {
  const run = look();
  await once(run);
  denied.add(RUN);
  expect(await run.step()).toEqual([]);
  expect(run.problems.map(({ subject }) => subject)).toEqual([RUN]);
});

test('users who are signed in have their own keys; one who signs out has deleted nothing', async () => {
  const key = `HKU\\${LAN}\\Software\\Run`;
  registry.set(key, { A: '"1"' });
  const keys = [{ key: 'HKU\\*\\Software\\Run' }, { key: RUN }];
  const run = look({ keys });
  await once(run);
  registry.get(key)!['B'] = '"2"';
  expect(await once(run)).toMatchObject([{ change: 'created', path: `${key}\\B` }]);
  registry.delete(key);
  expect(await run.step()).toEqual([]);
  registry.set(key, { A: '"1"', B: '"2"' });
  expect(await run.step()).toEqual([]);
});

test('secrets are neither kept nor sent, and yet a new one is a change', async () => {
  const logon = 'HKLM\\SOFTWARE\\Winlogon';
  registry.set(logon, { DefaultPassword: '"TopSecret1!"' });
  const run = look({ keys: [{ key: logon }, { key: RUN }] });
  await once(run);
  registry.get(logon)!['DefaultPassword'] = '"TopSecret2!"';
  const [told] = await once(run);
  expect(told).toMatchObject({ change: 'modified', path: `${logon}\\DefaultPassword` });
  expect(JSON.stringify([told, ...positions.entries()])).not.toContain('TopSecret');
});

test('a row that somebody else changed is told, and learnt anew', async () => {
  const run = look();
  await once(run);
  await run.stop();
  const row = [...positions.entries()].find(
    ([key, value]) => key.startsWith('key:') && value.includes('SecurityHealth'),
  );
  positions.commit({
    lane: 'security',
    records: [],
    positions: [{ key: row![0], value: row![1].replace('Systray', 'Systrax') }],
  });
  const [told] = await look().step();
  expect(told).toMatchObject({ kind: 'integrity', change: 'baseline-tampered' });
});

test('values that the settings leave out, and those beyond the limit, are not compared', async () => {
  const run = look({ excludes: ['HKLM\\**\\Noise*'], entriesMax: 1 });
  await once(run);
  registry.get(RUN)!['Noise1'] = '"1"';
  expect(await once(run)).toEqual([]);
  expect(run.problems.map(({ message }) => message)).toContain('2 more values than 1 are not compared');
});
