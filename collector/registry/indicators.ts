/**
 * The register of indicators: import, list, remove, and what is in force for the index. An import is one transaction for
 * each 5,000, with its entry in the audit trail: what it says was taken was taken, however it ends.
 */
import { z } from 'zod';
import { canonical } from '../indicator/canonical.ts';
import {
  INDICATOR_KINDS,
  INDICATOR_LIMITS,
  TLP_LEVELS,
  type Indicator,
  type IndicatorKind,
} from '../indicator/indicator.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from './database.ts';
import { RefusalError } from './refusal.ts';

const CHUNK_ROWS = 5_000;
/** Rows of one statement: each binds eleven values, and SQLite takes 32,766. */
const STATEMENT_ROWS = 500;
export const INDICATOR_PAGE_MAX = 500;

export interface StoredIndicator extends Indicator {
  id: number;
  addedMs: number;
  addedBy: string;
  updatedMs: number;
}

export interface IndicatorCounts {
  added: number;
  updated: number;
  unchanged: number;
  /** Over already, and not known: not taken. */
  expired: number;
}

const kindSchema = z.enum(INDICATOR_KINDS);
const tlpSchema = z.enum(TLP_LEVELS).nullable();
const tagsSchema = z.array(z.string());

/** @throws RefusalError indicator-limit; what the chunks before have taken stays */
export async function importIndicators(
  registry: Registry,
  indicators: readonly Indicator[],
  actor: string,
  { dryRun }: { dryRun: boolean },
): Promise<IndicatorCounts> {
  const total: IndicatorCounts = { added: 0, updated: 0, unchanged: 0, expired: 0 };
  for (let from = 0; from < indicators.length; from += CHUNK_ROWS) {
    const chunk = indicators.slice(from, from + CHUNK_ROWS);
    const counts = await registry.db
      .transaction()
      .execute((trx) => importChunk(trx, chunk, { actor, dryRun, nowMs: registry.now(), before: total }));
    total.added += counts.added;
    total.updated += counts.updated;
    total.unchanged += counts.unchanged;
    total.expired += counts.expired;
  }
  return total;
}

interface Act {
  actor: string;
  dryRun: boolean;
  nowMs: number;
  /** What the chunks before it have counted: a dry run has written none of it. */
  before: Readonly<IndicatorCounts>;
}

async function importChunk(
  trx: RegistryTransaction,
  chunk: readonly Indicator[],
  { actor, dryRun, nowMs, before }: Act,
): Promise<IndicatorCounts> {
  const counts: IndicatorCounts = { added: 0, updated: 0, unchanged: 0, expired: 0 };
  const fresh: Indicator[] = [];
  const changed: Indicator[] = [];
  for (let from = 0; from < chunk.length; from += STATEMENT_ROWS) {
    const part = chunk.slice(from, from + STATEMENT_ROWS);
    const known = await knownOf(trx, part);
    for (const indicator of part) {
      const row = known.get(keyOf(indicator));
      const isOver = indicator.validUntilMs !== null && indicator.validUntilMs <= nowMs;
      if (row === undefined && isOver) counts.expired += 1;
      else if (row === undefined) fresh.push(indicator);
      else if (isSame(row, indicator)) counts.unchanged += 1;
      else changed.push(indicator);
    }
  }
  counts.added = fresh.length;
  counts.updated = changed.length;
  const stored = (await countIndicators(trx)) + (dryRun ? before.added : 0);
  if (stored + fresh.length > INDICATOR_LIMITS.indicatorsMax) throw tooMany();
  if (dryRun) return counts;
  for (let from = 0; from < fresh.length + changed.length; from += STATEMENT_ROWS) {
    const part = [...fresh, ...changed].slice(from, from + STATEMENT_ROWS);
    await putRows(trx, part, actor, nowMs);
  }
  if (counts.added + counts.updated > 0) {
    const sources = [...new Set([...fresh, ...changed].map(({ source }) => source))].slice(0, 16);
    const detail = { ...counts, sources };
    await writeAudit(trx, nowMs, { actor, action: 'indicator.import', target: 'indicators', detail });
  }
  return counts;
}

function tooMany(): RefusalError {
  const { indicatorsMax } = INDICATOR_LIMITS;
  return new RefusalError(
    'indicator-limit',
    String(indicatorsMax),
    `there may be ${indicatorsMax} indicators at most: remove those of a source that is no longer needed`,
  );
}

function keyOf({ kind, value, source }: Pick<Indicator, 'value' | 'source'> & { kind: string }): string {
  return `${kind} ${value} ${source}`;
}

type KnownRow = Awaited<ReturnType<typeof rowsOf>>[number];

function rowsOf(db: RegistryDb, values: readonly string[]) {
  return db
    .selectFrom('indicator')
    .select(['kind', 'value', 'source', 'confidence', 'valid_until_ms', 'tlp', 'tags', 'description'])
    .where('value', 'in', values)
    .execute();
}

async function knownOf(db: RegistryDb, part: readonly Indicator[]): Promise<Map<string, KnownRow>> {
  const rows = await rowsOf(db, [...new Set(part.map(({ value }) => value))]);
  return new Map(rows.map((row) => [keyOf(row), row]));
}

function isSame(row: KnownRow, indicator: Indicator): boolean {
  return (
    row.confidence === indicator.confidence &&
    row.valid_until_ms === indicator.validUntilMs &&
    row.tlp === indicator.tlp &&
    row.tags === JSON.stringify(indicator.tags) &&
    row.description === indicator.description
  );
}

async function putRows(
  trx: RegistryTransaction,
  part: readonly Indicator[],
  actor: string,
  nowMs: number,
): Promise<void> {
  const rows = part.map(({ kind, value, source, confidence, validUntilMs, tlp, tags, description }) => ({
    kind,
    value,
    source,
    confidence,
    valid_until_ms: validUntilMs,
    tlp,
    tags: JSON.stringify(tags),
    description,
    added_ms: nowMs,
    added_by: actor,
    updated_ms: nowMs,
  }));
  await trx
    .insertInto('indicator')
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(['value', 'kind', 'source']).doUpdateSet((eb) => ({
        confidence: eb.ref('excluded.confidence'),
        valid_until_ms: eb.ref('excluded.valid_until_ms'),
        tlp: eb.ref('excluded.tlp'),
        tags: eb.ref('excluded.tags'),
        description: eb.ref('excluded.description'),
        updated_ms: eb.ref('excluded.updated_ms'),
      })),
    )
    .execute();
}

export async function countIndicators(db: RegistryDb): Promise<number> {
  const row = await db
    .selectFrom('indicator')
    .select(({ fn }) => fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  return row.rows;
}

export interface IndicatorQuery {
  kind?: IndicatorKind | undefined;
  source?: string | undefined;
  /** A value however it is written; needs no kind. */
  value?: string | undefined;
  /** Only those that hold at this time, milliseconds UTC. */
  inForceAtMs?: number | undefined;
  /** The last id of the page before. */
  after?: number | undefined;
  /** Up to INDICATOR_PAGE_MAX. */
  limit: number;
}

/** In the order in which they came. */
export async function listIndicators(db: RegistryDb, query: IndicatorQuery): Promise<StoredIndicator[]> {
  const { kind, source, value, inForceAtMs, after, limit } = query;
  const rows = await db
    .selectFrom('indicator')
    .select(['id', 'kind', 'value', 'source', 'confidence', 'valid_until_ms', 'tlp', 'tags'])
    .select(['description', 'added_ms', 'added_by', 'updated_ms'])
    .$if(kind !== undefined, (all) => all.where('kind', '=', kind ?? ''))
    .$if(source !== undefined, (all) => all.where('source', '=', source ?? ''))
    .$if(value !== undefined, (all) => all.where('value', 'in', formsOf(value ?? '')))
    .$if(inForceAtMs !== undefined, (all) =>
      all.where((eb) =>
        eb.or([eb('valid_until_ms', 'is', null), eb('valid_until_ms', '>', inForceAtMs ?? 0)]),
      ),
    )
    .$if(after !== undefined, (all) => all.where('id', '>', after ?? 0))
    .orderBy('id')
    .limit(Math.min(limit, INDICATOR_PAGE_MAX))
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: kindSchema.parse(row.kind),
    value: row.value,
    source: row.source,
    confidence: row.confidence,
    validUntilMs: row.valid_until_ms,
    tlp: tlpSchema.parse(row.tlp),
    tags: tagsSchema.parse(JSON.parse(row.tags)),
    description: row.description,
    addedMs: row.added_ms,
    addedBy: row.added_by,
    updatedMs: row.updated_ms,
  }));
}

/** What somebody wrote, as each kind would keep it. */
function formsOf(text: string): string[] {
  const forms = INDICATOR_KINDS.flatMap((kind) => {
    const made = canonical(kind, text);
    return 'value' in made ? [made.value] : [];
  });
  return [...new Set([text, ...forms])];
}

/** @throws RefusalError indicator-unknown */
export async function removeIndicator(registry: Registry, id: number, actor: string): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const row = await trx
      .deleteFrom('indicator')
      .where('id', '=', id)
      .returning(['kind', 'value', 'source'])
      .executeTakeFirst();
    if (row === undefined)
      throw new RefusalError('indicator-unknown', String(id), `there is no indicator ${id}`);
    const entry = { actor, action: 'indicator.remove', target: `indicator:${id}`, detail: row };
    await writeAudit(trx, registry.now(), entry);
  });
}

/** All that a source has said. @returns how many there were. @throws RefusalError indicator-unknown when none */
export async function removeIndicatorsOf(registry: Registry, source: string, actor: string): Promise<number> {
  return registry.db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('indicator')
      .where('source', '=', source)
      .executeTakeFirstOrThrow();
    const removed = Number(numDeletedRows);
    if (removed === 0)
      throw new RefusalError('indicator-unknown', source, `no indicator has the source "${source}"`);
    const detail = { source, removed };
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'indicator.remove-source',
      target: 'indicators',
      detail,
    });
    return removed;
  });
}

/** All that are in force, a page at a time, so that the caller's turn of the event loop stays short. */
export async function* indicatorsInForce(registry: Registry): AsyncGenerator<readonly StoredIndicator[]> {
  let after = 0;
  for (;;) {
    const page = await listIndicators(registry.db, {
      inForceAtMs: registry.now(),
      after,
      limit: INDICATOR_PAGE_MAX,
    });
    if (page.length > 0) yield page;
    if (page.length < INDICATOR_PAGE_MAX) return;
    after = page.at(-1)?.id ?? after;
  }
}
