/**
 * Alerts about what holds or does not. Invariants: while it holds there is one open alert; when it no longer holds, that
 * one is closed with a note; who closes it by hand hears of it again after REMIND_MS, if it still holds then.
 */
import { groupKey } from '../alert/detection.ts';
import type { HouseCondition } from '../alert/house-finding.ts';
import type { RegistryDb, RegistryTransaction } from './database.ts';
import { raiseHouseAlert, resolveHouseAlert } from './house-alerts.ts';

const REMIND_MS = 86_400_000;

const keyOf = ({ about: { rule, entity, agencyId } }: HouseCondition): string =>
  groupKey(rule.ruleId, entity, agencyId);

export interface OpenCondition {
  id: string;
  /** As `groupKey` of detection.ts makes it. */
  key: string;
}

/** Conditions of these rules that have an open alert. */
export async function readOpenConditions(
  db: RegistryDb,
  ruleIds: readonly string[],
): Promise<OpenCondition[]> {
  return db
    .selectFrom('alert')
    .select(['id', 'group_key as key'])
    .where('rule_id', 'in', ruleIds)
    .where('state', '!=', 'closed')
    .execute();
}

/** @returns ids of alerts that are new or changed */
export async function applyConditions(
  db: RegistryDb,
  conditions: readonly HouseCondition[],
  note: string,
  nowMs: number,
): Promise<string[]> {
  const rules = [...new Set(conditions.map(({ about }) => about.rule.ruleId))];
  if (rules.length === 0) return [];
  const open = new Map((await readOpenConditions(db, rules)).map(({ id, key }) => [key, id]));
  // Most of the time nothing has changed, and then nothing is written.
  const changed = conditions.filter((condition) => condition.holds !== open.has(keyOf(condition)));
  if (changed.length === 0) return [];
  return db.transaction().execute(async (trx) => {
    const ids: string[] = [];
    for (const condition of changed) {
      const alertId = open.get(keyOf(condition));
      const id =
        alertId === undefined
          ? await raise(trx, condition, nowMs)
          : await resolveHouseAlert(trx, { id: alertId, note }, nowMs);
      if (id !== undefined) ids.push(id);
    }
    return ids;
  });
}

async function raise(
  trx: RegistryTransaction,
  condition: HouseCondition,
  nowMs: number,
): Promise<string | undefined> {
  const key = keyOf(condition);
  const last = await trx
    .selectFrom('alert')
    .select(['state', 'state_by', 'updated_ms'])
    .where('rule_id', '=', condition.about.rule.ruleId)
    .where('group_key', '=', key)
    .orderBy('created_ms', 'desc')
    .limit(1)
    .executeTakeFirst();
  // Another collector may have raised it meanwhile.
  if (last !== undefined && last.state !== 'closed') return undefined;
  if (last !== undefined && last.state_by !== 'system' && nowMs - last.updated_ms < REMIND_MS)
    return undefined;
  return raiseHouseAlert(trx, { ...condition.about, finding: `${key} ${nowMs}`, timeMs: nowMs }, nowMs);
}
