/**
 * Many rules become content at once: of a pack that comes with the product or a folder, or of an import. Invariants: a
 * version is added only for a text that is new; what people changed stays what counts; all of it in the caller's transaction.
 */
import { sql } from 'kysely';
import type { RuleDocument } from '../../content/rule-document.ts';
import type { RegistryTransaction } from '../database.ts';
import type { RuleOrigin, RuleState, RuleTable, RuleVersionTable } from '../tables/rule.ts';
import { factsOf, versionRow } from './rule-facts-of.ts';
import {
  inheritedState,
  inheritScopes,
  isDeprecated,
  predecessorsOf,
  type Predecessor,
} from './succeed-rules.ts';

/** Rows in one statement: 23 values each, below what PostgreSQL and SQLite take. */
const ROWS_MAX = 100;

export interface MergedRule {
  id: string;
  outcome: 'new' | 'updated' | 'unchanged' | 'kept';
}

export interface MergeOptions {
  origin: RuleOrigin;
  /** It is a pack: its text is what "shipped" means. */
  isPack: boolean;
  stateOf: (document: RuleDocument) => RuleState;
  madeBy: string;
  why: string;
  nowMs: number;
}

interface Known extends Pick<
  RuleTable,
  'id' | 'origin' | 'state' | 'active' | 'latest' | 'shipped' | 'sha256'
> {
  shippedSha: string | null;
  /** Nobody but the house touched it last. */
  isUntouched: boolean;
}

async function readKnown(trx: RegistryTransaction): Promise<Map<string, Known>> {
  const rows = await trx
    .selectFrom('rule')
    .leftJoin('rule_version as v', (join) =>
      join.onRef('v.rule_id', '=', 'rule.id').onRef('v.number', '=', 'rule.shipped'),
    )
    .select([
      'rule.id',
      'rule.origin',
      'rule.state',
      'rule.active',
      'rule.latest',
      'rule.shipped',
      'rule.sha256',
      'rule.updated_by',
      'v.sha256 as shippedSha',
    ])
    .execute();
  return new Map(
    rows.map(({ updated_by, ...row }) => [row.id, { ...row, isUntouched: updated_by === 'system' }]),
  );
}

/** The number of the version with this text, where there is one. */
async function numberOf(
  trx: RegistryTransaction,
  ruleId: string,
  sha256: string,
): Promise<number | undefined> {
  const row = await trx
    .selectFrom('rule_version')
    .select('number')
    .where('rule_id', '=', ruleId)
    .where('sha256', '=', sha256)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.number;
}

/** An import. @param documents each id once */
export async function mergeRules(
  trx: RegistryTransaction,
  documents: readonly RuleDocument[],
  options: Omit<MergeOptions, 'isPack'>,
): Promise<MergedRule[]> {
  const merged = await merge(trx, await readKnown(trx), documents, { ...options, isPack: false });
  if (merged.some(({ outcome }) => outcome !== 'unchanged')) await moveGeneration(trx);
  return merged;
}

/** All packs there are: what none of them has any more is retired. @param packs each id once over all of them */
export async function mergePacks(
  trx: RegistryTransaction,
  packs: readonly { origin: RuleOrigin; documents: readonly RuleDocument[] }[],
  options: Omit<MergeOptions, 'isPack' | 'origin'>,
): Promise<MergedRule[]> {
  const known = await readKnown(trx);
  const merged: MergedRule[] = [];
  for (const { origin, documents } of packs)
    merged.push(...(await merge(trx, known, documents, { ...options, origin, isPack: true })));
  const present = new Set(packs.flatMap(({ documents }) => documents.map(({ info }) => info.id)));
  merged.push(...(await leaveOut(trx, known, present, options)));
  if (merged.some(({ outcome }) => outcome !== 'unchanged')) await moveGeneration(trx);
  return merged;
}

async function merge(
  trx: RegistryTransaction,
  known: ReadonlyMap<string, Known>,
  documents: readonly RuleDocument[],
  options: MergeOptions,
): Promise<MergedRule[]> {
  const rules: RuleTable[] = [];
  const versions: RuleVersionTable[] = [];
  const merged: MergedRule[] = [];
  const heirs: { id: string; predecessors: readonly Predecessor[] }[] = [];
  for (const document of documents) {
    const { id } = document.info;
    const before = known.get(id);
    if (before === undefined) {
      const predecessors = options.isPack ? predecessorsOf(document, known) : [];
      if (predecessors.length > 0) heirs.push({ id, predecessors });
      rules.push(newRule(document, options, inheritedState(predecessors)));
      versions.push(firstVersion(document, options));
      merged.push({ id, outcome: 'new' });
    } else merged.push({ id, outcome: await mergeOne(trx, document, before, options) });
  }
  for (let at = 0; at < rules.length; at += ROWS_MAX) {
    await trx
      .insertInto('rule')
      .values(rules.slice(at, at + ROWS_MAX))
      .execute();
    await trx
      .insertInto('rule_version')
      .values(versions.slice(at, at + ROWS_MAX))
      .execute();
  }
  for (const { id, predecessors } of heirs) await inheritScopes(trx, id, predecessors);
  return merged;
}

function newRule(
  document: RuleDocument,
  { origin, isPack, stateOf, madeBy, nowMs }: MergeOptions,
  inherited: RuleState | undefined,
): RuleTable {
  return {
    id: document.info.id,
    origin,
    state: inherited ?? stateOf(document),
    state_ms: nowMs,
    active: 1,
    latest: 1,
    shipped: isPack ? 1 : null,
    ...factsOf(document),
    version: 1,
    created_ms: nowMs,
    updated_ms: nowMs,
    updated_by: madeBy,
  };
}

function firstVersion(
  document: RuleDocument,
  { origin, madeBy, nowMs, why }: MergeOptions,
): RuleVersionTable {
  return versionRow(document, { number: 1, origin, madeBy, madeMs: nowMs, why });
}

async function mergeOne(
  trx: RegistryTransaction,
  document: RuleDocument,
  before: Known,
  options: MergeOptions,
): Promise<MergedRule['outcome']> {
  const { id } = document.info;
  const { origin, isPack, madeBy, nowMs, why } = options;
  const { sha256 } = document;
  // A rule that its pack had left out or deprecated is on again when the pack has it again, unless a person decided.
  const returns = isPack && before.state === 'retired' && before.isUntouched && !isDeprecated(document);
  if (!returns && (isPack ? before.shippedSha === sha256 : before.sha256 === sha256)) return 'unchanged';
  let number = await numberOf(trx, id, sha256);
  const isNew = number === undefined;
  number ??= before.latest + 1;
  if (isNew)
    await trx
      .insertInto('rule_version')
      .values(versionRow(document, { number, origin, madeBy, madeMs: nowMs, why }))
      .execute();
  // What counts was the pack's own, or an import says how its own rule goes on.
  const follows = isPack
    ? returns || before.shipped === before.active || (before.shipped === null && before.sha256 === sha256)
    : before.origin === 'import' &&
      before.shipped === null &&
      (await lastWasImported(trx, id, before.active));
  const retires =
    isPack && follows && isDeprecated(document) && (before.state === 'on' || before.state === 'test');
  await trx
    .updateTable('rule')
    .set({
      latest: Math.max(before.latest, number),
      ...(isPack ? { shipped: number } : {}),
      ...(follows ? { active: number, ...factsOf(document) } : {}),
      ...(returns ? { state: 'on' as const, state_ms: nowMs } : {}),
      ...(retires ? { state: 'retired' as const, state_ms: nowMs } : {}),
      updated_ms: nowMs,
      updated_by: madeBy,
      version: sql<number>`version + 1`,
    })
    .where('id', '=', id)
    .execute();
  return follows ? 'updated' : 'kept';
}

async function lastWasImported(trx: RegistryTransaction, id: string, number: number): Promise<boolean> {
  const row = await trx
    .selectFrom('rule_version')
    .select('origin')
    .where('rule_id', '=', id)
    .where('number', '=', number)
    .executeTakeFirst();
  return row?.origin === 'import';
}

/** Rules that a pack had and no longer has are retired, unless people changed them. */
async function leaveOut(
  trx: RegistryTransaction,
  known: ReadonlyMap<string, Known>,
  present: ReadonlySet<string>,
  { madeBy, nowMs }: Pick<MergeOptions, 'madeBy' | 'nowMs'>,
): Promise<MergedRule[]> {
  const gone: MergedRule[] = [];
  for (const { id, shipped, active, state } of known.values()) {
    if (shipped === null || present.has(id)) continue;
    const retires = shipped === active && (state === 'on' || state === 'test');
    await trx
      .updateTable('rule')
      .set({
        shipped: null,
        ...(retires
          ? { state: 'retired' as const, state_ms: nowMs, updated_ms: nowMs, updated_by: madeBy }
          : {}),
        version: sql<number>`version + 1`,
      })
      .where('id', '=', id)
      .execute();
    gone.push({ id, outcome: retires ? 'updated' : 'kept' });
  }
  return gone;
}

/** Collectors read the rules in force again. */
export async function moveGeneration(trx: RegistryTransaction): Promise<void> {
  await trx
    .updateTable('rule_set')
    .set({ generation: sql<number>`generation + 1` })
    .where('id', '=', 1)
    .execute();
}
