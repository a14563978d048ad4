import { defineConfig } from 'vitest/config';

const names = ['unit', 'property', 'contract', 'rules', 'integration', 'e2e'] as const;

export default defineConfig({
  test: {
    projects: names.map((name) => ({
      extends: true,
      test: {
        name,
        include: [`test/${name}/**/*.test.ts`],
        testTimeout: name === 'e2e' || name === 'integration' ? 60_000 : 20_000,
        hookTimeout: 60_000,
        pool: 'forks',
      },
    })),
  },
});
