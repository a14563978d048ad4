/** A full data folder of the time before alerts were work: each alert of it is found, sorted and continued as a new one is. */
import path from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SEVERITIES } from '../../../collector/alert/severity-score.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { listAlerts, pageAlerts, readAlert } from '../../../collector/registry/alert-book.ts';
import type { AlertFilter } from '../../../collector/registry/alert-filter.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { allMigrations } from '../../../collector/registry/migrations/all.ts';
import { temporaryFolder } from './registry-fixture.ts';

/** More than the migration reads at once, several times. */
const ALERTS = 1_230;
const GROUPS = 41;
const STATES = ['new', 'acknowledged', 'in-progress', 'closed'] as const;
const OPENED_MS = Date.UTC(2026, 9, 1);
const DAY_MS = 86_400_000;
const ALL = { kind: 'all' } as const;

const idOf = (n: number): string => `old-${String(n).padStart(5, '0')}`;
const severityOf = (n: number) => SEVERITIES[n % SEVERITIES.length] ?? 'low';
const stateOf = (n: number) => STATES[n % STATES.length] ?? 'new';

/** As the version before wrote it. */
function oldAlert(n: number) {
  const rule = {
    ruleId: `rule-${n % GROUPS}`,
    title: `Rule ${n % GROUPS}`,
    titleVi: n % 3 === 0 ? null : `Đăng nhập bất thường ${n % GROUPS}`,
    description: '',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
    severity: severityOf(n),
    // Rules have been seen that say a tag twice.
    tags: n % 4 === 0 ? [] : ['attack.t1110', 'attack.t1110', `attack.t15${n % 10}`],
    falsePositives: [],
    references: [],
  };
  return {
    id: idOf(n),
    rule_id: rule.ruleId,
    group_key: `group-${n % GROUPS}`,
    severity: rule.severity,
    state: stateOf(n),
    entity: JSON.stringify({ 'source.ip': `10.0.${n % 7}.${n % 250}`, 'user.name': 'nguyễn văn a' }),
    rule: JSON.stringify(rule),
    agent_id: null,
    hostname: n % 5 === 0 ? null : `máy-${n % 100}`,
    agency_id: 1,
    detections: 1 + (n % 9),
    first_seen_ms: OPENED_MS + n,
    last_seen_ms: OPENED_MS + DAY_MS + n,
    // Pairs of one moment: their order is that of their ids.
    created_ms: OPENED_MS + Math.floor(n / (2 * GROUPS)) * 1_000,
    updated_ms: OPENED_MS + DAY_MS + n,
    message: `dòng thứ ${n}`,
    state_by: n % 4 === 3 ? 'lan' : null,
    state_reason: n % 4 === 3 ? 'đã xử lý' : null,
  };
}

async function put(
  db: Registry['db'],
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  for (const row of rows) {
    const columns = Object.keys(row).map((name) => sql.ref(name));
    await sql`insert into ${sql.table(table)} (${sql.join(columns)}) values (${sql.join(Object.values(row))})`.execute(
      db,
    );
  }
}

let folder: ReturnType<typeof temporaryFolder>;
let registry: Registry;

beforeAll(async () => {
  folder = temporaryFolder();
  const file = path.join(folder.path, 'registry.db');
  const migrations = Object.fromEntries(
    Object.entries(allMigrations(Date.now)).filter(([name]) => name < '0014'),
  );
  const before = await openRegistry({ file, migrations });
  const alerts = Array.from({ length: ALERTS }, (_, n) => oldAlert(n));
  await before.db.transaction().execute(async (trx) => {
    await put(trx, 'alert', alerts);
    await put(
      trx,
      'alert_detection',
      alerts.map(({ id, hostname, message, last_seen_ms }, n) => ({
        alert_id: id,
        detection_id: `detection-${n}`,
        time_ms: last_seen_ms,
        // What the house says of itself has no event.
        event_id: n % 10 === 0 ? '' : `agent/epoch/0/${n}`,
        hostname: hostname ?? '',
        message,
        matched: '{"user.name":"nguyễn văn a"}',
      })),
    );
  });
  await before.close();
  registry = await openRegistry({ file });
});

afterAll(async () => {
  await registry.close();
  folder.remove();
});

/** All that the list has, page by page. */
async function listed(filter: AlertFilter, sort?: 'risk'): Promise<string[]> {
  const ids: string[] = [];
  let after: Awaited<ReturnType<typeof pageAlerts>>['next'];
  do {
    const page = await pageAlerts(registry.db, { filter, sort, limit: 200, after }, ALL, OPENED_MS);
    ids.push(...page.alerts.map(({ id }) => id));
    after = page.next;
  } while (after !== undefined);
  return ids;
}

const numbers = (wanted: (n: number) => boolean): string[] =>
  Array.from({ length: ALERTS }, (_, n) => n)
    .filter(wanted)
    .map((n) => idOf(n))
    .toReversed();

describe('alerts of the version before triage', () => {
  it('are all listed, the last active first', async () => {
    expect(await listed({})).toEqual(numbers(() => true));
  });

  it.each<[string, AlertFilter, (n: number) => boolean]>([
    ['state', { states: ['closed'] }, (n) => stateOf(n) === 'closed'],
    ['severity', { severities: ['critical'] }, (n) => severityOf(n) === 'critical'],
    ['kind', { kinds: ['house'] }, (n) => n % 10 === 0],
    ['technique', { technique: 'T1110' }, (n) => n % 4 !== 0],
    ['a title without its accents', { text: 'dang nhap bat thuong' }, (n) => n % 3 !== 0],
    ['words of their line', { text: 'dong thu 1229' }, (n) => n === 1_229],
    ['entity', { text: '10.0.3.101' }, (n) => n % 7 === 3 && n % 250 === 101],
  ])('are found by %s', async (_, filter, wanted) => {
    expect(await listed(filter)).toEqual(numbers(wanted));
  });

  it('are sorted by a risk that their severity gives', async () => {
    const risks = (await listAlerts(registry.db, { sort: 'risk', limit: 200 }, ALL)).map(
      ({ risk, severity }) => [risk, severity],
    );
    expect(risks).toEqual(Array.from({ length: 200 }, () => [90, 'critical']));
  });

  it('are counted on in their groups, those of one moment by their ids', async () => {
    const rows = await registry.db
      .selectFrom('alert')
      .select(['id', 'sequence'])
      .where('group_key', '=', 'group-5')
      .orderBy('sequence')
      .execute();
    const own = numbers((n) => n % GROUPS === 5).toReversed();
    expect(rows).toEqual(own.map((id, index) => ({ id, sequence: index + 1 })));
  });

  it('show their proofs and why they are as severe as they are', async () => {
    expect(await readAlert(registry.db, idOf(3), ALL)).toMatchObject({
      state: 'closed',
      severity: severityOf(3),
      message: 'dòng thứ 3',
      hosts: 1,
      version: 1,
      severityWhy: { severity: severityOf(3) },
      stateBy: 'lan',
      closedAt: new Date(OPENED_MS + DAY_MS + 3).toISOString(),
      detections: [{ message: 'dòng thứ 3', matched: { 'user.name': 'nguyễn văn a' } }],
    });
  });

  it('are worked on like any other', async () => {
    const id = idOf(4);
    await changeAlert(
      registry,
      id,
      { state: 'closed', verdict: 'benign', reason: 'bảo trì', addTags: ['cũ'] },
      { actor: 'system', scope: ALL },
    );
    expect(await readAlert(registry.db, id, ALL)).toMatchObject({
      state: 'closed',
      verdict: 'benign',
      version: 2,
      ownTags: ['cũ'],
    });
  });
});
