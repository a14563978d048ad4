/**
 * What retention did: its runs, each deletion before and after it happened, and what is gone of each host.
 * Invariants: a deletion is written down, with its hosts and rows, before the store is told, in the transaction that
 * looked at the holds; when it is done its rows move into the hosts' spans, once; so after a crash it is known what
 * may be half done, and no row is counted twice or not at all.
 */
import { sql } from 'kysely';
import { z } from 'zod';
import { addDays, type Day } from '../retention/day.ts';
import { type DayPlan, planDay } from '../retention/retention-policy.ts';
import type { HostDay, HostRows } from '../store/event-retention.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { readRetentionFacts } from './retention-facts.ts';
import type { RetentionRunState } from './tables/retention.ts';

/** Hosts and rows by what let them go, as it is kept with a deletion. */
const policySchema = z.array(
  z.object({ basis: z.string(), months: z.number(), hosts: z.number(), rows: z.number() }),
);
export type DeletionPolicy = z.infer<typeof policySchema>;

export interface Deletion {
  id: number;
  runId: number;
  day: Day;
  kind: 'rows' | 'partition';
  state: 'begun' | 'done' | 'given-up';
  /** Set when it is about one host only. */
  agentId: string | null;
  agents: number;
  rows: number;
  bytes: number;
  policy: DeletionPolicy;
  begunMs: number;
  doneMs: number | null;
}

export interface RetentionRun {
  id: number;
  startedMs: number;
  finishedMs: number | null;
  actor: string;
  /** The day it took for today. */
  day: Day;
  state: RetentionRunState;
  deletedRows: number;
  message: string;
}

const RUN_COLUMNS = [
  'id',
  'started_ms as startedMs',
  'finished_ms as finishedMs',
  'actor',
  'day',
  'state',
  'deleted_rows as deletedRows',
  'message',
] as const;

/** @returns the run's id */
export async function startRetentionRun(registry: Registry, day: Day, actor: string): Promise<number> {
  const row = await registry.db
    .insertInto('retention_run')
    .values({ started_ms: registry.now(), finished_ms: null, actor, day, state: 'running' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function finishRetentionRun(
  registry: Registry,
  id: number,
  end: { state: RetentionRunState; message?: string | undefined },
): Promise<RetentionRun> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const { rows } = await trx
      .selectFrom('retention_deletion')
      .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('rows'), sql<number>`0`).as('rows'))
      .where('run_id', '=', id)
      .where('state', '=', 'done')
      .executeTakeFirstOrThrow();
    const run = await trx
      .updateTable('retention_run')
      .set({
        finished_ms: nowMs,
        state: end.state,
        deleted_rows: rows,
        message: end.message ?? '',
      })
      .where('id', '=', id)
      .returning(RUN_COLUMNS)
      .executeTakeFirstOrThrow();
    if (run.deletedRows > 0 || end.state !== 'done') {
      const { actor, day, deletedRows, message } = run;
      const detail = { day, state: end.state, deletedRows, message };
      await writeAudit(trx, nowMs, { actor, action: 'retention.run', target: `retention-run:${id}`, detail });
    }
    return run;
  });
}

/** Runs that ended with their process are called unfinished. @returns how many */
export async function closeDeadRuns(registry: Registry): Promise<number> {
  const dead = await registry.db
    .updateTable('retention_run')
    .set({ state: 'unfinished', finished_ms: registry.now(), message: 'the collector ended' })
    .where('state', '=', 'running')
    .executeTakeFirst();
  return Number(dead.numUpdatedRows);
}

/** Newest first. */
export async function listRetentionRuns(db: RegistryDb, limit: number): Promise<RetentionRun[]> {
  return db.selectFrom('retention_run').select(RUN_COLUMNS).orderBy('id', 'desc').limit(limit).execute();
}

function policyOf(plan: DayPlan): DeletionPolicy {
  const groups = new Map<string, DeletionPolicy[number]>();
  for (const { rule, rows } of plan.doomed) {
    const key = `${rule.basis} ${rule.months}`;
    const group = groups.get(key) ?? { basis: rule.basis, months: rule.months, hosts: 0, rows: 0 };
    group.hosts += 1;
    group.rows += rows;
    groups.set(key, group);
  }
  return [...groups.values()];
}

const HOSTS_PER_INSERT = 200;

/**
 * Plans a day by the facts as they stand, and writes the deletion down when there is one, in one transaction: a hold
 * that is made later than this finds the deletion on record, one made earlier is heeded.
 */
export async function beginDeletion(
  registry: Registry,
  runId: number,
  day: { day: Day; hosts: readonly HostDay[]; bytes: number },
  at: { today: Day; batchMax: number },
): Promise<{ plan: DayPlan; deletionId: number | undefined }> {
  return registry.db.transaction().execute(async (trx) => {
    const plan = planDay(await readRetentionFacts(trx), day.day, day.hosts, at);
    if (plan.kind === 'keep') return { plan, deletionId: undefined };
    const all = day.hosts.reduce((sum, host) => sum + host.rows, 0);
    const rows = plan.doomed.reduce((sum, host) => sum + host.rows, 0);
    const [only] = plan.doomed;
    const { id } = await trx
      .insertInto('retention_deletion')
      .values({
        run_id: runId,
        day: day.day,
        kind: plan.kind,
        state: 'begun',
        agent_id: plan.doomed.length === 1 && only !== undefined ? only.agentId : null,
        agents: plan.doomed.length,
        rows,
        bytes: Math.round((day.bytes * rows) / Math.max(all, 1)),
        policy: JSON.stringify(policyOf(plan)),
        begun_ms: registry.now(),
        done_ms: null,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (let from = 0; from < plan.doomed.length; from += HOSTS_PER_INSERT) {
      await trx
        .insertInto('retention_deletion_host')
        .values(
          plan.doomed.slice(from, from + HOSTS_PER_INSERT).map((host) => ({
            deletion_id: id,
            agent_id: host.agentId,
            rows: host.rows,
          })),
        )
        .execute();
    }
    return { plan, deletionId: id };
  });
}

/** The day's deletion is done: its rows join the hosts' spans. Doing it again changes nothing. */
export async function finishDeletion(registry: Registry, id: number): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const deletion = await trx
      .selectFrom('retention_deletion')
      .select(['day', 'state'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (deletion?.state !== 'begun') return;
    await addToSpans(trx, id, deletion.day);
    await closeDeletion(trx, id, 'done', registry.now());
  });
}

async function closeDeletion(
  trx: RegistryTransaction,
  id: number,
  state: 'done' | 'given-up',
  nowMs: number,
): Promise<void> {
  await trx.deleteFrom('retention_deletion_host').where('deletion_id', '=', id).execute();
  await trx.updateTable('retention_deletion').set({ state, done_ms: nowMs }).where('id', '=', id).execute();
}

/** Each host's rows join the span that holds the day or ends the day before; else they begin one. */
async function addToSpans(trx: RegistryTransaction, id: number, day: Day): Promise<void> {
  const near = sql`other.from_day <= ${day} and other.to_day >= ${addDays(day, -1)}`;
  await sql`insert into retention_span (agent_id, from_day, to_day, rows)
    select agent_id, ${day}, ${day}, 0 from retention_deletion_host as host
    where deletion_id = ${id} and not exists
      (select 1 from retention_span as other where other.agent_id = host.agent_id and ${near})`.execute(trx);
  await sql`update retention_span set
      to_day = case when to_day < ${day} then ${day} else to_day end,
      rows = rows + (select host.rows from retention_deletion_host as host
        where host.deletion_id = ${id} and host.agent_id = retention_span.agent_id)
    where agent_id in (select agent_id from retention_deletion_host where deletion_id = ${id})
      and id = (select other.id from retention_span as other
        where other.agent_id = retention_span.agent_id and ${near}
        order by other.to_day desc, other.id desc limit 1)`.execute(trx);
}

/** Deletions that were begun and not finished, oldest first, with their hosts. */
export async function openDeletions(
  db: RegistryDb,
): Promise<{ id: number; day: Day; kind: 'rows' | 'partition'; agentIds: string[] }[]> {
  const rows = await db
    .selectFrom('retention_deletion')
    .select(['id', 'day', 'kind'])
    .where('state', '=', 'begun')
    .orderBy('id')
    .execute();
  const open: { id: number; day: Day; kind: 'rows' | 'partition'; agentIds: string[] }[] = [];
  for (const row of rows) {
    const hosts = await db
      .selectFrom('retention_deletion_host')
      .select('agent_id')
      .where('deletion_id', '=', row.id)
      .execute();
    open.push({ ...row, agentIds: hosts.map((host) => host.agent_id) });
  }
  return open;
}

/**
 * A deletion that was cut short: rows that are still there leave it (the next plan decides on them anew), the others
 * are done.
 */
export async function settleDeletion(
  registry: Registry,
  id: number,
  remaining: readonly HostRows[],
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const deletion = await trx
      .selectFrom('retention_deletion')
      .select(['day', 'rows', 'bytes', 'state'])
      .where('id', '=', id)
      .executeTakeFirst();
    if (deletion?.state !== 'begun') return;
    for (const { agentId, rows: still } of remaining) {
      await trx
        .updateTable('retention_deletion_host')
        .set((eb) => ({ rows: eb('rows', '-', still) }))
        .where('deletion_id', '=', id)
        .where('agent_id', '=', agentId)
        .execute();
    }
    await trx
      .deleteFrom('retention_deletion_host')
      .where('deletion_id', '=', id)
      .where('rows', '<=', 0)
      .execute();
    const left = await trx
      .selectFrom('retention_deletion_host')
      .select((eb) => [
        eb.fn.countAll<number>().as('agents'),
        eb.fn.coalesce(eb.fn.sum<number>('rows'), sql<number>`0`).as('rows'),
      ])
      .where('deletion_id', '=', id)
      .executeTakeFirstOrThrow();
    const { agents, rows } = left;
    await trx
      .updateTable('retention_deletion')
      .set({
        agents,
        rows,
        bytes: Math.round((deletion.bytes * rows) / Math.max(deletion.rows, 1)),
      })
      .where('id', '=', id)
      .execute();
    if (rows > 0) await addToSpans(trx, id, deletion.day);
    await closeDeletion(trx, id, rows > 0 ? 'done' : 'given-up', registry.now());
  });
}

/** Newest first, below `beforeId` when given. */
export async function listDeletions(
  db: RegistryDb,
  query: { limit: number; beforeId?: number | undefined },
): Promise<Deletion[]> {
  let select = db
    .selectFrom('retention_deletion')
    .select([
      'id',
      'run_id as runId',
      'day',
      'kind',
      'state',
      'agent_id as agentId',
      'agents',
      'rows',
      'bytes',
      'policy',
      'begun_ms as begunMs',
      'done_ms as doneMs',
    ])
    .orderBy('id', 'desc')
    .limit(query.limit);
  if (query.beforeId !== undefined) select = select.where('id', '<', query.beforeId);
  const rows = await select.execute();
  return rows.map((row) => ({ ...row, policy: policySchema.parse(JSON.parse(row.policy)) }));
}

export interface DeletedSpan {
  agentId: string;
  fromDay: Day;
  toDay: Day;
  rows: number;
}

/** What is gone of the hosts, oldest first. Left out: of all. */
export async function deletedSpans(db: RegistryDb, agentIds?: readonly string[]): Promise<DeletedSpan[]> {
  let select = db
    .selectFrom('retention_span')
    .select(['agent_id as agentId', 'from_day as fromDay', 'to_day as toDay', 'rows'])
    .orderBy('from_day')
    .orderBy('agent_id');
  if (agentIds !== undefined) {
    if (agentIds.length === 0) return [];
    select = select.where('agent_id', 'in', agentIds);
  }
  return select.execute();
}

/** Rows that retention deleted: in all, or of one host. */
export async function countDeletedRows(db: RegistryDb, agentId?: string): Promise<number> {
  let select = db
    .selectFrom('retention_span')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('rows'), sql<number>`0`).as('rows'));
  if (agentId !== undefined) select = select.where('agent_id', '=', agentId);
  return (await select.executeTakeFirstOrThrow()).rows;
}

/** Rows whose deletion may have been under way at some time since then: as many may be gone that were there. */
export async function rowsDeletedSince(db: RegistryDb, ms: number): Promise<number> {
  const { rows } = await db
    .selectFrom('retention_deletion')
    .select((e) => e.fn.coalesce(e.fn.sum<number>('rows'), e.lit(0)).as('rows'))
    .where((e) => e.or([e('done_ms', 'is', null), e('done_ms', '>=', ms)]))
    .executeTakeFirstOrThrow();
  return rows;
}
