/**
 * The spool over node:sqlite. Records, positions and counters change in one synced transaction, memory follows
 * only after it. Every sequence handed out is at any time exactly one of: waiting, acknowledged, in a loss range.
 * Over `bytesMax` the lowest-priority lane loses its oldest records first, by name and count.
 */
import assert from 'node:assert/strict';
import type { DatabaseSync } from 'node:sqlite';
import { LANES, laneNumber } from '#protocol/lane.ts';
import { faultPoint } from '../fault-point.ts';
import type { PositionReader, SourceItem } from '../sources/source.ts';
import { checksum, takeRecords } from './chunk.ts';
import { openDatabase, transaction } from './database.ts';
import type { LaneState, SpoolState } from './database.ts';
import { encodeRecord } from './encode-record.ts';
import { LaneDraft } from './lane-draft.ts';
import { countLost } from './loss-ranges.ts';
import { salvage, setAside } from './salvage.ts';
import { SpoolFullError, SpoolInconsistentError, isCorruption, toSpoolError } from './spool-error.ts';
import type { Lease, LossRange, Spool, SpoolStatus } from './spool.ts';
import { chunkRow, prepareStatements } from './statements.ts';
import type { ChunkRow, Statements } from './statements.ts';
import { seedSuccessor } from './successor.ts';
import type { SpoolReset } from './successor.ts';

export interface SpoolOptions {
  file: string;
  /** Size of all waiting records; above it the oldest of the lowest lane are dropped. */
  bytesMax: number;
  /** Records that waited longer are dropped at the next commit. Left out: they wait for ever. */
  ageMsMax?: number | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
  /** That many random bytes. */
  random: (bytes: number) => Uint8Array;
  /** Told when a corrupt database was set aside and the spool started anew. */
  onReset?: ((reset: SpoolReset) => void) | undefined;
}

const EPOCH_BYTES = 16;
const POSITIONS_PER_READ = 500;
/** Acknowledgements between two looks at whether the file can shrink. */
const SHRINK_EVERY = 256;
const SHRINK_PAGES = 256;

/**
 * @throws SpoolBusyError when another process holds it, SpoolFullError when it cannot be written. A database
 *   that cannot be read is not an error: it is set aside, and a `spool-reset` record tells of it.
 */
export function openSpool(options: SpoolOptions): Spool {
  return new SqliteSpool(options);
}

interface Opened {
  db: DatabaseSync;
  sql: Statements;
  state: SpoolState;
}

/** What a transaction changes beside the lanes. */
type Change = Partial<Pick<SpoolState, 'epoch' | 'dropped' | 'online' | 'sentBefore'>>;

function must<T>(value: T | undefined): T {
  assert(value !== undefined);
  return value;
}

class SqliteSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #waiters = new Set<() => void>();
  #db: DatabaseSync;
  #sql: Statements;
  #state: SpoolState;
  #acknowledgements = 0;
  #closed = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
    const { db, sql, state } = this.#open();
    this.#db = db;
    this.#sql = sql;
    this.#state = state;
    this.#writeSentBefore();
  }

  get epoch(): string {
    return this.#state.epoch;
  }

  renewEpoch(): void {
    this.#guard(() => {
      this.#write((drafts) => {
        for (const draft of drafts) draft.base = draft.acknowledged;
        return {
          epoch: this.#newEpoch(),
          online: false,
          sentBefore: drafts.map(({ acknowledged }) => acknowledged),
        };
      });
    });
    this.#wake();
  }

  sentBefore(): number[] {
    const { lanes, sentBefore } = this.#state;
    return lanes.map(({ base }, lane) => Math.max(0, (sentBefore[lane] ?? 0) - base));
  }

  noteSession(): void {
    if (this.#state.online) return;
    this.#guard(() => {
      this.#write(() => ({ online: true }));
    });
  }

  commit(sourceName: string, items: readonly SourceItem[]): void {
    const work = (): void => {
      this.#write(
        (drafts) => this.#insert(drafts, sourceName, items),
        () => faultPoint('agent.before-spool-commit'),
      );
    };
    // The new database holds what could be salvaged, so the same items go into it.
    if (!this.#guard(work)) this.#guard(work);
    faultPoint('agent.after-spool-commit');
    this.#wake();
  }

  lease(lane: number, afterSeq: number, limits: { eventsMax: number; bytesMax: number }): Lease | undefined {
    let lease: Lease | undefined;
    this.#guard(() => {
      lease = this.#lease(lane, afterSeq, limits);
    });
    return lease;
  }

  acknowledge(lane: number, seq: number): void {
    const { base, next, acknowledged } = this.#lane(lane);
    const physical = seq + base;
    if (physical >= next) throw new RangeError(`lane ${lane} has no sequence ${seq} yet`);
    if (physical <= acknowledged) return;
    this.#guard(() => {
      faultPoint('agent.before-ack-delete');
      // A lost deletion is done again after the next session's welcome, so it need not wait for the disk.
      this.#db.exec('PRAGMA synchronous = NORMAL');
      try {
        this.#write((drafts) => must(drafts[lane]).acknowledge(physical));
      } finally {
        this.#db.exec('PRAGMA synchronous = FULL');
      }
      faultPoint('agent.after-ack-delete');
      this.#shrink();
    });
  }

  losses(lane: number): LossRange[] {
    const { base, losses } = this.#lane(lane);
    return losses.map(({ fromSeq, toSeq, reason }) => ({
      lane,
      fromSeq: fromSeq - base,
      toSeq: toSeq - base,
      reason,
    }));
  }

  positions(sourceName: string): PositionReader {
    return {
      get: (key) => {
        const value = this.#read((sql) => sql.readPosition.get(sourceName, key))?.['value'];
        return typeof value === 'string' ? value : undefined;
      },
      entries: () => this.#positionEntries(sourceName),
    };
  }

  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.#closed) {
        resolve();
        return;
      }
      const finish = (): void => {
        this.#waiters.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      this.#waiters.add(finish);
      signal.addEventListener('abort', finish, { once: true });
    });
  }

  status(): SpoolStatus {
    return {
      epoch: this.#state.epoch,
      lanes: this.#state.lanes.map(({ next, acknowledged, base, losses }, lane) => ({
        lane,
        nextSeq: next - base,
        waiting: next - 1 - acknowledged - countLost(losses),
        acknowledgedSeq: acknowledged - base,
      })),
      waitingBytes: this.#waitingBytes(this.#state.lanes),
      bytesMax: this.#options.bytesMax,
      droppedRecords: this.#state.dropped,
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#db.close();
    this.#wake();
  }

  #open(): Opened {
    const { file } = this.#options;
    try {
      const { db, state } = openDatabase(file, () => this.#newEpoch());
      return { db, sql: prepareStatements(db), state };
    } catch (error) {
      if (!isCorruption(error)) throw toSpoolError(error, file);
      return this.#replaceDatabase(error);
    }
  }

  /** What this process adds before its first session is not sent by it: the next one must know the border. */
  #writeSentBefore(): void {
    const sentBefore = [...this.#state.sentBefore];
    try {
      this.#guard(() => {
        this.#write(() => ({ sentBefore }));
      });
    } catch (error) {
      // Left unwritten it stands for more than was sent, as if there had been a session.
      if (!(error instanceof SpoolFullError)) throw error;
    }
  }

  #newEpoch(): string {
    return Buffer.from(this.#options.random(EPOCH_BYTES)).toString('hex');
  }

  #lane(lane: number): LaneState {
    const state = this.#state.lanes[lane];
    if (state === undefined) throw new RangeError(`lane ${lane} does not exist`);
    return state;
  }

  #waitingBytes(lanes: readonly LaneState[]): number {
    return lanes.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  #wake(): void {
    for (const finish of this.#waiters) finish();
  }

  /**
   * Runs `work`, turning SQLite's errors into the spool's. When the database proves corrupt it is replaced.
   * @returns false when it was replaced, and `work` was not done.
   */
  #guard(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!isCorruption(error)) throw toSpoolError(error, this.#options.file);
      this.#db.close();
      const { db, sql, state } = this.#replaceDatabase(error);
      this.#db = db;
      this.#sql = sql;
      this.#state = state;
      this.#wake();
      return false;
    }
  }

  /** A read that is done again on the successor when the database proves corrupt. */
  #read<T>(read: (sql: Statements) => T): T {
    let result: { value: T } | undefined;
    const work = (): void => {
      result = { value: read(this.#sql) };
    };
    if (!this.#guard(work)) this.#guard(work);
    return must(result).value;
  }

  /** One transaction over the tables and the lanes' counters; `this.#state` follows when it is durable. */
  #write(change: (drafts: LaneDraft[]) => Change | void, beforeCommit?: () => void): void {
    const drafts = this.#state.lanes.map((old, lane) => new LaneDraft(lane, old, this.#sql));
    this.#state = transaction(this.#db, () => {
      const changed = change(drafts) ?? {};
      for (const draft of drafts) draft.save();
      const epoch = changed.epoch ?? this.#state.epoch;
      const dropped = this.#state.dropped + (changed.dropped ?? 0);
      if (epoch !== this.#state.epoch) this.#sql.writeMeta.run(epoch, 'epoch');
      if (dropped !== this.#state.dropped) this.#sql.writeMeta.run(String(dropped), 'dropped');
      const { online = this.#state.online, sentBefore = this.#state.sentBefore } = changed;
      // Nothing written stands for everything that the next process finds.
      if (online !== this.#state.online || sentBefore !== this.#state.sentBefore) {
        this.#sql.writeMeta.run(online ? '' : sentBefore.join(','), 'sent-before');
      }
      beforeCommit?.();
      return { epoch, dropped, online, sentBefore, lanes: drafts.map(({ state }) => state) };
    });
  }

  #insert(drafts: LaneDraft[], sourceName: string, items: readonly SourceItem[]): { dropped: number } {
    const encoded = LANES.map((): (string | undefined)[] => []);
    for (const item of items) {
      const records = must(encoded[laneNumber(item.lane)]);
      for (const record of item.records) records.push(encodeRecord(record));
      for (const { key, value } of item.positions) {
        if (value === undefined) this.#sql.deletePosition.run(sourceName, key);
        else this.#sql.writePosition.run(sourceName, key, value);
      }
    }
    const nowMs = this.#options.now();
    let dropped = 0;
    for (const [lane, records] of encoded.entries()) dropped += must(drafts[lane]).append(records, nowMs);
    return { dropped: dropped + this.#dropOld(drafts, nowMs) + this.#dropExcess(drafts) };
  }

  #dropOld(drafts: LaneDraft[], nowMs: number): number {
    const { ageMsMax } = this.#options;
    if (ageMsMax === undefined) return 0;
    let dropped = 0;
    for (const draft of drafts) {
      while (draft.bytes > 0) {
        const oldest = draft.oldest();
        if (oldest.at >= nowMs - ageMsMax) break;
        dropped += draft.drop(oldest, 'spool-age');
      }
    }
    return dropped;
  }

  #dropExcess(drafts: LaneDraft[]): number {
    let dropped = 0;
    while (this.#waitingBytes(drafts) > this.#options.bytesMax) {
      // The last lane is the least important one.
      const draft = must(drafts.findLast(({ bytes }) => bytes > 0));
      dropped += draft.drop(draft.oldest(), 'spool-full');
    }
    return dropped;
  }

  #lease(lane: number, afterSeq: number, limits: { eventsMax: number; bytesMax: number }): Lease | undefined {
    const { base, acknowledged } = this.#lane(lane);
    let from = Math.max(afterSeq + base, acknowledged) + 1;
    let bytesLeft = limits.bytesMax;
    let firstSeq: number | undefined;
    const records: string[] = [];
    while (records.length < limits.eventsMax) {
      const row = this.#sql.chunkFrom.get(lane, lane, from, from);
      if (row === undefined) break;
      const chunk = chunkRow(row);
      const start = Math.max(chunk.firstSeq, from);
      if (firstSeq !== undefined && start !== from) break;
      const payload = this.#readPayload(lane, chunk);
      if (payload === undefined) continue;
      firstSeq ??= start;
      const taken = takeRecords(payload, start - chunk.firstSeq, {
        eventsMax: limits.eventsMax - records.length,
        bytesMax: bytesLeft,
        // A lone record above the caller's bound still goes: it fits a frame, and the lane must move on.
        oneAtLeast: records.length === 0,
      });
      for (const json of taken.records) records.push(json);
      bytesLeft -= taken.bytes;
      from = start + taken.records.length;
      if (!taken.whole) break;
    }
    if (firstSeq === undefined) return undefined;
    return { lane, firstSeq: firstSeq - base, records };
  }

  /** @returns undefined when the payload is damaged: it is now a named loss. */
  #readPayload(lane: number, chunk: ChunkRow): Buffer | undefined {
    const payload = this.#sql.payload.get(lane, chunk.firstSeq)?.['payload'];
    if (!(payload instanceof Uint8Array)) throw new SpoolInconsistentError('a chunk has no payload');
    if (checksum(payload) === chunk.crc)
      return Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#write((drafts) => ({ dropped: must(drafts[lane]).drop(chunk, 'spool-corrupt') }));
    return undefined;
  }

  *#positionEntries(sourceName: string): Generator<[key: string, value: string]> {
    let rows = this.#read((sql) => sql.firstPositions.all(sourceName, POSITIONS_PER_READ));
    while (rows.length > 0) {
      let last = '';
      for (const row of rows) {
        last = String(row['key']);
        yield [last, String(row['value'])];
      }
      rows = this.#read((sql) => sql.nextPositions.all(sourceName, last, POSITIONS_PER_READ));
    }
  }

  /** Gives pages of deleted records back to the file system, a few at a time. */
  #shrink(): void {
    this.#acknowledgements += 1;
    if (this.#acknowledgements % SHRINK_EVERY === 0)
      this.#db.exec(`PRAGMA incremental_vacuum(${SHRINK_PAGES})`);
  }

  /** Sets the corrupt database aside and makes a new one from what it still tells. */
  #replaceDatabase(cause: unknown): Opened {
    const { file, now, onReset } = this.#options;
    const aside = setAside(file, now());
    const rest = salvage(aside);
    const lostRecords = rest.waiting?.reduce((sum, waiting) => sum + waiting, 0);
    const reset: SpoolReset = { cause, setAside: aside, lostRecords, positionsKept: rest.positions.length };
    const { db } = openDatabase(file, () => this.#newEpoch());
    const sql = prepareStatements(db);
    const state = seedSuccessor(db, sql, rest, reset, now());
    onReset?.(reset);
    return { db, sql, state };
  }
}
