/**
 * What an exception would have hidden: stored events that rules hit, a day at a time, judged as the projector would have.
 * Correlations are judged by their groups, as far as their alerts are kept.
 */
import { toClickHouseSql, type Pipeline } from '../../../rules/sigma/index.ts';
import { deterministicId } from '../../alert/detection.ts';
import { compileCondition } from '../../exceptions/condition.ts';
import {
  commonLogsource,
  ExceptionIndex,
  type ActingException,
  type RuleWords,
} from '../../exceptions/exception-index.ts';
import { addAlert, addCount, addHidden, SIMULATION, type Tally } from '../../exceptions/simulation.ts';
import { huntFields } from '../../hunt/run-hunt.ts';
import type { AgencyScope } from '../../registry/agency-scope.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { alertsOfDetections } from '../../registry/exceptions/proven-alerts.ts';
import { readGroups } from '../../registry/exceptions/exception-register.ts';
import { groupingsBetween } from '../../registry/exceptions/correlation-groups.ts';
import { CANDIDATE_COLUMNS } from '../../store/clickhouse-hunts.ts';
import { eventsBetween, withHits } from '../../store/hit-candidates.ts';
import type { Candidates, HuntLimits, HuntStore } from '../../store/hunt-store.ts';
import { HUNT_SCHEMA } from '../../store/sigma-schema.ts';
import type { FoundEvent } from '../../store/store.ts';

const LIMITS: HuntLimits = { secondsMax: 120, memoryBytesMax: 1_000_000_000 };
const PAGE_ROWS = 2_000;

export interface SimulatePorts {
  db: RegistryDb;
  hunts: HuntStore;
  words: RuleWords;
  pipelines: readonly Pipeline[];
  /** Whether hits of the rule are alerts by themselves. */
  generates: (ruleId: string) => boolean;
}

/** Adds a span of time to the tally. `fromMs` included, `toMs` not. */
export async function simulateSpan(
  ports: SimulatePorts,
  exception: ActingException,
  span: { fromMs: number; toMs: number; scope: AgencyScope },
  tally: Tally,
): Promise<void> {
  const { hunts } = ports;
  const { fromMs, toMs, scope } = span;
  const index = new ExceptionIndex([exception], ports.words, ports.pipelines);
  const agencyIds = scope.kind === 'all' ? undefined : scope.agencyIds;
  const ruleIds = exception.kind === 'rule' ? (exception.rules ?? undefined) : undefined;
  for (const { ruleId, count } of await hunts.hitCounts({ fromMs, toMs, ruleIds, agencyIds }, LIMITS)) {
    addCount(tally.allOfRules, ruleId, SIMULATION.rulesMax, count);
  }
  const candidates = withHits(candidatesOf(ports, exception, span), ruleIds);
  let after: { timeMs: number; id: string } | undefined;
  for (;;) {
    if (tally.examined >= SIMULATION.eventsMax) {
      tally.truncated = true;
      break;
    }
    const page = await hunts.page({ candidates, agencyIds, limit: PAGE_ROWS, after }, LIMITS);
    await addEvents(ports, index, page, tally);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) break;
    after = { timeMs: last.timeMs, id: last.id };
  }
  await addCorrelations(ports, index, { ...span, ruleIds }, tally);
}

/** What SQL can say of the condition; where it cannot, every event with a hit. */
function candidatesOf(
  { words, pipelines }: SimulatePorts,
  exception: ActingException,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Candidates {
  if (exception.condition === null) return eventsBetween(fromMs, toMs);
  const id = 'exception';
  const { engine } = compileCondition(
    { id, text: exception.condition, logsource: commonLogsource(exception, words) },
    pipelines,
  );
  const { query, params, refused } = toClickHouseSql(id, {
    engine,
    schema: { ...HUNT_SCHEMA, select: CANDIDATE_COLUMNS, orderBy: ['time'] },
    table: 'events',
    from: fromMs,
    to: toMs,
  });
  return refused === undefined ? { query, params } : eventsBetween(fromMs, toMs);
}

async function addEvents(
  { db, generates }: SimulatePorts,
  index: ExceptionIndex,
  events: readonly FoundEvent[],
  tally: Tally,
): Promise<void> {
  tally.examined += events.length;
  const groups = index.needsGroups
    ? await readGroups(db, [...new Set(events.map(({ agentId }) => agentId))])
    : undefined;
  const hidden = new Map<string, string>();
  for (const event of events) {
    const fields = huntFields(event);
    const rules = event.ruleIds.filter((ruleId) => generates(ruleId));
    const taken = rules.filter((ruleId) => {
      const { agencyId, agentId, hostname, timeMs } = event;
      const detection = { rule: { ruleId }, agencyId, agentId, hostname, timeMs, matched: {} };
      const groupId = groups?.get(agentId) ?? null;
      const found = index.candidates({ detection, isCorrelation: false, groupId });
      return found.length > 0 && index.find(found, fields) !== undefined;
    });
    if (taken.length === 0) continue;
    for (const ruleId of rules) {
      if (!taken.includes(ruleId)) addCount(tally.otherRules, ruleId, SIMULATION.rulesMax);
    }
    for (const ruleId of taken) {
      const { id: eventId, timeMs, hostname, agencyId, message } = event;
      addHidden(tally, { ruleId, timeMs, eventId, hostname, agencyId, message });
      hidden.set(deterministicId('rule', ruleId, eventId), ruleId);
    }
  }
  const alerts = await alertsOfDetections(db, [...new Set(hidden.values())], [...hidden.keys()]);
  for (const alert of alerts.values()) addAlert(tally, alert);
}

async function addCorrelations(
  { db }: SimulatePorts,
  index: ExceptionIndex,
  span: { fromMs: number; toMs: number; scope: AgencyScope; ruleIds: readonly string[] | undefined },
  tally: Tally,
): Promise<void> {
  const found = await groupingsBetween(db, span);
  const rules = [...new Set(found.map(({ ruleId }) => ruleId))];
  const alerts = await alertsOfDetections(
    db,
    rules,
    found.map(({ id }) => id),
  );
  for (const { id, ruleId, timeMs, matched } of found) {
    const alert = alerts.get(id);
    if (alert === undefined) continue;
    if (span.scope.kind === 'some' && !span.scope.agencyIds.includes(alert.agencyId)) continue;
    addCount(tally.allOfRules, ruleId, SIMULATION.rulesMax);
    const { agencyId, agentId, hostname } = alert;
    const detection = {
      rule: { ruleId },
      agencyId,
      agentId: agentId ?? '',
      hostname: hostname ?? '',
      timeMs,
      matched,
    };
    const candidates = index.candidates({ detection, isCorrelation: true, groupId: null });
    if (candidates.length === 0 || index.find(candidates, matched) === undefined) continue;
    addHidden(tally, {
      ruleId,
      timeMs,
      eventId: '',
      hostname: hostname ?? '',
      agencyId,
      message: alert.message,
    });
    addAlert(tally, alert);
  }
}
