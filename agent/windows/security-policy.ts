/** Passwords and lockout as Windows has them in force: `secedit /export`, whose names are the same in every language. */
import type { Host } from '../host/host.ts';
import { answerInFile } from './answer-file.ts';

const BYTES_MAX = 4 * 1_048_576;

/** @param text an INF file. @returns by `Section\Name` in lower case */
export function parseInf(text: string): Map<string, string> {
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const head = /^\s*\[([^\]]*)\]\s*$/.exec(line)?.[1];
    if (head !== undefined) section = head.trim().toLowerCase();
    const cut = line.indexOf('=');
    if (head !== undefined || cut === -1) continue;
    const value = line.slice(cut + 1).trim();
    values.set(`${section}\\${line.slice(0, cut).trim().toLowerCase()}`, value.replace(/^"(.*)"$/, '$1'));
  }
  return values;
}

/** @throws Error with what secedit said */
export async function readSecurityPolicy(
  host: Host,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const answer = await answerInFile(host, {
    program: 'secedit',
    args: (file) => ['/export', '/cfg', file, '/areas', 'SECURITYPOLICY', 'USER_RIGHTS', '/quiet'],
    signal,
    bytesMax: BYTES_MAX,
  });
  if (answer.kind !== 'text') throw new Error(answer.reason);
  return parseInf(answer.text);
}
