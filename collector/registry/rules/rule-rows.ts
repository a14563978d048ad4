/** Rules as content, read: one, many by what they are, their versions, and those in force. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { RegistryDb } from '../database.ts';
import { foldText } from '../../alert/search-text.ts';
import { RefusalError } from '../refusal.ts';
import type { RuleKind, RuleOrigin, RuleState, RuleTable, RuleVersionTable } from '../tables/rule.ts';

export interface Rule {
  id: string;
  origin: RuleOrigin;
  state: RuleState;
  stateMs: number;
  active: number;
  latest: number;
  shipped: number | null;
  sha256: string;
  kind: RuleKind;
  name: string | null;
  title: string;
  titleVi: string | null;
  level: string | null;
  status: string | null;
  product: string | null;
  category: string | null;
  service: string | null;
  tags: string[];
  place: string;
  version: number;
  createdMs: number;
  updatedMs: number;
  updatedBy: string;
}

export type RuleVersion = Omit<RuleVersionTable, 'made_by' | 'made_ms' | 'rule_id'> & {
  ruleId: string;
  madeBy: string;
  madeMs: number;
};

const FIELDS = [
  'id',
  'origin',
  'state',
  'state_ms',
  'active',
  'latest',
  'shipped',
  'sha256',
  'kind',
  'name',
  'title',
  'title_vi',
  'level',
  'status',
  'product',
  'category',
  'service',
  'tags',
  'place',
  'version',
  'created_ms',
  'updated_ms',
  'updated_by',
] as const;

function toRule(row: Omit<RuleTable, 'search_text'>): Rule {
  const { state_ms: stateMs, created_ms: createdMs, updated_ms: updatedMs, updated_by: updatedBy } = row;
  const { id, origin, state, active, latest, shipped, sha256, kind, name, title, level, status } = row;
  const { product, category, service, place, version } = row;
  return {
    id,
    origin,
    state,
    stateMs,
    active,
    latest,
    shipped,
    sha256,
    kind,
    name,
    title,
    titleVi: row.title_vi,
    level,
    status,
    product,
    category,
    service,
    tags: z.array(z.string()).parse(JSON.parse(row.tags)),
    place,
    version,
    createdMs,
    updatedMs,
    updatedBy,
  };
}

/** Its pack says something else than what counts. */
export const differsFromShipped = ({ shipped, active }: Pick<Rule, 'shipped' | 'active'>): boolean =>
  shipped !== null && shipped !== active;

export interface RuleFilter {
  state?: readonly RuleState[] | undefined;
  origin?: RuleOrigin | undefined;
  level?: readonly string[] | undefined;
  product?: string | undefined;
  category?: string | undefined;
  service?: string | undefined;
  tag?: string | undefined;
  /** Of the pack or the import, with all below it. */
  folder?: string | undefined;
  /** In a title or the id; accents and case do not count. */
  text?: string | undefined;
  differs?: boolean | undefined;
}

/** What a filter finds, in no order. */
export function whereRules(db: RegistryDb, filter: RuleFilter) {
  let select = db.selectFrom('rule');
  const { state, origin, level, product, category, service, tag, folder, text, differs } = filter;
  if (state !== undefined) select = select.where('state', 'in', state);
  if (origin !== undefined) select = select.where('origin', '=', origin);
  if (level !== undefined) select = select.where('level', 'in', level);
  if (product !== undefined) select = select.where('product', '=', product);
  if (category !== undefined) select = select.where('category', '=', category);
  if (service !== undefined) select = select.where('service', '=', service);
  if (tag !== undefined)
    select = select.where(sql<boolean>`instr(tags, ${JSON.stringify(tag.toLowerCase())}) > 0`);
  if (folder !== undefined)
    select = select.where(sql<boolean>`instr(place, ${`${folder.replace(/\/+$/, '')}/`}) = 1`);
  if (text !== undefined) {
    const needle = foldText(text);
    select = select.where(sql<boolean>`instr(search_text, ${needle}) > 0`);
  }
  if (differs === true) select = select.where('shipped', 'is not', null).whereRef('shipped', '!=', 'active');
  return select;
}

/** By title, then id. @param after place of the last one of the page before */
export async function listRules(
  db: RegistryDb,
  {
    limit,
    after,
    ...filter
  }: RuleFilter & { limit: number; after?: { title: string; id: string } | undefined },
): Promise<Rule[]> {
  let select = whereRules(db, filter).select(FIELDS).orderBy('title').orderBy('id').limit(limit);
  if (after !== undefined)
    select = select.where((eb) =>
      eb.or([
        eb('title', '>', after.title),
        eb.and([eb('title', '=', after.title), eb('id', '>', after.id)]),
      ]),
    );
  return (await select.execute()).map(toRule);
}

/** @throws RefusalError rule-unknown */
export async function readRule(db: RegistryDb, id: string): Promise<Rule> {
  const row = await db.selectFrom('rule').select(FIELDS).where('id', '=', id).executeTakeFirst();
  if (row !== undefined) return toRule(row);
  throw new RefusalError('rule-unknown', id, `there is no rule ${id}; "vonggac rules list" shows them`);
}

const VERSION_FIELDS = [
  'rule_id as ruleId',
  'number',
  'text',
  'sha256',
  'origin',
  'place',
  'author',
  'license',
  'made_by as madeBy',
  'made_ms as madeMs',
  'why',
] as const;

/** Newest first. */
export async function listVersions(db: RegistryDb, ruleId: string): Promise<RuleVersion[]> {
  return db
    .selectFrom('rule_version')
    .select(VERSION_FIELDS)
    .where('rule_id', '=', ruleId)
    .orderBy('number', 'desc')
    .execute();
}

/** @throws RefusalError rule-version-unknown */
export async function readVersion(db: RegistryDb, ruleId: string, number: number): Promise<RuleVersion> {
  const row = await db
    .selectFrom('rule_version')
    .select(VERSION_FIELDS)
    .where('rule_id', '=', ruleId)
    .where('number', '=', number)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new RefusalError('rule-version-unknown', ruleId, `rule ${ruleId} has no version ${number}`);
}

export interface RuleInForce {
  id: string;
  isTest: boolean;
  sha256: string;
  text: string;
  place: string;
}

export async function readGeneration(db: RegistryDb): Promise<number> {
  const row = await db.selectFrom('rule_set').select('generation').where('id', '=', 1).executeTakeFirst();
  return row?.generation ?? 0;
}

/** Rules that are on or in test, with their text, in the order of their ids. */
export async function readRulesInForce(db: RegistryDb): Promise<RuleInForce[]> {
  const rows = await db
    .selectFrom('rule')
    .innerJoin('rule_version', (join) =>
      join.onRef('rule_version.rule_id', '=', 'rule.id').onRef('rule_version.number', '=', 'rule.active'),
    )
    .select(['rule.id', 'rule.state', 'rule_version.sha256', 'rule_version.text', 'rule_version.place'])
    .where('rule.state', 'in', ['on', 'test'])
    .orderBy('rule.id')
    .execute();
  return rows.map(({ id, state, sha256, text, place }) => ({
    id,
    isTest: state === 'test',
    sha256,
    text,
    place,
  }));
}

/** Texts of rules that these ids or names mean. */
export async function readNamed(
  db: RegistryDb,
  names: readonly string[],
): Promise<{ text: string; place: string }[]> {
  if (names.length === 0) return [];
  return db
    .selectFrom('rule')
    .innerJoin('rule_version', (join) =>
      join.onRef('rule_version.rule_id', '=', 'rule.id').onRef('rule_version.number', '=', 'rule.active'),
    )
    .select(['rule_version.text', 'rule_version.place'])
    .where((eb) => eb.or([eb('rule.id', 'in', names), eb('rule.name', 'in', names)]))
    .execute();
}
