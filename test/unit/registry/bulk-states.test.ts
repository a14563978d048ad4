/** One state for many rules: what changes, what is left and why, who has to agree, and taking it back. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { readDocument, splitDocuments } from '../../../collector/content/rule-document.ts';
import { rootAgencyId } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { decideJob } from '../../../collector/registry/job-acts.ts';
import { findJob } from '../../../collector/registry/jobs.ts';
import { RULE_BULK_KIND, type BulkStates } from '../../../collector/registry/rules/bulk-states.ts';
import { addVersion, setRuleState } from '../../../collector/registry/rules/rule-acts.ts';
import { listRules, readGeneration } from '../../../collector/registry/rules/rule-rows.ts';
import { syncPack } from '../../../collector/registry/rules/sync-pack.ts';
import type { RuleState } from '../../../collector/registry/tables/rule.ts';
import { ruleBulkJobs } from '../../../collector/services/content/rule-bulk.ts';
import { memoryRegistry } from './registry-fixture.ts';

const ALL = { kind: 'all' } as const;
const by = { actor: 'user:an', scope: ALL };
const id = (n: number): string => `${String(n).padStart(8, '0')}-1111-4111-8111-111111111111`;

const rule = (n: number, { level = 'medium', tag = 'attack.t1059' } = {}): string => `title: Rule ${n}
id: ${id(n)}
name: r${n}
level: ${level}
tags: [${tag}]
logsource: { product: windows, category: process_creation }
detection:
  selection: { Image|endswith: '${n}.exe' }
  condition: selection
`;
const correlation = (n: number, uses: string): string => `title: Correlation ${n}
id: ${id(n)}
name: r${n}
correlation:
  type: event_count
  rules: [${uses}]
  group-by: [User]
  timespan: 10m
  condition: { gte: 3 }
level: low
`;

let registry: Registry;
let jobs: JobRunner;
let refreshed = 0;
const faults: unknown[] = [];

/** Rules by the file that they lie in. */
async function given(files: Readonly<Record<string, string>>): Promise<void> {
  const documents = Object.entries(files).flatMap(([place, text]) =>
    splitDocuments(text, place).map((written) => {
      const read = readDocument(written);
      if ('errors' in read) throw new Error(read.errors[0]?.message);
      return read;
    }),
  );
  await syncPack(registry, [{ origin: 'shipped', documents }]);
}

const set = (n: number, state: RuleState) => setRuleState(registry, { id: id(n), state, why: '' }, by);
const states = async (): Promise<string> =>
  (await listRules(registry.db, { limit: 100 }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ state }) => state)
    .join(' ');

const runner = (leads: () => boolean): JobRunner =>
  new JobRunner({
    registry,
    kinds: ruleBulkJobs(registry, { refresh: async () => void (refreshed += 1) }),
    leads,
    onProgress: () => undefined,
    onFault: (error) => faults.push(error),
  });

type Wanted = Partial<BulkStates> & { state: RuleState };
async function ask(wanted: Wanted, runner = jobs) {
  const params = { filter: {}, why: 'quiet', actor: by.actor, askedMs: registry.now(), ...wanted };
  const agencyId = await rootAgencyId(registry.db);
  return runner.request(RULE_BULK_KIND, { params, reason: 'quiet', agencyId }, by);
}
/** Asked for, and not begun. */
const askLater = (wanted: Wanted) =>
  ask(
    wanted,
    runner(() => false),
  );
async function done(job: { id: string }) {
  await jobs.settled();
  return findJob(registry.db, job.id, ALL);
}

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  refreshed = 0;
  faults.length = 0;
  jobs = runner(() => true);
});
afterEach(async () => {
  await jobs.stop();
  await registry.close();
});

test('what the filter finds changes at once; the generation moves once, and one entry says what changed', async () => {
  await given({
    'windows/a.yml': rule(1),
    'windows/deep/b.yml': rule(2),
    'windows2/c.yml': rule(3),
    'linux/d.yml': rule(4),
  });
  const before = await readGeneration(registry.db);
  const job = await done(await ask({ filter: { folder: 'windows/' }, state: 'test' }));
  expect(job).toMatchObject({ state: 'done', total: 2, done: 2, changed: 2, skipped: {} });
  expect(await states()).toBe('test test on on');
  expect(await readGeneration(registry.db)).toBe(before + 1);
  const acts = await listAudit(registry, { limit: 10 });
  expect(acts.find(({ action }) => action === 'rule.bulk-state')).toMatchObject({
    actor: 'user:an',
    target: `job:${job.id}`,
    detail: { why: 'quiet', count: 2, rules: [{ id: id(1), from: 'on', to: 'test' }, { id: id(2) }] },
  });
  await expect.poll(() => refreshed).toBe(1);
});

test.each<[string, BulkStates['filter'] & { ids?: string[] }, string]>([
  ['tag', { tag: 'attack.t1003' }, 'on off on'],
  ['level', { level: ['high'] }, 'on on off'],
  ['ids', { ids: [id(1), id(3)] }, 'off on off'],
  ['log source', { product: 'windows', category: 'process_creation' }, 'off off off'],
  ['another log source', { product: 'linux' }, 'on on on'],
  ['state', { state: ['draft', 'test'] }, 'on on on'],
  ['words', { text: 'rule 2' }, 'on off on'],
])('rules are found by %s', async (_what, { ids, ...filter }, want) => {
  await given({
    'a.yml': rule(1),
    'b.yml': rule(2, { tag: 'attack.t1003' }),
    'c.yml': rule(3, { level: 'high' }),
  });
  const job = await ask({ filter, ids, state: 'off' });
  if (job.state === 'waiting') {
    await decideJob(registry, job.id, { approve: true }, { actor: 'user:binh', scope: ALL });
    jobs.kick();
  }
  await jobs.settled();
  expect(await states()).toBe(want);
});

test('a way that does not lead there is left and counted; so is what is so already', async () => {
  await given({ 'a.yml': rule(1), 'b.yml': rule(2), 'c.yml': rule(3) });
  await set(1, 'off');
  await set(1, 'draft');
  await set(2, 'retired');
  const job = await done(await ask({ state: 'on' }));
  expect(job).toMatchObject({ changed: 0, skipped: { 'is-draft': 1, 'is-retired': 1, unchanged: 1 } });
});

test.each([
  ['high ones that were on', [1], 'off', ['high-or-critical']],
  ['high ones that were on, to test', [1], 'test', ['high-or-critical']],
  ['medium ones', [2], 'off', []],
  ['high ones that were in test', [3], 'off', []],
] as const)('switching off %s asks a second person: %s', async (_what, numbers, state, needsApproval) => {
  await given({
    'a.yml': rule(1, { level: 'high' }),
    'b.yml': rule(2),
    'c.yml': rule(3, { level: 'critical' }),
  });
  await set(3, 'test');
  const job = await ask({ ids: numbers.map(id), state });
  expect([job.state, job.needsApproval]).toEqual([
    needsApproval.length > 0 ? 'waiting' : 'queued',
    needsApproval,
  ]);
});

test('more than 500 take a second person', async () => {
  await given(Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`${n}.yml`, rule(n)])));
  const many = await ask({ state: 'test' });
  expect(many).toMatchObject({ state: 'waiting', needsApproval: ['more-than-500'] });
});

test('what has come to take a second person since it was asked for is not done without', async () => {
  await given({ 'a.yml': rule(1) });
  const job = await askLater({ state: 'off' });
  const text = rule(1, { level: 'critical' });
  await addVersion(registry, { id: id(1), text, why: '', activate: true }, by);
  jobs.kick();
  expect(await done(job)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('ask again') as string,
  });
  expect(await states()).toBe('on');
});

test.each([
  ['a base under its correlation stays', [1], 'off', 'on on on', { 'in-use': 1 }],
  ['both go together', [1, 2, 3], 'off', 'off off off', {}],
  ['what holds up a base holds up nothing else', [1, 2], 'off', 'on on on', { 'in-use': 2 }],
] as const)('%s', async (_what, numbers, state, want, skipped) => {
  // 3 counts 2, which counts 1.
  await given({ 'a.yml': rule(1), 'b.yml': correlation(2, 'r1'), 'c.yml': correlation(3, 'r2') });
  const job = await done(await ask({ ids: numbers.map(id), state }));
  expect([await states(), job.skipped]).toEqual([want, skipped]);
});

test.each([
  ['a correlation alone stays off', [2], 'off off', { 'needs-its-rules': 1 }],
  ['both come together', [1, 2], 'on on', {}],
] as const)('%s', async (_what, numbers, want, skipped) => {
  await given({ 'a.yml': rule(1), 'b.yml': correlation(2, 'r1') });
  await set(2, 'off');
  await set(1, 'off');
  const job = await done(await ask({ ids: numbers.map(id), state: 'on' }));
  expect([await states(), job.skipped]).toEqual([want, skipped]);
});

test('alone, too, a correlation is not put in force over what is off', async () => {
  await given({ 'a.yml': rule(1), 'b.yml': correlation(2, 'r1') });
  await set(2, 'off');
  await set(1, 'off');
  await expect(set(2, 'on')).rejects.toMatchObject({
    code: 'rule-needs',
    message: expect.stringContaining('which is off: put that in test or on first') as string,
  });
});

test('taken back, each rule is what it was, but for what others changed since', async () => {
  await given({ 'a.yml': rule(1), 'b.yml': rule(2), 'c.yml': rule(3) });
  await set(2, 'test');
  const job = await done(await ask({ state: 'off' }));
  expect(await states()).toBe('off off off');
  await set(3, 'draft');
  const undo = await jobs.undo(job.id, 'a mistake', await rootAgencyId(registry.db), by);
  expect(await done(undo)).toMatchObject({ state: 'done', changed: 2, skipped: { 'edited-since': 1 } });
  expect(await states()).toBe('on test draft');
  await expect(jobs.undo(job.id, 'again', 1, by)).rejects.toMatchObject({ code: 'job-not-undoable' });
  expect(faults).toEqual([]);
});

test('who no longer sees the whole tree when it is done changes nothing', async () => {
  await given({ 'a.yml': rule(1) });
  const job = await askLater({ state: 'off' });
  await registry.db
    .insertInto('agency')
    .values({
      id: 7,
      name: 'Sở',
      kind: 'department',
      parent_id: await rootAgencyId(registry.db),
      created_ms: 1,
    })
    .execute();
  await registry.db.updateTable('job').set({ agency_id: 7 }).where('id', '=', job.id).execute();
  jobs.kick();
  expect(await done(job)).toMatchObject({
    state: 'failed',
    error: expect.stringContaining('whole tree') as string,
  });
  expect(await states()).toBe('on');
});
