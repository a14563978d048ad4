/**
 * `npm run check`: formatting, lint with the doors between rooms, types, rules, libraries. Those that use one processor run
 * beside those that use all; what each says comes in one piece. Runs all, then says what failed.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);
const bin = (name: string): string => path.join(ROOT, 'node_modules', '.bin', name);

interface Step {
  name: string;
  command: string;
  args: string[];
}

/** Side by side, the steps of each one after the other. */
const lanes: readonly (readonly Step[])[] = [
  [
    { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
    { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
    { name: 'console types', command: bin('tsc'), args: ['--noEmit', '-p', 'dashboards/console'] },
  ],
  [
    { name: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
    { name: 'rules', command: process.execPath, args: ['scripts/check-rules.ts'] },
    { name: 'coverage page', command: process.execPath, args: ['scripts/coverage.ts', '--check'] },
    { name: 'libraries', command: process.execPath, args: ['scripts/check-libraries.ts'] },
  ],
];

/** @returns whether it is well */
async function runStep({ name, command, args }: Step): Promise<boolean> {
  const child = spawn(command, args, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}) },
  });
  const said: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void said.push(chunk));
  const [code] = await once(child, 'close');
  process.stdout.write(`— ${name}\n${Buffer.concat(said).toString()}`);
  return code === 0;
}

const failed: string[] = [];
await Promise.all(
  lanes.map(async (steps) => {
    for (const step of steps) if (!(await runStep(step))) failed.push(step.name);
  }),
);
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.join(', ')}\n`);
  process.exitCode = 1;
}
