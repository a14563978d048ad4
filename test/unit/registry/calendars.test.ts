/** Calendars of agencies and profiles of groups, from what is set to who is missed. */
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listGroups, setGroupProfile } from '../../../collector/registry/agent-groups.ts';
import { LivenessService } from '../../../collector/services/fleet/liveness-service.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAlerts } from '../../../collector/registry/alert-book.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import {
  clearCalendar,
  findCalendar,
  listCalendars,
  setCalendar,
} from '../../../collector/registry/calendars.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { enrolRequest, memoryRegistry, type TestClock } from './registry-fixture.ts';

const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(`${text}+07:00`);

let registry: Registry;
let clock: TestClock;
/** A department, and an office under it. */
let department: number;
let office: number;

// Its own, so that other files in the same home are not set up by it.
describe('calendars', () => {
  beforeEach(async () => {
    ({ registry, clock } = await memoryRegistry());
    ({ id: department } = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test'));
    const wanted = { name: 'Trạm Y tế', kind: 'unit', parentId: department } as const;
    ({ id: office } = await createAgency(registry, wanted, 'test'));
  });
  afterEach(() => registry.close());

  test('of an agency hold for those under it, until those have one of their own', async () => {
    await setCalendar(registry, department, { weekDays: [1, 2, 3, 4, 5, 6], from: '06:30' }, 'cli:an');
    expect(await findCalendar(registry, office)).toMatchObject({
      ofAgencyId: department,
      calendar: { weekDays: [1, 2, 3, 4, 5, 6], from: '06:30', to: '18:00' },
    });
    await setCalendar(registry, office, { to: '12:00', off: ['2026-11-25'] }, 'cli:an');
    expect((await findCalendar(registry, office)).calendar).toMatchObject({
      weekDays: [1, 2, 3, 4, 5, 6],
      from: '06:30',
      to: '12:00',
      daysOff: ['2026-11-25'],
    });
    expect(await listCalendars(registry)).toMatchObject([
      { agencyId: department, agencyName: 'Sở Y tế' },
      { agencyId: office, agencyName: 'Trạm Y tế' },
    ]);
    await clearCalendar(registry, office, 'cli:an');
    await clearCalendar(registry, department, 'cli:an');
    expect(await findCalendar(registry, office)).toMatchObject({ ofAgencyId: null });
    const actions = (await listAudit(registry, { limit: 4 })).map(
      ({ action, target }) => `${action} ${target}`,
    );
    expect(actions).toEqual([
      `calendar.clear agency:${department}`,
      `calendar.clear agency:${office}`,
      `calendar.set agency:${office}`,
      `calendar.set agency:${department}`,
    ]);
  });

  test('a day is off, worked, or as usual: the last word holds', async () => {
    const daysAfter = async (change: Parameters<typeof setCalendar>[2]) => {
      const { daysOff, workDays } = (await setCalendar(registry, office, change, 'test')).calendar;
      return [daysOff, workDays];
    };
    const [one, two] = ['2028-08-26', '2028-09-01'];
    expect(await daysAfter({ off: [two, one, two] })).toEqual([[one, two], []]);
    expect(await daysAfter({ working: [one] })).toEqual([[two], [one]]);
    expect(await daysAfter({ off: [one] })).toEqual([[one, two], []]);
    expect(await daysAfter({ usual: [one, two] })).toEqual([[], []]);
  });

  test.each([
    ['an agency that is not there', 999, { from: '08:00' }, 'agency-unknown'],
    ['a zone that is none', undefined, { timeZone: 'Hà Nội' }, 'calendar-invalid'],
    ['hours that end before they begin', undefined, { from: '18:00', to: '07:00' }, 'calendar-invalid'],
    ['a day of the week too many', undefined, { weekDays: [8] }, 'calendar-invalid'],
    ['a day that is none', undefined, { off: ['2027-02-30'] }, 'calendar-invalid'],
  ])('%s is refused', async (_, agency, change, code) => {
    await expect(setCalendar(registry, agency ?? office, change, 'test')).rejects.toMatchObject({ code });
    expect(await listCalendars(registry)).toEqual([]);
  });

  test('to take away one that is not there is refused', async () => {
    await expect(clearCalendar(registry, office, 'test')).rejects.toMatchObject({ code: 'calendar-unknown' });
  });

  describe('and who is missed', () => {
    let service: LivenessService;

    /** A host of the office in a group, that went away at a time. */
    async function away(group: string, since: string): Promise<void> {
      clock.ms = at('2026-11-02T08:00');
      service = new LivenessService({ registry, log: pino({ level: 'silent' }), onAlerts: () => undefined });
      await service.start();
      const token = await createJoinToken(registry, { uses: 1, agencyId: office, group }, 'test');
      const request = enrolRequest(token);
      const host = { ...request.host, platform: 'win32', osName: 'Windows 11' } as const;
      const outcome = await enrolAgent(registry, { ...request, host }, '127.0.0.1');
      if (!outcome.ok) throw new Error(outcome.fault);
      service.note(outcome.agentId, true, '10.1.2.0/24');
      await service.flush();
      clock.ms = at(since);
      service.note(outcome.agentId, false, '10.1.2.0/24');
    }
    const missedAt = async (text: string): Promise<string[]> => {
      clock.ms = at(text);
      await service.watchHosts();
      const alerts = await listAlerts(registry.db, { limit: 10 }, { kind: 'all' });
      return alerts.map(({ ruleId }) => ruleId);
    };
    afterEach(() => service.stop());

    test('on a Saturday nobody is missed, unless it is worked', async () => {
      await away('pcs', '2026-11-13T17:30');
      expect(await missedAt('2026-11-16T08:00')).toEqual([]);
      await setCalendar(registry, department, { working: ['2026-11-14', '2026-11-15'] }, 'test');
      expect(await missedAt('2026-11-16T08:00')).toEqual(['vonggac:silent-agent']);
    });

    test('hosts of a group that is said to be always on are missed at any time', async () => {
      await away('kiosks', '2026-11-13T23:00');
      expect(await missedAt('2026-11-14T00:30')).toEqual([]);
      await setGroupProfile(registry, 'kiosks', 'always', { actor: 'cli:an' });
      expect(await listGroups(registry.db)).toEqual([{ name: 'kiosks', agents: 1, profile: 'always' }]);
      expect(await missedAt('2026-11-14T00:30')).toEqual(['vonggac:silent-agent']);
      const stale = setGroupProfile(registry, 'kiosks', 'office', { actor: 'cli:binh', version: 1 });
      await expect(stale).rejects.toMatchObject({ code: 'version-conflict' });
      await setGroupProfile(registry, 'kiosks', null, { actor: 'cli:an' });
      expect(await listGroups(registry.db)).toMatchObject([{ profile: null }]);
      await expect(setGroupProfile(registry, 'x', 'office', { actor: 'test' })).rejects.toMatchObject({
        code: 'group-unknown',
      });
      expect(clock.ms % HOUR_MS).toBe(HOUR_MS / 2);
    });
  });
});
