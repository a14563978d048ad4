import { once } from 'node:events';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lineOf } from '../../../scripts/test/count.ts';
import { run } from '../../../scripts/test/run.ts';

/** What stands for vitest: a program that does this and ends by itself. */
const doing = (script: string, name = 'one') => ({ name, args: ['-e', script] });
const counted = (passed: number, failed: number, skipped = 0): string =>
  `process.send({ passed: ${passed}, failed: ${failed}, skipped: ${skipped} }, () => process.disconnect());`;
const quiet = (): void => undefined;

test.each([
  [{ passed: 3, failed: 0, skipped: 0 }, '3 passed, 0 failed'],
  [{ passed: 3, failed: 1, skipped: 2 }, '3 passed, 1 failed, 2 skipped'],
])('the line of %o', (count, line) => {
  expect(lineOf(count)).toBe(line);
});

test('lines of both streams come with the name of their run', async () => {
  const lines: string[] = [];
  const program = `console.log('a\\nb'); console.error('c'); ${counted(1, 0)}`;
  expect(await run(doing(program), (line) => lines.push(line))).toEqual({
    count: { passed: 1, failed: 0, skipped: 0 },
  });
  expect(lines.toSorted()).toEqual(['one │ a\n', 'one │ b\n', 'one │ c\n']);
});

test.each([
  ['tests that failed are counted', `process.exitCode = 1; ${counted(4, 2)}`, 2, /^none$/u],
  ['a run that told nothing has failed', 'process.exit(0)', 1, /ended with 0 before/u],
  ['a run that was killed has failed', `process.kill(process.pid, 'SIGKILL')`, 1, /SIGKILL/u],
  ['a run of no test has failed', counted(0, 0), 0, /ran no test/u],
  [
    'a bad end without a failed test has failed',
    `process.exitCode = 3; ${counted(4, 0)}`,
    1,
    /ended with 3/u,
  ],
  ['what is no count is none', 'process.send({ passed: -1 }, () => process.disconnect())', 1, /before/u],
])('%s', async (_name, program, failed, fault) => {
  const outcome = await run(doing(program), quiet);
  expect(outcome.count.failed).toBe(failed);
  expect(outcome.fault ?? 'none').toMatch(fault);
});

test('a signal is passed on to each run', async () => {
  const module = path.join(import.meta.dirname, '../../../scripts/test/run.ts');
  const tells = `process.on('SIGTERM', () => { ${counted(1, 0)} process.exitCode = 0; clearInterval(waiting); }); const waiting = setInterval(() => undefined, 1000); console.log('up')`;
  const starter = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import { run } from ${JSON.stringify(module)};
       const tells = ${JSON.stringify(tells)};
       const both = await Promise.all(['a', 'b'].map((name) => run({ name, args: ['-e', tells] }, (line) => process.stdout.write(line))));
       console.log(JSON.stringify(both.map(({ count }) => count.passed)));`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  starter.stdout.on('data', (chunk: Buffer) => {
    const before = said.split('up').length;
    said += chunk.toString();
    if (before < 3 && said.split('up').length === 3) starter.kill('SIGTERM');
  });
  await once(starter, 'close');
  expect(said.trim().split('\n').at(-1)).toBe('[1,1]');
});
