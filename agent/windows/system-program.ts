/** Programs of Windows itself, by their full path: nobody's PATH decides what runs with the agent's rights. */
import path from 'node:path';

/** @param name without ending */
export function systemProgram(name: string, env: NodeJS.ProcessEnv = process.env): string {
  return path.win32.join(env['SystemRoot'] ?? 'C:\\Windows', 'System32', `${name}.exe`);
}
