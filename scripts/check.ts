/** `npm run check`: formatting, lint with the doors between rooms, types, rules, libraries. Runs all, then says what failed. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const ROOT = path.dirname(import.meta.dirname);
const bin = (name: string): string => path.join(ROOT, 'node_modules', '.bin', name);

const steps: { name: string; command: string; args: string[] }[] = [
  { name: 'format', command: bin('prettier'), args: ['--check', '--log-level', 'warn', '.'] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  { name: 'types', command: bin('tsc'), args: ['--noEmit'] },
  { name: 'console types', command: bin('tsc'), args: ['--noEmit', '-p', 'dashboards/console'] },
  { name: 'rules', command: process.execPath, args: ['scripts/check-rules.ts'] },
  { name: 'libraries', command: process.execPath, args: ['scripts/check-libraries.ts'] },
];

const failed = steps.filter(({ name, command, args }) => {
  process.stdout.write(`— ${name}\n`);
  return spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' }).status !== 0;
});
if (failed.length > 0) {
  process.stderr.write(`failed: ${failed.map(({ name }) => name).join(', ')}\n`);
  process.exitCode = 1;
}
