/** Rules as content: versions that never change, what counts, states, packs, and decisions for parts of the tree. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readDocument, splitDocuments, type RuleDocument } from '../../../collector/content/rule-document.ts';
import { createAgency, rootAgencyId, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import {
  activateVersion,
  addRule,
  addVersion,
  setRuleState,
  type RuleActor,
} from '../../../collector/registry/rules/rule-acts.ts';
import {
  differsFromShipped,
  listRules,
  listVersions,
  readGeneration,
  readRule,
  readRulesInForce,
} from '../../../collector/registry/rules/rule-rows.ts';
import {
  listScopes,
  readRuleControl,
  removeScope,
  setScope,
} from '../../../collector/registry/rules/rule-scopes.ts';
import { syncPack } from '../../../collector/registry/rules/sync-pack.ts';
import { memoryRegistry } from './registry-fixture.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const MANY = '22222222-2222-4222-8222-222222222222';

const rule = (value: string, more = ''): string => `title: Odd program
id: ${ID}
name: odd
level: high
author: An
license: DRL 1.1
tags: [attack.t1059]
${more}logsource: { product: windows, category: process_creation }
detection:
  selection: { Image|endswith: '${value}' }
  condition: selection
`;
const correlation = `title: Many odd programs
id: ${MANY}
correlation:
  type: event_count
  rules: [odd]
  group-by: [User]
  timespan: 10m
  condition: { gte: 3 }
level: high
`;

function documents(...texts: string[]): RuleDocument[] {
  return texts.flatMap((text) =>
    splitDocuments(text, 'windows/odd.yml').map((written) => {
      const read = readDocument(written);
      if ('errors' in read) throw new Error(read.errors[0]?.message);
      return read;
    }),
  );
}

let registry: Registry;
const by: RuleActor = { actor: 'user:an', scope: { kind: 'all' } };
const pack = (...texts: string[]) =>
  syncPack(registry, [{ origin: 'shipped', documents: documents(...texts) }]);

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
});
afterEach(() => registry.close());

test('a rule that is written begins as a draft, is tested, and then is on; each step is on record', async () => {
  const made = await addRule(registry, { text: rule('a.exe'), why: 'hunt of Monday' }, by);
  expect(made).toMatchObject({
    id: ID,
    state: 'draft',
    origin: 'here',
    active: 1,
    level: 'high',
    version: 1,
  });
  await expect(setRuleState(registry, { id: ID, state: 'on', why: 'now' }, by)).rejects.toMatchObject({
    code: 'rule-state',
    message: 'a rule that is draft cannot become on; it can become test, off, retired: it is tested first',
  });
  expect(await readRulesInForce(registry.db)).toEqual([]);
  const before = await readGeneration(registry.db);
  await setRuleState(registry, { id: ID, state: 'test', why: 'look' }, by);
  expect(await readRulesInForce(registry.db)).toMatchObject([{ id: ID, isTest: true }]);
  expect(await readGeneration(registry.db)).toBe(before + 1);
  await setRuleState(registry, { id: ID, state: 'on', why: 'quiet for a week' }, by);
  expect(await readRulesInForce(registry.db)).toMatchObject([{ id: ID, isTest: false }]);
  const acts = (await listAudit(registry, { limit: 10 })).map(({ action, actor }) => [action, actor]);
  expect(acts.slice(0, 3)).toEqual([
    ['rule.state', 'user:an'],
    ['rule.state', 'user:an'],
    ['rule.create', 'user:an'],
  ]);
});

test('a new version counts when it is activated, and an earlier one can count again', async () => {
  await addRule(registry, { text: rule('a.exe'), why: '' }, by);
  await setRuleState(registry, { id: ID, state: 'test', why: '' }, by);
  const added = await addVersion(
    registry,
    { id: ID, text: rule('b.exe'), why: 'wider', activate: false },
    by,
  );
  expect(added).toMatchObject({ active: 1, latest: 2 });
  expect((await readRulesInForce(registry.db))[0]?.text).toContain('a.exe');
  await activateVersion(registry, { id: ID, number: 2, why: '' }, by);
  expect((await readRulesInForce(registry.db))[0]?.text).toContain('b.exe');
  await activateVersion(registry, { id: ID, number: 1, why: 'too wide' }, by);
  expect((await readRulesInForce(registry.db))[0]?.text).toContain('a.exe');
  const versions = await listVersions(registry.db, ID);
  expect(versions.map(({ number, why, author, license }) => [number, why, author, license])).toEqual([
    [2, 'wider', 'An', 'DRL 1.1'],
    [1, '', 'An', 'DRL 1.1'],
  ]);
  await expect(
    registry.db.updateTable('rule_version').set({ text: 'x' }).where('rule_id', '=', ID).execute(),
  ).rejects.toThrow(/append only/);
});

test.each([
  ['no rule', 'title: x\n', /"detection"|detection/],
  ['two rules', `${rule('a.exe')}---\n${correlation}`, /one Sigma rule/],
  ['no id', rule('a.exe').replace(/^id: .*\n/m, ''), /"id" of its own/],
  [
    'a placeholder nobody knows',
    rule('x').replace("|endswith: 'x'", "|expand: '%admins%'"),
    /line \d+: .*admins/,
  ],
  ['a correlation of nothing', correlation, /odd/],
])('text that is %s is refused with the reason', async (_what, text, message) => {
  await expect(addRule(registry, { text, why: '' }, by)).rejects.toMatchObject({
    code: 'rule-invalid',
    message: expect.stringMatching(message) as string,
  });
  expect(await listRules(registry.db, { limit: 10 })).toEqual([]);
});

test('a change made for a version that is no more is refused', async () => {
  await addRule(registry, { text: rule('a.exe'), why: '' }, by);
  await setRuleState(registry, { id: ID, version: 1, state: 'test', why: '' }, by);
  await expect(
    setRuleState(registry, { id: ID, version: 1, state: 'off', why: '' }, by),
  ).rejects.toMatchObject({
    code: 'version-conflict',
  });
});

test('an upgrade brings a new version and takes over only what nobody changed', async () => {
  expect(await pack(rule('a.exe'))).toEqual({ new: 1, updated: 0, kept: 0, changed: 1 });
  expect(await pack(rule('a.exe'))).toEqual({ new: 0, updated: 0, kept: 0, changed: 0 });
  expect(await pack(rule('b.exe'))).toMatchObject({ updated: 1 });
  expect(await readRule(registry.db, ID)).toMatchObject({
    state: 'on',
    active: 2,
    shipped: 2,
    origin: 'shipped',
  });

  await addVersion(registry, { id: ID, text: rule('mine.exe'), why: 'our path', activate: true }, by);
  expect(differsFromShipped(await readRule(registry.db, ID))).toBe(true);
  expect(await pack(rule('c.exe'))).toMatchObject({ updated: 0, kept: 1 });
  const kept = await readRule(registry.db, ID);
  expect(kept).toMatchObject({ active: 3, shipped: 4, latest: 4 });
  expect((await readRulesInForce(registry.db))[0]?.text).toContain('mine.exe');
  expect((await listRules(registry.db, { limit: 5, differs: true })).map(({ id }) => id)).toEqual([ID]);

  const taken = await activateVersion(registry, { id: ID, number: 'shipped', why: 'theirs is better' }, by);
  expect(differsFromShipped(taken)).toBe(false);
  expect((await readRulesInForce(registry.db))[0]?.text).toContain('c.exe');
});

test('what a pack leaves out is retired, and is on again when it is back; what people retired stays', async () => {
  await pack(rule('a.exe'));
  await pack();
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'retired', shipped: null });
  await pack(rule('a.exe'));
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'on', shipped: 1 });
  await setRuleState(registry, { id: ID, state: 'retired', why: 'noise' }, by);
  await pack();
  await pack(rule('a.exe'));
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'retired' });
});

test('a rule that a correlation in force is made of cannot be turned off under it', async () => {
  await pack(rule('a.exe'), correlation);
  await expect(setRuleState(registry, { id: ID, state: 'off', why: '' }, by)).rejects.toMatchObject({
    code: 'rule-in-use',
    message: expect.stringContaining(MANY) as string,
  });
  await setRuleState(registry, { id: MANY, state: 'off', why: '' }, by);
  await expect(setRuleState(registry, { id: ID, state: 'off', why: '' }, by)).resolves.toMatchObject({
    state: 'off',
  });
});

test('who sees a part of the tree changes no rule, but may decide for that part', async () => {
  await pack(rule('a.exe'));
  const part = await createAgency(
    registry,
    { name: 'Sở', kind: 'department', parentId: await rootAgencyId(registry.db) },
    by.actor,
  );
  const other = await createAgency(
    registry,
    { name: 'Sở khác', kind: 'department', parentId: await rootAgencyId(registry.db) },
    by.actor,
  );
  const lead: RuleActor = { actor: 'user:binh', scope: await scopeOfAgency(registry.db, part.id) };
  await expect(setRuleState(registry, { id: ID, state: 'off', why: '' }, lead)).rejects.toMatchObject({
    code: 'rule-not-yours',
  });
  const mine = { ruleId: ID, isOn: false, severity: null, reason: 'build servers' };
  await setScope(registry, { ...mine, target: { agencyId: part.id } }, lead);
  await expect(setScope(registry, { ...mine, target: { agencyId: other.id } }, lead)).rejects.toMatchObject({
    code: 'agency-unknown',
  });
  const [theirs] = await listScopes(registry.db, ID, { kind: 'all' });
  expect(theirs).toMatchObject({ target: 'agency', name: 'Sở', isOn: false, reason: 'build servers' });
  expect(await listScopes(registry.db, ID, await scopeOfAgency(registry.db, other.id))).toEqual([]);
  const stranger: RuleActor = { actor: 'user:chi', scope: await scopeOfAgency(registry.db, other.id) };
  await expect(removeScope(registry, { ruleId: ID, id: theirs?.id ?? 0 }, stranger)).rejects.toMatchObject({
    code: 'rule-scope-unknown',
  });
});

test('the nearest decision counts, for on and off and for the severity by themselves', async () => {
  await pack(rule('a.exe'));
  const root = await rootAgencyId(registry.db);
  const above = await createAgency(registry, { name: 'Huyện', kind: 'department', parentId: root }, by.actor);
  const below = await createAgency(registry, { name: 'Xã', kind: 'commune', parentId: above.id }, by.actor);
  const decide = (agencyId: number, isOn: boolean | null, severity: 'low' | 'critical' | null) =>
    setScope(registry, { ruleId: ID, target: { agencyId }, isOn, severity, reason: '' }, by);
  await decide(root, false, null);
  await decide(above.id, true, 'low');
  await decide(below.id, null, 'critical');
  const detection = { agentId: 'a', rule: { ruleId: ID } };
  const control = await registry.db.transaction().execute((trx) => readRuleControl(trx, [detection]));
  expect(control(ID, 'a', root)).toEqual({ isOn: false, severity: null });
  expect(control(ID, 'a', above.id)).toEqual({ isOn: true, severity: 'low' });
  expect(control(ID, 'a', below.id)).toEqual({ isOn: true, severity: 'critical' });
  expect(control('other', 'a', below.id)).toBeUndefined();
});

test('a rule is found by its Vietnamese title, with and without accents and case, and by its id', async () => {
  const named = rule('a.exe', "title_vi: 'Đăng nhập từ nước ngoài'\n");
  await addRule(registry, { text: named, why: '' }, by);
  for (const text of ['Đăng nhập', 'ĐĂNG', 'dang nhap tu', 'odd PROG', ID.slice(0, 8).toUpperCase()]) {
    const found = await listRules(registry.db, { limit: 5, text });
    expect(found.map(({ titleVi }) => titleVi)).toEqual(['Đăng nhập từ nước ngoài']);
  }
  expect(await listRules(registry.db, { limit: 5, text: 'đăng xuất' })).toEqual([]);
  await addVersion(registry, { id: ID, text: rule('b.exe'), why: 'no longer', activate: true }, by);
  expect((await readRule(registry.db, ID)).titleVi).toBeNull();
});

const HEIR = '33333333-3333-4333-8333-333333333333';
const heir = (type: string): string =>
  rule('c.exe', `related: [{ id: ${ID}, type: ${type} }]\n`)
    .replace('name: odd', 'name: heir')
    .replace(/^id: .*$/m, `id: ${HEIR}`);
const deprecated = (value: string): string => rule(value, 'status: deprecated\n');

test('a rule that its pack deprecates is retired, and on again when the pack takes it back; new ones never are on', async () => {
  await pack(rule('a.exe'));
  await pack(deprecated('a.exe'));
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'retired', active: 2, shipped: 2 });
  expect(await readRulesInForce(registry.db)).toEqual([]);
  expect(await pack(deprecated('a.exe'))).toMatchObject({ changed: 0 });
  await pack(rule('a.exe'));
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'on', active: 1 });
  await pack(deprecated('b.exe').replace(ID, MANY));
  expect(await readRule(registry.db, MANY)).toMatchObject({ state: 'retired' });
});

test('a rule that people changed is not retired by its pack', async () => {
  await pack(rule('a.exe'));
  await addVersion(registry, { id: ID, text: rule('own.exe'), why: 'wider', activate: true }, by);
  await pack(deprecated('a.exe'));
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'on', active: 2 });
  expect((await readRulesInForce(registry.db))[0]?.text).toContain('own.exe');
});

test('what was decided about a rule holds for its successor', async () => {
  await pack(rule('a.exe'));
  const agencyId = await rootAgencyId(registry.db);
  await setScope(
    registry,
    { ruleId: ID, target: { agencyId }, isOn: null, severity: 'low', reason: 'known scanner' },
    by,
  );
  await setRuleState(registry, { id: ID, state: 'off', why: 'too noisy here' }, by);
  await pack(deprecated('a.exe'), heir('obsolete'));
  expect(await readRule(registry.db, ID)).toMatchObject({ state: 'off' });
  expect(await readRule(registry.db, HEIR)).toMatchObject({ state: 'off' });
  expect(await listScopes(registry.db, HEIR, { kind: 'all' })).toMatchObject([
    { severity: 'low', reason: 'known scanner' },
  ]);
  await setRuleState(registry, { id: HEIR, state: 'on', why: 'better now' }, by);
  await pack(deprecated('a.exe'), heir('renamed'));
  expect(await readRule(registry.db, HEIR)).toMatchObject({ state: 'on' });
});

test('the successor of a rule that nobody touched is on; a rule that is only similar inherits nothing', async () => {
  await pack(rule('a.exe'));
  await pack(deprecated('a.exe'), heir('merged'));
  expect(await readRule(registry.db, HEIR)).toMatchObject({ state: 'on' });
  await setRuleState(registry, { id: HEIR, state: 'off', why: '' }, by);
  const third = heir('similar')
    .replace(ID, HEIR)
    .replace(/^id: .*$/m, `id: ${MANY}`)
    .replace('name: heir', 'name: third');
  await pack(deprecated('a.exe'), heir('merged'), third);
  expect(await readRule(registry.db, MANY)).toMatchObject({ state: 'on' });
});
