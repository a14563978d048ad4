/**
 * Keys of the registry by Windows' own reg.exe. What is not there is undefined; what may not be read is an error: reg.exe ends with
 * the same code for both and says which in the system's language, so the keys above are asked.
 */
import type { Host } from '../host/host.ts';
import { answerInFile } from './answer-file.ts';
import { longKey, parseRegFile, type RegistryKey, type RegistryTree } from './reg-file.ts';

export class RegistryError extends Error {
  override readonly name = 'RegistryError';
}

/** A key with all below it. undefined: there is none. @throws RegistryError */
export async function readRegistry(
  host: Host,
  key: string,
  signal?: AbortSignal,
): Promise<RegistryTree | undefined> {
  const answer = await answerInFile(host, {
    program: 'reg',
    args: (file) => ['export', key, file, '/y'],
    signal,
  });
  if (answer.kind === 'text') return parseRegFile(answer.text);
  if (answer.kind === 'refused' && answer.code === 1 && (await isAbsent(host, key, signal))) return undefined;
  throw new RegistryError(`${key}: ${answer.reason}`);
}

/** Of one key, what is below it left out. undefined: there is none. @throws RegistryError */
export async function readRegistryKey(
  host: Host,
  key: string,
  signal?: AbortSignal,
): Promise<RegistryKey | undefined> {
  const tree = await readRegistry(host, key, signal);
  return tree?.keys.get(longKey(key).toLowerCase());
}

/** Whether a key above it can be listed and does not have it. */
async function isAbsent(host: Host, key: string, signal?: AbortSignal): Promise<boolean> {
  const wanted = longKey(key).toLowerCase();
  const cut = wanted.lastIndexOf('\\');
  if (cut === -1) return false;
  const above = wanted.slice(0, cut);
  const listed = await host.run('reg', ['query', above], { signal });
  if (listed.kind === 'ended' && listed.code === 0)
    return !listed.stdout.split(/\r?\n/).some((line) => line.trim().toLowerCase() === wanted);
  return listed.kind === 'ended' && isAbsent(host, above, signal);
}
