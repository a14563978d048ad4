import { defineConfig } from 'vitest/config';

const names = ['unit', 'property', 'contract', 'rules', 'integration', 'e2e'] as const;

/** Projects that start real processes, engines or browsers. */
const SLOW: ReadonlySet<string> = new Set(['contract', 'integration', 'e2e']);
/** Projects whose tests wait for what a busy machine delays: after the others, and the last one file at a time. */
const ORDER: Readonly<Record<string, number>> = { integration: 1, e2e: 2 };

export default defineConfig({
  test: {
    reporters: ['default', './scripts/summary-reporter.ts'],
    projects: names.map((name) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: SLOW.has(name) ? 60_000 : 20_000,
        hookTimeout: 60_000,
        pool: 'forks',
        maxWorkers: name === 'e2e' ? 1 : 2,
        sequence: { groupOrder: ORDER[name] ?? 0 },
      },
    })),
  },
});
