/**
 * Reads log files as they grow. Every record comes with the checkpoint of its file in the same item, so that what is
 * committed is never read again and what is not committed is. Change notices come from watching folders; a poll
 * stands behind them, so that a lost notice costs a second, not a line.
 */
import path from 'node:path';
import { LANES } from '#protocol/lane.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import { laneTable } from '../../lane-of.ts';
import type { LaneTable } from '../../lane-of.ts';
import type { PositionChange, Source, SourceContext, SourceItem, SourceProblem } from '../source.ts';
import { Batch } from './batch.ts';
import { shownPath } from './disk-name.ts';
import { expandTail, isOfTail } from './expand.ts';
import { nodeFileAccess, type FileAccess } from './file-access.ts';
import { FolderWatcher, type FolderHint } from './folder-watcher.ts';
import type { TailEnvironment } from './file-chain.ts';
import { PathTail } from './path-tail.ts';
import { groupingsOf, type GroupingFor } from './tail-grouping.ts';
import type { MultilineSettings } from './line-grouping.ts';
import type { TextEncoding } from './text-encoding.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface TailOptions {
  /** Absolute path or glob. */
  path: string;
  /** `auto`: by the file's name, else by its first lines. */
  channel: LogChannel | 'auto';
  /** `auto` (default): by the byte order mark, else UTF-8. */
  encoding?: TextEncoding | 'auto' | undefined;
  /** Of all its lines; left out: that of the channel. */
  lane?: LaneName | undefined;
  /** Which lines belong to one record; left out: what is known of the channel; `none`: every line is a record. */
  multiline?: MultilineSettings | 'none' | undefined;
  /**
   * Where to begin in a file that was there before this tail was first set up; default `beginning`. Files that come
   * later are always read from their beginning.
   */
  startAt?: 'beginning' | 'end' | undefined;
}

export interface FileSourceOptions {
  tails: readonly TailOptions[];
  /** Left out: the defaults. */
  laneOf?: LaneTable | undefined;
  /** Ends at the end of the files; default false. */
  once?: boolean | undefined;
  /** Default `file`. */
  name?: string | undefined;
  access?: FileAccess | undefined;
  /** Milliseconds that only go forward; default `monotonicNow`. */
  monotonic?: (() => number) | undefined;
  /** How often every file is looked at, whatever the watcher says; default 1,000 ms. */
  pollMs?: number | undefined;
  /** Least time between two reads of files that trickle, so that a commit covers many lines; default 200 ms. */
  settleMs?: number | undefined;
  /** How long a rotated file must be quiet to be done; default 3,000 ms. */
  rotateWaitMs?: number | undefined;
  /** How often globs are looked up again; default 10,000 ms. */
  expandMs?: number | undefined;
  /** How long a file that could not be read is left alone; default 5,000 ms. */
  retryMs?: number | undefined;
  /** Files held open, apart from those that rotation has moved away; default 128. */
  openFilesMax?: number | undefined;
}

type Settings = {
  [Key in Exclude<keyof FileSourceOptions, 'name'>]-?: Exclude<FileSourceOptions[Key], undefined>;
};

/** Files in all. */
const TAILS_MAX = 8_192;
/** How long a file must be gone before its place is forgotten: rotation may leave a log without a file for a while. */
const FORGET_MS = 3_600_000;
const EXPAND_PAUSE_FACTOR = 9;
/** Unfinished records of quiet files held in memory, in all. */
const HELD_BYTES_MAX = 8 * 1_048_576;

export function createFileSource(options: FileSourceOptions): Source {
  const settings: Settings = {
    tails: options.tails,
    laneOf: options.laneOf ?? laneTable(),
    once: options.once ?? false,
    access: options.access ?? nodeFileAccess,
    monotonic: options.monotonic ?? monotonicNow,
    pollMs: options.pollMs ?? 1_000,
    settleMs: options.settleMs ?? 200,
    rotateWaitMs: options.rotateWaitMs ?? 3_000,
    expandMs: options.expandMs ?? 10_000,
    retryMs: options.retryMs ?? 5_000,
    openFilesMax: options.openFilesMax ?? 128,
  };
  return {
    name: options.name ?? 'file',
    async *open(context) {
      const groupings = await groupingsOf(settings.tails, context.report);
      const session = new TailSession(settings, context, groupings);
      try {
        yield* session.run();
      } finally {
        await session.close();
      }
    },
  };
}

interface Tail {
  tail: PathTail;
  /** Not touched before this time, after a fault. */
  blockedUntil: number;
  /** Since when all that was there is read and gone. */
  finishedAt?: number | undefined;
}

class TailSession {
  readonly #settings: Settings;
  readonly #groupings: GroupingFor;
  readonly #context: SourceContext;
  readonly #environment: TailEnvironment;
  readonly #watcher: FolderWatcher;
  readonly #tails = new Map<string, Tail>();
  readonly #rows: Map<string, { key: string; value: string }[]>;
  /** Faults told, by subject; told again only when they change. */
  readonly #told = new Map<string, string>();
  readonly #firstTime: Set<string>;
  #markers: PositionChange[] = [];
  #caughtUp = false;
  #openFiles = 0;
  #expandedAt = Number.NEGATIVE_INFINITY;
  #expandCostMs = 0;
  /** Names came or went since they were looked up. */
  #namesChanged = false;
  #areKnownAdded = false;
  #polledAt = Number.NEGATIVE_INFINITY;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: Settings, context: SourceContext, groupings: GroupingFor) {
    this.#settings = settings;
    this.#groupings = groupings;
    this.#context = context;
    this.#environment = {
      access: settings.access,
      now: context.now,
      monotonic: settings.monotonic,
      report: ({ subject, ...rest }) => context.report({ ...rest, subject: shownPath(subject) }),
      rotateWaitMs: settings.rotateWaitMs,
      once: settings.once,
    };
    this.#watcher = new FolderWatcher(settings.access, (problem) => {
      this.#tell(problem);
    });
    this.#rows = new Map();
    const known = new Set<string>();
    for (const [key, value] of context.positions.entries()) {
      const file = /^file:\d+:(.*)$/s.exec(key)?.[1];
      if (file === undefined) known.add(key);
      else this.#rows.set(file, [...(this.#rows.get(file) ?? []), { key, value }]);
    }
    const newTails = settings.tails.filter((tail) => !known.has(markerKey(tail)));
    this.#firstTime = new Set(newTails.map((tail) => tail.path));
    this.#markers = newTails.map((tail) => ({ key: markerKey(tail), value: '{}' }));
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal } = this.#context;
    while (!signal.aborted) {
      await this.#look();
      let item = await this.#nextItem();
      while (item !== undefined) {
        yield item;
        if (signal.aborted) return;
        item = await this.#nextItem();
      }
      if (!this.#caughtUp) this.#context.caughtUp?.();
      this.#caughtUp = true;
      this.#firstTime.clear();
      this.#restrain();
      if (this.#settings.once) {
        yield* this.#finish();
        return;
      }
      // One that yields little has more to read, when others had their turn.
      if ([...this.#tails.values()].some((entry) => entry.tail.unfinished && this.#isReady(entry))) {
        await this.#context.pace?.turn();
        await nextTurn();
        continue;
      }
      await this.#watcher.changed(this.#waitMs(), signal);
      await this.#settle();
    }
  }

  async close(): Promise<void> {
    this.#watcher.close();
    for (const { tail } of this.#tails.values()) await tail.close();
  }

  /** Finds files that are new and notices what happened to known ones. */
  async #look(): Promise<void> {
    const time = this.#settings.monotonic();
    this.#lookedAt = time;
    const poll = time - this.#polledAt >= this.#settings.pollMs;
    const hints = this.#watcher.take();
    if (this.#applyHints(hints)) this.#namesChanged = true;
    const sinceMs = time - this.#expandedAt;
    // However many names come and go, looking them up takes at most a tenth of the time.
    const soon = this.#namesChanged && sinceMs >= this.#expandCostMs * EXPAND_PAUSE_FACTOR;
    if (soon || sinceMs >= this.#settings.expandMs) {
      this.#expandedAt = time;
      this.#namesChanged = false;
      this.#expand();
      this.#expandCostMs = this.#settings.monotonic() - time;
    }
    if (poll) {
      this.#polledAt = time;
      if (!this.#settings.once) this.#watcher.check();
    }
    for (const entry of this.#tails.values()) {
      if ((poll || entry.tail.stale) && time >= entry.blockedUntil) {
        await this.#guard(entry, () => entry.tail.refresh());
      }
    }
  }

  /** @returns whether something happened to a name that no tail has yet. */
  #applyHints(hints: readonly FolderHint[]): boolean {
    let unknown = false;
    const folders = new Map<string, 'all' | 'draining'>();
    for (const { folder, name, renamed } of hints) {
      const known = name === undefined ? undefined : this.#tails.get(path.join(folder, name));
      if (known !== undefined) {
        known.tail.stale = true;
        continue;
      }
      unknown ||= renamed;
      if (name === undefined || !folders.has(folder))
        folders.set(folder, name === undefined ? 'all' : 'draining');
    }
    if (folders.size === 0) return unknown;
    for (const { tail } of this.#tails.values()) {
      const which = folders.get(path.dirname(tail.path));
      if (which === 'all' || (which === 'draining' && tail.draining)) tail.stale = true;
    }
    return unknown;
  }

  #expand(): void {
    const folders = new Set<string>();
    const ids = this.#currentIds();
    for (const options of this.#settings.tails) {
      try {
        const found = expandTail(
          this.#settings.access,
          options.path,
          (file) => this.#tails.has(file) || this.#rows.has(file),
        );
        for (const folder of found.folders) folders.add(folder);
        const refused = found.files.filter((file) => !this.#mayAdd(file, options, ids)).length;
        if (found.truncated || refused > 0) {
          this.#tell({
            subject: options.path,
            message: `the pattern stands for too many files; only the first ${found.files.length - refused} are read`,
          });
        } else this.#told.delete(options.path);
      } catch (error) {
        this.#tell({
          subject: options.path,
          message: 'the folder cannot be read; it is tried again',
          cause: error,
        });
      }
    }
    this.#addMovedAway(ids);
    this.#forgetVanished();
    if (!this.#settings.once) this.#watcher.watch(folders);
  }

  /** Logs that were read once and are not there now: moved away while nobody read, they may hold more. */
  #addMovedAway(ids: Map<string, string>): void {
    if (this.#areKnownAdded) return;
    this.#areKnownAdded = true;
    for (const file of this.#rows.keys()) {
      if (this.#tails.has(file)) continue;
      const options = this.#settings.tails.find((tail) => isOfTail(tail.path, file));
      if (options !== undefined) this.#mayAdd(file, options, ids);
    }
  }

  /** Paths by the file that is read at each. */
  #currentIds(): Map<string, string> {
    const ids = new Map<string, string>();
    for (const { tail } of this.#tails.values()) {
      if (tail.currentId !== undefined) ids.set(tail.currentId, tail.path);
    }
    return ids;
  }

  /** Adds a file, unless it is read under another name. @returns false when there are too many. */
  #mayAdd(file: string, options: TailOptions, ids: Map<string, string>): boolean {
    if (this.#tails.has(file)) return true;
    if (this.#tails.size >= TAILS_MAX) return false;
    let id: string | undefined;
    try {
      id = this.#settings.access.stat(file)?.id;
    } catch {
      // Its own reading says why it cannot be looked at.
    }
    const other = id === undefined ? undefined : ids.get(id);
    // A link, or a second name, of what is read already.
    if (other !== undefined && this.#settings.access.stat(other)?.id === id) {
      this.#tell({ subject: file, message: `it is the same file as ${other}, and is read there` });
      return true;
    }
    if (id !== undefined) ids.set(id, file);
    this.#addTail(file, options);
    return true;
  }

  /** What a glob found is forgotten when it was read to its end and has been gone for long. */
  #forgetVanished(): void {
    const time = this.#settings.monotonic();
    const named = new Set(this.#settings.tails.map((tail) => tail.path));
    const waitMs = this.#tails.size > TAILS_MAX / 2 ? 0 : FORGET_MS;
    for (const [file, entry] of this.#tails) {
      const keys = named.has(file) ? undefined : entry.tail.finishedKeys;
      if (keys === undefined) {
        entry.finishedAt = undefined;
        continue;
      }
      entry.finishedAt ??= time;
      if (time - entry.finishedAt < waitMs) continue;
      this.#tails.delete(file);
      this.#rows.delete(file);
      this.#told.delete(shownPath(file));
      this.#markers.push(...keys.map((key) => ({ key, value: undefined })));
    }
  }

  #addTail(file: string, options: TailOptions): void {
    if (this.#tails.has(file)) return;
    const atEnd = !this.#settings.once && options.startAt === 'end' && this.#firstTime.has(options.path);
    const tail = new PathTail(this.#environment, {
      path: file,
      channel: options.channel,
      lane: options.lane,
      laneOf: this.#settings.laneOf,
      encoding: options.encoding ?? 'auto',
      startAt: atEnd ? 'end' : 'beginning',
      rows: this.#rows.get(file) ?? [],
      groupOf: this.#groupings(options, file),
    });
    this.#tails.set(file, { tail, blockedUntil: Number.NEGATIVE_INFINITY });
  }

  async #nextItem(): Promise<SourceItem | undefined> {
    const ready = [...this.#tails.values()].filter((entry) => this.#isReady(entry));
    for (const entry of ready) await this.#guard(entry, () => entry.tail.prepare());
    for (const lane of LANES) {
      if (!ready.some(({ tail }) => tail.lane === lane) || this.#context.mayRead?.(lane) === false) continue;
      const batch = new Batch(lane);
      for (const entry of ready) {
        if (batch.full) break;
        if (entry.tail.lane !== lane || !this.#isReady(entry)) continue;
        await this.#guard(entry, () => entry.tail.readInto(batch));
        this.#rotateTurns(entry);
      }
      if (!batch.empty) return batch.item();
    }
    if (this.#markers.length === 0) return undefined;
    const positions = this.#markers;
    this.#markers = [];
    return { lane: 'standard', records: [], positions };
  }

  #isReady(entry: Tail): boolean {
    return entry.tail.ready && this.#settings.monotonic() >= entry.blockedUntil;
  }

  /** Who was read goes to the end of the line, so that one busy log cannot starve the others. */
  #rotateTurns(entry: Tail): void {
    this.#tails.delete(entry.tail.path);
    this.#tails.set(entry.tail.path, entry);
  }

  async *#finish(): AsyncGenerator<SourceItem, void, void> {
    for (const entry of this.#tails.values()) {
      let finished = false;
      while (!finished && !this.#context.signal.aborted) {
        const batch = new Batch(entry.tail.lane);
        finished = true;
        await this.#guard(entry, async () => {
          finished = await entry.tail.finish(batch);
        });
        if (!batch.empty) yield batch.item();
      }
    }
  }

  /** Runs a step of one tail; a fault is told and the tail left alone for a while. Closes what is open in excess. */
  async #guard(entry: Tail, step: () => Promise<void>): Promise<void> {
    const openBefore = entry.tail.openFiles;
    await this.#attempt(entry, step);
    this.#openFiles += entry.tail.openFiles - openBefore;
    if (this.#openFiles > this.#settings.openFilesMax) this.#openFiles -= await entry.tail.closeCurrent();
  }

  async #attempt(entry: Tail, step: () => Promise<void>): Promise<void> {
    const subject = shownPath(entry.tail.path);
    try {
      await step();
      if (entry.blockedUntil > Number.NEGATIVE_INFINITY) {
        entry.blockedUntil = Number.NEGATIVE_INFINITY;
        if (this.#told.delete(subject)) this.#context.resolved?.(subject);
      }
    } catch (error) {
      entry.blockedUntil = this.#settings.monotonic() + this.#settings.retryMs;
      entry.tail.stale = true;
      const reason = error instanceof Error ? error.message : String(error);
      this.#tell({ subject, message: `the file cannot be read; it is tried again: ${reason}`, cause: error });
    }
  }

  #tell({ subject, ...rest }: SourceProblem): void {
    const problem = { ...rest, subject: shownPath(subject) };
    if (this.#told.get(problem.subject) === problem.message) return;
    this.#told.set(problem.subject, problem.message);
    this.#context.report(problem);
  }

  /** Keeps the memory of unfinished records within bounds; they are read again when they go on. */
  #restrain(): void {
    let heldBytes = 0;
    for (const { tail } of this.#tails.values()) {
      for (const file of tail.files) {
        heldBytes += file.heldBytes;
        if (heldBytes <= HELD_BYTES_MAX || file.gone) continue;
        heldBytes -= file.heldBytes;
        file.forget();
      }
    }
  }

  #waitMs(): number {
    const time = this.#settings.monotonic();
    const draining = [...this.#tails.values()].some((entry) => entry.tail.draining);
    const waits = [...this.#tails.values()].flatMap(({ tail }) => tail.dueInMs ?? []);
    waits.push(this.#polledAt + this.#settings.pollMs - time);
    if (draining) waits.push(this.#settings.rotateWaitMs / 2);
    return Math.max(
      0,
      waits.reduce((least, wait) => Math.min(least, wait)),
    );
  }

  /** Lets lines gather when the last look was just now. */
  async #settle(): Promise<void> {
    const waitMs = this.#lookedAt + this.#settings.settleMs - this.#settings.monotonic();
    if (waitMs > 0) await this.#watcher.pause(waitMs, this.#context.signal);
  }
}

/** Lets what waits for the event loop have its turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function markerKey(tail: TailOptions): string {
  return `tail:${tail.path}`;
}
