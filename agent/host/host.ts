/**
 * The host as its readers see it: the root of its file system, and a way to ask its programs. Tests give a folder and
 * answers of their own; a root that is not this machine's has no programs to ask.
 */
import path from 'node:path';
import type { ProgramOptions, ProgramResult } from './run-program.ts';
import { runProgram } from './run-program.ts';

export type RunProgram = (
  name: string,
  args: readonly string[],
  options?: ProgramOptions,
) => Promise<ProgramResult>;

export interface Host {
  /** `/` of this machine. */
  root: string;
  run: RunProgram;
  /** Left out: Linux, as of a folder that holds one. */
  platform?: NodeJS.Platform | undefined;
}

export const thisHost: Host = { root: '/', run: runProgram, platform: process.platform };

/** Another root, whose programs cannot be run from here. */
export function hostAt(root: string): Host {
  return { root, run: () => Promise.resolve({ kind: 'absent' }) };
}

/** @param file absolute path as the host names it */
export function at(host: Pick<Host, 'root'>, file: string): string {
  return path.join(host.root, file);
}
