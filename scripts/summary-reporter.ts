/**
 * Vitest reporter: ends the run with one plain line, `N passed, N failed[, N skipped]`, that any tool can read. Where
 * `npm test` started the run as one of several, it is told the numbers instead and writes the line of all.
 */
import process from 'node:process';
import type { Reporter, TestModule } from 'vitest/node';
import { lineOf, NONE } from './test/count.ts';

export default class SummaryReporter implements Reporter {
  onInit(): void {
    // Who started us is gone: nobody waits for what is tested.
    process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel?.unref();
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const count = { ...NONE, failed: unhandled.length };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        tests += 1;
        const { state } = test.result();
        if (state === 'passed' || state === 'failed' || state === 'skipped') count[state] += 1;
        else count.failed += 1; // a test that never ran to its end did not pass
      }
      // A file that could not be collected holds no tests to count, but it failed.
      if (module.state() === 'failed' && (tests === 0 || module.errors().length > 0)) count.failed += 1;
    }
    if (process.send === undefined) process.stdout.write(`\n${lineOf(count)}\n`);
    else process.send(count);
  }
}
