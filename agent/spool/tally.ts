/**
 * What became of records, counted by hour, lane and channel in the transaction in which it happens: so the counts
 * are as true as the records themselves. A chunk carries what it holds as runs, so that giving it up can be counted
 * even when its payload is damaged.
 */
import { z } from 'zod';
import { jsonOf } from '#protocol/json-of.ts';
import type { SourceRecord } from '#protocol/record.ts';
import type { Statements } from './statements.ts';

export const HOUR_MS = 3_600_000;
/** Told hours are kept as long as a collector may be restored from an older copy, and tell it again. */
export const TALLY_KEEP_MS = 8 * 86_400_000;

/** Stands for what a damaged spool no longer tells. */
export const UNKNOWN_CHANNEL = 'unknown';

/** What one channel produced in one hour: totals so far, hence telling them twice changes nothing. */
export interface TallyRow {
  /** Begin of the hour in which the source read the records, host clock: milliseconds since 1970. */
  hourMs: number;
  lane: number;
  /** As in stored rows: `log/sshd`, `integrity`; `unknown` for what a damaged spool no longer tells. */
  channel: string;
  produced: number;
  /** By reason: never got a sequence. */
  limited: Readonly<Record<string, number>>;
  /** By reason: got a sequence and was given up before it was acknowledged. */
  dropped: Readonly<Record<string, number>>;
  /** Grows with every change of the row. */
  revision: number;
}

/** A record's place in the tally. */
export interface TallyPlace {
  hourMs: number;
  channel: string;
}

/** Consecutive records of one place. */
export interface Run extends TallyPlace {
  count: number;
}

export function placeOf(record: SourceRecord): TallyPlace {
  return {
    hourMs: hourOf(record.at),
    channel: record.kind === 'log' ? `log/${record.channel}` : record.kind,
  };
}

export function hourOf(timeMs: number): number {
  return Math.floor(timeMs / HOUR_MS) * HOUR_MS;
}

export function runsOf(places: readonly TallyPlace[]): Run[] {
  const runs: Run[] = [];
  for (const { hourMs, channel } of places) {
    const last = runs.at(-1);
    if (last?.hourMs === hourMs && last.channel === channel) last.count += 1;
    else runs.push({ hourMs, channel, count: 1 });
  }
  return runs;
}

const runsSchema = z.array(z.tuple([z.int(), z.string(), z.int().min(1)]));

export function formatRuns(runs: readonly Run[]): string {
  return JSON.stringify(runs.map(({ hourMs, channel, count }) => [hourMs, channel, count]));
}

/** @returns undefined for what are none, as in chunks of an earlier agent. */
export function parseRuns(text: string): Run[] | undefined {
  if (text === '') return undefined;
  const parsed = runsSchema.safeParse(jsonOf(text));
  return parsed.data?.map(([hourMs, channel, count]) => ({ hourMs, channel, count }));
}

/** What is left of the runs behind the first `skip` records. */
export function skipRuns(runs: readonly Run[], skip: number): Run[] {
  let left = skip;
  return runs.flatMap((run) => {
    const skipped = Math.min(left, run.count);
    left -= skipped;
    return skipped === run.count ? [] : [{ ...run, count: run.count - skipped }];
  });
}

const recordSchema = z.object({ kind: z.string(), channel: z.string().optional(), at: z.number() });

/** The runs of a payload that carries none. */
export function runsOfPayload(payload: Uint8Array, fallback: TallyPlace): Run[] {
  const places = Buffer.from(payload)
    .toString('utf8')
    .split('\n')
    .map((json): TallyPlace => {
      const { data: record } = recordSchema.safeParse(jsonOf(json));
      if (record === undefined) return fallback;
      const channel = record.channel === undefined ? record.kind : `${record.kind}/${record.channel}`;
      return { hourMs: hourOf(record.at), channel };
    });
  return runsOf(places);
}

const countsSchema = z.record(z.string(), z.int().min(0));

export function parseCounts(text: unknown): Record<string, number> {
  return typeof text === 'string' ? (countsSchema.safeParse(jsonOf(text)).data ?? {}) : {};
}

interface Change {
  lane: number;
  place: TallyPlace;
  produced: number;
  limited: Record<string, number>;
  dropped: Record<string, number>;
}

/** The counts of one transaction, written by `save`. */
export class TallyDraft {
  readonly #changes = new Map<string, Change>();

  #at(lane: number, { hourMs, channel }: TallyPlace): Change {
    const key = `${hourMs} ${lane} ${channel}`;
    const known = this.#changes.get(key);
    if (known !== undefined) return known;
    const made = { lane, place: { hourMs, channel }, produced: 0, limited: {}, dropped: {} };
    this.#changes.set(key, made);
    return made;
  }

  produce(lane: number, place: TallyPlace, count = 1): void {
    this.#at(lane, place).produced += count;
  }

  /** They were produced, too. */
  limit(lane: number, place: TallyPlace, reason: string, count: number): void {
    const change = this.#at(lane, place);
    change.produced += count;
    change.limited[reason] = (change.limited[reason] ?? 0) + count;
  }

  drop(lane: number, runs: readonly Run[], reason: string): void {
    for (const { count, ...place } of runs) {
      const { dropped } = this.#at(lane, place);
      dropped[reason] = (dropped[reason] ?? 0) + count;
    }
  }

  /** @param sinceMs what was read in earlier hours is not counted */
  save(sql: Statements, sinceMs = 0): void {
    for (const { lane, place, produced, limited, dropped } of this.#changes.values()) {
      if (place.hourMs < sinceMs) continue;
      const old = sql.readTally.get(place.hourMs, lane, place.channel);
      sql.writeTally.run(
        place.hourMs,
        lane,
        place.channel,
        produced + Number(old?.['produced'] ?? 0),
        JSON.stringify(sum(parseCounts(old?.['limited']), limited)),
        JSON.stringify(sum(parseCounts(old?.['dropped']), dropped)),
      );
    }
  }
}

function sum(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const total = { ...a };
  for (const [reason, count] of Object.entries(b)) total[reason] = (total[reason] ?? 0) + count;
  return total;
}

/** A row as the table has it. */
export function tallyRow(row: Record<string, unknown>): TallyRow {
  return {
    hourMs: Number(row['hour_ms']),
    lane: Number(row['lane']),
    channel: String(row['channel']),
    produced: Number(row['produced']),
    limited: parseCounts(row['limited']),
    dropped: parseCounts(row['dropped']),
    revision: Number(row['revision']),
  };
}
