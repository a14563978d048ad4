/** How this program is started again: runtime, its options, and the program's file. */
export function ownProgram(): readonly string[] {
  return [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
}
