/** Reads what the files of one tailed path hold, oldest file first, into items. */
import type { LaneName } from '#protocol/lane.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import type { Batch } from './batch.ts';
import type { LaneTable } from '../../lane-of.ts';
import { channelByPath } from './channel.ts';
import { FileChain, type ChainOptions, type TailEnvironment } from './file-chain.ts';
import type { ReadResult, TailedFile } from './tailed-file.ts';

/** In the ledger: bytes that were seen and gone before they were read. */
const LOST_REASON = 'emptied-unread';

export interface PathTailOptions extends Omit<ChainOptions, 'channel'> {
  channel: LogChannel | 'auto';
  /** Of all its lines; left out: that of the channel. */
  lane?: LaneName | undefined;
  laneOf: LaneTable;
}

export class PathTail {
  readonly path: string;
  readonly #environment: TailEnvironment;
  readonly #chain: FileChain;
  readonly #knownChannel: LogChannel | undefined;
  readonly #lane: LaneName | undefined;
  readonly #laneOf: LaneTable;
  /** Something may have changed since the last refresh. */
  stale = true;
  /** There was more to read when its turn was over. */
  unfinished = false;

  constructor(environment: TailEnvironment, options: PathTailOptions) {
    this.path = options.path;
    this.#environment = environment;
    this.#lane = options.lane;
    this.#laneOf = options.laneOf;
    this.#knownChannel = options.channel === 'auto' ? channelByPath(options.path) : options.channel;
    this.#chain = new FileChain(environment, { ...options, channel: () => this.#channel });
  }

  get lane(): LaneName {
    return this.#lane ?? this.#laneOf(`log/${this.#channel ?? 'linux-syslog'}`, this.path);
  }

  get files(): readonly TailedFile[] {
    return this.#chain.files;
  }

  /** There is something to read, or a checkpoint to write. */
  get ready(): boolean {
    return this.#chain.hasPositions || this.files.some((file) => this.#isReady(file));
  }

  /** Rotated files wait here until they are quiet for long enough. */
  get draining(): boolean {
    return this.files.some((file) => file.rotated && !file.done);
  }

  /** Milliseconds until a record of several lines is complete, if nothing more comes; undefined without one. */
  get dueInMs(): number | undefined {
    const waits = this.files.flatMap((file) => this.#dueInMs(file) ?? []);
    return waits.length === 0 ? undefined : Math.min(...waits);
  }

  get #channel(): LogChannel | undefined {
    return this.#knownChannel ?? this.files.findLast((file) => file.channel !== undefined)?.channel;
  }

  /** Looks at what is at the path now. @throws when it cannot be looked at; to be tried again. */
  async refresh(): Promise<void> {
    this.stale = false;
    await this.#chain.refresh();
  }

  /** Tells the channel, and so the lane, of files that were too short for it. @throws when one cannot be read */
  async prepare(): Promise<void> {
    if (this.#channel !== undefined) return;
    for (const file of this.files) {
      if (this.#isReady(file) && !file.gone && (await this.#chain.open(file))) {
        await file.prepare(this.#environment.once || this.#isQuiet(file));
      }
    }
  }

  /** Adds records of all files of this path, oldest file first. @throws when a file cannot be read */
  async readInto(batch: Batch): Promise<void> {
    // First, since a file read below writes a newer checkpoint under the same key.
    for (const [key, value] of this.#chain.takePositions()) batch.position(key, value);
    for (const file of this.files) {
      if (batch.full) break;
      if (this.#isReady(file)) await this.#readFrom(file, batch);
    }
    const losses = this.#chain.takeLosses();
    if (losses === 0) return;
    const channel = `log/${this.#channel ?? 'linux-syslog'}` as const;
    // How many lines it were nobody knows: at least one each time.
    batch.limit({ channel, reason: LOST_REASON, count: losses, at: this.#environment.now() });
  }

  /** `once`: takes the end of the file as the end of its last record. @returns false when there is more to read. */
  async finish(batch: Batch): Promise<boolean> {
    const file = this.#chain.newest;
    if (file === undefined || file.done || !(await this.#chain.open(file))) return true;
    const result = await file.readInto(batch, true);
    return result !== 'full' && result !== 'turn';
  }

  /** The file that is read at the path now. */
  get currentId(): string | undefined {
    const { newest } = this.#chain;
    return newest === undefined || newest.done ? undefined : newest.id;
  }

  /** Keys of its positions, when all that was there is read and gone. */
  get finishedKeys(): string[] | undefined {
    return this.files.length > 0 && this.files.every((file) => file.done)
      ? this.files.map((file) => file.key)
      : undefined;
  }

  get openFiles(): number {
    return this.files.filter((file) => file.isOpen).length;
  }

  /** Closes the file at the path; it is opened again when needed. @returns how many were closed. */
  async closeCurrent(): Promise<number> {
    const current = this.#chain.newest;
    if (current === undefined || current.rotated || !current.isOpen) return 0;
    await current.close();
    return 1;
  }

  close(): Promise<void> {
    return this.#chain.close();
  }

  #isReady(file: TailedFile): boolean {
    return !file.done && (file.dirty || this.#isQuiet(file) || this.#dueInMs(file) === 0);
  }

  #dueInMs(file: TailedFile): number | undefined {
    const { groupWaitMs } = file;
    if (groupWaitMs === undefined) return undefined;
    return Math.max(0, file.activeAt + groupWaitMs - this.#environment.monotonic());
  }

  /** A rotated file whose end is final. */
  #isQuiet(file: TailedFile): boolean {
    if (!file.rotated) return false;
    if (this.#environment.once || file.compressed) return true;
    return this.#environment.monotonic() - file.activeAt >= this.#environment.rotateWaitMs;
  }

  async #readFrom(file: TailedFile, batch: Batch): Promise<void> {
    if (file.gone) {
      file.flush(batch);
      await this.#chain.complete(file);
      return;
    }
    if (file.isBlank && !file.rotated) {
      // Nothing will tell, once something was read, whether the file was filled and emptied before.
      await this.#chain.refresh();
      if (file !== this.#chain.newest) return;
    }
    if (!(await this.#chain.open(file))) return;
    const quiet = this.#isQuiet(file);
    const before = file.readTo;
    const result = await this.#readRecords(file, batch, quiet);
    if (file.readTo > before) file.activeAt = this.#environment.monotonic();
    if (result === 'rewritten') {
      await this.#chain.rewritten(file);
      return;
    }
    this.unfinished = result === 'turn';
    if (result === 'full' || result === 'turn') return;
    file.dirty = false;
    if (result === 'end' && this.#dueInMs(file) === 0) file.endGroup(batch);
    if (quiet) await this.#chain.complete(file);
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
}
