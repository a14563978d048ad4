/** What a report to the centre tells of machines: those of the scope, what they showed in the period, and nothing that is not known. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Registry } from '../../../collector/registry/database.ts';
import { rootAgencyId } from '../../../collector/registry/agency-scope.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { importIndicators } from '../../../collector/registry/indicator/import-indicators.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { readReportFacts } from '../../../collector/services/exchange/report-facts.ts';
import { NO_SOURCES } from '../../support/no-sources.ts';
import { enrolRequest, memoryRegistry, type TestClock } from '../registry/registry-fixture.ts';

const DAY_MS = 86_400_000;
let registry: Registry;
let clock: TestClock;
beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

async function enrol(hostname: string): Promise<string> {
  const agencyId = await rootAgencyId(registry.db);
  const token = await createJoinToken(registry, { agencyId, uses: 1 }, 'test');
  const request = enrolRequest(token, { machineId: hostname });
  const { host } = request;
  const enrolled = await enrolAgent(registry, { ...request, host: { ...host, hostname } }, '::1');
  if (!enrolled.ok) throw new Error('not enrolled');
  return enrolled.agentId;
}

it('tells what hosts told, and leaves out what is not known', async () => {
  const [one, two] = [await enrol('may-01'), await enrol('may-02')];
  const nowMs = clock.ms;
  const indicator = { source: 'x', confidence: 60, validUntilMs: null, tlp: null, tags: [], description: '' };
  const [hash, domain] = ['ab'.repeat(32), 'evil.example'];
  await registry.db.transaction().execute((trx) =>
    importIndicators(
      trx,
      [
        { ...indicator, kind: 'hash', value: hash, description: 'Emotet' },
        { ...indicator, kind: 'domain', value: domain },
      ],
      { actor: 'user:lan', nowMs },
    ),
  );
  const agencyId = await rootAgencyId(registry.db);
  const rows = await registry.db.selectFrom('indicator').select(['id', 'kind']).orderBy('id').execute();
  const seen = { agency_id: agencyId, events: 2, hindsight: 0 };
  for (const { id, kind } of rows)
    await registry.db
      .insertInto('indicator_sighting')
      .values([
        {
          ...seen,
          indicator_id: id,
          agent_id: one,
          hostname: 'may-01',
          first_ms: nowMs - 5,
          last_ms: nowMs - 1,
        },
        ...(kind === 'domain'
          ? [{ ...seen, indicator_id: id, agent_id: two, hostname: 'may-02', first_ms: 1, last_ms: 2 }]
          : []),
      ])
      .execute();
  const patchedMs = nowMs - 20 * DAY_MS;
  const facts = await readReportFacts(
    registry,
    {
      ...NO_SOURCES,
      fleet: {
        items: async ({ category }) => {
          const told: Record<string, Record<string, string>> = {
            'patch-level': { lastInstalledAt: new Date(patchedMs).toISOString() },
            firewall: { active: 'false' },
          };
          const own = told[category];
          const items =
            own === undefined ? [] : [{ agentId: one, key: 'updates', timeMs: nowMs, facts: own }];
          return { items, cutFrom: undefined };
        },
        counts: async () => [{ agentId: two, event: 'malware-found', count: 3, lastMs: nowMs }],
      },
    },
    { scope: { kind: 'all' }, fromMs: nowMs - DAY_MS, toMs: nowMs },
  );
  expect([facts.notUpdated, facts.updateUnknown]).toEqual([1, 1]);
  const machines = new Map(facts.machines.map((machine) => [machine.hostname, machine]));
  expect(machines.get('may-01')).toMatchObject({
    osName: 'Debian 13',
    patchedMs,
    malware: [{ name: 'Emotet', type: 'indicator', files: 2, hash }],
    connections: [{ targetAddress: domain }],
    antivirusOn: null,
    firewallOn: false,
  });
  expect(machines.get('may-02')).toMatchObject({
    patchedMs: null,
    malware: [{ type: 'antivirus', files: 3 }],
    connections: [],
    firewallOn: null,
  });
});

it('tells nothing of machines outside the scope', async () => {
  await enrol('may-01');
  const scope = { kind: 'some', agencyIds: [987_654] } as const;
  const facts = await readReportFacts(registry, NO_SOURCES, { scope, fromMs: 0, toMs: clock.ms });
  expect(facts.machines).toEqual([]);
});
