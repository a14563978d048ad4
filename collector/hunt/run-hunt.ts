/**
 * Runs a hunt over the stored events, newest first. The store gives candidates, the matcher decides unless SQL is exact:
 * so a hunt finds what the rule would have found on the stream. Invariants: time is walked back in growing steps, so the
 * newest come soon; memory holds a page; the limits hold for the whole hunt, not for each step.
 */
import { type Engine, toClickHouseSql } from '../../rules/sigma/index.ts';
import type { HuntLimits, HuntStore, HuntSummary } from '../store/hunt-store.ts';
import { searchSteps } from '../store/search-steps.ts';
import type { FoundEvent } from '../store/store.ts';

export interface HuntRequest {
  engine: Engine;
  ruleId: string;
  /** `fromMs` included, `toMs` not. */
  fromMs: number;
  toMs: number;
  agencyIds?: readonly number[] | undefined;
  limit: number;
  after?: { timeMs: number; id: string } | undefined;
  limits: HuntLimits;
  signal?: AbortSignal | undefined;
  /** How far back it has looked. */
  onProgress?: ((reachedMs: number) => void) | undefined;
}

export interface HuntPage {
  events: FoundEvent[];
  /** There may be more behind the last one. */
  hasMore: boolean;
  /** Candidates that the matcher looked at. */
  examined: number;
  /** Every candidate is meant: the summary counts exactly. */
  exact: boolean;
  /** Back to here all was looked at. */
  reachedMs: number;
}

/** SQL cannot narrow this rule: it would have to look at everything. */
export class HuntTooWideError extends Error {
  override readonly name = 'HuntTooWideError';
}

/** How a candidate looks to the matcher, and which columns hold what: of the events' table, known by the composition. */
export interface HuntTable {
  schema: Omit<Parameters<typeof toClickHouseSql>[1]['schema'], 'select' | 'orderBy'>;
  columns: readonly string[];
  /** Where a rule names no log source, events of none are asked too, which the stream routes to no rule. */
  asksUnrouted?: true | undefined;
}

const TABLE = 'events';
const PAGE_ROWS = 500;

type Planned = Pick<HuntRequest, 'engine' | 'ruleId' | 'fromMs' | 'toMs'>;

function candidatesOf({ engine, ruleId, fromMs, toMs }: Planned, table: HuntTable) {
  const { logsource, ...anywhere } = table.schema;
  const asksAll = table.asksUnrouted === true && !namesSource(engine, ruleId);
  const { query, params, exact, refused } = toClickHouseSql(ruleId, {
    engine,
    schema: {
      ...anywhere,
      ...(asksAll ? {} : { logsource }),
      select: table.columns,
      orderBy: ['time'],
    },
    table: TABLE,
    from: fromMs,
    to: toMs,
  });
  if (refused !== undefined) throw new HuntTooWideError(refused);
  return { query, params, exact };
}

/** As the matcher saw it on the stream, with what HUNT_SCHEMA adds. */
export function huntFields(event: FoundEvent): Record<string, unknown> {
  return {
    'host.name': event.hostname,
    'agent.id': event.agentId,
    'event.dataset': event.channel,
    message: event.message,
    ...event.fields,
  };
}

class Budget {
  readonly #limits: HuntLimits;
  readonly #clock: () => number;
  readonly #endMs: number;

  constructor(limits: HuntLimits, clock: () => number) {
    this.#limits = limits;
    this.#clock = clock;
    this.#endMs = clock() + limits.secondsMax * 1_000;
  }

  left(): HuntLimits {
    return { ...this.#limits, secondsMax: Math.max(0, (this.#endMs - this.#clock()) / 1_000) };
  }
}

/** @throws HuntTooWideError, HuntLimitError, StoreUnavailableError, the signal's reason */
export async function runHunt(
  store: HuntStore,
  table: HuntTable,
  request: HuntRequest,
  clock: () => number = () => performance.now(),
): Promise<HuntPage> {
  const { engine, ruleId, fromMs, limit, signal, agencyIds } = request;
  const budget = new Budget(request.limits, clock);
  const toMs = Math.min(request.toMs, (request.after?.timeMs ?? Number.MAX_SAFE_INTEGER - 1) + 1);
  const page: HuntPage = { events: [], hasMore: false, examined: 0, exact: true, reachedMs: toMs };
  let after = request.after;
  for (const { toMs: lastMs, ...begin } of searchSteps({ fromMs, toMs: toMs - 1 }, toMs)) {
    const step = { ...begin, toMs: lastMs + 1 };
    const { exact, ...candidates } = candidatesOf({ engine, ruleId, ...step }, table);
    page.exact = exact;
    for (;;) {
      signal?.throwIfAborted();
      const want = exact ? limit + 1 - page.events.length : PAGE_ROWS;
      const found = await store.page({ candidates, agencyIds, limit: want, after }, budget.left(), signal);
      page.examined += found.length;
      for (const event of found) {
        if (!exact && !isMeant(request, event)) continue;
        if (page.events.length === limit) return { ...page, hasMore: true };
        page.events.push(event);
      }
      const last = found.at(-1);
      if (last !== undefined) after = { timeMs: last.timeMs, id: last.id };
      if (found.length < want) break;
    }
    page.reachedMs = step.fromMs;
    request.onProgress?.(step.fromMs);
  }
  return page;
}

/** A rule that names no log source asks every event, also one whose log source nobody knows: as its SQL does. */
function isMeant({ engine, ruleId }: Pick<HuntRequest, 'engine' | 'ruleId'>, event: FoundEvent): boolean {
  const found = engine.match(huntFields(event), namesSource(engine, ruleId) ? event.logsources : undefined);
  return found.some(({ rule }) => rule.id === ruleId);
}

function namesSource(engine: Engine, ruleId: string): boolean {
  const { product, category, service } = engine.find(ruleId)?.info.logsource ?? {};
  return [product, category, service].some((part) => part !== undefined);
}

const STEPS_WANTED = 60;
/** Lengths that people read easily: a minute to 30 days. */
const STEP_LENGTHS_MS = [1, 5, 15, 30, 60, 180, 360, 720, 1_440, 10_080, 43_200].map(
  (minutes) => minutes * 60_000,
);

export function stepOf(fromMs: number, toMs: number): number {
  const wanted = (toMs - fromMs) / STEPS_WANTED;
  return STEP_LENGTHS_MS.find((length) => length >= wanted) ?? STEP_LENGTHS_MS.at(-1) ?? 60_000;
}

/** What all events of a time come to. @throws HuntLimitError, StoreUnavailableError, the signal's reason */
export async function summarizeAll(
  store: HuntStore,
  table: HuntTable,
  request: Pick<HuntRequest, 'fromMs' | 'toMs' | 'agencyIds' | 'limits' | 'signal'>,
): Promise<HuntSummary & { exact: boolean; stepMs: number }> {
  const { fromMs: from, toMs: to, agencyIds, limits, signal } = request;
  const candidates = {
    query: `SELECT ${table.columns.join(', ')} FROM ${TABLE}
      WHERE time >= fromUnixTimestamp64Milli({from:Int64}) AND time < fromUnixTimestamp64Milli({to:Int64})`,
    params: { from, to },
  };
  const stepMs = stepOf(from, to);
  return { ...(await store.summary({ candidates, agencyIds, stepMs }, limits, signal)), exact: true, stepMs };
}

/**
 * What all events that SQL selects come to; where it is not exact, these are candidates, and the counts are upper bounds.
 * @throws as `runHunt`
 */
export async function summarizeHunt(
  store: HuntStore,
  table: HuntTable,
  request: Pick<HuntRequest, 'engine' | 'ruleId' | 'fromMs' | 'toMs' | 'agencyIds' | 'limits' | 'signal'>,
): Promise<HuntSummary & { exact: boolean; stepMs: number }> {
  const { exact, ...candidates } = candidatesOf(request, table);
  const { agencyIds, limits, signal } = request;
  const stepMs = stepOf(request.fromMs, request.toMs);
  const summary = await store.summary({ candidates, agencyIds, stepMs }, limits, signal);
  return { ...summary, exact, stepMs };
}
