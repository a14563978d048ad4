/**
 * Extended attributes, owners and access lists that no call of the runtime tells: read through a program for many paths at once,
 * and only of those whose change time is not the one of the last reading.
 */
import type { Baseline } from './baseline.ts';
import { packState, unpackState, type KeptState } from './state-codec.ts';
import type { WalkEntry } from './tree-walk.ts';

const BATCH_PATHS_MAX = 250;
/** Below what a system takes as arguments. */
const BATCH_CHARS_MAX = 60_000;

/** Empty texts: there is nothing of the kind. */
export interface FileAttributes {
  /** A line each, `name=value`. */
  xattrs: string;
  acl: string;
  /** Security identifier of the owner; on Windows. */
  user: string;
}

export type LookUpAttributes = (
  files: readonly string[],
  signal: AbortSignal,
) => Promise<Map<string, FileAttributes>>;

export interface AttributeReader {
  /** Fills in what the paths of these entries have, where their sets ask for it. */
  attach(entries: readonly WalkEntry[], baseline: Baseline): Promise<void>;
}

export interface AttributeReaderOptions {
  /** Default: that of this system. */
  lookUp?: LookUpAttributes | undefined;
  signal: AbortSignal;
  onProblem: (message: string, cause: unknown) => void;
}

const MISSING: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  linux: 'extended attributes and access lists cannot be read: install the package attr',
  win32: 'owners, access lists, streams and signatures cannot be read: install the agent anew',
};

export function createAttributeReader(options: AttributeReaderOptions): AttributeReader {
  let lookUp = options.lookUp;
  let isUsable = lookUp !== undefined || MISSING[process.platform] !== undefined;
  return {
    attach: async (entries, baseline) => {
      if (!isUsable) return;
      const wanted: { entry: WalkEntry; state: KeptState }[] = [];
      for (const entry of entries) {
        if (!entry.options.xattrs || typeof entry.real !== 'string' || entry.packed.startsWith('l')) continue;
        const state = unpackState(entry.packed);
        if (!carryOver(entry, state, baseline.packed(entry.text))) wanted.push({ entry, state });
      }
      for (const batch of batches(wanted)) {
        if (options.signal.aborted) return;
        try {
          lookUp ??= await ofThisSystem();
          await read(lookUp, options.signal, batch);
        } catch (error) {
          isUsable = false;
          options.onProblem(MISSING[process.platform] ?? 'attributes cannot be read', error);
          return;
        }
      }
    },
  };
}

async function ofThisSystem(): Promise<LookUpAttributes> {
  if (process.platform === 'win32') return (await import('./windows-attributes.ts')).readWindowsAttributes;
  return (await import('./posix-attributes.ts')).readPosixAttributes;
}

/** @returns whether nothing can have changed since they were read. */
function carryOver(entry: WalkEntry, state: KeptState, packed: string | undefined): boolean {
  if (packed === undefined) return false;
  const known = unpackState(packed);
  if (known.ctimeMs !== state.ctimeMs || known.inode !== state.inode) return false;
  const { xattrs, acl, user } = known;
  if (xattrs === undefined && acl === undefined && user === undefined) return true;
  put(entry, state, { xattrs: xattrs ?? '', acl: acl ?? '', user: user ?? '' });
  return true;
}

function put(entry: WalkEntry, state: KeptState, { xattrs, acl, user }: FileAttributes): void {
  if (xattrs !== '') state.xattrs = xattrs;
  if (acl !== '') state.acl = acl;
  if (user !== '') state.user = user;
  entry.packed = packState(state);
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
  lookUp: LookUpAttributes,
  signal: AbortSignal,
  batch: readonly { entry: WalkEntry; state: KeptState }[],
): Promise<void> {
  const byPath = await lookUp(
    batch.map(({ entry }) => entry.text),
    signal,
  );
  for (const { entry, state } of batch) {
    const attributes = byPath.get(entry.text);
    if (attributes !== undefined) put(entry, state, attributes);
  }
}
