/** What people do to indicators: add one, correct it, take it out, put it back, all of a source at once. Each on record. */
import { INDICATOR_LIMITS, type Indicator, type Tlp } from '../../indicator/indicator.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { nextChangeNo } from './changes.ts';
import { descriptionKey } from './description-key.ts';
import { importIndicators, requireRoom } from './import-indicators.ts';
import { readIndicator, STORED_COLUMNS, toStored, type StoredIndicator } from './stored.ts';

export interface IndicatorChangeWanted {
  confidence?: number | undefined;
  /** Milliseconds UTC; null: until it is retired. */
  validUntilMs?: number | null | undefined;
  tlp?: Tlp | null | undefined;
  tags?: readonly string[] | undefined;
  description?: string | undefined;
}

/** @throws RefusalError indicator-exists, indicator-limit */
export async function addIndicator(
  registry: Registry,
  indicator: Indicator,
  actor: string,
): Promise<StoredIndicator> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const { kind, value, source } = indicator;
    const known = await trx
      .selectFrom('indicator')
      .select('id')
      .where('value', '=', value)
      .where('kind', '=', kind)
      .where('source', '=', source)
      .executeTakeFirst();
    if (known !== undefined) {
      const said = `${value} of the source "${source}" is indicator ${known.id} already: change or restore that one`;
      throw new RefusalError('indicator-exists', String(known.id), said);
    }
    if (indicator.validUntilMs !== null && indicator.validUntilMs <= nowMs) {
      throw new RefusalError('indicator-invalid', 'validUntil', 'it would be over already: say a later time');
    }
    await importIndicators(trx, [indicator], { actor, nowMs });
    const row = await trx
      .selectFrom('indicator')
      .select(STORED_COLUMNS)
      .where('value', '=', value)
      .where('kind', '=', kind)
      .where('source', '=', source)
      .executeTakeFirstOrThrow();
    const { confidence, validUntilMs } = indicator;
    await writeAudit(trx, nowMs, {
      actor,
      action: 'indicator.add',
      target: `indicator:${row.id}`,
      detail: { kind, value, source, confidence, validUntilMs },
    });
    return toStored(row);
  });
}

/** @throws RefusalError version-conflict */
function requireVersion({ id, version }: StoredIndicator, wanted: number | undefined): void {
  if (wanted === undefined || wanted === version) return;
  throw new RefusalError(
    'version-conflict',
    String(id),
    `indicator ${id} was changed meanwhile: its version is ${version}`,
  );
}

interface Which {
  id: number;
  /** That it was read in; undefined: whatever it is. */
  version?: number | undefined;
}

/** @throws RefusalError indicator-unknown, version-conflict */
export async function changeIndicator(
  registry: Registry,
  { id, version }: Which,
  change: IndicatorChangeWanted,
  actor: string,
): Promise<StoredIndicator> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await readIndicator(trx, id);
    requireVersion(before, version);
    const tags = change.tags?.slice(0, INDICATOR_LIMITS.tagsMax);
    await trx
      .updateTable('indicator')
      .set({
        ...(change.confidence === undefined ? {} : { confidence: change.confidence }),
        ...(change.validUntilMs === undefined ? {} : { valid_until_ms: change.validUntilMs }),
        ...(change.tlp === undefined ? {} : { tlp: change.tlp }),
        ...(tags === undefined ? {} : { tags: JSON.stringify(tags) }),
        ...(change.description === undefined
          ? {}
          : { description: change.description, description_key: descriptionKey(change.description) }),
        updated_ms: nowMs,
        change_no: await nextChangeNo(trx),
        version: before.version + 1,
      })
      .where('id', '=', id)
      .execute();
    const { kind, value, source } = before;
    await writeAudit(trx, nowMs, {
      actor,
      action: 'indicator.change',
      target: `indicator:${id}`,
      detail: { kind, value, source, before: partOf(before, change), after: { ...change } },
    });
    return readIndicator(trx, id);
  });
}

function partOf(before: StoredIndicator, change: IndicatorChangeWanted): Record<string, unknown> {
  const { confidence, validUntilMs, tlp, tags, description } = before;
  const all: Record<string, unknown> = { confidence, validUntilMs, tlp, tags, description };
  return Object.fromEntries(Object.entries(all).filter(([name]) => name in change));
}

/** It matches no more and stays for the record. @throws RefusalError indicator-unknown, version-conflict */
export async function retireIndicator(
  registry: Registry,
  { id, version }: Which,
  reason: string,
  actor: string,
): Promise<StoredIndicator> {
  return setState(registry, { id, version }, { state: 'retired', reason }, actor);
}

/** It matches again, at full rate. @throws RefusalError indicator-unknown, indicator-limit, version-conflict */
export async function restoreIndicator(
  registry: Registry,
  { id, version }: Which,
  reason: string,
  actor: string,
): Promise<StoredIndicator> {
  return setState(registry, { id, version }, { state: 'active', reason }, actor);
}

async function setState(
  registry: Registry,
  { id, version }: Which,
  { state, reason }: { state: 'active' | 'retired'; reason: string },
  actor: string,
): Promise<StoredIndicator> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await readIndicator(trx, id);
    requireVersion(before, version);
    if (before.state === state && before.throttledMs === null) return before;
    if (state === 'active' && before.state !== 'active') await requireRoom(trx, 1, nowMs);
    await trx
      .updateTable('indicator')
      .set({
        state,
        state_ms: nowMs,
        state_by: actor,
        state_reason: reason,
        throttled_ms: null,
        updated_ms: nowMs,
        change_no: await nextChangeNo(trx),
        version: before.version + 1,
      })
      .where('id', '=', id)
      .execute();
    const { kind, value, source, throttledMs } = before;
    await writeAudit(trx, nowMs, {
      actor,
      action: state === 'retired' ? 'indicator.retire' : 'indicator.restore',
      target: `indicator:${id}`,
      detail: { kind, value, source, reason, throttledMs },
    });
    return readIndicator(trx, id);
  });
}

/** Of these ids the ones that are to be changed, in one transaction. @returns how many were */
export async function setStates(
  trx: RegistryTransaction,
  ids: readonly number[],
  {
    state,
    reason,
    actor,
    nowMs,
  }: { state: 'active' | 'retired'; reason: string; actor: string; nowMs: number },
): Promise<number> {
  if (ids.length === 0) return 0;
  if (state === 'active') await requireRoom(trx, ids.length, nowMs);
  const { numUpdatedRows } = await trx
    .updateTable('indicator')
    .set((eb) => ({
      state,
      state_ms: nowMs,
      state_by: actor,
      state_reason: reason,
      throttled_ms: null,
      updated_ms: nowMs,
      version: eb('version', '+', 1),
    }))
    .set({ change_no: await nextChangeNo(trx) })
    .where('id', 'in', ids)
    .where('state', '!=', state)
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}
