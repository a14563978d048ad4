/**
 * Compares a part of the file system with the baseline, folder by folder: what is there and differs, and what was
 * there and is gone. What has a fresh notice is left out: it is looked at by its own. An unfinished walk says nothing
 * about what is missing.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { SourceContext, SourceItem } from '../source.ts';
import type { AttributeReader } from './attribute-reader.ts';
import { childOf, isAtOrBelow, type Baseline } from './baseline.ts';
import type { ChangeBatch, ChangeNote } from './change-batch.ts';
import type { DirtyPaths } from './dirty-paths.ts';
import { pathAt } from './path-name.ts';
import type { TreeWalk, WalkOptions, WalkPart } from './tree-walk.ts';
import type { WatchSets } from './watch-set.ts';

export interface CompareParts {
  context: SourceContext;
  baseline: Baseline;
  dirty: Pick<DirtyPaths, 'has'>;
  tree: TreeWalk;
  attributes: AttributeReader;
  pathsMax: number;
}

export interface CompareRequest {
  sets: WatchSets;
  /** Sets that have no baseline yet: what is only in these is learnt silently. */
  fresh: ReadonlySet<string>;
  from: readonly string[];
  enter?: WalkOptions['enter'];
  reuse?: WalkOptions['reuse'];
  note: (file: string) => ChangeNote;
  /** Told after each folder. @returns whether what is in the batch is to go out now. */
  onFolder?: ((folder: string, paths: number) => boolean) | undefined;
  /** What is done while the walk waits; left out: nothing. @returns paths that were looked at meanwhile. */
  during?:
    | ((wait: Promise<unknown>, batch: ChangeBatch) => AsyncGenerator<SourceItem, ReadonlySet<string>, void>)
    | undefined;
  /** Gets the paths that were compared. */
  looked?: Set<string> | undefined;
}

export interface CompareResult {
  paths: number;
  unreadable: string[];
  /** More paths than are watched. */
  overLimit: boolean;
}

const SILENT: ChangeNote = { silent: true };
const NOTHING: ReadonlySet<string> = new Set();

/** Yields full items; what is left is in the batch. After an abort the result is undefined. */
export async function* compareTree(
  parts: CompareParts,
  request: CompareRequest,
  batch: ChangeBatch,
): AsyncGenerator<SourceItem, CompareResult | undefined, void> {
  const { context, baseline, dirty, tree, attributes, pathsMax } = parts;
  const { sets, fresh, note } = request;
  const { signal } = context;
  const result: CompareResult = { paths: 0, unreadable: [], overLimit: false };
  const allFresh = sets.names.every((name) => fresh.has(name));
  const isFresh = (file: string): boolean =>
    allFresh || (fresh.size > 0 && sets.setsOf(file).every((name) => fresh.has(name)));
  const found = new Set<string>();
  const { enter, reuse } = request;
  let lookedMeanwhile: ReadonlySet<string> = NOTHING;
  for await (const part of tree.walk(sets, request.from, { unreadable: result.unreadable, enter, reuse })) {
    if ('wait' in part) {
      if (request.during === undefined) await part.wait;
      else lookedMeanwhile = yield* request.during(part.wait, batch);
      continue;
    }
    await attributes.attach(part.entries, baseline);
    if (signal.aborted) return undefined;
    if (part.isTop === true) for (const { text } of part.entries) found.add(text);
    // Of a folder's own: what is in its batch goes before it.
    const names = baseline.folder(part.folder);
    for (const entry of part.entries) {
      const { text, name, packed, options } = entry;
      request.looked?.add(text);
      if (dirty.has(text) || (part.isSlow === true && lookedMeanwhile.has(text))) continue;
      const known = names.get(name);
      if (known !== packed) {
        const isSilent = known === undefined && isFresh(text);
        batch.compare(entry, known, packed, options, isSilent ? SILENT : note(text));
        if (known?.startsWith('d') === true && !packed.startsWith('d')) {
          yield* forgetBelow(parts, request, batch, text);
        }
      }
      if (batch.full) yield await batch.take();
    }
    result.paths += part.entries.length;
    if (result.paths > pathsMax) {
      result.overLimit = true;
      return result;
    }
    if (part.all === undefined) continue;
    yield* compareMissing(parts, request, batch, part, part.all);
    if (request.onFolder?.(part.folder, result.paths) === true) yield await batch.take();
  }
  if (signal.aborted) return undefined;
  for (const top of request.from) {
    if (found.has(top) || isThere(top) || result.unreadable.some((folder) => isAtOrBelow(top, folder)))
      continue;
    yield* gone(parts, request, batch, top);
  }
  return result;
}

/** What is known of a folder and was not in its listing. */
async function* compareMissing(
  parts: CompareParts,
  request: CompareRequest,
  batch: ChangeBatch,
  { folder }: WalkPart,
  all: ReadonlySet<string>,
): AsyncGenerator<SourceItem, void, void> {
  const { baseline } = parts;
  const missing = [...baseline.folder(folder).keys()].filter((name) => name !== '.' && !all.has(name));
  if (request.sets.place(folder) === 'above') {
    // Its entries are not recorded; what is below them may be.
    const depth = folder.endsWith(path.sep) ? folder.length : folder.length + 1;
    const names = baseline
      .foldersBelow(folder)
      .flatMap((below) => below.slice(depth).split(path.sep)[0] ?? []);
    missing.push(...new Set(names.filter((name) => name !== '' && !all.has(name))));
  }
  for (const name of missing) {
    const file = childOf(folder, name);
    // Made since the folder was listed, and told already.
    if (!isThere(file)) yield* gone(parts, request, batch, file);
  }
}

/** A path is not there any more, nor anything below it. */
async function* gone(
  parts: CompareParts,
  request: CompareRequest,
  batch: ChangeBatch,
  file: string,
): AsyncGenerator<SourceItem, void, void> {
  if (parts.dirty.has(file)) return;
  forget(parts, request, batch, file);
  if (batch.full) yield await batch.take();
  yield* forgetBelow(parts, request, batch, file);
}

async function* forgetBelow(
  parts: CompareParts,
  request: CompareRequest,
  batch: ChangeBatch,
  folder: string,
): AsyncGenerator<SourceItem, void, void> {
  for (const file of parts.baseline.below(folder)) {
    if (!parts.dirty.has(file)) forget(parts, request, batch, file);
    if (batch.full) yield await batch.take();
  }
}

function forget(
  { baseline }: CompareParts,
  { sets, note, looked }: CompareRequest,
  batch: ChangeBatch,
  file: string,
): void {
  looked?.add(file);
  batch.compare(pathAt(file), baseline.packed(file), undefined, sets.optionsOf(file), note(file));
}

/** Gone, or not to be seen: only the first says something. */
function isThere(file: string): boolean {
  try {
    return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOTDIR');
  }
}
