/**
 * `npm test`: all tests. Browser tests wait for pages much of their time, so they run beside the others; those that bring the
 * machine to its knees have it for themselves afterwards. With arguments it is `vitest run` with them.
 */
import path from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { lineOf, NONE, sumOf } from './test/count.ts';
import { run, type Run } from './test/run.ts';

const ROOT = path.dirname(import.meta.dirname);
const VITEST = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');

const vitest = (...args: readonly string[]): string[] => [VITEST, 'run', ...args];

/** One after the other; the runs of one at the same time. */
const TURNS: readonly (readonly Run[])[] = [
  [
    { name: 'tests', args: vitest('--project', '!e2e', '--project', '!stress') },
    { name: 'e2e', args: vitest('--project', 'e2e') },
  ],
  [{ name: 'stress', args: vitest('--project', 'stress') }],
];

const chosen = process.argv.slice(2);
process.chdir(ROOT);
if (chosen.length > 0) {
  process.argv.splice(1, process.argv.length, ...vitest(...chosen));
  await import(pathToFileURL(VITEST).href);
} else {
  let interrupted = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => (interrupted = true));
  let sum = NONE;
  const faults: string[] = [];
  for (const turn of TURNS) {
    if (interrupted) break;
    const outcomes = await Promise.all(turn.map((one) => run(one, (line) => process.stdout.write(line))));
    for (const [index, { count, fault }] of outcomes.entries()) {
      sum = sumOf(sum, count);
      if (fault !== undefined) faults.push(`${turn[index]?.name}: ${fault}`);
    }
  }
  if (interrupted) faults.push('ended before all tests were run');
  process.stdout.write(`\n${faults.map((fault) => `${fault}\n`).join('')}${lineOf(sum)}\n`);
  if (sum.failed > 0 || faults.length > 0) process.exitCode = 1;
}
