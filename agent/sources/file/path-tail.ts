/**
 * All files that are, or lately were, at one tailed path, oldest first; the last one is current. Invariants: a file
 * is left behind only after it was read to its end; the checkpoint of the newest known file is never removed, since
 * it tells after a restart which files came later.
 */
import type { LogChannel } from '#protocol/record.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { SourceProblem } from '../source.ts';
import type { Batch } from './batch.ts';
import { channelByPath, laneOf } from './channel.ts';
import type { FileAccess, FileStat } from './file-access.ts';
import { decodeCheckpoint, type Checkpoint } from './fingerprint.ts';
import { locate, OTHER_COMPRESSION } from './locate.ts';
import { listSiblings, successors, type Sibling } from './rotation.ts';
import { TailedFile, type ReadResult } from './tailed-file.ts';
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

export interface PathTailOptions {
  path: string;
  channel: LogChannel | 'auto';
  encoding: TextEncoding | 'auto';
  startAt: 'beginning' | 'end';
  /** Committed checkpoints of this path. */
  rows: readonly { key: string; value: string }[];
}

export class PathTail {
  readonly path: string;
  readonly #environment: TailEnvironment;
  readonly #options: PathTailOptions;
  /** Replaced, never changed in place: it is walked while files come and go. */
  #files: readonly TailedFile[] = [];
  #restored = false;
  /** Positions to be written with the next item: of files that are new or gone. */
  readonly #outbox = new Map<string, string | undefined>();
  /** Something may have changed since the last refresh. */
  stale = true;

  constructor(environment: TailEnvironment, options: PathTailOptions) {
    this.path = options.path;
    this.#environment = environment;
    this.#options = options;
  }

  get lane(): LaneName {
    return laneOf(this.#channel ?? 'linux-syslog', this.path);
  }

  get files(): readonly TailedFile[] {
    return this.#files;
  }

  get current(): TailedFile | undefined {
    return this.#files.at(-1);
  }

  /** There is something to read, or a checkpoint to write. */
  get ready(): boolean {
    return this.#outbox.size > 0 || this.#files.some((file) => this.#isReady(file));
  }

  /** Rotated files wait here until they are quiet for long enough. */
  get draining(): boolean {
    return this.#files.some((file) => file.rotated && !file.done);
  }

  get #channel(): LogChannel | undefined {
    if (this.#options.channel !== 'auto') return this.#options.channel;
    return channelByPath(this.path) ?? this.#files.findLast((file) => file.channel !== undefined)?.channel;
  }

  #isReady(file: TailedFile): boolean {
    return !file.done && (file.dirty || this.#isQuiet(file));
  }

  /** A rotated file whose end is final. */
  #isQuiet(file: TailedFile): boolean {
    if (!file.rotated) return false;
    if (this.#environment.once || file.compressed) return true;
    return this.#environment.monotonic() - file.activeAt >= this.#environment.rotateWaitMs;
  }

  /** Looks at what is at the path now. @throws when it cannot be looked at; to be tried again. */
  async refresh(): Promise<void> {
    this.stale = false;
    if (!this.#restored) await this.#restore();
    const { access } = this.#environment;
    const stat = access.stat(this.path);
    if (stat !== undefined && !stat.regular) throw new Error(`${this.path} is not a regular file`);
    for (const file of this.#files) if (file.rotated && !file.done) file.dirty = true;
    const current = this.current;
    if (current === undefined) {
      if (stat !== undefined) await this.#firstSight(stat);
      return;
    }
    if (stat === undefined) {
      this.#rotateAway(current);
      return;
    }
    if (current.done || stat.ino !== current.ino) {
      await this.#follow(current);
    } else if (stat.size < current.readTo && !current.compressed) {
      await this.#rewritten(current);
    } else {
      current.rotated = false;
      current.mtimeMs = Math.max(current.mtimeMs, stat.mtimeMs);
      if (stat.size > current.readTo) current.dirty = true;
    }
  }

  /** Adds records of all files of this path, oldest file first. @throws when a file cannot be read */
  async readInto(batch: Batch): Promise<void> {
    // First, since a file read below writes a newer checkpoint under the same key.
    for (const [key, value] of this.#outbox) batch.position(key, value);
    this.#outbox.clear();
    for (const file of this.#files) {
      if (batch.full) return;
      if (this.#isReady(file)) await this.#readFrom(file, batch);
    }
  }

  /** Tells the channel, and so the lane, of files that were too short for it. @throws when one cannot be read */
  async prepare(): Promise<void> {
    if (this.#channel !== undefined) return;
    for (const file of this.#files) {
      if (this.#isReady(file) && !file.gone && (await this.#open(file))) {
        await file.prepare(this.#environment.once || this.#isQuiet(file));
      }
    }
  }

  /** `once`: takes the end of the file as the end of its last record. @returns false when there is more to read. */
  async finish(batch: Batch): Promise<boolean> {
    const current = this.current;
    if (current === undefined || current.done || !(await this.#open(current))) return true;
    return (await current.readInto(batch, true)) !== 'full';
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close();
  }

  async #readFrom(file: TailedFile, batch: Batch): Promise<void> {
    if (file.gone) {
      file.flush(batch);
      await this.#complete(file);
      return;
    }
    if (!(await this.#open(file))) return;
    const quiet = this.#isQuiet(file);
    const before = file.readTo;
    let result = await this.#readRecords(file, batch, quiet);
    if (file.readTo > before) file.activeAt = this.#environment.monotonic();
    if (result === 'rewritten') {
      await this.#rewritten(file);
      return;
    }
    if (result === 'undecided' && quiet) result = 'end';
    if (result !== 'full') file.dirty = false;
    if (result === 'end' && quiet) await this.#complete(file);
  }

  async #readRecords(file: TailedFile, batch: Batch, final: boolean): Promise<ReadResult> {
    try {
      return await file.readInto(batch, final);
    } catch (error) {
      if (!file.compressed) throw error;
      this.#environment.report({
        subject: file.location,
        message: `the compressed log is damaged; what could be read of it was read`,
        cause: error,
      });
      return 'end';
    }
  }

  /** Opens the file, looking for it where rotation may have put it. */
  async #open(file: TailedFile): Promise<boolean> {
    if (file.isOpen) return true;
    const { access, report } = this.#environment;
    if (access.stat(file.location) !== undefined && (await file.openHere())) return true;
    const isCurrent = file === this.current;
    const checkpoint = file.checkpoint();
    const found = await locate(access, listSiblings(access, this.path), checkpoint);
    if (found !== undefined) {
      file.adopt(found.reader, found.sibling.path, found.sibling.stat.ino);
      return true;
    }
    if (isCurrent && !file.rotated) {
      // Another file stands at the path, with an inode that was used again.
      await this.#follow(file, true);
      return false;
    }
    report({
      subject: this.path,
      message: `a rotated file was removed before it was read to its end; what came after byte ${file.offset} of it is lost`,
    });
    await this.#complete(file);
    return false;
  }

  async #firstSight(stat: FileStat): Promise<void> {
    const file = this.#create(this.path, stat.ino);
    if (!(await file.openHere())) return;
    if (this.#options.startAt === 'end') await file.skipToEnd();
    this.#append(file);
  }

  #create(location: string, ino: string, checkpoint?: Checkpoint): TailedFile {
    const { access, now } = this.#environment;
    return new TailedFile({
      access,
      now,
      origin: this.path,
      location,
      ino,
      generation: checkpoint?.generation ?? (this.current?.generation ?? 0) + 1,
      encoding: this.#options.encoding,
      channel: this.#channel,
      checkpoint,
    });
  }

  #append(file: TailedFile): void {
    file.activeAt = this.#environment.monotonic();
    this.#files = [...this.#files, file];
    this.#outbox.set(file.key, JSON.stringify(file.checkpoint()));
  }

  #rotateAway(file: TailedFile): void {
    if (file.rotated) return;
    file.rotated = true;
    file.dirty = true;
    file.activeAt = this.#environment.monotonic();
  }

  /** Another file is at the path: finds what came in between and where the current one went. */
  async #follow(current: TailedFile, lost = false): Promise<void> {
    const { access, report } = this.#environment;
    const siblings = listSiblings(access, this.path);
    const wasDone = current.done;
    let place = siblings.find((sibling) => sibling.stat.ino === current.ino && sibling.path !== this.path);
    if (!current.isOpen && !wasDone && !lost) {
      const found = await locate(access, siblings, current.checkpoint());
      if (found !== undefined) {
        current.adopt(found.reader, found.sibling.path, found.sibling.stat.ino);
        place = found.sibling;
        // The same content under a new inode: an editor saved it, or it was restored.
        if (found.sibling.path === this.path) return;
      } else lost = true;
    }
    if (place === undefined && !wasDone && !lost) {
      // Its copy, perhaps compressed, must not be taken for something new.
      const copy = await locate(access, siblings, current.checkpoint(), this.path);
      await copy?.reader.close();
      place = copy?.sibling;
      await current.updateTime();
    } else if (place !== undefined) current.location = place.path;
    const next = successors(siblings, place, current.mtimeMs);
    if (next.length === 0) {
      this.#rotateAway(current);
      return;
    }
    if (lost && !wasDone) {
      report({
        subject: this.path,
        message: `the file was replaced and its old content is gone; what was written to it after byte ${current.offset} is lost`,
      });
    }
    this.#rotateAway(current);
    await this.#appendAll(next);
    if (wasDone || lost) await this.#complete(current);
  }

  async #appendAll(next: readonly Sibling[]): Promise<void> {
    for (const sibling of next) {
      if (OTHER_COMPRESSION.test(sibling.path)) {
        this.#environment.report({
          subject: sibling.path,
          message:
            'a rotated log was compressed before it was read, in a way that cannot be read; it is left out',
        });
        continue;
      }
      const file = this.#create(sibling.path, sibling.stat.ino);
      // Opened at once, so that the next rotation cannot take it away unread.
      if (!(await file.openHere())) continue;
      if (sibling.path !== this.path) this.#rotateAway(file);
      this.#append(file);
    }
  }

  /** The file got shorter or has other content: goes on in its copy, if rotation made one, and starts it anew. */
  async #rewritten(file: TailedFile): Promise<void> {
    const { access } = this.#environment;
    const checkpoint = file.checkpoint();
    const copy =
      checkpoint.headBytes === 0
        ? undefined
        : await locate(access, listSiblings(access, this.path), checkpoint, this.path);
    const { ino } = file;
    const location = file.location;
    const isCurrent = file === this.current && !file.rotated;
    const reader = file.release();
    if (copy !== undefined) {
      file.adopt(copy.reader, copy.sibling.path, copy.sibling.stat.ino);
      file.forget();
    } else {
      file.gone = true;
    }
    file.rotated = true;
    file.dirty = true;
    file.activeAt = this.#environment.monotonic();
    if (!isCurrent) {
      await reader?.close();
      return;
    }
    const fresh = this.#create(location, ino);
    if (reader !== undefined) fresh.adopt(reader, location, ino);
    this.#append(fresh);
  }

  /** Read to its end for good. */
  async #complete(file: TailedFile): Promise<void> {
    file.done = true;
    file.dirty = false;
    await file.close();
    if (file === this.current) {
      this.#outbox.set(file.key, JSON.stringify(file.checkpoint()));
      return;
    }
    this.#files = this.#files.filter((other) => other !== file);
    this.#outbox.set(file.key, undefined);
  }

  /** Finds the files of the committed checkpoints again. */
  async #restore(): Promise<void> {
    this.#restored = true;
    const checkpoints = this.#readRows();
    if (checkpoints.length === 0) return;
    const { access, report } = this.#environment;
    const siblings = listSiblings(access, this.path);
    const last = checkpoints.at(-1);
    for (const checkpoint of checkpoints) {
      const found = checkpoint.done ? undefined : await locate(access, siblings, checkpoint);
      const file = this.#create(
        found?.sibling.path ?? this.path,
        found?.sibling.stat.ino ?? checkpoint.ino,
        checkpoint,
      );
      this.#files = [...this.#files, file];
      if (found !== undefined) {
        file.adopt(found.reader, found.sibling.path, found.sibling.stat.ino);
        if (found.sibling.path !== this.path) this.#rotateAway(file);
      } else if (!checkpoint.done) {
        report({
          subject: this.path,
          message: `the file was replaced or removed while the agent was not running; what was written to it after byte ${checkpoint.offset} is lost`,
        });
        file.done = true;
      }
      if (file.done && checkpoint !== last) await this.#complete(file);
    }
    await this.#followAfterRestore(siblings);
  }

  async #followAfterRestore(siblings: readonly Sibling[]): Promise<void> {
    const current = this.current;
    if (current === undefined || (current.isOpen && current.location === this.path)) return;
    const place = current.done
      ? siblings.find((sibling) => sibling.stat.ino === current.ino && sibling.order?.by !== 'current')
      : siblings.find((sibling) => sibling.path === current.location && current.isOpen);
    const next = successors(siblings, place, current.mtimeMs);
    this.#rotateAway(current);
    await this.#appendAll(next);
    if (current.done && current !== this.current) await this.#complete(current);
  }

  #readRows(): Checkpoint[] {
    const checkpoints: Checkpoint[] = [];
    for (const { key, value } of this.#options.rows) {
      try {
        checkpoints.push(decodeCheckpoint(value));
      } catch (error) {
        this.#outbox.set(key, undefined);
        this.#environment.report({
          subject: this.path,
          message: 'the stored place in this file cannot be understood; it is left out',
          cause: error,
        });
      }
    }
    return checkpoints.sort((first, second) => first.generation - second.generation);
  }
}
