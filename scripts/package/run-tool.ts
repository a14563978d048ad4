/** Runs a program that packages are made with, and says what to install where there is none. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** By program: the Debian package that has it. */
const DEBIAN_PACKAGES = {
  'dpkg-deb': 'dpkg',
  wixl: 'wixl',
  msibuild: 'msitools',
  msiinfo: 'msitools',
  'x86_64-w64-mingw32-gcc': 'gcc-mingw-w64-x86-64',
  'x86_64-w64-mingw32-windres': 'binutils-mingw-w64-x86-64',
  'x86_64-w64-mingw32-windmc': 'binutils-mingw-w64-x86-64',
  strip: 'binutils',
  osslsigncode: 'osslsigncode',
  git: 'git',
} as const;

export type Tool = keyof typeof DEBIAN_PACKAGES;

/** What cannot be made here, and what to do about it. */
export class PackageError extends Error {
  override readonly name = 'PackageError';
}

export function hasTool(tool: Tool): boolean {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => folder !== '' && fs.existsSync(path.join(folder, tool)));
}

/** @throws PackageError that names each that is missing */
export function needTools(tools: readonly Tool[]): void {
  const missing = tools.filter((tool) => !hasTool(tool));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map((tool) => DEBIAN_PACKAGES[tool]))].join(' ');
  throw new PackageError(`${missing.join(', ')} not found; on Debian: apt install ${packages}`);
}

export interface ToolOptions {
  cwd?: string | undefined;
  env?: Readonly<Record<string, string>> | undefined;
}

/** @returns what it wrote to its output. @throws PackageError with its last words when it fails */
export function runTool(tool: Tool, args: readonly string[], { cwd, env = {} }: ToolOptions = {}): string {
  needTools([tool]);
  return runProgram(tool, args, { cwd, env });
}

/** The same for a program by its path. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {} }: ToolOptions = {},
): string {
  const result = spawnSync(program, args, {
    cwd,
    env: { ...process.env, LC_ALL: 'C', TZ: 'UTC', ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1_048_576,
  });
  if (result.error !== undefined) throw new PackageError(`${program} cannot be run`, { cause: result.error });
  if (result.status !== 0) {
    const words = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-15).join('\n');
    throw new PackageError(`${path.basename(program)} failed (${result.status ?? result.signal}):\n${words}`);
  }
  return result.stdout;
}
