/**
 * Extended attributes and access lists, which no call of the runtime tells: read through `getfattr` (package attr)
 * for many paths at once, and only of those whose change time is not the one of the last reading.
 */
import { LIMITS } from '#protocol/limits.ts';
import { runProgram, whyNot } from '../../host/run-program.ts';
import { formatAccessList } from './access-list.ts';
import type { Baseline } from './baseline.ts';
import { formatCapability } from './capability.ts';
import { parseGetfattr } from './getfattr.ts';
import { packState, unpackState, type KeptState } from './state-codec.ts';
import type { WalkEntry } from './tree-walk.ts';

const BATCH_PATHS_MAX = 250;
/** Below what a system takes as arguments. */
const BATCH_CHARS_MAX = 60_000;
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

export interface AttributeReader {
  /** Fills in what the paths of these entries have, where their sets ask for it. */
  attach(entries: readonly WalkEntry[], baseline: Baseline): Promise<void>;
}

export interface AttributeReaderOptions {
  /** Default `getfattr`. */
  command?: string | undefined;
  signal: AbortSignal;
  onProblem: (message: string, cause: unknown) => void;
}

export function createAttributeReader(options: AttributeReaderOptions): AttributeReader {
  let usable = process.platform === 'linux';
  return {
    attach: async (entries, baseline) => {
      if (!usable) return;
      const wanted: { entry: WalkEntry; state: KeptState }[] = [];
      for (const entry of entries) {
        if (!entry.options.xattrs || typeof entry.real !== 'string' || entry.packed.startsWith('l')) continue;
        const state = unpackState(entry.packed);
        if (!carryOver(entry, state, baseline.packed(entry.text))) wanted.push({ entry, state });
      }
      for (const batch of batches(wanted)) {
        if (options.signal.aborted) return;
        try {
          await read(options, batch);
        } catch (error) {
          usable = false;
          options.onProblem(
            'extended attributes and access lists cannot be read: install the package attr',
            error,
          );
          return;
        }
      }
    },
  };
}

/** @returns whether nothing can have changed since they were read. */
function carryOver(entry: WalkEntry, state: KeptState, packed: string | undefined): boolean {
  if (packed === undefined) return false;
  const known = unpackState(packed);
  if (known.ctimeMs !== state.ctimeMs || known.inode !== state.inode) return false;
  if (known.xattrs === undefined && known.acl === undefined) return true;
  if (known.xattrs !== undefined) state.xattrs = known.xattrs;
  if (known.acl !== undefined) state.acl = known.acl;
  entry.packed = packState(state);
  return true;
}

function* batches<T extends { entry: WalkEntry }>(wanted: readonly T[]): Generator<T[], void, void> {
  let batch: T[] = [];
  let chars = 0;
  for (const each of wanted) {
    if (batch.length >= BATCH_PATHS_MAX || chars + each.entry.text.length > BATCH_CHARS_MAX) {
      yield batch;
      batch = [];
      chars = 0;
    }
    batch.push(each);
    chars += each.entry.text.length;
  }
  if (batch.length > 0) yield batch;
}

async function read(
  options: AttributeReaderOptions,
  batch: readonly { entry: WalkEntry; state: KeptState }[],
): Promise<void> {
  const files = batch.map(({ entry }) => entry.text);
  const output = await getfattr(options, files);
  const byPath = parseGetfattr(output);
  for (const { entry, state } of batch) {
    const attributes = byPath.get(entry.text);
    if (attributes === undefined) continue;
    const { xattrs, acl } = describeAttributes(attributes);
    if (xattrs !== '') state.xattrs = xattrs;
    if (acl !== '') state.acl = acl;
    entry.packed = packState(state);
  }
}

async function getfattr(
  { command, signal }: AttributeReaderOptions,
  files: readonly string[],
): Promise<string> {
  const args = [
    '--dump',
    '--match=-',
    '--no-dereference',
    '--encoding=hex',
    '--absolute-names',
    '--',
    ...files,
  ];
  const result = await runProgram(command ?? 'getfattr', args, {
    timeoutMs: TIMEOUT_MS,
    stdoutBytesMax: OUTPUT_BYTES_MAX,
    signal,
  });
  if (signal.aborted) return '';
  // One path that is gone by now makes it end with 1, with all the others told.
  if (result.kind === 'ended' && result.code <= 1 && !result.truncated) return result.stdout;
  throw new Error(
    whyNot('getfattr', result) ?? `getfattr said more than ${OUTPUT_BYTES_MAX} bytes of one batch of files`,
  );
}

/** Attributes as a line each, in order; access lists apart. */
function describeAttributes(attributes: ReadonlyMap<string, Buffer>): { xattrs: string; acl: string } {
  const lines: string[] = [];
  const lists: string[] = [];
  for (const [name, value] of [...attributes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const prefix = ACCESS_LISTS[name];
    if (prefix !== undefined) lists.push(...formatAccessList(value).map((entry) => prefix + entry));
    else if (!IGNORED.test(name)) lines.push(`${name}=${describeValue(name, value)}`);
  }
  const cut = (text: string): string => text.slice(0, LIMITS.shortStringMax).toWellFormed();
  return { xattrs: cut(lines.join('\n')), acl: cut(lists.join(',')) };
}

function describeValue(name: string, value: Buffer): string {
  if (name === 'security.capability') return formatCapability(value) ?? `0x${value.toString('hex')}`;
  const text = value.toString('utf8');
  const plain = /^[\x20-\x7e]*$/.test(text);
  return (plain ? text : `0x${value.toString('hex')}`).slice(0, VALUE_CHARS_MAX);
}
