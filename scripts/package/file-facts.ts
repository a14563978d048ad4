/** vonggac-file-facts.exe, which reads what Windows knows of files for the agent; the same bytes of the same source. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { FACTS_PROGRAM } from '../../agent/sources/integrity/windows-attributes.ts';
import { C_COMPILER, C_FLAGS } from './windows-c.ts';

const SOURCE = path.resolve(import.meta.dirname, '../../agent/windows/file-facts/file-facts.c');

export function canMakeFileFacts(): boolean {
  return (process.env['PATH'] ?? '')
    .split(path.delimiter)
    .some((folder) => fs.existsSync(path.join(folder, C_COMPILER)));
}

/** @param folder gets it: that of vonggac-agent.js. @returns the program. @throws Error with the compiler's words */
export function makeFileFacts(folder: string): string {
  const program = path.join(folder, FACTS_PROGRAM);
  execFileSync(C_COMPILER, [...C_FLAGS, '-o', program, SOURCE, '-ladvapi32', '-lwintrust'], {
    stdio: 'pipe',
  });
  return program;
}
