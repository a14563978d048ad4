/** The house's own names and addresses, which are never to be indicators. */
import { canonical, guessKind } from '../../indicator/canonical.ts';
import { IndicatorFaultError } from '../../indicator/one-indicator.ts';
import type { Allowed } from '../../indicator/screen.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export const ALLOWED_MAX = 2_000;

export interface KeptAllowed extends Allowed {
  id: number;
  reason: string;
  addedMs: number;
  addedBy: string;
}

const kindOf = (text: string): Allowed['kind'] => (text === 'ip' ? 'ip' : 'domain');

export async function listAllowed(db: RegistryDb): Promise<KeptAllowed[]> {
  const rows = await db
    .selectFrom('indicator_allowed')
    .select(['id', 'kind', 'value', 'reason', 'added_ms', 'added_by'])
    .orderBy('kind')
    .orderBy('value')
    .limit(ALLOWED_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: kindOf(row.kind),
    value: row.value,
    reason: row.reason,
    addedMs: row.added_ms,
    addedBy: row.added_by,
  }));
}

/** A name or a network as it is kept. @throws IndicatorFaultError */
export function allowedOf(value: string): Allowed {
  const kind = guessKind(value) === 'ip' ? 'ip' : 'domain';
  const made = canonical(kind, value);
  if ('fault' in made) throw new IndicatorFaultError(made.fault);
  return { kind, value: made.value };
}

/** Indicators that are there already stay. @throws RefusalError indicator-exists, indicator-limit */
export async function addAllowed(
  registry: Registry,
  { kind, value, reason }: Allowed & { reason: string },
  actor: string,
): Promise<KeptAllowed> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const all = await listAllowed(trx);
    const twin = all.find((one) => one.kind === kind && one.value === value);
    if (twin !== undefined)
      throw new RefusalError('indicator-exists', String(twin.id), `${value} is on the list already`);
    if (all.length >= ALLOWED_MAX)
      throw new RefusalError('indicator-limit', String(ALLOWED_MAX), `the list holds ${ALLOWED_MAX} at most`);
    const { id } = await trx
      .insertInto('indicator_allowed')
      .values({ kind, value, reason, added_ms: nowMs, added_by: actor })
      .returning('id')
      .executeTakeFirstOrThrow();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'indicator-allowed.add',
      target: `indicator-allowed:${id}`,
      detail: { kind, value, reason },
    });
    return { id, kind, value, reason, addedMs: nowMs, addedBy: actor };
  });
}

/** @throws RefusalError indicator-unknown */
export async function removeAllowed(registry: Registry, id: number, actor: string): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .deleteFrom('indicator_allowed')
      .where('id', '=', id)
      .returning(['kind', 'value'])
      .executeTakeFirst();
    if (row === undefined)
      throw new RefusalError('indicator-unknown', String(id), `the list has no entry ${id}`);
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'indicator-allowed.remove',
      target: `indicator-allowed:${id}`,
      detail: row,
    });
  });
}
