/** Rules that act by a signed authorisation: only what was signed, once for each alert and host, stopped by itself and by people. */
import { double, infiniteStream, sample } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AutomaticService } from '../../../collector/services/responses/automatic-service.ts';
import { DEFAULT_CALENDAR } from '../../../collector/liveness/calendar.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { setAssetRole } from '../../../collector/registry/asset-roles.ts';
import { actByAuthorisations } from '../../../collector/registry/authorisations/act-by-authorisation.ts';
import { holdsAt } from '../../../collector/registry/authorisations/authorisation-hours.ts';
import {
  findAuthorisation,
  moveAuthorisation,
  readAutomaticActs,
  requestAuthorisation,
  type NewAuthorisation,
} from '../../../collector/registry/authorisations/authorisations.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { raiseHouseAlerts } from '../../../collector/registry/house-alerts.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { createChannel } from '../../../collector/registry/notify-channels.ts';
import { pendingResponses } from '../../../collector/registry/response-reports.ts';
import { propertySeed } from '../../support/property-seed.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const EVERYWHERE = { kind: 'all' } as const;
const AN = { actor: 'user:an', scope: EVERYWHERE };
const BINH = { actor: 'user:binh', scope: EVERYWHERE };
const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(`${text}+07:00`);
const NIGHT = at('2026-11-26T22:00');

let registry: Registry;
let clock: TestClock;
let agency: number;
beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  clock.ms = NIGHT;
  agency = (await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test')).id;
});
afterEach(() => registry.close());

async function host(hostname: string, agencyId = agency, osName = 'Windows 11'): Promise<string> {
  const token = await createJoinToken(registry, { agencyId }, 'cli:root');
  const request = enrolRequest(token);
  const told = {
    ...request.host,
    hostname,
    osName,
    platform: osName.startsWith('Windows') ? 'win32' : 'linux',
  };
  const outcome = await enrolAgent(
    registry,
    { ...request, machineId: hostname, host: { ...told, platform: told.platform as 'linux' } },
    '10.1.2.3',
  );
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

async function alert(name: string, agentId: string, agencyId = agency, ruleId = 'ransom'): Promise<void> {
  const rule = {
    ruleId,
    title: 'Ransomware',
    titleVi: null,
    description: '',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
    severity: 'critical' as const,
    tags: [],
    falsePositives: [],
    references: [],
  };
  const found = {
    rule,
    finding: name,
    entity: { of: name },
    agencyId,
    agentId,
    hostname: name,
    timeMs: clock.ms,
    message: name,
    matched: {},
  };
  await raiseHouseAlerts(registry.db, [found], clock.ms);
}

const signed = (change: Partial<NewAuthorisation> = {}): NewAuthorisation => ({
  agencyId: agency,
  title: 'Ủy quyền cô lập máy trạm ban đêm',
  signer: 'Giám đốc Sở Y tế',
  documentSha256: 'ab'.repeat(32),
  validFromMs: at('2026-11-01T00:00'),
  validToMs: at('2027-11-01T00:00'),
  fromTime: '18:00',
  toTime: '07:00',
  daysOff: true,
  action: 'isolate',
  rules: ['ransom'],
  hostsMax: 100,
  breakerHosts: 100,
  breakerWindowMs: HOUR_MS,
  isolateMs: 4 * HOUR_MS,
  dryRun: false,
  ...change,
});

async function inForce(change: Partial<NewAuthorisation> = {}): Promise<string> {
  const { id } = await requestAuthorisation(registry, signed(change), AN);
  await moveAuthorisation(registry, id, 'approve', undefined, BINH);
  return id;
}
const outcomes = async (): Promise<string[]> => (await actByAuthorisations(registry)).outcomes;
const commands = () =>
  registry.db.selectFrom('response_command').select(['agent_id', 'decided_by', 'state']).execute();

describe('hours', () => {
  const hours = {
    ...signed(),
    agencyId: 0,
    validFromMs: at('2026-11-23T00:00'),
    validToMs: at('2026-12-01T00:00'),
  };
  test.each([
    ['2026-11-26T17:59', false],
    ['2026-11-26T18:00', true],
    ['2026-11-27T06:59', true],
    ['2026-11-27T07:00', false],
    // Saturday; and 24 November 2026, a public holiday.
    ['2026-11-28T12:00', true],
    ['2026-11-24T12:00', true],
    ['2026-11-22T23:00', false],
    ['2026-12-01T00:00', false],
  ])('at %s it holds: %s', (moment, holds) => {
    expect(holdsAt(hours, DEFAULT_CALENDAR, at(moment))).toBe(holds);
    const isNoon = moment.includes('T12');
    const atNight = holdsAt({ ...hours, daysOff: false }, DEFAULT_CALENDAR, at(moment));
    expect(atNight).toBe(holds && !isNoon);
  });
});

test('two people bring it into force, machines never, and one ends it', async () => {
  const { id } = await requestAuthorisation(registry, signed(), AN);
  const move = (by: typeof AN, to: 'approve' | 'revoke' | 'resume') =>
    moveAuthorisation(registry, id, to, 'r', by);
  await expect(move(AN, 'approve')).rejects.toMatchObject({ code: 'response-not-yours' });
  await expect(move({ ...BINH, actor: 'token:x' }, 'approve')).rejects.toMatchObject({
    code: 'response-not-yours',
  });
  await expect(requestAuthorisation(registry, signed(), { ...AN, actor: 'cli:root' })).rejects.toMatchObject({
    code: 'response-not-yours',
  });
  const away = { actor: 'user:chi', scope: { kind: 'some' as const, agencyIds: [1] } };
  await expect(moveAuthorisation(registry, id, 'approve', 'r', away)).rejects.toMatchObject({
    code: 'authorisation-unknown',
  });
  await move(BINH, 'approve');
  await expect(move(BINH, 'resume')).rejects.toMatchObject({ code: 'authorisation-state' });
  await move(AN, 'revoke');
  await alert('a', await host('pc-a'));
  expect(await outcomes()).toEqual([]);
});

test('it acts on workstations of its agency, by its rules, at its hours, and tells people at once', async () => {
  const id = await inForce();
  await createChannel(
    registry,
    Buffer.alloc(32, 1),
    {
      name: 'truc',
      settings: { kind: 'syslog', target: 'syslog+tls://siem.example.vn' },
      secrets: {},
      agencyId: 1,
      severityMin: 'critical',
      windowMs: 0,
      messagesPerHourMax: 9,
    },
    AN,
  );
  const workstation = await host('pc-01');
  const linux = await host('srv-01', agency, 'Debian');
  const desk = await host('desk-01', agency, 'Debian');
  await setAssetRole(registry, desk, 'workstation', AN);
  const elsewhere = await host('pc-02', 1);
  await alert('a', workstation);
  await alert('b', linux);
  await alert('c', desk);
  await alert('d', elsewhere, 1);
  await alert('e', await host('pc-03'), agency, 'another-rule');
  expect((await outcomes()).toSorted()).toEqual(['commanded', 'commanded', 'server']);
  expect(await outcomes()).toEqual([]);
  expect((await commands()).map(({ agent_id }) => agent_id).toSorted()).toEqual(
    [workstation, desk].toSorted(),
  );
  const [pending] = await pendingResponses(registry, workstation);
  expect(pending).toMatchObject({
    command: { action: 'isolate', durationMs: 4 * HOUR_MS },
    requestedBy: 'system:rules',
    decidedBy: `authorisation:${id}`,
  });
  const told = await registry.db
    .selectFrom('notify_item')
    .select('change')
    .where('change', 'like', 'automatic-%')
    .execute();
  expect(told).toHaveLength(2);
  // A second alert on a host that is cut off already asks for nothing more.
  await alert('f', workstation);
  expect(await outcomes()).toEqual(['already']);
  // By day, and for alerts of before it was in force, people decide.
  clock.ms = at('2026-11-27T10:00');
  await alert('g', await host('pc-05'));
  expect(await outcomes()).toEqual([]);
});

test('a rehearsal only tells; most hosts and the breaker stop it, and a person lets it go on', async () => {
  const rehearsal = await inForce({ dryRun: true, rules: ['other'] });
  await alert('r', await host('pc-r'), agency, 'other');
  expect([await outcomes(), await commands()]).toEqual([['would'], []]);
  expect(await readAutomaticActs(registry.db, rehearsal)).toMatchObject([
    { outcome: 'would', hostname: 'pc-r' },
  ]);
  await moveAuthorisation(registry, rehearsal, 'revoke', 'r', AN);

  const id = await inForce({ breakerHosts: 2, hostsMax: 3 });
  for (const name of ['a', 'b', 'c', 'd']) await alert(name, await host(`pc-${name}`));
  expect(await outcomes()).toEqual(['commanded', 'commanded', 'tripped']);
  expect((await findAuthorisation(registry.db, id, EVERYWHERE)).state).toBe('tripped');
  expect(await outcomes()).toEqual([]);
  const stopped = await registry.db
    .selectFrom('alert')
    .select('severity')
    .where('rule_id', '=', 'vonggac:automatic-stopped')
    .execute();
  expect(stopped).toEqual([{ severity: 'critical' }]);
  clock.ms += 1_000;
  await moveAuthorisation(registry, id, 'resume', 'looked at', BINH);
  await alert('e', await host('pc-e'));
  await alert('f', await host('pc-f'));
  // What came while it was stopped is for people.
  expect(await outcomes()).toEqual(['commanded', 'limit']);
  expect(await commands()).toHaveLength(3);
});

test('whatever dies wherever, no alert commands a host twice', async () => {
  const seed = propertySeed() ?? Math.floor(Math.random() * 1_000_000_000);
  const random = sample(infiniteStream(double({ min: 0, max: 1, noNaN: true })), {
    numRuns: 1,
    seed,
  });
  const chance = (): number => random[0]?.next().value ?? 0;
  await inForce();
  const hosts: string[] = [];
  for (let n = 0; n < 6; n += 1) hosts.push(await host(`pc-${n}`));
  /** A control plane whose process ends at random: before a transaction is durable, or right after. */
  const dying: Registry = {
    ...registry,
    db: new Proxy(registry.db, {
      get(target, name) {
        if (name !== 'transaction') {
          const value: unknown = Reflect.get(target, name, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
        return () => ({
          execute: async (act: Parameters<ReturnType<Registry['db']['transaction']>['execute']>[0]) => {
            const result = await target.transaction().execute(async (trx) => {
              const done = await act(trx);
              if (chance() < 0.3) throw new Error('died before');
              return done;
            });
            if (chance() < 0.3) throw new Error('died after');
            return result;
          },
        });
      },
    }),
  };
  const letGo: string[] = [];
  const service = (): AutomaticService =>
    new AutomaticService({
      registry: dying,
      leads: () => true,
      letGo: async (agentId) => void letGo.push(agentId),
      onActs: () => undefined,
      onFault: (error) => expect(String(error)).toMatch(/died/),
    });
  for (let round = 0; round < 12; round += 1) {
    for (const [n, agentId] of hosts.entries()) if (round < 4) await alert(`${round}-${n}`, agentId);
    await Promise.all([service().look(), service().look()]);
    clock.ms += 1_000;
  }
  await actByAuthorisations(registry);
  const acts = await registry.db
    .selectFrom('response_automatic')
    .select(['alert_id', 'agent_id', 'outcome', 'response_id'])
    .execute();
  expect(acts, `VONGGAC_PROPERTY_SEED=${seed}`).toHaveLength(24);
  const commanded = acts.filter(({ outcome }) => outcome === 'commanded');
  expect(commanded.map(({ agent_id }) => agent_id).toSorted()).toEqual(hosts.toSorted());
  expect((await commands()).length, `VONGGAC_PROPERTY_SEED=${seed}`).toBe(hosts.length);
  expect(commanded.every(({ response_id }) => response_id !== null)).toBe(true);
});
