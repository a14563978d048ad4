/** What the first page counts, for whom, and that each number is what the list of alerts shows for it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchSchema } from '../../../collector/api/contract-watch.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { createApiToken } from '../../../collector/registry/api-tokens.ts';
import { alertOf, buildWorld, putAlerts, type World } from './api-fixture.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: World;
let commune: number;

beforeEach(async () => {
  world = await buildWorld();
  commune = (await createAgency(world.registry, { name: 'Xã Bình An', kind: 'commune', parentId: 1 }, 'test'))
    .id;
});
afterEach(() => world.close());

async function holder(agencyId?: number) {
  const { token } = await createApiToken(
    world.registry,
    { role: 'api', permissions: ['overview:read', 'alert:read'], agencyId },
    'test',
  );
  return { authorization: `Bearer ${token}` };
}

const ago = (ms: number) => new Date(world.clock.ms - ms).toISOString();

async function read(headers: Record<string, string>, days = 30) {
  const response = await world.app.inject({ url: `/api/v1/overview/watch?days=${days}`, headers });
  return watchSchema.parse(response.json());
}

test('open alerts stand by severity and age, agencies by the risk of their own', async () => {
  await putAlerts(
    world,
    alertOf('new', { createdAt: ago(HOUR_MS), agencyId: commune }),
    alertOf('day', { createdAt: ago(5 * HOUR_MS), agencyId: commune }),
    alertOf('old', { createdAt: ago(20 * DAY_MS), severity: 'low', risk: 30 }),
    alertOf('gathers', { createdAt: ago(HOUR_MS), kind: 'fleet' }),
    alertOf('done', { createdAt: ago(HOUR_MS), state: 'closed' }),
  );
  await world.registry.db.updateTable('alert').set({ kind: 'fleet' }).where('id', '=', 'gathers').execute();
  await world.registry.db
    .updateTable('alert')
    .set({ closed_ms: world.clock.ms - HOUR_MS })
    .where('id', '=', 'done')
    .execute();
  await world.registry.db
    .updateTable('alert')
    .set({ due_ms: world.clock.ms - 1, assignee: 'an' })
    .where('id', '=', 'old')
    .execute();

  const whole = await read(await holder());
  expect(whole.open.map(({ severity, ...rest }) => [severity, rest])).toEqual([
    ['critical', { open: 0, overdue: 0, free: 0, ages: [0, 0, 0, 0] }],
    ['high', { open: 3, overdue: 0, free: 3, ages: [2, 1, 0, 0] }],
    ['medium', { open: 0, overdue: 0, free: 0, ages: [0, 0, 0, 0] }],
    ['low', { open: 1, overdue: 1, free: 0, ages: [0, 0, 0, 1] }],
    ['informational', { open: 0, overdue: 0, free: 0, ages: [0, 0, 0, 0] }],
  ]);
  expect(whole.agencies).toEqual([
    { agencyId: commune, agencyName: 'Xã Bình An', risk: 140, open: 2, serious: 2 },
    { agencyId: 1, agencyName: expect.any(String), risk: 30, open: 1, serious: 0 },
  ]);

  const part = await read(await holder(commune));
  expect(part.open.map(({ open }) => open)).toEqual([0, 2, 0, 0, 0]);
  expect(part.agencies.map(({ agencyId }) => agencyId)).toEqual([commune]);
});

test('a day counts what the list shows as opened on it', async () => {
  const headers = await holder();
  const { days } = await read(headers, 2);
  const today = days[1]?.start ?? '';
  expect(days).toHaveLength(2);
  // Midnight of the country is 17:00 UTC.
  expect(today).toMatch(/T17:00:00\.000Z$/);
  const before = new Date(Date.parse(today) - 1).toISOString();
  await putAlerts(
    world,
    alertOf('a', { createdAt: today }),
    alertOf('b', { createdAt: before, severity: 'low' }),
    alertOf('c', { createdAt: before, severity: 'low', state: 'closed' }),
  );
  // The first answer is kept a moment.
  world.clock.ms += 20_000;
  const counted = (await read(headers, 2)).days;
  expect(counted.map(({ opened }) => [opened.high, opened.low])).toEqual([
    [0, 2],
    [1, 0],
  ]);
  const listed = await world.app.inject({
    url: `/api/v1/alerts?createdFrom=${days[0]?.start}&createdTo=${today}`,
    headers,
  });
  expect(
    listed
      .json()
      .alerts.map(({ id }: { id: string }) => id)
      .sort(),
  ).toEqual(['b', 'c']);
});

test('who is silent is counted inside one’s own part only', async () => {
  await world.registry.db
    .insertInto('silence')
    .values([
      silence('site', '1/10.0.0.0', 1),
      silence('channel', `${'a'.repeat(8)}/log/sshd`, commune),
      { ...silence('agent', 'b', commune), ended_ms: 5 },
    ])
    .execute();
  const whole = await read(await holder());
  expect(whole.silent).toEqual({ agents: 0, sites: 1, channels: 1 });
  const part = await read(await holder(commune));
  expect(part.silent).toEqual({ agents: 0, sites: 0, channels: 1 });
});

const silence = (kind: 'agent' | 'site' | 'channel', subject: string, agencyId: number) => ({
  id: `${kind}/${subject}`,
  kind,
  subject,
  agency_id: agencyId,
  agent_id: null,
  since_ms: 1_000,
  begun_ms: 2_000,
  ended_ms: null,
});
