/**
 * The event store as the rest of the collector sees it; ClickHouse stands behind it in every home.
 * Invariants: a batch becomes durable as one atomic part or not at all; rows carry their hits; a row is named by
 * (agentId, epoch, lane, seq); batches are numbered upwards without end and define the order of the projector.
 */
import type { FieldValue, NormalEvent } from '../normalize/event.ts';
import type { AssessReader } from './assess-store.ts';
import type { EventRetention } from './event-retention.ts';
import type { FleetReader } from './fleet-store.ts';
import type { HindsightStore } from './hindsight-store.ts';
import type { HuntStore } from './hunt-store.ts';
import type { InventoryReader } from './inventory-store.ts';
import type { PostureReader } from './posture-store.ts';
import type { ProbeReader } from './probe-store.ts';
import type { RowPack } from './row-pack.ts';

/** A base match of a rule on a row, with the field values that correlation and grouping need. */
export interface RowHit {
  ruleId: string;
  fields: Record<string, FieldValue>;
}

export interface RowName {
  agentId: string;
  epoch: string;
  lane: number;
  seq: number;
}

export interface EventRow extends RowName {
  event: NormalEvent;
  hostname: string;
  agencyId: number;
  /** The record's kind and channel, e.g. `log/sshd`, `integrity`; `rejected` for a record that could not be read. */
  channel: string;
  /** Where the record came from, e.g. a file's path. */
  origin: string;
  /** Hour in which the agent read the record, host clock: whole hours since 1970. The loss ledger counts by it. */
  readHour: number;
  hits: readonly RowHit[];
}

export interface EventBatch {
  /** Number of the batch, above every earlier one. */
  batch: number;
  /** All rows of a batch share their received time, hence their partition. */
  receivedMs: number;
  rows: readonly EventRow[];
}

/** A row that rules hit, before its batch has a number; `row` is its place in its set. */
export type CollectedHit = Omit<HitRow, 'batch' | 'receivedMs'>;

/** Rows on their way into the store, as it keeps them until they are durable. */
export interface RowSet {
  readonly length: number;
  readonly hits: readonly CollectedHit[];
  /** @throws RangeError when there is no row at the place */
  nameAt(place: number): RowName;
  slice(from: number, to: number): RowSet;
  readonly agentIds: ReadonlySet<string>;
  /** The rows of these agents, in order. */
  of(agentIds: ReadonlySet<string>): RowSet;
  /** What is kept instead of the rows when the store refused them. */
  rejected(reason: Error): RowSet;
  /** The rows are durable and nobody reads them any more, nor any part of them: others may have their memory. */
  release(): void;
}

/** Rows that are columns already (row-pack.ts): a stretch of those that were packed together. */
export interface PackedRows {
  readonly pack: RowPack;
  readonly from: number;
  readonly length: number;
}

/** Rows of one lane that were admitted together. */
export type UnitRows = readonly EventRow[] | PackedRows;

/** Takes rows as they come and keeps of them what the store needs. */
export interface RowCollector {
  readonly length: number;
  addPacked(rows: PackedRows): void;
  /** @throws BatchRefusedError when the row cannot be stored; the rows before it are not concerned */
  add(row: EventRow): void;
  /** The rows added; nothing can be added afterwards. */
  close(): RowSet;
}

/** A batch whose rows were collected. */
export interface RowBatch {
  /** Number of the batch, above every earlier one. */
  batch: number;
  receivedMs: number;
  rows: RowSet;
}

export interface LaneMark {
  agentId: string;
  epoch: string;
  lane: number;
  /** Highest stored sequence. */
  seq: number;
}

/** A row with hits, as the projector reads it back, in (batch, row) order. */
export interface HitRow extends RowName {
  batch: number;
  row: number;
  timeMs: number;
  receivedMs: number;
  hostname: string;
  agencyId: number;
  message: string;
  hits: readonly RowHit[];
}

export interface EventQuery {
  fromMs: number;
  toMs: number;
  /** Words that must each occur in the message or in a field's value, any case. */
  text?: string | undefined;
  /** Words that must each stand in the command line, whole, any case; of letters and digits. */
  command?: string | undefined;
  agentId?: string | undefined;
  /** Any of these: those that followed each other on one machine. */
  agentIds?: readonly string[] | undefined;
  /** Exact values of typed columns. */
  columns?: Partial<Record<string, string>> | undefined;
  agencyIds?: readonly number[] | undefined;
  limit: number;
  /** Continue after this event of an earlier page. */
  after?: { timeMs: number; id: string } | undefined;
}

/** What rules found on single events. */
export interface DetectionQuery extends Pick<
  EventQuery,
  'fromMs' | 'toMs' | 'agentId' | 'agentIds' | 'agencyIds' | 'limit'
> {
  ruleId?: string | undefined;
  /** Continue after this detection of an earlier page. */
  after?: { timeMs: number; id: string; ruleId: string } | undefined;
}

export interface FoundDetection {
  /** `agentId/epoch/lane/seq` */
  eventId: string;
  ruleId: string;
  timeMs: number;
  receivedMs: number;
  agentId: string;
  hostname: string;
  agencyId: number;
  channel: string;
  matched: Record<string, FieldValue>;
}

/** One event as read back. `id` is `agentId/epoch/lane/seq`. */
export interface FoundEvent {
  id: string;
  timeMs: number;
  receivedMs: number;
  agentId: string;
  hostname: string;
  agencyId: number;
  channel: string;
  origin: string;
  logsources: { product?: string; category?: string; service?: string }[];
  message: string;
  fields: Record<string, FieldValue>;
  ruleIds: string[];
}

/** The store said no for a reason in the data: splitting the batch may save the rest. */
export class BatchRefusedError extends Error {
  override readonly name = 'BatchRefusedError';
}

/** It is not known whether the batch was stored (line cut, engine died): insert the same batch again. */
export class BatchUnknownError extends Error {
  override readonly name = 'BatchUnknownError';
}

/** The store cannot take data now (disk full, starting); nothing was stored; try later. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

export interface HitsByTimeQuery {
  ruleIds: readonly string[];
  /** Event time, both ends included. */
  fromMs: number;
  toMs: number;
  /** Later batches are left out. */
  batchMax: number;
  limit: number;
  /** Last row of the page before. */
  after?: { timeMs: number; batch: number; row: number } | undefined;
}

/** How many rows some batches hold of one agent, epoch, lane, channel and hour of reading. */
export interface RowTally {
  agentId: string;
  epoch: string;
  lane: number;
  /** Of a rejected row, the channel that it claimed to be of; `unknown` when it did not say. */
  channel: string;
  readHour: number;
  rejected: boolean;
  rows: number;
  /** Lowest and highest sequence among them. */
  seqMin: number;
  seqMax: number;
}

export interface SpoolResetRow {
  agentId: string;
  /** Of the spool that took its place. */
  epoch: string;
  readHour: number;
  /** Records that were waiting in the old one; undefined when it no longer told. */
  lost: number | undefined;
}

export interface FirstRow {
  agentId: string;
  epoch: string;
  lane: number;
  readHour: number;
  seqMin: number;
}

export interface EpochCount {
  rows: number;
  distinct: number;
}

export interface EventStore {
  /** Deleting what is old enough. */
  readonly retention: EventRetention;
  /** What all hosts had and what happened on them, for judging them. */
  readonly assess: AssessReader;
  readonly fleet: FleetReader;
  /** What hosts had at a moment. */
  readonly inventory: InventoryReader;
  /** How hosts stood against their configuration policies. */
  readonly posture: PostureReader;
  /** How probed systems stand. */
  readonly probes: ProbeReader;
  /** Events that a rule or a query means. */
  readonly hunts: HuntStore;
  readonly hindsight: HindsightStore;
  /** @param expected - about how many rows will come */
  collect(expected: number): RowCollector;
  /**
   * One insert, durable when it returns. The same batch number with the same rows may be inserted again after an
   * unknown outcome: it is stored once.
   * @throws BatchRefusedError, BatchUnknownError, StoreUnavailableError
   */
  insert(batch: EventBatch | RowBatch): Promise<void>;
  /** Highest stored sequence of every lane, from events and saved marks; of these agents only when they are given. */
  readMarks(agentIds?: readonly string[]): Promise<LaneMark[]>;
  /** Resolves when every insert of events that is under way now, whoever sent it, has ended. */
  outlastInserts(): Promise<void>;
  /** Keeps marks beyond the retention of their events. */
  saveMarks(marks: readonly LaneMark[]): Promise<void>;
  /** Highest batch number ever stored; 0 when none. */
  lastBatch(): Promise<number>;
  /** Rows with hits of batches in (afterBatch, toBatch], in order, in pages of whole batches. */
  readHits(afterBatch: number, toBatch: number): AsyncIterable<HitRow[]>;
  /** Rows that hit any of the rules, in (time, batch, row) order. */
  readHitsByTime(query: HitsByTimeQuery): Promise<HitRow[]>;
  /** What the batches in (afterBatch, toBatch] hold, counted from the rows themselves. */
  tallyRows(afterBatch: number, toBatch: number): Promise<RowTally[]>;
  /** Spools that agents in these batches said they had to begin anew. */
  spoolResets(afterBatch: number, toBatch: number): Promise<SpoolResetRow[]>;
  /** What the store begins with, of each lane: lowest sequence and hour. */
  firstRows(): Promise<FirstRow[]>;
  /** Newest first. */
  search(query: EventQuery): Promise<FoundEvent[]>;
  /** Newest first. */
  detections(query: DetectionQuery): Promise<FoundDetection[]>;
  /** One event by its name. */
  find(name: RowName): Promise<FoundEvent | undefined>;
  /** Events by their names, as far as they are there, in no order. @param span of their times, both ends included: milliseconds */
  findAll(names: readonly RowName[], span: { fromMs: number; toMs: number }): Promise<FoundEvent[]>;
  /** Number of stored events; total, or of one agent. */
  count(agentId?: string): Promise<number>;
  /** Rows of an epoch, of all agents that share it (simulated ones do), and how many different events they are. */
  countEpoch(epoch: string): Promise<EpochCount>;
  /** @throws StoreUnavailableError */
  ping(): Promise<void>;
  close(): Promise<void>;
}
