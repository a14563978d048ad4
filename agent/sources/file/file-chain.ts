/**
 * The files that are, or lately were, at one tailed path, oldest first; the last one is the newest known. It notices
 * rotation of every kind and decides which file comes next. Invariants: a file is left behind only after it was read
 * to its end, or is gone; the checkpoint of the newest file is never removed, since it tells after a restart which
 * files came later; content decides what a file is, never its name or inode alone.
 */
import type { LogChannel } from '#protocol/record-names.ts';
import type { SourceProblem } from '../source.ts';
import type { FileAccess, FileStat } from './file-access.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './fingerprint.ts';
import { findPlaces } from './find-places.ts';
import { locate, OTHER_COMPRESSION } from './locate.ts';
import { listSiblings, olderFirst, successors, type Sibling } from './rotation.ts';
import { TailedFile, type GroupOf } from './tailed-file.ts';
import type { TextEncoding } from './text-encoding.ts';

export interface TailEnvironment {
  access: FileAccess;
  now: () => number;
  /** Milliseconds that only go forward. */
  monotonic: () => number;
  report: (problem: SourceProblem) => void;
  /** How long a rotated file must be quiet before its last line counts as complete. */
  rotateWaitMs: number;
  /** Read to the end, then stop. */
  once: boolean;
}

export interface ChainOptions {
  path: string;
  encoding: TextEncoding | 'auto';
  startAt: 'beginning' | 'end';
  /** Committed checkpoints of this path. */
  rows: readonly { key: string; value: string }[];
  /** The channel where it is known without looking at the content. */
  channel: () => LogChannel | undefined;
  groupOf?: GroupOf | undefined;
}

export class FileChain {
  readonly path: string;
  readonly #environment: TailEnvironment;
  readonly #options: ChainOptions;
  /** Replaced, never changed in place: it is walked while files come and go. */
  #files: readonly TailedFile[] = [];
  #restored = false;
  /** To be committed with the next item: files that are new, and keys of those that are gone. */
  readonly #unwritten = new Set<TailedFile>();
  readonly #goneKeys = new Set<string>();
  #losses = 0;

  constructor(environment: TailEnvironment, options: ChainOptions) {
    this.path = options.path;
    this.#environment = environment;
    this.#options = options;
  }

  get files(): readonly TailedFile[] {
    return this.#files;
  }

  /** The newest file, which may have been read to its end and be gone. */
  get newest(): TailedFile | undefined {
    return this.#files.at(-1);
  }

  get hasPositions(): boolean {
    return this.#unwritten.size > 0 || this.#goneKeys.size > 0;
  }

  /** Checkpoints as they are between two items; to be taken before anything is read for the next. */
  takePositions(): [key: string, value: string | undefined][] {
    const positions: [string, string | undefined][] = [];
    for (const file of this.#unwritten) positions.push([file.key, encodeCheckpoint(file.checkpoint())]);
    for (const key of this.#goneKeys) positions.push([key, undefined]);
    this.#unwritten.clear();
    this.#goneKeys.clear();
    return positions;
  }

  /** How often since the last call bytes were lost that were seen and not read. */
  takeLosses(): number {
    const losses = this.#losses;
    this.#losses = 0;
    return losses;
  }

  /** Looks at what is at the path now. @throws when it cannot be looked at; to be tried again. */
  async refresh(): Promise<void> {
    if (!this.#restored) await this.#restore();
    const stat = this.#environment.access.stat(this.path);
    if (stat !== undefined && !stat.regular) throw new Error(`${this.path} is not a regular file`);
    for (const file of this.#files) if (file.rotated && !file.done) file.dirty = true;
    const { newest } = this;
    if (newest === undefined) {
      if (stat !== undefined) await this.#firstSight(stat);
    } else if (newest.done || stat?.id !== newest.id) {
      await this.#follow(newest);
    } else {
      await this.#sameFile(newest, stat);
    }
  }

  /** Opens a file, looking for it where rotation may have put it; false when it is not to be had any more. */
  async open(file: TailedFile): Promise<boolean> {
    if (file.isOpen) return true;
    const { access } = this.#environment;
    if (access.stat(file.location) !== undefined && (await file.openHere())) return true;
    if (file === this.newest && !file.rotated) {
      // Another file stands at the path, with an inode that was used again.
      await this.#follow(file);
      return file.isOpen;
    }
    const found = await locate(access, this.path, listSiblings(access, this.path), file.checkpoint());
    if (found !== undefined) {
      file.adopt(found.reader, found.sibling.path, found.sibling.stat.id);
      return true;
    }
    this.#reportLoss(file);
    await this.complete(file);
    return false;
  }

  /** A file was read to its end for good, or is gone. */
  async complete(file: TailedFile): Promise<void> {
    await file.updateTime();
    this.#tellLost(file);
    file.done = true;
    file.dirty = false;
    await file.close();
    const { newest } = this;
    if (newest === undefined) return;
    if (file !== newest) {
      this.#files = this.#files.filter((other) => other !== file);
      this.#unwritten.delete(file);
      this.#goneKeys.add(file.key);
      // Written to after its successor was made: it must not count as younger than that one.
      newest.mtimeMs = Math.max(newest.mtimeMs, file.mtimeMs);
    }
    this.#unwritten.add(newest);
  }

  /** A file got shorter or has other content: goes on in its copy, if rotation made one, and starts it anew. */
  async rewritten(file: TailedFile): Promise<void> {
    const { access } = this.#environment;
    const { id, location } = file;
    const isNewest = file === this.newest && !file.rotated;
    const siblings = listSiblings(access, this.path);
    // Moved away while we looked: the next look follows it.
    if (isNewest && !file.isOpen && placeById(siblings, id)?.path !== location) return;
    const reader = file.release();
    const copy = await this.#moveToCopy(file, siblings);
    if (!isNewest) {
      await reader?.close();
      return;
    }
    this.#rotateAway(file);
    const place = placeById(siblings, id);
    // It may have been rotated more than once since we looked, this file with it.
    const between = copy === undefined ? [] : successors(siblings, copy, file.mtimeMs);
    try {
      await this.#appendAll(
        between.filter(
          (sibling) =>
            sibling.order?.by !== 'current' &&
            sibling.stat.id !== id &&
            (place === undefined || olderFirst(sibling, place) < 0),
        ),
      );
    } catch (error) {
      await reader?.close();
      throw error;
    }
    const fresh = this.#create(location, id);
    if (reader !== undefined) fresh.adopt(reader, location, id);
    fresh.mtimeMs = place === undefined ? file.mtimeMs : lastRotated(siblings);
    if (place !== undefined) fresh.noteTime(place.stat);
    this.#append(fresh);
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  async #firstSight(stat: FileStat): Promise<void> {
    const file = this.#create(this.path, stat.id);
    // What it was rotated into before is history.
    file.mtimeMs = this.#environment.access.stat(`${this.path}.1`)?.mtimeMs ?? 0;
    if (!(await file.openHere())) return;
    if (this.#options.startAt === 'end') await file.skipToEnd();
    this.#append(file);
  }

  /** The inode at the path is the one we know. */
  async #sameFile(newest: TailedFile, stat: FileStat): Promise<void> {
    if (!newest.compressed) newest.sizeSeen = Math.max(newest.sizeSeen, stat.size);
    if (stat.size < newest.readTo && !newest.compressed) {
      await this.rewritten(newest);
      return;
    }
    newest.rotated = false;
    if (newest.isBlank && stat.mtimeMs > newest.lookedMs) {
      const siblings = listSiblings(this.#environment.access, this.path);
      await this.#insertCopies(newest, siblings, placeById(siblings, newest.id));
      return;
    }
    // Changed, but not longer: it may have been emptied and filled to the same length.
    const suspect = stat.size === newest.readTo && stat.mtimeMs > newest.mtimeMs;
    newest.noteTime(stat);
    if (stat.size > newest.readTo) newest.dirty = true;
    if (suspect && !newest.compressed && !(await newest.openIntact())) await this.rewritten(newest);
  }

  /** Another file, or none, is at the path: finds where the newest went and what came after it. */
  async #follow(newest: TailedFile): Promise<void> {
    const siblings = listSiblings(this.#environment.access, this.path);
    const gone = newest.done ? siblings.filter((sibling) => sibling.path !== this.path) : undefined;
    const place = gone === undefined ? await this.#place(newest, siblings) : placeById(gone, newest.id);
    if (!newest.done && place !== undefined) {
      newest.location = place.path;
      // The same content under a new inode: an editor saved it, or it was restored.
      if (place.path === this.path && newest.isOpen) return;
    }
    // Held open it will be read, so a copy of it that was made meanwhile is nothing new.
    if (place === undefined) await newest.updateTime();
    const next = successors(siblings, place, newest.isOpen ? newest.lookedMs : newest.mtimeMs);
    const last = newest.isBlank && !newest.done ? await this.#insertCopies(newest, siblings, place) : newest;
    this.#rotateAway(last);
    await this.#appendAll(next, lastRotated(siblings));
    if (last.done && last !== this.newest) await this.complete(last);
  }

  /** Where the file stands now; undefined when it is gone from the folder. */
  async #place(newest: TailedFile, siblings: readonly Sibling[]): Promise<Sibling | undefined> {
    const { access } = this.#environment;
    if (await newest.isIntact()) {
      const here = placeById(siblings, newest.id);
      if (here !== undefined || newest.isBlank) return here;
      // Its copy, perhaps compressed, must not be taken for something new.
      const copy = await locate(access, this.path, siblings, newest.checkpoint(), this.path);
      await copy?.reader.close();
      await newest.updateTime();
      return copy?.sibling;
    }
    const reader = newest.release();
    await reader?.close();
    return this.#moveToCopy(newest, siblings);
  }

  /** Lets a file, whose own bytes are gone, go on in a copy of them; without one it is marked as gone. */
  async #moveToCopy(file: TailedFile, siblings: readonly Sibling[]): Promise<Sibling | undefined> {
    const found = await locate(this.#environment.access, this.path, siblings, file.checkpoint());
    file.dirty = true;
    if (found === undefined) {
      file.gone = true;
      return undefined;
    }
    file.adopt(found.reader, found.sibling.path, found.sibling.stat.id);
    file.forget();
    return found.sibling;
  }

  /** @param sinceMs what was changed until then beside the log is accounted for. */
  async #appendAll(next: readonly Sibling[], sinceMs = 0): Promise<void> {
    for (const sibling of next) {
      if (OTHER_COMPRESSION.test(sibling.path)) {
        this.#environment.report({
          subject: sibling.path,
          message:
            'a rotated log was compressed before it was read, in a way that cannot be read here; it is left out',
        });
        continue;
      }
      const file = this.#create(sibling.path, sibling.stat.id);
      if (sibling.path === this.path) file.mtimeMs = sinceMs;
      // Opened at once, so that the next rotation cannot take it away unread.
      // What was appended so far stays; the rest is found from there.
      if (!(await file.openHere())) throw new Error('it was rotated while it was looked at');
      if (sibling.path !== this.path) this.#rotateAway(file);
      this.#append(file);
    }
  }

  /**
   * A file of which nothing was read says nothing about itself: it may have been filled, copied and emptied again.
   * Copies younger than our last look are read before it.
   * @returns the file in its new place of the chain.
   */
  async #insertCopies(
    newest: TailedFile,
    siblings: readonly Sibling[],
    place: Sibling | undefined,
  ): Promise<TailedFile> {
    const copies = successors(siblings, undefined, newest.mtimeMs).filter(
      (sibling) =>
        sibling.order?.by !== 'current' &&
        (place === undefined || olderFirst(sibling, place) < 0) &&
        !this.#files.some((file) => file.id === sibling.stat.id),
    );
    newest.dirty = true;
    if (place === undefined || copies.length === 0) {
      await newest.updateTime();
      return newest;
    }
    const before = this.#files;
    try {
      await this.#appendAll(copies);
      if (
        copies.some(
          ({ path, stat }) =>
            !OTHER_COMPRESSION.test(path) && !this.#files.some((file) => file.id === stat.id),
        )
      ) {
        throw new Error('it was rotated while it was looked at');
      }
    } catch (error) {
      // All or none: what was not read yet is found again.
      for (const file of this.#files.filter((added) => !before.includes(added))) {
        this.#unwritten.delete(file);
        await file.close();
      }
      this.#files = before;
      throw error;
    }
    await newest.updateTime();
    const reader = newest.release();
    const fresh = this.#create(place.path, newest.id);
    if (reader !== undefined) fresh.adopt(reader, place.path, newest.id);
    fresh.mtimeMs = lastRotated(siblings);
    fresh.noteTime(place.stat);
    this.#append(fresh);
    // What was seen at its path is in the copies, and in the file that takes its place.
    newest.sizeSeen = 0;
    await this.complete(newest);
    return fresh;
  }

  /** Finds the files of the committed checkpoints again. */
  async #restore(): Promise<void> {
    // An attempt that failed half way is made again as a whole.
    await this.close();
    this.#files = [];
    const { access } = this.#environment;
    const checkpoints = this.#readRows();
    const places = await findPlaces(access, this.path, checkpoints);
    for (const [index, checkpoint] of checkpoints.entries()) {
      const found = places[index];
      const file = this.#create(
        found?.sibling.path ?? this.path,
        found?.sibling.stat.id ?? checkpoint.id,
        checkpoint,
      );
      this.#files = [...this.#files, file];
      if (found !== undefined) {
        file.adopt(found.reader, found.sibling.path, found.sibling.stat.id);
        if (found.sibling.path !== this.path) this.#rotateAway(file);
      } else if (!file.done) {
        // Of one that was never read, what came after it is looked for by time.
        if (!file.isBlank) this.#reportLoss(file);
        file.done = true;
      }
    }
    this.#sinceUnread(checkpoints, places);
    this.#restored = true;
    for (const file of this.#files) if (file.done && file !== this.newest) await this.complete(file);
  }

  /** Where the newest files are all unread and compressed meanwhile, they are found by the time of the oldest of them. */
  #sinceUnread(checkpoints: readonly Checkpoint[], places: readonly unknown[]): void {
    const isUnread = (index: number): boolean => {
      const checkpoint = checkpoints[index];
      return places[index] === undefined && checkpoint?.done === false && checkpoint.headBytes === 0;
    };
    for (let index = checkpoints.length - 1; isUnread(index); index -= 1) {
      const { newest } = this;
      if (newest !== undefined) newest.mtimeMs = Math.min(newest.mtimeMs, checkpoints[index]?.mtimeMs ?? 0);
    }
  }

  #readRows(): Checkpoint[] {
    const checkpoints: Checkpoint[] = [];
    for (const { key, value } of this.#options.rows) {
      try {
        checkpoints.push(decodeCheckpoint(value));
      } catch (error) {
        this.#goneKeys.add(key);
        this.#environment.report({
          subject: this.path,
          message: 'the stored place in this file cannot be understood; it is left out',
          cause: error,
        });
      }
    }
    return checkpoints.sort((first, second) => first.generation - second.generation);
  }

  #create(location: string, id: string, checkpoint?: Checkpoint): TailedFile {
    const { access, now } = this.#environment;
    return new TailedFile({
      access,
      now,
      origin: this.path,
      location,
      id,
      generation: checkpoint?.generation ?? (this.newest?.generation ?? 0) + 1,
      encoding: this.#options.encoding,
      channel: this.#options.channel(),
      checkpoint,
      groupOf: this.#options.groupOf,
    });
  }

  #append(file: TailedFile): void {
    file.activeAt = this.#environment.monotonic();
    this.#files = [...this.#files, file];
    this.#unwritten.add(file);
  }

  #rotateAway(file: TailedFile): void {
    if (file.rotated) return;
    file.rotated = true;
    file.dirty = true;
    file.activeAt = this.#environment.monotonic();
  }

  /**
   * A log that is emptied in place may lose what was written after it was copied: known are the bytes that were seen
   * before. What was written and emptied between two looks leaves no trace.
   */
  #tellLost(file: TailedFile): void {
    if (file.done || file.lostBytes === 0) return;
    this.#losses += 1;
    this.#environment.report({
      subject: this.path,
      once: true,
      message: `the log was emptied before it was read to its end: at least ${file.lostBytes} bytes after byte ${file.readTo} are lost`,
    });
  }

  #reportLoss(file: TailedFile): void {
    this.#environment.report({
      subject: this.path,
      once: true,
      message: `a file at this path was replaced or removed before it was read to its end; what was written to it after byte ${file.offset} is lost`,
    });
  }
}

/** When the files beside a log, all of which are accounted for, were last changed. */
function lastRotated(siblings: readonly Sibling[]): number {
  const times = siblings.filter(({ order }) => order !== undefined && order.by !== 'current');
  return times.reduce((last, { stat }) => Math.max(last, stat.mtimeMs), 0);
}

function placeById(siblings: readonly Sibling[], id: string): Sibling | undefined {
  return siblings.find((sibling) => sibling.stat.id === id);
}
