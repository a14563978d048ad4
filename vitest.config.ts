import path from 'node:path';
import { defineConfig } from 'vitest/config';

// Tests start some five hundred processes of the same files: what Node made of the TypeScript once it need not make again.
process.env['NODE_COMPILE_CACHE'] ??= path.join(import.meta.dirname, 'node_modules', '.cache', 'compiled');

interface Project {
  name: string;
  /** Its tests start real processes, engines or browsers. */
  slow?: true;
  /** One worker runs many files and keeps the modules it has loaded: such tests leave nothing behind in them. */
  shared?: true;
  include?: readonly string[];
  exclude?: readonly string[];
  /** Groups run one after the other; in a group so many files run at a time. */
  group: number;
  workers: number;
  /** Set up once before the project's tests. */
  before?: string;
}

/** Integration tests that measure, bring the machine to its knees or change its networks: one file at a time, after the others. */
const STRESS = [
  'agent-governor',
  'hostile-storm',
  'response-isolated-agent',
  'response-isolation',
  'rotation-torture',
].map((file) => `test/integration/${file}.test.ts`);

/**
 * Tests wait for processes, sockets and disks much of their time: those of `integration` and `contract` use a third of a
 * processor each. `npm test` runs e2e beside them (scripts/test.ts).
 */
const WORKERS = 4;

const PROJECTS: readonly Project[] = [
  { name: 'unit', shared: true, group: 0, workers: WORKERS },
  { name: 'property', group: 0, workers: WORKERS },
  { name: 'rules', group: 0, workers: WORKERS },
  { name: 'contract', slow: true, group: 0, workers: WORKERS },
  { name: 'integration', slow: true, exclude: STRESS, group: 0, workers: WORKERS },
  { name: 'stress', slow: true, include: STRESS, group: 1, workers: 1 },
  { name: 'e2e', slow: true, group: 1, workers: 1, before: './test/e2e/support/province.ts' },
];

export default defineConfig({
  test: {
    maxConcurrency: 2,
    reporters: ['default', './scripts/summary-reporter.ts'],
    projects: PROJECTS.map(({ name, slow, shared, include, exclude, group, workers, before }) => ({
      extends: true,
      test: {
        name,
        ...(before === undefined ? {} : { globalSetup: [before] }),
        setupFiles: ['./test/support/property-seed.ts'],
        include: [...(include ?? [`test/${name}/**/*.test.ts`])],
        exclude: [...(exclude ?? [])],
        // Limits only end what hangs: a machine that does other work besides is no fault of a test.
        testTimeout: slow === true ? 240_000 : 60_000,
        hookTimeout: 240_000,
        expect: { poll: { timeout: slow === true ? 60_000 : 30_000 } },
        pool: 'forks',
        isolate: shared !== true,
        maxWorkers: workers,
        sequence: { groupOrder: group },
      },
    })),
  },
});
