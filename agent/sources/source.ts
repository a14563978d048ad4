/**
 * The contract every source of the agent keeps: it is an endless stream of items, each carrying the position
 * that makes it not happen again. The agent commits the records of an item and its position in one transaction
 * of the spool, together with what the source yields within a few milliseconds after it; so a source is never
 * more than one transaction ahead of what is durable, and after a crash it starts from the last committed positions.
 */
import type { LaneName } from '#protocol/lane.ts';
import type { SourceRecord } from '#protocol/record.ts';
import type { Pace } from '../pace.ts';

/** Key-value rows a source keeps in the spool's database, e.g. file fingerprint -> offset. Values are JSON text. */
export interface PositionChange {
  key: string;
  /** undefined removes the row. */
  value: string | undefined;
}

/** What one pull of a source yields; committed as a whole or not at all. */
export interface SourceItem {
  lane: LaneName;
  /** May be empty when only positions move. */
  records: readonly SourceRecord[];
  /** Empty for what cannot be read again, such as datagrams: there is nothing to go back to. */
  positions: readonly PositionChange[];
  /** What the source saw and did not pass on, e.g. over a rate limit: counted with the records. */
  limited?: readonly LimitedRecords[] | undefined;
}

export interface LimitedRecords {
  /** As in the tally, e.g. `log/sshd`. */
  channel: string;
  reason: string;
  count: number;
  /** When they were read: milliseconds since 1970, host clock. */
  at: number;
}

export interface PositionReader {
  get(key: string): string | undefined;
  /** All rows of this source in key order (bytes of UTF-8), or those whose key is not below `from`, and below `until`. */
  entries(from?: string, until?: string): Iterable<[key: string, value: string]>;
}

export interface SourceContext {
  /** Positions as last committed. Each source sees only its own. */
  positions: PositionReader;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Aborted when the agent stops; the stream then ends after its current item. */
  signal: AbortSignal;
  /** A fault the source lives with (a file that cannot be read, a folder that cannot be watched). */
  report: (problem: SourceProblem) => void;
  /** What was reported about this subject is over. */
  resolved?: ((subject: string) => void) | undefined;
  /** The source has taken in how things stand: from here on it sees what happens as it happens. Called once. */
  caughtUp?: (() => void) | undefined;
  /** Heavy work asks it before each step; without one nothing waits. */
  pace?: Pace | undefined;
  /** The same for what has to be done before changes can be seen or told: slowed last. Without it `pace` counts. */
  urgentPace?: Pace | undefined;
  /** Name of the spool that records go through now: what was told through another may not have arrived. */
  epoch?: (() => string) | undefined;
  /**
   * For sources that read several lanes from where it can wait: false while records of that lane should wait because the
   * agent costs too much. Asked before each read; now and then it is true whatever the cost.
   */
  mayRead?: ((lane: LaneName) => boolean) | undefined;
}

export interface SourceProblem {
  /** What is affected, e.g. a path. */
  subject: string;
  message: string;
  cause?: unknown;
  /** Something that happened, such as a loss: it cannot be mended, and is no problem any more after a while. */
  once?: boolean | undefined;
}

export interface Source {
  /** Unique in one agent; names its positions and its log lines. */
  readonly name: string;
  open(context: SourceContext): AsyncIterable<SourceItem>;
}
