/** What the control plane knows that decides how long a host's events are kept, and the months that are in force. */
import {
  BASES,
  basisOf,
  lawMonthsOf,
  monthsInForce,
  MONTHS_MAX,
  monthsMin,
  type RetentionBasis,
} from '../retention/law-months.ts';
import type { HostFacts, LevelPeriod, Membership, RetentionFacts } from '../retention/retention-policy.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { holdsInForce } from './holds.ts';
import { RefusalError } from './refusal.ts';

async function readHosts(db: RegistryDb): Promise<Map<string, HostFacts>> {
  const memberships = new Map<string, Membership[]>();
  const rows = await db
    .selectFrom('host_system')
    .select(['agent_id', 'system_id', 'valid_from_ms', 'valid_to_ms'])
    .execute();
  for (const row of rows) {
    const list = memberships.get(row.agent_id) ?? [];
    list.push({ systemId: row.system_id, fromMs: row.valid_from_ms, toMs: row.valid_to_ms });
    memberships.set(row.agent_id, list);
  }
  const agents = await db.selectFrom('agent').select(['id', 'agency_id', 'enrolled_ms']).execute();
  return new Map(
    agents.map((agent) => [
      agent.id,
      {
        enrolledMs: agent.enrolled_ms,
        agencyId: agent.agency_id,
        memberships: memberships.get(agent.id) ?? [],
      },
    ]),
  );
}

async function readLevels(db: RegistryDb): Promise<Map<number, LevelPeriod[]>> {
  const levels = new Map<number, LevelPeriod[]>();
  const rows = await db
    .selectFrom('system_level')
    .select(['system_id', 'level', 'law_profile', 'valid_from_ms', 'valid_to_ms'])
    .orderBy('id')
    .execute();
  for (const row of rows) {
    const periods = levels.get(row.system_id) ?? [];
    periods.push({
      level: row.level,
      lawProfile: row.law_profile,
      fromMs: row.valid_from_ms,
      toMs: row.valid_to_ms,
    });
    levels.set(row.system_id, periods);
  }
  return levels;
}

async function readSetMonths(db: RegistryDb): Promise<Map<RetentionBasis, number>> {
  const rows = await db.selectFrom('retention_months').select(['basis', 'months']).execute();
  return new Map(
    rows.flatMap(({ basis, months }) => {
      const known = basisOf(basis);
      return known === undefined ? [] : [[known, months] as const];
    }),
  );
}

/** Everything the policy decides by, as it stands in `db`, which may be a transaction. */
export async function readRetentionFacts(db: RegistryDb): Promise<RetentionFacts> {
  const holds = await holdsInForce(db);
  return {
    hosts: await readHosts(db),
    levels: await readLevels(db),
    holds: holds.map(({ id, subject, agencyIds, fromMs, toMs }) => ({
      id,
      agentId: subject.kind === 'agent' ? subject.agentId : null,
      systemId: subject.kind === 'system' ? subject.systemId : null,
      agencyIds,
      fromMs,
      toMs,
    })),
    months: monthsInForce(await readSetMonths(db)),
  };
}

export interface RetentionRule {
  basis: RetentionBasis;
  /** In force. */
  months: number;
  /** What may be set at least. */
  monthsMin: number;
  /** The law's own number; null where it states none or the level is not known. */
  lawMonths: number | null;
  source: string | null;
}

/** How long each level is kept, and where that comes from. */
export async function listRetentionRules(db: RegistryDb): Promise<RetentionRule[]> {
  const inForce = monthsInForce(await readSetMonths(db));
  return BASES.map((basis) => {
    const law = lawMonthsOf(basis);
    return {
      basis,
      months: inForce.get(basis) ?? monthsMin(basis),
      monthsMin: monthsMin(basis),
      lawMonths: law?.months ?? null,
      source: law?.source ?? null,
    };
  });
}

/** Longer than the law asks, or back to it; never shorter. @throws RefusalError months-too-few */
export async function setRetentionMonths(
  registry: Registry,
  basis: RetentionBasis,
  months: number,
  actor: string,
): Promise<void> {
  const least = monthsMin(basis);
  if (months < least || months > MONTHS_MAX) {
    const said = `${basis}: at least ${least} months must be kept, at most ${MONTHS_MAX} may be set`;
    throw new RefusalError('months-too-few', basis, said);
  }
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const before = monthsInForce(await readSetMonths(trx)).get(basis);
    const row = { months, set_ms: nowMs, set_by: actor };
    await trx
      .insertInto('retention_months')
      .values({ basis, ...row })
      .onConflict((conflict) => conflict.column('basis').doUpdateSet(row))
      .execute();
    const detail = { months, monthsBefore: before };
    await writeAudit(trx, nowMs, { actor, action: 'retention.set-months', target: basis, detail });
  });
}
