/** Settings of the running kernel, as sysctl names them. */
import type { Host } from './host.ts';
import { readText, type TextResult } from './read-text.ts';

/**
 * @param name e.g. `net.ipv4.ip_forward`; a slash stands for a dot inside a part, as in sysctl itself
 * @returns the value's words with one space between
 */
export async function readSysctl(host: Pick<Host, 'root'>, name: string): Promise<TextResult> {
  const parts = name.split('.').map((part) => part.replaceAll('/', '.'));
  if (parts.some((part) => part === '' || part === '..' || part.includes('\0'))) return { kind: 'absent' };
  const result = await readText(host, `/proc/sys/${parts.join('/')}`, 65_536);
  return result.kind === 'text' ? { ...result, text: result.text.trim().replace(/\s+/g, ' ') } : result;
}
