/**
 * A release let out ring by ring. Invariants: one rollout is open at a time; who starts it is another person than who planned it;
 * a halt is ended by a person only; each step has its row of the audit trail.
 */
import { randomUUID } from 'node:crypto';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { UpdateRolloutState } from '../tables/update.ts';
import { judgeGate } from './gate.ts';
import { findRelease } from './releases.ts';
import { type Ring, ringsSchema, STANDARD_RINGS } from './rings.ts';
import { countRings, type RingTotals } from './update-hosts.ts';

const SYSTEM = 'system';
/** Rollouts that are shown. */
const SHOWN_MAX = 50;

export const UPDATE_DEFAULTS = { healthyPercent: 90, failedPercentMax: 5, soakHours: 24 } as const;
const HOUR_MS = 3_600_000;

export interface UpdateRollout {
  id: string;
  version: string;
  state: UpdateRolloutState;
  rings: readonly Ring[];
  ring: number;
  healthyPercent: number;
  failedPercentMax: number;
  soakMs: number;
  /** Why it was planned. */
  reason: string;
  /** Why it stands as it does; '' where nobody said. */
  stateReason: string;
  plannedBy: string;
  plannedMs: number;
  startedBy: string | null;
  startedMs: number | null;
  changedBy: string;
  changedMs: number;
}

export interface RolloutPlan {
  version: string;
  rings?: readonly Ring[] | undefined;
  healthyPercent?: number | undefined;
  failedPercentMax?: number | undefined;
  soakHours?: number | undefined;
  reason: string;
}

/** Newest first. */
export async function listUpdateRollouts(db: RegistryDb): Promise<UpdateRollout[]> {
  const rows = await db
    .selectFrom('update_rollout')
    .selectAll()
    .orderBy('planned_ms', 'desc')
    .orderBy('id')
    .limit(SHOWN_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    version: row.version,
    state: row.state,
    rings: ringsSchema.parse(JSON.parse(row.rings)),
    ring: row.ring,
    healthyPercent: row.healthy_percent,
    failedPercentMax: row.failed_percent_max,
    soakMs: row.soak_ms,
    reason: row.reason,
    stateReason: row.state_reason,
    plannedBy: row.planned_by,
    plannedMs: row.planned_ms,
    startedBy: row.started_by,
    startedMs: row.started_ms,
    changedBy: row.changed_by,
    changedMs: row.changed_ms,
  }));
}

/** The one that has not ended. */
export async function openRollout(db: RegistryDb): Promise<UpdateRollout | undefined> {
  return (await listUpdateRollouts(db)).find(({ state }) => state !== 'ended');
}

function mustBePerson(actor: string): void {
  if (actor.startsWith('user:')) return;
  throw new RefusalError(
    'rollout-not-yours',
    actor,
    'only a person who signs in may plan or start a rollout: tokens and the command line alone may not',
  );
}

/** @throws RefusalError rollout-not-yours, rollout-open, rollout-invalid, release-unknown, release-withdrawn */
export async function planRollout(
  registry: Registry,
  plan: RolloutPlan,
  actor: string,
): Promise<UpdateRollout> {
  mustBePerson(actor);
  const parsed = ringsSchema.safeParse(plan.rings ?? STANDARD_RINGS);
  if (!parsed.success)
    throw new RefusalError('rollout-invalid', plan.version, parsed.error.issues[0]?.message ?? 'rings');
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const release = await findRelease(trx, plan.version);
    if (release.state === 'withdrawn')
      throw new RefusalError('release-withdrawn', plan.version, `release ${plan.version} was withdrawn`);
    const open = await openRollout(trx);
    if (open !== undefined)
      throw new RefusalError(
        'rollout-open',
        open.version,
        `${open.version} is ${open.state}: end that first`,
      );
    const {
      healthyPercent = UPDATE_DEFAULTS.healthyPercent,
      failedPercentMax = UPDATE_DEFAULTS.failedPercentMax,
      soakHours = UPDATE_DEFAULTS.soakHours,
    } = plan;
    const id = randomUUID();
    const detail = { version: plan.version, rings: parsed.data, healthyPercent, failedPercentMax, soakHours };
    await trx
      .insertInto('update_rollout')
      .values({
        id,
        version: plan.version,
        state: 'planned',
        rings: JSON.stringify(parsed.data),
        ring: -1,
        healthy_percent: healthyPercent,
        failed_percent_max: failedPercentMax,
        soak_ms: Math.round(soakHours * HOUR_MS),
        reason: plan.reason,
        state_reason: '',
        planned_by: actor,
        planned_ms: atMs,
        changed_by: actor,
        changed_ms: atMs,
      })
      .execute();
    await writeAudit(trx, atMs, { actor, action: 'update.plan', target: `rollout:${id}`, detail });
    return mustFind(trx, id);
  });
}

async function mustFind(db: RegistryDb, id: string): Promise<UpdateRollout> {
  const found = (await listUpdateRollouts(db)).filter((one) => one.id.startsWith(id));
  const [rollout] = found;
  if (rollout !== undefined && found.length === 1) return rollout;
  throw new RefusalError('rollout-unknown', id, `there is no rollout ${id}`);
}

export type RolloutAct = 'start' | 'pause' | 'resume' | 'halt' | 'end';

/** Which states an act is for, and what it leads to. */
const ACTS: Record<RolloutAct, { from: readonly UpdateRolloutState[]; to: UpdateRolloutState }> = {
  start: { from: ['planned'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused', 'halted'], to: 'running' },
  halt: { from: ['running', 'paused'], to: 'halted' },
  end: { from: ['planned', 'running', 'paused', 'halted'], to: 'ended' },
};

/** @throws RefusalError rollout-unknown, rollout-not-yours, rollout-state */
export async function actOnRollout(
  registry: Registry,
  id: string,
  { act, reason = '' }: { act: RolloutAct; reason?: string | undefined },
  actor: string,
): Promise<UpdateRollout> {
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const found = await mustFind(trx, id);
    const { from, to } = ACTS[act];
    if (!from.includes(found.state))
      throw new RefusalError('rollout-state', found.id, `the rollout is ${found.state}: it cannot ${act}`);
    // What lets code out takes a person; what holds it back must never wait for one.
    if (act === 'start' || act === 'resume') mustBePerson(actor);
    if (act === 'start' && found.plannedBy === actor)
      throw new RefusalError(
        'rollout-not-yours',
        found.id,
        'who planned a rollout cannot start it: it takes a second person',
      );
    const started = act === 'start' ? { ring: 0, started_by: actor, started_ms: atMs } : {};
    await setState(trx, found, { state: to, state_reason: reason, ...started }, actor, atMs);
    await writeAudit(trx, atMs, {
      actor,
      action: `update.${act}`,
      target: `rollout:${found.id}`,
      detail: { version: found.version, reason },
    });
    return mustFind(trx, found.id);
  });
}

async function setState(
  trx: RegistryDb,
  { id }: UpdateRollout,
  change: {
    state?: UpdateRolloutState;
    state_reason?: string;
    ring?: number;
    started_by?: string;
    started_ms?: number;
  },
  actor: string,
  atMs: number,
): Promise<void> {
  await trx
    .updateTable('update_rollout')
    .set({ ...change, changed_by: actor, changed_ms: atMs })
    .where('id', '=', id)
    .execute();
}

export interface GateMove {
  rollout: UpdateRollout;
  kind: 'next' | 'halt';
  reason: string;
}

/** What the gate says now: the next ring, or a halt. @returns what was done, if anything */
export async function passGate(registry: Registry): Promise<GateMove | undefined> {
  const open = await openRollout(registry.db);
  if (open?.state !== 'running') return undefined;
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const rollout = await mustFind(trx, open.id);
    if (rollout.state !== 'running') return undefined;
    const counts = await countRings(trx, rollout, atMs);
    const answer = judgeGate(counts, rollout.ring, rollout);
    if (answer.kind === 'wait') return undefined;
    const target = `rollout:${rollout.id}`;
    if (answer.kind === 'halt') {
      const { reason } = answer;
      await setState(trx, rollout, { state: 'halted', state_reason: reason }, SYSTEM, atMs);
      const detail = { version: rollout.version, reason };
      await writeAudit(trx, atMs, { actor: SYSTEM, action: 'update.halt', target, detail });
      return { rollout: await mustFind(trx, rollout.id), kind: 'halt', reason };
    }
    const ring = rollout.ring + 1;
    await setState(trx, rollout, { ring }, SYSTEM, atMs);
    const reason = rollout.rings[ring]?.name ?? '';
    const detail = { version: rollout.version, ring: reason };
    await writeAudit(trx, atMs, { actor: SYSTEM, action: 'update.next-ring', target, detail });
    return { rollout: await mustFind(trx, rollout.id), kind: 'next', reason };
  });
}

export type { RingTotals };
