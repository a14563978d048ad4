/** Which distribution this is: os-release, NAME="value" lines. */
import type { Host } from './host.ts';
import { readText } from './read-text.ts';

/** The first that is there counts: os-release(5). */
export const OS_RELEASE_FILES: readonly string[] = ['/etc/os-release', '/usr/lib/os-release'];

export function parseOsRelease(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S*))\s*$/.exec(line);
    if (match?.[1] === undefined) continue;
    values.set(match[1], (match[2] ?? match[3] ?? match[4] ?? '').replace(/\\(.)/g, '$1'));
  }
  return values;
}

/** Empty where there is none. @throws Error when it is there and cannot be read */
export async function readOsRelease(host: Pick<Host, 'root'>): Promise<Map<string, string>> {
  for (const file of OS_RELEASE_FILES) {
    const result = await readText(host, file, 65_536);
    if (result.kind === 'text') return parseOsRelease(result.text);
    if (result.kind === 'unreadable') throw new Error(`${file} cannot be read: ${result.reason}`);
  }
  return new Map();
}
