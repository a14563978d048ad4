/**
 * A rule over stored events before it is on: matches, hosts, and the alerts it would have opened. Where SQL is exact the
 * database counts; else it gives candidates and the matcher decides over them in the order of time, as on the stream.
 * Invariant: what was not looked at is said (`isWhole`, `reachedMs`), never guessed.
 */
import { runOverHistory, planHistory, type Engine, type HistoryRow } from '../../rules/sigma/index.ts';
import type { HuntGroup, HuntLimits, HuntStore, SlimEvent } from '../store/hunt-store.ts';
import type { FoundEvent } from '../store/store.ts';
import { AlertForecast, type ForecastDay, type ForecastPolicy } from './alert-forecast.ts';
import { readCandidates } from './read-candidates.ts';
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
  const tally = new Tally(request);
  if (exact) {
    const asked = { candidates, agencyIds, entityFields, limit: GROUPS_MAX };
    const groups = await store.groups(asked, left(), signal);
    for (const group of groups) tally.add(group);
    const newest = await runHunt(store, table, { ...request, limit: EXAMPLES, limits: left() });
    return tally.result({ examples: newest.events.map(sample), exact, examined: 0, reachedMs: fromMs });
  }
  const fields = plan.fields && [...new Set([...plan.fields, ...entityFields])];
  const read = await readCandidates(store, { candidates, agencyIds, fields, left, signal });
  const found: FoundAt[] = [];
  let examined = 0;
  let last: SlimEvent | undefined;
  async function* rows(): AsyncGenerator<HistoryRow & { said: SlimEvent }> {
    for await (const said of read.events) {
      examined += 1;
      last = said;
      const { timeMs, fields: event, logsources, id } = said;
      yield { timeMs, event, logsource: logsources, ref: id, said };
    }
  }
  for await (const finding of runOverHistory(plan, rows())) {
    signal?.throwIfAborted();
    const said = finding.kind === 'match' ? finding.row.said : last;
    if (said === undefined) continue;
    const values: Readonly<Record<string, unknown>> =
      finding.kind === 'match' ? said.fields : finding.hit.group;
    const timeMs = finding.kind === 'match' ? said.timeMs : finding.hit.timeMs;
    const { agentId, hostname, agencyId } = said;
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
    found.push({ id: said.id, timeMs: said.timeMs, atMs: timeMs });
    if (found.length > EXAMPLES) found.shift();
  }
  return tally.result({
    examples: await examplesOf(found.toReversed(), (ids, span) => store.named(ids, span, left(), signal)),
    exact,
    examined,
    reachedMs: Math.max(fromMs, read.reachedMs),
  });
}

interface FoundAt {
  id: string;
  timeMs: number;
  /** Of the match or the hit. */
  atMs: number;
}

async function examplesOf(
  found: readonly FoundAt[],
  read: (ids: readonly string[], span: { fromMs: number; toMs: number }) => Promise<FoundEvent[]>,
): Promise<BackTest['examples']> {
  if (found.length === 0) return [];
  const times = found.map(({ timeMs }) => timeMs);
  const ids = found.map(({ id }) => id);
  const events = await read(ids, { fromMs: Math.min(...times), toMs: Math.max(...times) });
  const byId = new Map(events.map((event) => [event.id, event]));
  return found.flatMap(({ id, atMs }) => {
    const event = byId.get(id);
    return event === undefined ? [] : [{ ...sample(event), timeMs: atMs }];
  });
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);

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
