/** How this program is started again: runtime, its options, and the program's file; a single executable is all three. */
import { isSea } from 'node:sea';

export function ownProgram(): readonly string[] {
  return isSea() ? [process.execPath] : [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
}
