/**
 * What Windows knows of files and the runtime does not tell: owner, access list, attributes, streams, signature. Read through
 * vonggac-file-facts.exe (`agent/windows/file-facts`), which stands beside the agent and is started once for many files.
 */
import path from 'node:path';
import { LIMITS } from '#protocol/limits.ts';
import { runProgram, whyNot } from '../../host/run-program.ts';
import type { FileAttributes } from './attribute-reader.ts';

export const FACTS_PROGRAM = 'vonggac-file-facts.exe';
/** Signatures of large programs take their time. */
const TIMEOUT_MS = 120_000;
const OUTPUT_BYTES_MAX = 16 * 1_048_576;
const FIELDS = 5;
/** Others come and go with indexing, backups and compression. */
const ATTRIBUTES: readonly (readonly [number, string])[] = [
  [0x1, 'readonly'],
  [0x2, 'hidden'],
  [0x4, 'system'],
  [0x400, 'reparse-point'],
];
/** Where a file came from, by who saved it. */
const ZONE = /^(ZoneId|ReferrerUrl|HostUrl)=([^\r\n]{0,512})/gm;

/** @throws Error that says why not */
export async function readWindowsAttributes(
  files: readonly string[],
  signal: AbortSignal,
  program = path.join(path.dirname(process.argv[1] ?? ''), FACTS_PROGRAM),
): Promise<Map<string, FileAttributes>> {
  const asked = files.filter((file) => !/[\r\n]/.test(file));
  const result = await runProgram(program, [], {
    timeoutMs: TIMEOUT_MS,
    stdoutBytesMax: OUTPUT_BYTES_MAX,
    idle: true,
    stdin: asked.map((file) => `${file}\n`).join(''),
    signal,
  });
  if (signal.aborted) return new Map();
  const reason = whyNot(program, result);
  if (result.kind !== 'ended' || reason !== undefined) throw new Error(reason);
  return parseFileFacts(asked, result.stdout);
}

/** A line of each file, in their order; one that is gone says nothing. */
export function parseFileFacts(files: readonly string[], output: string): Map<string, FileAttributes> {
  const found = new Map<string, FileAttributes>();
  for (const [index, line] of output.split('\n').slice(0, files.length).entries()) {
    const fields = line.trimEnd().split('\t');
    const file = files[index];
    const [attributes = '!', owner = '-', list = '-', streams = '-', signature = '-'] = fields;
    if (file === undefined || fields.length !== FIELDS || attributes.startsWith('!')) continue;
    const lines = [attributesLine(attributes), ...streamLines(streams), signatureLine(signature)];
    const cut = (text: string): string => text.slice(0, LIMITS.shortStringMax).toWellFormed();
    found.set(file, {
      user: /^S-1-[\d-]+$/.test(owner) ? owner.slice(0, LIMITS.nameMax) : '',
      acl: list.startsWith('D:') ? cut(list) : '',
      xattrs: cut(lines.filter((text) => text !== '').join('\n')),
    });
  }
  return found;
}

function attributesLine(hex: string): string {
  const bits = Number.parseInt(hex, 16);
  const names = ATTRIBUTES.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  return names.length === 0 ? '' : `attributes=${names.join(',')}`;
}

/** `stream:NAME=SIZE bytes`, and what Zone.Identifier says. */
function streamLines(field: string): string[] {
  if (field === '-' || field.startsWith('!')) return [];
  return field
    .split('|')
    .toSorted()
    .map((stream) => {
      const [name = '', rest = ''] = stream.split('*', 2);
      const [size = '0', hex] = rest.split(':', 2);
      const text = hex === undefined ? '' : Buffer.from(hex, 'hex').toString('utf8').toWellFormed();
      const origin = [...text.matchAll(ZONE)].map(([, key = '', value = '']) => ` ${key}=${value}`).join('');
      return `stream:${name}=${size} bytes${origin}`;
    });
}

function signatureLine(signature: string): string {
  return signature === '-' ? '' : `signature=${signature}`;
}
