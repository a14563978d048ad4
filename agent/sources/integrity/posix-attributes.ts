/** Extended attributes and access lists of Linux, read through `getfattr` (package attr). */
import { LIMITS } from '#protocol/limits.ts';
import { runProgram, whyNot } from '../../host/run-program.ts';
import { formatAccessList } from './access-list.ts';
import { formatCapability } from './capability.ts';
import { parseGetfattr } from './getfattr.ts';
import type { FileAttributes } from './attribute-reader.ts';

const TIMEOUT_MS = 20_000;
const OUTPUT_BYTES_MAX = 16 * 1_048_576;
/** Written by the system itself, and the same for whole folders. */
const IGNORED =
  /^(?:security\.(?:selinux|evm|ima)|system\.(?:data|nfs4_acl)|user\.(?:mime_type|xdg\.)|com\.apple\.)/;
const ACCESS_LISTS: Record<string, string> = {
  'system.posix_acl_access': '',
  'system.posix_acl_default': 'default:',
};
const VALUE_CHARS_MAX = 256;

/** @throws Error that says why not */
export async function readPosixAttributes(
  files: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, FileAttributes>> {
  const args = [
    '--dump',
    '--match=-',
    '--no-dereference',
    '--encoding=hex',
    '--absolute-names',
    '--',
    ...files,
  ];
  const result = await runProgram('getfattr', args, {
    timeoutMs: TIMEOUT_MS,
    stdoutBytesMax: OUTPUT_BYTES_MAX,
    signal,
  });
  if (signal.aborted) return new Map();
  // One path that is gone by now makes it end with 1, with all the others told.
  if (result.kind !== 'ended' || result.code > 1 || result.truncated)
    throw new Error(
      whyNot('getfattr', result) ?? `getfattr said more than ${OUTPUT_BYTES_MAX} bytes of one batch of files`,
    );
  const found = [...parseGetfattr(result.stdout)];
  return new Map(found.map(([file, attributes]) => [file, describeAttributes(attributes)]));
}

/** Attributes as a line each, in order; access lists apart. */
function describeAttributes(attributes: ReadonlyMap<string, Buffer>): FileAttributes {
  const lines: string[] = [];
  const lists: string[] = [];
  for (const [name, value] of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const prefix = ACCESS_LISTS[name];
    if (prefix !== undefined) lists.push(...formatAccessList(value).map((entry) => prefix + entry));
    else if (!IGNORED.test(name)) lines.push(`${name}=${describeValue(name, value)}`);
  }
  const cut = (text: string): string => text.slice(0, LIMITS.shortStringMax).toWellFormed();
  return { xattrs: cut(lines.join('\n')), acl: cut(lists.join(',')), user: '' };
}

function describeValue(name: string, value: Buffer): string {
  if (name === 'security.capability') return formatCapability(value) ?? `0x${value.toString('hex')}`;
  const text = value.toString('utf8');
  const plain = /^[\x20-\x7e]*$/.test(text);
  return (plain ? text : `0x${value.toString('hex')}`).slice(0, VALUE_CHARS_MAX);
}
