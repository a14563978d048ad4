import { defineConfig } from 'vitest/config';

const names = ['unit', 'property', 'contract', 'rules', 'integration', 'e2e'] as const;

/** Projects that start real processes, engines or browsers. */
const SLOW: ReadonlySet<string> = new Set(['contract', 'integration', 'e2e']);
/** Projects whose tests time out or wait for what a busy machine delays: one file at a time, after the others. */
const ALONE: ReadonlySet<string> = new Set(['integration', 'e2e']);

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary-reporter.ts'],
    projects: names.map((name) => ({
      extends: true,
      test: {
        name,
        setupFiles: ['./test/support/property-seed.ts'],
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: SLOW.has(name) ? 60_000 : 20_000,
        hookTimeout: 60_000,
        pool: 'forks',
        maxWorkers: ALONE.has(name) ? 1 : 2,
        sequence: { groupOrder: ALONE.has(name) ? 1 : 0 },
      },
    })),
  },
});
