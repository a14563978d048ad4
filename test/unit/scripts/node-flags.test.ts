/** The flags of the collector's Node reach it however it is started, and none can keep it from starting. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { COLLECTOR_NODE_FLAGS, knownNodeFlags } from '../../../collector/node-flags.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** Loaded before the program: tells, when it ends, what flags it ran with and as which process. */
const TELL = `data:text/javascript,${encodeURIComponent(
  "process.on('exit', () => console.log(`ran ${process.pid} ${JSON.stringify(process.execArgv)}`))",
)}`;

function vonggac(
  args: readonly string[],
  own: readonly string[] = [],
): { pid: number; ran: string[]; err: string } {
  const { pid, stdout, stderr } = spawnSync(
    process.execPath,
    [...own, path.join(ROOT, 'bin/vonggac.js'), ...args],
    {
      cwd: ROOT,
      env: { ...process.env, LANG: 'C', LC_ALL: 'C', NODE_OPTIONS: `--import "${TELL}"` },
      encoding: 'utf8',
    },
  );
  return { pid, ran: stdout.split('\n').filter((line) => line.startsWith('ran ')), err: stderr };
}

test('`vonggac start` runs with them as the process that was started; flags the user gives come after, so that they hold', () => {
  const own = ['--max-semi-space-size=64'];
  // A start that ends as soon as it has read its settings.
  const { pid, ran, err } = vonggac(['--lang', 'en', '--data=size', 'start', '--listen', 'nowhere'], own);
  expect(ran).toEqual([`ran ${pid} ${JSON.stringify([...COLLECTOR_NODE_FLAGS, ...own])}`]);
  expect(err).toContain('nowhere');
});

test('other commands run at once, without them', () => {
  const { pid, ran } = vonggac(['--lang', 'en', '--data', 'start', 'size', '--help']);
  expect(ran).toEqual([`ran ${pid} []`]);
});

test('a flag that this Node does not know is left out', () => {
  expect(knownNodeFlags()).toEqual(COLLECTOR_NODE_FLAGS);
  expect(knownNodeFlags(['--no-such-flag=1', ...COLLECTOR_NODE_FLAGS])).toEqual(COLLECTOR_NODE_FLAGS);
});
