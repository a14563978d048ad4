/**
 * A rule over stored events before it is on: matches, hosts, and the alerts it would have opened. Where SQL is exact the
 * database counts; else it gives candidates and the matcher decides over them in the order of time, as on the stream.
 * Invariant: what was not looked at is said (`isWhole`, `reachedMs`), never guessed.
 */
import { runOverHistory, planHistory, type Engine, type HistoryRow } from '../../rules/sigma/index.ts';
import type { HuntGroup, HuntLimits, HuntStore } from '../store/hunt-store.ts';
import type { FoundEvent } from '../store/store.ts';
import { AlertForecast, type ForecastDay, type ForecastPolicy } from './alert-forecast.ts';
import { HuntTooWideError, runHunt, type HuntTable } from './run-hunt.ts';

export interface BackTestRequest {
  engine: Engine;
  ruleId: string;
  fromMs: number;
  toMs: number;
  agencyIds?: readonly number[] | undefined;
  /** Fields that name what an alert is about; none: the host. */
  entityFields: readonly string[];
  policy: ForecastPolicy;
  limits: HuntLimits;
  signal?: AbortSignal | undefined;
}

export interface BackTest {
  fromMs: number;
  toMs: number;
  matches: number;
  hosts: number;
  alerts: number;
  /** Beyond the rule's budget: counted with one alert. */
  held: number;
  alertsPerDay: number;
  days: ForecastDay[];
  topHosts: { hostname: string; matches: number }[];
  examples: { eventId: string; timeMs: number; hostname: string; message: string }[];
  /** The database decided alone. */
  exact: boolean;
  examined: number;
  /** False: only back to `reachedMs`, there was more than is looked at. */
  isWhole: boolean;
  reachedMs: number;
}

/** Candidates that the matcher looks at, the newest. */
const EXAMINED_MAX = 100_000;
const PAGE_ROWS = 5_000;
const GROUPS_MAX = 200_000;
const TOP_HOSTS = 10;
const EXAMPLES = 5;
const MESSAGE_CHARS = 300;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

const sample = ({ id, timeMs, hostname, message }: FoundEvent): BackTest['examples'][number] => ({
  eventId: id,
  timeMs,
  hostname,
  message: message.slice(0, MESSAGE_CHARS),
});

/** @throws HuntTooWideError, HuntLimitError, StoreUnavailableError, the signal's reason */
export async function backTest(
  store: HuntStore,
  table: HuntTable,
  request: BackTestRequest,
  clock: () => number = () => performance.now(),
): Promise<BackTest> {
  const { engine, ruleId, fromMs, toMs, agencyIds, entityFields, signal } = request;
  const endMs = clock() + request.limits.secondsMax * 1_000;
  const left = (): HuntLimits => ({ ...request.limits, secondsMax: Math.max(0, (endMs - clock()) / 1_000) });
  // What SQL knows to be one value it decides alone.
  const mixed = await store.mixedFields(
    { fromMs: fromMs - (engine.reach(ruleId)?.backMs ?? 0), toMs },
    left(),
    signal,
  );
  const plan = planHistory([ruleId], {
    engine,
    schema: { ...table.schema, mixed, select: table.columns, orderBy: ['time'] },
    table: 'events',
    from: fromMs,
    to: toMs,
  });
  const { query, params, exact, refused } = plan.query;
  if (refused !== undefined) throw new HuntTooWideError(refused);
  const candidates = { query, params };
  const groups = await store.groups(
    { candidates, agencyIds, entityFields, limit: GROUPS_MAX },
    left(),
    signal,
  );
  const tally = new Tally(request);
  if (exact) {
    for (const group of groups) tally.add(group);
    const { events } = await runHunt(store, table, { ...request, limit: EXAMPLES, limits: left() });
    return tally.result({ examples: events.map(sample), exact, examined: 0, reachedMs: fromMs });
  }
  const spans = spansOf(groups, params);
  const examples: BackTest['examples'] = [];
  let examined = 0;
  async function* rows(): AsyncGenerator<HistoryRow & { found: FoundEvent }> {
    for (const span of spans.inOrder) {
      const events = await eventsOf(store, { candidates, agencyIds, ...span }, left, signal);
      for (const found of events) {
        examined += 1;
        const { timeMs, message, fields, logsources, id } = found;
        yield { timeMs, event: { message, ...fields }, logsource: logsources, ref: id, found };
      }
    }
  }
  let last: FoundEvent | undefined;
  const watched = async function* (): AsyncGenerator<HistoryRow & { found: FoundEvent }> {
    for await (const row of rows()) {
      last = row.found;
      yield row;
    }
  };
  for await (const finding of runOverHistory(plan, watched())) {
    signal?.throwIfAborted();
    const found = finding.kind === 'match' ? finding.row.found : last;
    if (found === undefined) continue;
    const values: Readonly<Record<string, unknown>> =
      finding.kind === 'match' ? found.fields : finding.hit.group;
    const timeMs = finding.kind === 'match' ? found.timeMs : finding.hit.timeMs;
    const { agentId, hostname, agencyId } = found;
    const entity = entityFields.map((name) => textOf(values[name]));
    tally.add({
      agentId,
      hostname,
      agencyId,
      entity,
      hour: Math.floor(timeMs / HOUR_MS),
      count: 1,
      firstMs: timeMs,
      lastMs: timeMs,
    });
    examples.push({ ...sample(found), timeMs });
    if (examples.length > EXAMPLES) examples.shift();
  }
  const reachedMs = spans.isWhole && groups.length < GROUPS_MAX ? fromMs : (spans.inOrder[0]?.fromMs ?? toMs);
  return tally.result({
    examples: examples.toReversed(),
    exact,
    examined,
    reachedMs: Math.max(fromMs, reachedMs),
  });
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

interface Span {
  fromMs: number;
  toMs: number;
}

/** Stretches of whole hours with about a page of candidates each, from the oldest; the newest that may be looked at. */
function spansOf(
  groups: readonly HuntGroup[],
  { from, to }: Readonly<Record<string, unknown>>,
): { inOrder: Span[]; isWhole: boolean } {
  const [begin, end] = [Number(from), Number(to)];
  const perHour = new Map<number, number>();
  for (const { hour, count } of groups) perHour.set(hour, (perHour.get(hour) ?? 0) + count);
  const hours = [...perHour].toSorted(([a], [b]) => b - a);
  const spans: Span[] = [];
  let total = 0;
  let inSpan = 0;
  let isWhole = true;
  for (const [hour, count] of hours) {
    // The newest hour is always looked at, page by page.
    if (total > 0 && total + count > EXAMINED_MAX) {
      isWhole = false;
      break;
    }
    total += count;
    const span = spans.at(-1);
    const fromMs = Math.max(begin, hour * HOUR_MS);
    if (span === undefined || inSpan + count > PAGE_ROWS) {
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
async function eventsOf(
  store: HuntStore,
  query: {
    candidates: { query: string; params: Record<string, unknown> };
    agencyIds?: readonly number[] | undefined;
  } & Span,
  left: () => HuntLimits,
  signal: AbortSignal | undefined,
): Promise<FoundEvent[]> {
  const { candidates, agencyIds, fromMs, toMs } = query;
  const narrowed = { query: candidates.query, params: { ...candidates.params, from: fromMs, to: toMs } };
  const events: FoundEvent[] = [];
  for (let after: { timeMs: number; id: string } | undefined; ;) {
    signal?.throwIfAborted();
    const page = await store.page(
      { candidates: narrowed, agencyIds, limit: PAGE_ROWS, after },
      left(),
      signal,
    );
    events.push(...page);
    const last = page.at(-1);
    if (page.length < PAGE_ROWS || last === undefined || events.length >= EXAMINED_MAX) break;
    after = { timeMs: last.timeMs, id: last.id };
  }
  return events.toReversed();
}

class Tally {
  readonly #request: BackTestRequest;
  readonly #forecast: AlertForecast;
  readonly #hosts = new Map<string, { hostname: string; matches: number }>();
  #matches = 0;

  constructor(request: BackTestRequest) {
    this.#request = request;
    this.#forecast = new AlertForecast(request.policy);
  }

  /** By the order of their hours. */
  add(group: HuntGroup): void {
    const { agentId, hostname, agencyId, entity, count, firstMs, lastMs } = group;
    this.#matches += count;
    const host = this.#hosts.get(agentId) ?? { hostname, matches: 0 };
    host.matches += count;
    this.#hosts.set(agentId, host);
    const named = entity.some((value) => value !== '') ? entity : [hostname];
    this.#forecast.add({ agencyId, key: JSON.stringify([agencyId, ...named]), firstMs, lastMs, count });
  }

  result(looked: Pick<BackTest, 'examples' | 'exact' | 'examined' | 'reachedMs'>): BackTest {
    const { fromMs, toMs } = this.#request;
    const { alerts, held, days } = this.#forecast.result();
    const lengthDays = Math.max(1 / 24, (toMs - looked.reachedMs) / DAY_MS);
    return {
      fromMs,
      toMs,
      matches: this.#matches,
      hosts: this.#hosts.size,
      alerts,
      held,
      alertsPerDay: Math.round((alerts / lengthDays) * 100) / 100,
      days,
      topHosts: [...this.#hosts.values()].toSorted((a, b) => b.matches - a.matches).slice(0, TOP_HOSTS),
      isWhole: looked.reachedMs <= fromMs,
      ...looked,
    };
  }
}
