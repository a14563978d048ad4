/**
 * Candidates of a rule in the order of time, for the matcher to decide. Invariants: only what decides is read of them, and
 * a page at a time, while the page before is looked at; beyond the limit the newest count, and it is said from when on.
 */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { HuntLimits, HuntPageQuery, HuntStore, SlimEvent } from '../store/hunt-store.ts';
import type { FoundEvent } from '../store/store.ts';

export interface CandidateQuery extends Pick<HuntPageQuery, 'candidates' | 'agencyIds'> {
  /** What of an event is to be there; undefined: all of it. */
  fields: readonly string[] | undefined;
  /** What is left of the time and memory of the whole. */
  left: () => HuntLimits;
  signal: AbortSignal | undefined;
}

/** Candidates that are looked at, the newest. */
const EXAMINED_MAX = 100_000;
/** A statement costs as much as some 10,000 rows do, and whole events ten times what fields cost. */
const PAGE_ROWS = { slim: 25_000, whole: 5_000 } as const;
const ROWS_A_TURN = 1_000;
const HOUR_MS = 3_600_000;

const pageRows = ({ fields }: CandidateQuery): number =>
  fields === undefined ? PAGE_ROWS.whole : PAGE_ROWS.slim;

interface Span {
  fromMs: number;
  toMs: number;
}

/** `reachedMs`: all from then on are given. @throws HuntLimitError, StoreUnavailableError, the signal's reason */
export async function readCandidates(
  store: HuntStore,
  query: CandidateQuery,
): Promise<{ reachedMs: number; events: AsyncGenerator<SlimEvent, void, undefined> }> {
  const { candidates, agencyIds, left, signal } = query;
  const hours = await store.hours({ candidates, agencyIds }, left(), signal);
  const { inOrder, isWhole } = spansOf(hours, candidates.params, pageRows(query));
  const { from, to } = candidates.params;
  const reachedMs = isWhole ? Number(from) : (inOrder[0]?.fromMs ?? Number(to));
  return { reachedMs, events: eventsOf(store, query, inOrder) };
}

async function* eventsOf(
  store: HuntStore,
  query: CandidateQuery,
  spans: readonly Span[],
): AsyncGenerator<SlimEvent, void, undefined> {
  const [first] = spans;
  let next = first && begun(readSpan(store, query, first));
  let given = 0;
  try {
    for (const after of [...spans.slice(1), undefined]) {
      const events = (await next) ?? [];
      next = after && begun(readSpan(store, query, after));
      for (const event of events) {
        yield event;
        given += 1;
        if (given % ROWS_A_TURN === 0) await yieldToLoop();
      }
    }
  } finally {
    // Whoever takes no more has a reason of its own.
    await next?.catch(() => undefined);
  }
}

/** What fails before somebody waits for it fails for who does. */
function begun<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Stretches of whole hours with about a page of candidates each, from the oldest; the newest that may be looked at. */
function spansOf(
  perHour: readonly { hour: number; count: number }[],
  { from, to }: Readonly<Record<string, unknown>>,
  rowsMax: number,
): { inOrder: Span[]; isWhole: boolean } {
  const [begin, end] = [Number(from), Number(to)];
  const spans: Span[] = [];
  let total = 0;
  let inSpan = 0;
  let isWhole = true;
  for (const { hour, count } of perHour.toSorted((a, b) => b.hour - a.hour)) {
    // The newest hour is always looked at, page by page.
    if (total > 0 && total + count > EXAMINED_MAX) {
      isWhole = false;
      break;
    }
    total += count;
    const span = spans.at(-1);
    const fromMs = Math.max(begin, hour * HOUR_MS);
    if (span === undefined || inSpan + count > rowsMax) {
      spans.push({ fromMs, toMs: Math.min(end, (hour + 1) * HOUR_MS) });
      inSpan = count;
    } else {
      span.fromMs = fromMs;
      inSpan += count;
    }
  }
  return { inOrder: spans.toReversed(), isWhole };
}

/** All candidates of a stretch, by time. */
async function readSpan(
  store: HuntStore,
  query: CandidateQuery,
  { fromMs, toMs }: Span,
): Promise<SlimEvent[]> {
  const { candidates, agencyIds, fields, left, signal } = query;
  const page = async (asked: HuntPageQuery): Promise<SlimEvent[]> =>
    fields === undefined
      ? (await store.page(asked, left(), signal)).map(withMessage)
      : store.slimPage({ ...asked, fields }, left(), signal);
  const narrowed = { query: candidates.query, params: { ...candidates.params, from: fromMs, to: toMs } };
  // One more than a stretch should hold, so that it is known to be whole.
  const limit = pageRows(query) + 1;
  const events: SlimEvent[] = [];
  for (let after: HuntPageQuery['after']; ;) {
    signal?.throwIfAborted();
    const rows = await page({ candidates: narrowed, agencyIds, limit, after });
    events.push(...rows);
    const last = rows.at(-1);
    if (rows.length < limit || last === undefined || events.length >= EXAMINED_MAX) break;
    after = { timeMs: last.timeMs, id: last.id };
  }
  return events.toReversed();
}

const withMessage = ({ message, ...event }: FoundEvent): SlimEvent => ({
  ...event,
  fields: { message, ...event.fields },
});
