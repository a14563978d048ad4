/**
 * The spool over node:sqlite. Records, positions and counters change in one synced transaction, memory follows
 * only after it. Every sequence handed out is at any time exactly one of: waiting, acknowledged, in a loss range.
 * Over `bytesMax` the lowest-priority lane loses its oldest records first, by name and count.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { faultPoint } from '../fault-point.ts';
import type { PositionReader, SourceItem } from '../sources/source.ts';
import { checksum } from './chunk.ts';
import { offlineMarkerOf, transaction } from './database.ts';
import type { LaneState, SpoolState } from './database.ts';
import { insertItems } from './insert-items.ts';
import { LaneDraft } from './lane-draft.ts';
import { lanePolicies } from './lane-policy.ts';
import type { LanePolicy } from './lane-policy.ts';
import { leaseRecords } from './lease-records.ts';
import type { LeaseLimits } from './lease-records.ts';
import { countLost } from './loss-ranges.ts';
import { newEpoch, openOrReplace, replaceDatabase } from './open-or-replace.ts';
import type { OpenOptions } from './open-or-replace.ts';
import { forgetExcess, forgetExpired, forgetHalf, giveUp, sumOf } from './room.ts';
import { spoolPositions } from './spool-positions.ts';
import { SpoolFullError, SpoolInconsistentError, isCorruption, toSpoolError } from './spool-error.ts';
import type { Lease, LossRange, Spool, SpoolStatus } from './spool.ts';
import { chunkRow } from './statements.ts';
import type { ChunkRow, Statements } from './statements.ts';
import {
  firstTallyScope,
  keepSince,
  placeKey,
  readTally,
  readTallyScope,
  writeTallyScope,
} from './tally-scope.ts';
import type { TallyScope } from './tally-scope.ts';
import { HOUR_MS, TALLY_KEEP_MS, TallyDraft, hourOf, tallyRow } from './tally.ts';
import type { TallyRow } from './tally.ts';
import { must } from '../must.ts';

export interface SpoolOptions extends OpenOptions {
  /** Size of all waiting records; above it records are dropped, see lane-policy.ts. */
  bytesMax: number;
  /** Size of the acknowledged records that are kept; left out: a quarter of `bytesMax`. */
  retainBytesMax?: number | undefined;
  /** By lane; left out: the defaults. */
  policies?: readonly LanePolicy[] | undefined;
  /** Free space of the disk; left out: as the file system says. */
  freeBytes?: (() => number) | undefined;
}

const RETAIN_SHARE = 0.25;
/** How often old copies and told tallies are looked for, and the file is given back what it no longer needs. */
const TIDY_EVERY_MS = 60_000;
/** Pages of 4 KiB: 8 MiB a minute cost little and give back a gigabyte in two hours. */
const SHRINK_PAGES = 2_048;
/** Below it, what is kept of acknowledged records is halved every minute. */
const FREE_BYTES_MIN = 128 * 1_048_576;

function freeBytesAt(file: string): number {
  const { bavail, bsize } = fs.statfsSync(path.dirname(file));
  return bavail * bsize;
}

/**
 * @throws SpoolBusyError when another process holds it, SpoolFullError when it cannot be written. A database
 *   that cannot be read is not an error: it is set aside, and a `spool-reset` record tells of it.
 */
export function openSpool(options: SpoolOptions): Spool {
  return new SqliteSpool(options);
}

/** What a transaction changes beside the lanes. */
type Change = Partial<Pick<SpoolState, 'epoch' | 'dropped' | 'online' | 'sentBefore'>>;

class SqliteSpool implements Spool {
  readonly #options: SpoolOptions;
  readonly #waiters = new Set<() => void>();
  #db: DatabaseSync;
  #sql: Statements;
  #state: SpoolState;
  #policies: readonly LanePolicy[];
  #tallyScope: TallyScope;
  #tallyScopeKept = false;
  /** What is counted under the present name already: what was there at the opening, and what was told since. */
  #tallyBefore: Map<string, TallyRow>;
  #tidiedMs = -Infinity;
  #closed = false;

  constructor(options: SpoolOptions) {
    this.#options = options;
    this.#policies = options.policies ?? lanePolicies();
    const { db, sql, state } = openOrReplace(options);
    this.#db = db;
    this.#sql = sql;
    this.#state = state;
    this.#tallyScope = this.#openTallyScope();
    this.#tallyBefore = this.#read((statements) => readTally(statements));
    this.#writeSentBefore();
  }

  get epoch(): string {
    return this.#state.epoch;
  }

  applyPolicies(policies: readonly LanePolicy[]): void {
    this.#policies = policies;
    this.#tidiedMs = -Infinity;
  }

  get tallyScope(): TallyScope {
    return this.#tallyScope;
  }

  renewEpoch(): void {
    const countsId = newEpoch(this.#options);
    this.#guard(() => {
      this.#write((drafts) => {
        // It stays counted under the old name.
        keepSince(this.#sql, this.#tallyBefore);
        writeTallyScope(this.#sql, { ...this.#tallyScope, countsId });
        for (const draft of drafts) {
          // Under another epoch nobody can ask for them.
          draft.forgetAll();
          draft.base = draft.acknowledged;
        }
        return {
          epoch: newEpoch(this.#options),
          online: false,
          sentBefore: drafts.map(({ acknowledged }) => acknowledged),
        };
      });
    });
    this.#tallyScope = { ...this.#tallyScope, countsId };
    this.#tallyBefore = new Map();
    this.#wake();
  }

  sentBefore(): number[] {
    const { lanes, sentBefore } = this.#state;
    return lanes.map(({ base }, lane) => Math.max(0, (sentBefore[lane] ?? 0) - base));
  }

  noteSession(): void {
    if (this.#state.online) return;
    const noted = this.#unlessFull(() => {
      this.#guard(() => {
        this.#write(() => ({ online: true }));
      });
    });
    // Else what is sent now would look to the next process as another history of this spool.
    if (!noted) this.#guard(() => fs.rmSync(offlineMarkerOf(this.#options.file), { force: true }));
  }

  commit(sourceName: string, items: readonly SourceItem[]): void {
    const work = (): void => {
      this.#write(
        (drafts, tally) => {
          const nowMs = this.#options.now();
          const unsendable = insertItems({ drafts, tally, sql: this.#sql }, sourceName, items, nowMs);
          const dropped = unsendable + giveUp(drafts, this.#bounds, nowMs);
          forgetExcess(drafts, this.#bounds);
          return { dropped };
        },
        () => faultPoint('agent.before-spool-commit'),
      );
    };
    const insert = (): void => {
      // The new database holds what could be salvaged, so the same items go into it.
      if (!this.#guard(work)) this.#guard(work);
    };
    this.#withRoom(insert);
    faultPoint('agent.after-spool-commit');
    this.#tidy();
    this.#wake();
  }

  lease(lane: number, afterSeq: number, limits: LeaseLimits): Lease | undefined {
    const { base } = this.#lane(lane);
    let lease: Lease | undefined;
    this.#guard(() => {
      const from = afterSeq + base + 1;
      const leased = leaseRecords(this.#sql, lane, from, limits, (chunk) => this.#readPayload(lane, chunk));
      lease = leased && { lane, ...leased, firstSeq: leased.firstSeq - base };
    });
    return lease;
  }

  acknowledge(lane: number, seq: number): void {
    const { base, next, acknowledged } = this.#lane(lane);
    const physical = seq + base;
    if (physical >= next) throw new RangeError(`lane ${lane} has no sequence ${seq} yet`);
    if (physical <= acknowledged) return;
    faultPoint('agent.before-ack-delete');
    const { epoch } = this;
    this.#withRoom(() => {
      // Refused once and tried again, the spool may have begun anew meanwhile.
      if (this.epoch !== epoch) return;
      this.#guard(() => {
        // A lost deletion is done again after the next session's welcome.
        this.#writeSoon((drafts) => {
          const retainMs = this.#policies[lane]?.retainMs ?? 0;
          must(drafts[lane]).acknowledge(physical, this.#options.now(), retainMs);
          if (retainMs > 0) forgetExcess(drafts, this.#bounds);
        });
      });
    });
    faultPoint('agent.after-ack-delete');
    this.#tidy();
  }

  untoldTally(rowsMax: number): TallyRow[] {
    return this.#read((sql) => sql.untoldTally.all(rowsMax)).map(tallyRow);
  }

  tallyTold(rows: readonly TallyRow[]): void {
    this.#guard(() => {
      this.#writeSoon(() => {
        for (const { hourMs, lane, channel, revision } of rows)
          this.#sql.tellTally.run(revision, hourMs, lane, channel, revision);
      });
    });
    for (const row of rows) this.#tallyBefore.set(placeKey(row), row);
  }

  retellTally(): void {
    this.#guard(() => {
      this.#writeSoon(() => void this.#sql.retellTally.run());
    });
    this.#wake();
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
    return spoolPositions((query) => this.#read(query), sourceName);
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
      lanes: this.#state.lanes.map(({ next, acknowledged, base, losses, bytes, retainedBytes }, lane) => ({
        lane,
        nextSeq: next - base,
        waiting: next - 1 - acknowledged - countLost(losses),
        acknowledgedSeq: acknowledged - base,
        bytes,
        retainedBytes,
      })),
      waitingBytes: sumOf(this.#state.lanes.map(({ bytes }) => bytes)),
      bytesMax: this.#options.bytesMax,
      retainBytesMax: this.#bounds.retainBytesMax,
      droppedRecords: this.#state.dropped,
    };
  }

  oldestWaitingAt(lane: number): number | null {
    const { next, acknowledged } = this.#lane(lane);
    const seq = acknowledged + 1;
    if (next <= seq || this.#closed) return null;
    const row = this.#read((sql) => sql.chunkFrom.get(lane, lane, seq, seq));
    return row === undefined ? null : chunkRow(row).at;
  }

  releaseMemory(): void {
    this.#db.exec('PRAGMA shrink_memory');
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#db.close();
    this.#wake();
  }

  get #bounds(): { bytesMax: number; retainBytesMax: number; policies: readonly LanePolicy[] } {
    const { bytesMax, retainBytesMax = Math.floor(bytesMax * RETAIN_SHARE) } = this.#options;
    return { bytesMax, retainBytesMax, policies: this.#policies };
  }

  /** Not written yet when it is new: the next write does it, so that no count is ever durable without a name. */
  #openTallyScope(): TallyScope {
    const known = readTallyScope(this.#db);
    this.#tallyScopeKept = known !== undefined;
    return known ?? firstTallyScope(this.#state, this.#options.now(), newEpoch(this.#options));
  }

  /** What this process adds before its first session is not sent by it: the next one must know the border. */
  #writeSentBefore(): void {
    const sentBefore = [...this.#state.sentBefore];
    try {
      this.#guard(() => {
        this.#write(() => ({ sentBefore }));
        // Last, so that it never stands beside what is not true any more.
        fs.closeSync(fs.openSync(offlineMarkerOf(this.#options.file), 'w', 0o600));
      });
    } catch (error) {
      // Left unwritten it stands for more than was sent, as if there had been a session.
      if (!(error instanceof SpoolFullError)) throw error;
    }
  }

  #lane(lane: number): LaneState {
    const state = this.#state.lanes[lane];
    if (state === undefined) throw new RangeError(`lane ${lane} does not exist`);
    return state;
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
      const { db, sql, state } = replaceDatabase(this.#options, error);
      this.#db = db;
      this.#sql = sql;
      this.#state = state;
      this.#tallyScope = this.#openTallyScope();
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
  #write(change: (drafts: LaneDraft[], tally: TallyDraft) => Change | void, beforeCommit?: () => void): void {
    const tally = new TallyDraft();
    const drafts = this.#state.lanes.map((old, lane) => new LaneDraft(lane, old, this.#sql, tally));
    this.#state = transaction(this.#db, () => {
      const changed = change(drafts, tally) ?? {};
      for (const draft of drafts) draft.save();
      if (!this.#tallyScopeKept) writeTallyScope(this.#sql, this.#tallyScope);
      tally.save(this.#sql, this.#tallyScope.sinceMs);
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
    this.#tallyScopeKept = true;
  }

  /** A write whose loss in a power cut does no harm: it need not wait for the disk. */
  #writeSoon(change: (drafts: LaneDraft[]) => void): void {
    this.#db.exec('PRAGMA synchronous = NORMAL');
    try {
      this.#write(change);
    } finally {
      this.#db.exec('PRAGMA synchronous = FULL');
    }
  }

  /** @returns undefined when the payload is damaged: it is now a named loss. */
  #readPayload(lane: number, chunk: ChunkRow): Buffer | undefined {
    const payload = this.#sql.payload.get(lane, chunk.firstSeq)?.['payload'];
    if (!(payload instanceof Uint8Array)) throw new SpoolInconsistentError('a chunk has no payload');
    if (checksum(payload) === chunk.crc)
      return Buffer.from(payload.buffer, payload.byteOffset, payload.length);
    this.#write((drafts) => ({ dropped: must(drafts[lane]).discard(chunk) }));
    return undefined;
  }

  /** When the disk refuses, the log of changes is put into the file, so that its room can be used again. */
  #withRoom(work: () => void): void {
    if (this.#unlessFull(work)) return;
    this.#unlessFull(() => {
      this.#guard(() => this.#db.exec('PRAGMA wal_checkpoint(RESTART)'));
    });
    work();
  }

  /** @returns false when the disk refused. */
  #unlessFull(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof SpoolFullError)) throw error;
      return false;
    }
  }

  /** Now and then: lets go of what was kept long enough, and gives pages back to the file system. */
  #tidy(): void {
    const { now, freeBytes = () => freeBytesAt(this.#options.file) } = this.#options;
    const nowMs = now();
    if (Math.abs(nowMs - this.#tidiedMs) < TIDY_EVERY_MS) return;
    this.#tidiedMs = nowMs;
    // Refused, the next round does it: what the caller asked for is done.
    this.#unlessFull(() => {
      this.#guard(() => {
        this.#writeSoon((drafts) => {
          forgetExpired(drafts, this.#policies, nowMs);
          forgetExcess(drafts, this.#bounds);
          // Copies of what has arrived give way while there is still room to let them go.
          if (freeBytes() < FREE_BYTES_MIN) forgetHalf(drafts);
          const keepFromMs = Math.min(nowMs - TALLY_KEEP_MS, oldestWaitingMs(drafts));
          this.#sql.pruneTally.run(keepFromMs);
          for (const [key, { hourMs }] of this.#tallyBefore)
            if (hourMs < keepFromMs) this.#tallyBefore.delete(key);
        });
        this.#db.exec(`PRAGMA incremental_vacuum(${SHRINK_PAGES})`);
      });
    });
  }
}

/** A told hour can still change while a record of it may be given up. */
function oldestWaitingMs(drafts: readonly LaneDraft[]): number {
  return Math.min(
    ...drafts.map((draft) => (draft.bytes > 0 ? hourOf(draft.oldest().at) - HOUR_MS : Infinity)),
  );
}
