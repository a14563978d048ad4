/** What is followed over time, read back: days with snapshots, imports of feeds. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeAudit } from '../../../collector/registry/audit.ts';
import {
  hostWeaknesses,
  importedFeeds,
  snapshotDays,
} from '../../../collector/registry/compliance/follow-facts.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { ensureAgentGroup } from '../../../collector/registry/agencies.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

async function snapshot(systemId: number, day: string, run = 1): Promise<void> {
  const counts = {
    met: 0,
    partly: 0,
    not_met: 0,
    excepted: 0,
    not_assessed: 0,
    not_applicable: 0,
    provider: 0,
  };
  const rest = {
    hosts: 0,
    hosts_reporting: 0,
    score_permille: null,
    coverage_permille: null,
    digest: '',
    body: '',
  };
  const ours = { day, run, system_id: systemId, profile: 'vn-2026', level: 3, at_ms: 0 } as const;
  await registry.db
    .insertInto('compliance_run')
    .values({ day, run, at_ms: 0, actor: 'test', systems: 1, digest: '' })
    .onConflict((at) => at.doNothing())
    .execute();
  await registry.db
    .insertInto('compliance_snapshot')
    .values({ ...ours, ...counts, ...rest })
    .execute();
}

it('days of a period that have a snapshot are counted once, and the first of all is told', async () => {
  const wanted = { lawProfile: 'vn-2026', agencyId: 1 } as const;
  const { id: one } = await createSystem(registry, { ...wanted, name: 'Một cửa' }, 'test');
  const { id: other } = await createSystem(registry, { ...wanted, name: 'Thư' }, 'test');
  await snapshot(one, '2026-09-01');
  await snapshot(one, '2026-11-01');
  await snapshot(one, '2026-11-01', 2);
  await snapshot(one, '2026-11-02');
  await snapshot(one, '2026-11-30');
  await snapshot(other, '2026-11-30');
  expect([...(await snapshotDays(registry.db, '2026-10-15', '2026-11-26'))]).toEqual([
    [one, { firstDay: '2026-09-01', days: 2 }],
  ]);
});

it('the last import of each feed up to a moment is told', async () => {
  const importAt = (atMs: number, name: string) =>
    registry.db.transaction().execute((trx) =>
      writeAudit(trx, atMs, {
        actor: 'test',
        action: 'vulnerability-feed.import',
        target: `vulnerability-feed:${name}`,
        detail: {},
      }),
    );
  expect(await importedFeeds(registry.db, clock.ms)).toEqual([]);
  await importAt(clock.ms - 2_000, 'debian');
  await importAt(clock.ms - 1_000, 'debian');
  await importAt(clock.ms + 1_000, 'kev');
  expect(await importedFeeds(registry.db, clock.ms)).toEqual([
    { name: 'vulnerability-feed:debian', lastMs: clock.ms - 1_000 },
  ]);
});

it('of each host it is told how far its weaknesses are known, by the newest advisories for its system', async () => {
  const { db } = registry;
  await ensureAgentGroup(db, 'servers', 0);
  const token = await createJoinToken(registry, { group: 'servers' }, 'cli:root');
  const outcome = await enrolAgent(registry, enrolRequest(token), '10.1.2.3');
  if (!outcome.ok) throw new Error(outcome.fault);
  const { agentId } = outcome;
  await db.updateTable('agent').set({ last_seen_ms: clock.ms }).execute();
  expect((await hostWeaknesses(db, clock.ms)).get(agentId)).toMatchObject({ why: ['no-inventory'] });

  for (const [name, dataMs] of [
    ['old', clock.ms - 9_000],
    ['new', clock.ms - 5_000],
  ] as const) {
    const { id } = await db
      .insertInto('vulnerability_upload')
      .values({ feed: name, added_ms: 1, added_by: 'test', facts: null })
      .returning('id')
      .executeTakeFirstOrThrow();
    const counts = {
      vulnerabilities: 1,
      ranges: 1,
      refused: 0,
      file_name: '',
      sha256: '',
      imported_by: 'test',
    };
    const row = {
      name,
      form: 'osv',
      upload_id: id,
      releases: '["debian:12"]',
      data_ms: dataMs,
      imported_ms: 1,
    };
    await db
      .insertInto('vulnerability_feed')
      .values({ ...row, ...counts })
      .execute();
  }
  const told = { system: 'Debian', release: 'debian:12', is_whole: 1, packages: 1, place: '', body: '' };
  const matched = { matched_by: 'x', matched_ms: clock.ms - 1_000, told_ms: clock.ms - 2_000 };
  await db
    .insertInto('host_software')
    .values({ agent_id: agentId, ...told, ...matched })
    .execute();
  expect((await hostWeaknesses(db, clock.ms)).get(agentId)).toEqual({
    why: [],
    matchedMs: clock.ms - 1_000,
    dataMs: clock.ms - 5_000,
    open: 0,
    exploited: 0,
  });
});
