/**
 * What people do to rules: write, change, turn on and off, go back. Invariants: a version never changes; what counts is a
 * pointer; each act is in the audit trail in its transaction, and moves the generation when the rules in force change.
 */
import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import {
  compileErrors,
  hasOwnId,
  readDocument,
  referencesOf,
  splitDocuments,
  type RuleDocument,
} from '../../content/rule-document.ts';
import type { AgencyScope } from '../agency-scope.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { RuleState, RuleTable } from '../tables/rule.ts';
import { moveGeneration } from './merge-rules.ts';
import { factsOf, fromPlace, versionRow } from './rule-facts-of.ts';
import { readNamed, readRule, readVersion, type Rule } from './rule-rows.ts';
import { IN_FORCE, inForce, readBases, readCorrelations } from './rule-uses.ts';

export const RULE_CHARS_MAX = 65_536;

export interface RuleActor {
  actor: string;
  scope: AgencyScope;
}

/** Rules are one set for the whole tree: who sees a part of it may say where they are on, not what they are. */
export function requireHouse({ scope }: RuleActor): void {
  if (scope.kind === 'all') return;
  const said = 'rules are the same for all agencies: only who sees the whole tree changes them';
  throw new RefusalError('rule-not-yours', '', said);
}

export const ALLOWED: Readonly<Record<RuleState, readonly RuleState[]>> = {
  draft: ['test', 'off', 'retired'],
  test: ['on', 'off', 'draft', 'retired'],
  on: ['test', 'off', 'retired'],
  off: ['on', 'test', 'draft', 'retired'],
  retired: ['draft'],
};

function invalid(subject: string, errors: readonly { line: number; message: string }[]): RefusalError {
  const [error] = errors;
  const said = error === undefined ? 'it is no rule' : `line ${String(error.line)}: ${error.message}`;
  return new RefusalError('rule-invalid', subject, said);
}

/** @throws RefusalError rule-invalid: the text is not one rule, or does not compile */
export async function checkedDocument(
  db: RegistryDb,
  text: string,
  place: string,
  id?: string,
): Promise<RuleDocument> {
  if (text.length > RULE_CHARS_MAX)
    throw new RefusalError('rule-invalid', place, `a rule has at most ${String(RULE_CHARS_MAX)} characters`);
  const [written, second] = splitDocuments(text.replaceAll('\r\n', '\n'), place);
  if (written === undefined || second !== undefined)
    throw new RefusalError('rule-invalid', place, 'one Sigma rule is expected');
  const document = readDocument({ ...written, place });
  if ('errors' in document) throw invalid(place, document.errors);
  if (!hasOwnId(document.info))
    throw new RefusalError('rule-invalid', place, 'the rule needs an "id" of its own, best a random UUID');
  if (id !== undefined && document.info.id !== id)
    throw new RefusalError(
      'rule-invalid',
      id,
      `the text has the id ${document.info.id}: a version keeps its rule's id`,
    );
  await requireCompiles(db, document);
  return document;
}

export async function requireCompiles(db: RegistryDb, document: RuleDocument): Promise<void> {
  const errors = compileErrors(document, await besides(db, document));
  if (errors.length > 0) throw invalid(document.info.id, errors);
}

/** What a correlation refers to, and what that refers to. */
export async function besides(
  db: RegistryDb,
  document: Pick<RuleDocument, 'info' | 'parsed'>,
): Promise<RuleDocument['parsed'][]> {
  const parsed: RuleDocument['parsed'][] = [];
  const seen = new Set<string>([document.info.id]);
  let names = referencesOf(document);
  for (let depth = 0; names.length > 0 && depth < 8; depth += 1) {
    const found = (await readNamed(db, names)).flatMap(({ text, place }) => {
      const read = readDocument({ text, ...fromPlace(place) });
      return 'errors' in read || seen.has(read.info.id) ? [] : [read];
    });
    for (const one of found) {
      seen.add(one.info.id);
      parsed.push(one.parsed);
    }
    names = found.flatMap((one) => (one.info.kind === 'rule' ? [] : referencesOf(one)));
  }
  return parsed;
}

/** Writes a rule of the house's own, as a draft. @throws RefusalError rule-exists, rule-invalid, rule-not-yours */
export async function addRule(
  registry: Registry,
  { text, why }: { text: string; why: string },
  by: RuleActor,
): Promise<Rule> {
  requireHouse(by);
  const document = await checkedDocument(registry.db, text, 'rule');
  const nowMs = registry.now();
  const { id } = document.info;
  return registry.db.transaction().execute(async (trx) => {
    const twin = await trx.selectFrom('rule').select('id').where('id', '=', id).executeTakeFirst();
    if (twin !== undefined)
      throw new RefusalError('rule-exists', id, `there is a rule with the id ${id}: add a version to it`);
    await trx
      .insertInto('rule')
      .values({
        id,
        origin: 'here',
        state: 'draft',
        state_ms: nowMs,
        active: 1,
        latest: 1,
        shipped: null,
        ...factsOf(document),
        version: 1,
        created_ms: nowMs,
        updated_ms: nowMs,
        updated_by: by.actor,
      })
      .execute();
    const made = { number: 1, origin: 'here' as const, madeBy: by.actor, madeMs: nowMs, why };
    await trx.insertInto('rule_version').values(versionRow(document, made)).execute();
    await note(trx, nowMs, by, 'rule.create', id, { sha256: document.sha256, why });
    return readRule(trx, id);
  });
}

type Change = { id: string; version?: number | undefined };

async function changing(trx: RegistryTransaction, { id, version }: Change): Promise<Rule> {
  const rule = await readRule(trx, id);
  if (version === undefined || version === rule.version) return rule;
  const said = `rule ${id} was changed meanwhile: it is at ${String(rule.version)}, not ${String(version)}`;
  throw new RefusalError('version-conflict', id, said);
}

async function update(
  trx: RegistryTransaction,
  rule: Rule,
  set: Partial<Selectable<RuleTable>>,
  { actor }: RuleActor,
  nowMs: number,
): Promise<Rule> {
  await trx
    .updateTable('rule')
    .set({ ...set, updated_ms: nowMs, updated_by: actor, version: sql<number>`version + 1` })
    .where('id', '=', rule.id)
    .execute();
  return readRule(trx, rule.id);
}

async function note(
  trx: RegistryTransaction,
  nowMs: number,
  { actor }: RuleActor,
  action: string,
  id: string,
  detail: Record<string, unknown>,
): Promise<void> {
  await writeAudit(trx, nowMs, { actor, action, target: `rule:${id}`, detail });
}

/**
 * Adds a version. It counts at once only when asked: a rule that is on goes on with the one before, so that the new one can
 * be back-tested.
 * @throws RefusalError rule-unknown, rule-invalid, rule-not-yours, version-conflict
 */
export async function addVersion(
  registry: Registry,
  change: Change & { text: string; why: string; activate: boolean },
  by: RuleActor,
): Promise<Rule> {
  requireHouse(by);
  const { id } = change;
  const before = await readRule(registry.db, id);
  const document = await checkedDocument(registry.db, change.text, fromPlace(before.place).place, id);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const rule = await changing(trx, change);
    const number = rule.latest + 1;
    const made = { number, origin: 'here' as const, madeBy: by.actor, madeMs: nowMs, why: change.why };
    await trx.insertInto('rule_version').values(versionRow(document, made)).execute();
    await note(trx, nowMs, by, 'rule.version', id, { number, sha256: document.sha256, why: change.why });
    const added = await update(trx, rule, { latest: number }, by, nowMs);
    return change.activate ? activateIn(trx, added, document, number, change.why, by, nowMs) : added;
  });
}

async function activateIn(
  trx: RegistryTransaction,
  rule: Rule,
  document: RuleDocument,
  number: number,
  why: string,
  by: RuleActor,
  nowMs: number,
): Promise<Rule> {
  const after = await update(trx, rule, { active: number, ...factsOf(document) }, by, nowMs);
  await note(trx, nowMs, by, 'rule.activate', rule.id, { from: rule.active, to: number, why });
  if (inForce(rule.state)) await moveGeneration(trx);
  return after;
}

/**
 * Makes a version the one that counts: a newer one, an earlier one, or what its pack says.
 * @throws RefusalError rule-unknown, rule-version-unknown, rule-invalid, rule-not-yours, version-conflict
 */
export async function activateVersion(
  registry: Registry,
  change: Change & { number: number | 'shipped'; why: string },
  by: RuleActor,
): Promise<Rule> {
  requireHouse(by);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const rule = await changing(trx, change);
    const number = change.number === 'shipped' ? rule.shipped : change.number;
    if (number === null)
      throw new RefusalError('rule-version-unknown', rule.id, `rule ${rule.id} comes with no pack`);
    const { text, place } = await readVersion(trx, rule.id, number);
    if (number === rule.active) return rule;
    const document = readDocument({ text, ...fromPlace(place) });
    if ('errors' in document) throw invalid(rule.id, document.errors);
    await requireCompiles(trx, document);
    return activateIn(trx, rule, document, number, change.why, by, nowMs);
  });
}

/** @throws RefusalError rule-unknown, rule-state, rule-in-use, rule-needs, rule-invalid, rule-not-yours, version-conflict */
export async function setRuleState(
  registry: Registry,
  change: Change & { state: RuleState; why: string },
  by: RuleActor,
): Promise<Rule> {
  requireHouse(by);
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const rule = await changing(trx, change);
    const { state, why } = change;
    if (state === rule.state) return rule;
    if (!ALLOWED[rule.state].includes(state)) {
      const ways = ALLOWED[rule.state].join(', ');
      const said = `a rule that is ${rule.state} cannot become ${state}; it can become ${ways}`;
      const hint = state === 'on' ? ': it is tested first' : '';
      throw new RefusalError('rule-state', rule.id, `${said}${hint}`);
    }
    if (inForce(state)) {
      const { text, place } = await readVersion(trx, rule.id, rule.active);
      const document = readDocument({ text, ...fromPlace(place) });
      if ('errors' in document) throw invalid(rule.id, document.errors);
      await requireCompiles(trx, document);
      await requireBases(trx, document);
    } else if (inForce(rule.state)) await requireUnused(trx, rule);
    const after = await update(trx, rule, { state, state_ms: nowMs }, by, nowMs);
    await note(trx, nowMs, by, 'rule.state', rule.id, { from: rule.state, to: state, why });
    if (inForce(state) || inForce(rule.state)) await moveGeneration(trx);
    return after;
  });
}

/** A rule that a correlation in force counts cannot go: the correlation would go with it, in silence. */
async function requireUnused(trx: RegistryTransaction, rule: Rule): Promise<void> {
  for (const { id, title, uses } of await readCorrelations(trx, IN_FORCE)) {
    if (id === rule.id || !uses.some((name) => name === rule.id || name === rule.name)) continue;
    const said = `the correlation "${title}" (${id}) is made of it: turn that off first`;
    throw new RefusalError('rule-in-use', rule.id, said);
  }
}

/** A correlation of what is not in force would count nothing, in silence. */
async function requireBases(trx: RegistryTransaction, document: RuleDocument): Promise<void> {
  const { id, kind } = document.info;
  const bases = kind === 'correlation' ? await readBases(trx, referencesOf(document)) : [];
  const missing = bases.find(({ state }) => !inForce(state));
  if (missing === undefined) return;
  const said = `it is made of "${missing.title}" (${missing.id}), which is ${missing.state}: put that in test or on first`;
  throw new RefusalError('rule-needs', id, said);
}
