/**
 * Runs of scheduled hunts. Invariants: the run's row, what it counted, its alert and the next turn move in one transaction,
 * so that a run that was killed left nothing, and of two that ran the same turn one counts; no event is counted twice.
 */
import type { AgencyScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { readHunt } from '../hunts.ts';
import type { HuntOutcome } from '../tables/hunt-schedule.ts';
import type { DueHunt, HuntSchedule } from './hunt-schedules.ts';
import { tellFailing, tellFound, tellWell } from './tell-hunt.ts';
import { nextTurn } from './turns.ts';

/** Of one hunt, the newest. */
export const HUNT_RUNS_KEPT = 100;
/** In a row; then an alert says so. */
export const HUNT_FAILURES_TOLD = 3;
/** A collector that was away for longer looks no further back. */
const SPAN_MS_MAX = 31 * 86_400_000;
const FAULT_CHARS_MAX = 1_000;
const EXAMPLES_MAX = 5;
const EXAMPLE_CHARS_MAX = 200;
const ROWS_AT_ONCE = 500;

export interface RunSpan {
  fromMs: number;
  /** Not included. */
  toMs: number;
}

export interface FoundByRun {
  id: string;
  timeMs: number;
  agentId: string;
  hostname: string;
  message: string;
}

export type RunResult =
  | { outcome: 'done'; events: readonly FoundByRun[]; isCut: boolean }
  | { outcome: 'failed' | 'stopped'; fault: string };

export interface HuntRun extends RunSpan {
  id: number;
  startedMs: number;
  tookMs: number;
  outcome: HuntOutcome;
  /** That no run before had counted; with `isCut` there were more. */
  events: number;
  hosts: number;
  isCut: boolean;
  fault: string | null;
}

/** From the end of the last run and the overlap before it, no further than what was counted is known. */
export function spanOfRun(schedule: HuntSchedule, nowMs: number): RunSpan {
  const wanted = Math.min(schedule.coveredMs, nowMs) - schedule.overlapMs;
  const known = Math.max(wanted, schedule.knownFromMs);
  const fromMs = Math.max(known < nowMs ? known : wanted, nowMs - SPAN_MS_MAX);
  return { fromMs, toMs: nowMs };
}

/** @returns ids of alerts that are new or changed; undefined when the turn was another's, or the hunt changed meanwhile */
export async function recordRun(
  registry: Registry,
  { hunt, schedule }: DueHunt,
  run: RunSpan & { startedMs: number; tookMs: number; result: RunResult },
): Promise<string[] | undefined> {
  const { startedMs, tookMs, fromMs, toMs, result } = run;
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const next = nextTurn(schedule.turns, schedule.dueMs, Math.max(nowMs, startedMs));
    const isDone = result.outcome === 'done';
    const failures = isDone ? 0 : schedule.failures + 1;
    const fault = isDone ? null : result.fault.slice(0, FAULT_CHARS_MAX);
    const moved = await trx
      .updateTable('hunt_schedule')
      .set({
        due_ms: next.dueMs,
        missed: schedule.missed + next.missed,
        state: isDone ? 'well' : result.outcome === 'failed' ? 'failing' : 'stopped',
        fault,
        failures,
        ...(isDone ? { covered_ms: toMs, known_from_ms: Math.max(toMs - schedule.overlapMs, fromMs) } : {}),
      })
      .where('hunt_id', '=', hunt.id)
      .where('version', '=', schedule.version)
      .where('due_ms', '=', schedule.dueMs)
      .executeTakeFirst();
    if (moved.numUpdatedRows === 0n) return undefined;
    const fresh = isDone ? await countOnce(trx, { hunt, schedule }, toMs, result.events) : [];
    const isCut = isDone && result.isCut;
    const hosts = new Set(fresh.map(({ agentId }) => agentId)).size;
    const sum = { events: fresh.length, hosts, isCut };
    await trx
      .insertInto('hunt_run')
      .values({
        hunt_id: hunt.id,
        started_ms: startedMs,
        took_ms: tookMs,
        from_ms: fromMs,
        to_ms: toMs,
        outcome: result.outcome,
        events: sum.events,
        hosts,
        is_cut: isCut ? 1 : 0,
        fault,
      })
      .execute();
    await forgetOldRuns(trx, hunt.id);
    const ids: (string | undefined)[] = [];
    if (isDone && schedule.failures > 0) ids.push(await tellWell(trx, hunt, nowMs));
    if (fresh.length >= schedule.threshold) {
      const examples = fresh.slice(0, EXAMPLES_MAX).map(inWords);
      ids.push(await tellFound(trx, hunt, { ...sum, examples }, nowMs));
    }
    if (fault !== null && (failures === HUNT_FAILURES_TOLD || result.outcome === 'stopped'))
      ids.push(await tellFailing(trx, hunt, fault, nowMs));
    if (result.outcome === 'stopped') {
      await writeAudit(trx, nowMs, {
        actor: 'system',
        action: 'hunt.schedule-stop',
        target: `hunt:${hunt.id}`,
        agencyId: hunt.agencyId,
        detail: { name: hunt.name, owner: schedule.owner, why: fault },
      });
    }
    return ids.filter((id) => id !== undefined);
  });
}

function inWords({ timeMs, hostname, message }: FoundByRun): string {
  return `${new Date(timeMs).toISOString()} ${hostname} ${message}`.slice(0, EXAMPLE_CHARS_MAX);
}

/** Those that no run before has counted; remembers what the next one will see again. */
async function countOnce(
  trx: RegistryTransaction,
  { hunt, schedule }: DueHunt,
  toMs: number,
  events: readonly FoundByRun[],
): Promise<FoundByRun[]> {
  const rows = await trx.selectFrom('hunt_seen').select('event_id').where('hunt_id', '=', hunt.id).execute();
  const seen = new Set(rows.map(({ event_id }) => event_id));
  // What lies ahead was counted before the clock was set back.
  await trx.deleteFrom('hunt_seen').where('hunt_id', '=', hunt.id).where('time_ms', '<', toMs).execute();
  const again = events
    .filter(({ timeMs }) => timeMs >= toMs - schedule.overlapMs)
    .map(({ id, timeMs }) => ({ hunt_id: hunt.id, event_id: id, time_ms: timeMs }));
  for (let at = 0; at < again.length; at += ROWS_AT_ONCE)
    await trx
      .insertInto('hunt_seen')
      .values(again.slice(at, at + ROWS_AT_ONCE))
      .onConflict((conflict) => conflict.columns(['hunt_id', 'event_id']).doNothing())
      .execute();
  return events.filter(({ id }) => !seen.has(id));
}

async function forgetOldRuns(trx: RegistryTransaction, huntId: string): Promise<void> {
  const oldest = await trx
    .selectFrom('hunt_run')
    .select('id')
    .where('hunt_id', '=', huntId)
    .orderBy('id', 'desc')
    .offset(HUNT_RUNS_KEPT - 1)
    .limit(1)
    .executeTakeFirst();
  if (oldest === undefined) return;
  await trx.deleteFrom('hunt_run').where('hunt_id', '=', huntId).where('id', '<', oldest.id).execute();
}

/** Newest first. @throws RefusalError hunt-unknown, also outside the scope */
export async function listRuns(db: RegistryDb, huntId: string, scope: AgencyScope): Promise<HuntRun[]> {
  await readHunt(db, huntId, scope);
  const rows = await db
    .selectFrom('hunt_run')
    .selectAll()
    .where('hunt_id', '=', huntId)
    .orderBy('id', 'desc')
    .limit(HUNT_RUNS_KEPT)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    startedMs: row.started_ms,
    tookMs: row.took_ms,
    fromMs: row.from_ms,
    toMs: row.to_ms,
    outcome: row.outcome,
    events: row.events,
    hosts: row.hosts,
    isCut: row.is_cut === 1,
    fault: row.fault,
  }));
}
