#!/usr/bin/env node
import { run } from './run.js';

await run('collector/cli.ts', async (args) => {
  const { nodeFlagsFor } = await import('../collector/node-flags.ts');
  return nodeFlagsFor(args);
});
