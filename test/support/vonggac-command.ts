/** Runs the command line in English: as a user does, in a process of its own, or in this one, which takes a tenth of the time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { messagesIn } from '../../collector/cli/language.ts';
import { runProgram } from '../../collector/cli/program.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

export interface CommandRun {
  code: number | null;
  out: string;
  err: string;
}

export async function vonggac(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  const child = spawn(process.execPath, [path.join(ROOT, 'collector', 'cli.ts'), '--lang', 'en', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code, out, err };
}

/** The same in this process. @param env stays set: passwords are read where they are asked for */
export async function vonggacHere(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandRun> {
  Object.assign(process.env, env);
  const out: string[] = [];
  const err: string[] = [];
  const code = await runProgram(args, {
    m: messagesIn('en'),
    language: 'en',
    env: process.env,
    version: '0.0.0',
    print: (line) => out.push(`${line}\n`),
    complain: (line) => err.push(`${line}\n`),
  });
  return { code, out: out.join(''), err: err.join('') };
}
