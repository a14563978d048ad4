/**
 * Follows systemd's journal. The cursor of the last entry of an item is committed with it, so an entry is told once,
 * however often agent or journalctl die. What rotation and vacuum took before it was read is named and, where the
 * journal's own numbers tell how much that is, counted.
 */
import type { LogChannel } from '#protocol/record-names.ts';
import { laneTable } from '../../lane-of.ts';
import type { LaneTable } from '../../lane-of.ts';
import { Batch } from '../file/batch.ts';
import type { LimitedRecords, Source, SourceContext, SourceItem } from '../source.ts';
import { JournalFormatError } from './export-parser.ts';
import type { JournalEntry } from './export-parser.ts';
import { cursorOf, formatUs, isOfAudit, journalLine, receivedUs } from './journal-line.ts';
import { CURSOR, follow, lastEntry } from './journalctl.ts';
import type { JournalctlOptions } from './journalctl.ts';

export interface JournaldOptions extends JournalctlOptions {
  /** Where to begin the first time; default `beginning`. */
  startAt?: 'beginning' | 'end' | undefined;
  /** Left out: the defaults. */
  laneOf?: LaneTable | undefined;
  /** The audit's records are read from auditd's own log: the journal's copies of them are left out. */
  withoutAudit?: boolean | undefined;
  /** Default `journald`. */
  name?: string | undefined;
}

const POSITION = 'cursor';
const MISSING_CHANNEL = 'log/linux-syslog';
const MISSING_REASON = 'journal-vacuumed';
const SUBJECT = 'journal';

/** The last entry that was told; without a cursor the journal was empty. */
interface Place {
  cursor: string | undefined;
  /** When the journal took it in: microseconds since 1970, as text. */
  us: string | undefined;
}

export function createJournaldSource(options: JournaldOptions): Source {
  const laneOf = options.laneOf ?? laneTable();
  return {
    name: options.name ?? 'journald',
    async *open(context) {
      const { signal } = context;
      if (signal.aborted) return;
      let place = readPlace(context);
      if (place === undefined) {
        place = await firstPlace(options, signal);
        if (signal.aborted) return;
        yield { lane: 'standard', records: [], positions: [positionOf(place)] };
      }
      context.caughtUp?.();
      let resume: Place | undefined = place.cursor === undefined ? undefined : place;
      for await (const entries of follow(options, place.cursor, signal)) {
        const [first] = entries;
        if (first === undefined) continue;
        let limited: LimitedRecords[] = [];
        if (resume !== undefined) {
          if (cursorOf(first) === resume.cursor) entries.shift();
          else limited = tellMissing(resume, first, context);
          resume = undefined;
        }
        for (const item of itemsOf(entries, context, laneOf, options.withoutAudit === true)) {
          yield limited.length === 0 ? item : { ...item, limited };
          limited = [];
          if (signal.aborted) return;
        }
      }
    },
  };
}

async function firstPlace({ startAt, ...options }: JournaldOptions, signal: AbortSignal): Promise<Place> {
  const last = startAt === 'end' ? await lastEntry(options, signal) : undefined;
  return last === undefined ? { cursor: undefined, us: undefined } : placeOf(last);
}

function placeOf(entry: JournalEntry): Place {
  return { cursor: cursorOf(entry), us: receivedUs(entry)?.toString() };
}

function positionOf({ cursor, us }: Place): { key: string; value: string } {
  return { key: POSITION, value: JSON.stringify({ cursor, us }) };
}

function readPlace({ positions }: SourceContext): Place | undefined {
  const value = positions.get(POSITION);
  if (value === undefined) return undefined;
  const parsed: unknown = JSON.parse(value);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const cursor = 'cursor' in parsed && typeof parsed.cursor === 'string' ? parsed.cursor : undefined;
  const us = 'us' in parsed && typeof parsed.us === 'string' ? parsed.us : undefined;
  return { cursor: cursor !== undefined && CURSOR.test(cursor) ? cursor : undefined, us };
}

/** Items in the order of the journal; one ends where the lane changes, as it has one position for all before it. */
function* itemsOf(
  entries: readonly JournalEntry[],
  context: SourceContext,
  laneOf: LaneTable,
  withoutAudit: boolean,
): Generator<SourceItem, void, void> {
  let batch: Batch | undefined;
  for (const entry of entries) {
    const { lane, record } = journalLine(entry, context.now(), laneOf);
    if (batch !== undefined && (batch.full || batch.lane !== lane)) {
      yield batch.item();
      batch = undefined;
    }
    batch ??= new Batch(lane);
    if (!(withoutAudit && isOfAudit(entry))) batch.add(record, Buffer.byteLength(record.text));
    const place = placeOf(entry);
    if (place.cursor === undefined) throw new JournalFormatError('an entry has no cursor');
    const { key, value } = positionOf(place);
    batch.position(key, value);
  }
  if (batch !== undefined) yield batch.item();
}

/** The entry told last is gone from the journal, and what came after it perhaps too. */
function tellMissing(resume: Place, first: JournalEntry, context: SourceContext): LimitedRecords[] {
  const us = receivedUs(first);
  const from = resume.us === undefined ? 'the last entry read' : formatUs(BigInt(resume.us));
  const to = us === undefined ? 'the oldest entry' : formatUs(us);
  const count = entriesBetween(resume.cursor ?? '', cursorOf(first) ?? '');
  if (count === 0) return [];
  const message =
    count === undefined
      ? `the journal no longer holds the entry read last, of ${from}: what came until ${to} may be missing`
      : `${count} entries between ${from} and ${to} were removed from the journal before they were read`;
  context.report({ subject: SUBJECT, message, once: true });
  const channel: `log/${LogChannel}` = MISSING_CHANNEL;
  return count === undefined ? [] : [{ channel, reason: MISSING_REASON, count, at: context.now() }];
}

/** By the numbers in both cursors, when they are of one series; undefined when that cannot be said. */
function entriesBetween(before: string, after: string): number | undefined {
  const [old, now] = [before, after].map((cursor) => /^s=([0-9a-f]+);i=([0-9a-f]{1,13});/.exec(cursor));
  if (old?.[1] === undefined || old[1] !== now?.[1]) return undefined;
  const count = Number.parseInt(now[2] ?? '', 16) - Number.parseInt(old[2] ?? '', 16) - 1;
  return count >= 0 ? count : undefined;
}
