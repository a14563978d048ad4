/** Who is missed, and when: servers, office hosts, whole sites; and who is not. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_CALENDAR } from '../../../collector/liveness/calendar.ts';
import { learn, NO_HABIT, type Habit } from '../../../collector/liveness/habit.ts';
import { silentChannels } from '../../../collector/liveness/channel-watch.ts';
import {
  watch,
  type OpenSilence,
  type WatchedAgent,
  type WatchResult,
} from '../../../collector/liveness/watch.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const at = (text: string): number => Date.parse(`${text}+07:00`);
/** A Wednesday morning. */
const NOW = at('2026-11-25T10:00');
const LONG_AGO = at('2026-11-01T00:00');

const host = (name: string, change: Partial<WatchedAgent> = {}): WatchedAgent => ({
  agentId: name,
  hostname: name,
  agencyId: 7,
  network: '10.1.2.0/24',
  profile: 'always',
  calendar: DEFAULT_CALENDAR,
  habit: NO_HABIT,
  offlineMs: null,
  ...change,
});
const look = (
  agents: readonly WatchedAgent[],
  {
    open = [],
    nowMs = NOW,
    startedMs = LONG_AGO,
  }: { open?: OpenSilence[]; nowMs?: number; startedMs?: number } = {},
): WatchResult => watch({ agents, open, nowMs, startedMs });
const subjects = ({ begun }: WatchResult): string[] => begun.map(({ kind, subject }) => `${kind} ${subject}`);

describe('a server', () => {
  test('is missed after a quarter of an hour, at any time', () => {
    const night = at('2026-11-29T03:00');
    const away = (minutes: number): WatchResult =>
      look([host('srv', { offlineMs: night - minutes * MINUTE_MS })], { nowMs: night });
    expect(subjects(away(14))).toEqual([]);
    expect(subjects(away(15))).toEqual(['agent srv']);
  });

  test('is missed once, and no longer when it is back or gone for good', () => {
    const open: OpenSilence[] = [{ kind: 'agent', subject: 'srv' }];
    expect(look([host('srv', { offlineMs: NOW - HOUR_MS })], { open })).toEqual({ begun: [], ended: [] });
    expect(look([host('srv')], { open }).ended).toEqual(open);
    expect(look([], { open }).ended).toEqual(open);
  });
});

describe('an office host', () => {
  const pc = (offline: string): WatchedAgent => host('pc', { profile: 'office', offlineMs: at(offline) });

  test('is not missed overnight, nor over a weekend, a holiday, or Tết', () => {
    expect(subjects(look([pc('2026-11-20T17:30')], { nowMs: at('2026-11-25T11:00') }))).toEqual([]);
    expect(subjects(look([pc('2026-11-24T17:30')]))).toEqual([]);
    expect(subjects(look([pc('2026-11-20T17:30')], { nowMs: at('2026-11-23T11:00') }))).toEqual([]);
    expect(subjects(look([pc('2026-02-13T17:30')], { nowMs: at('2026-02-23T12:00') }))).toEqual([]);
  });

  test('is missed when it did not come for two days of work', () => {
    expect(subjects(look([pc('2026-11-13T18:00')], { nowMs: at('2026-11-17T17:54') }))).toEqual([]);
    expect(subjects(look([pc('2026-11-13T18:00')], { nowMs: at('2026-11-17T18:30') }))).toEqual(['agent pc']);
  });

  test('is not missed in hours in which it never is there', () => {
    let habit: Habit = NO_HABIT;
    for (let week = 0; week < 3; week += 1) {
      for (let hour = 0; hour < 168; hour += 1) habit = learn(habit, hour, hour < 24);
    }
    const onMondaysOnly = { ...pc('2026-11-16T18:00'), habit };
    expect(subjects(look([onMondaysOnly], { nowMs: at('2026-11-20T18:00') }))).toEqual([]);
    expect(subjects(look([onMondaysOnly], { nowMs: at('2026-11-30T18:30') }))).toEqual(['agent pc']);
  });
});

describe('a site', () => {
  const site = (
    away: number,
    all: number,
    offlineMs: number,
    change: Partial<WatchedAgent> = {},
  ): WatchedAgent[] =>
    Array.from({ length: all }, (_, index) =>
      host(`h${index}`, {
        profile: 'office',
        ...change,
        offlineMs: index < away ? offlineMs + index * 1_000 : null,
      }),
    );

  test('that loses its line is one silence, not forty', () => {
    const result = look(site(38, 40, NOW - 20 * MINUTE_MS));
    expect(result.begun).toMatchObject([{ kind: 'site', subject: '7/10.1.2.0/24', away: 38, expected: 40 }]);
  });

  test('keeps its servers from being missed one by one', () => {
    const hosts = site(40, 40, NOW - 30 * MINUTE_MS, { profile: 'always' });
    expect(subjects(look(hosts))).toEqual(['site 7/10.1.2.0/24']);
    const open: OpenSilence[] = [{ kind: 'site', subject: '7/10.1.2.0/24' }];
    expect(look(hosts, { open })).toEqual({ begun: [], ended: [] });
  });

  test('of which half is there has a line', () => {
    expect(subjects(look(site(20, 40, NOW - 20 * MINUTE_MS)))).toEqual([]);
  });

  test('is over when most hosts are back', () => {
    const open: OpenSilence[] = [{ kind: 'site', subject: '7/10.1.2.0/24' }];
    expect(look(site(5, 40, NOW - HOUR_MS), { open }).ended).toEqual(open);
    expect(look(site(39, 40, NOW - HOUR_MS), { open }).ended).toEqual([]);
  });

  test('that goes home has not lost its line, nor when the first ones are late in the morning', () => {
    const home = at('2026-11-18T17:50');
    expect(subjects(look(site(40, 40, home), { nowMs: at('2026-11-18T18:20') }))).toEqual([]);
    expect(subjects(look(site(40, 40, home), { nowMs: at('2026-11-19T08:30') }))).toEqual([]);
  });

  test('where nobody comes in the morning has lost its line overnight', () => {
    const home = at('2026-11-18T18:10');
    expect(subjects(look(site(40, 40, home), { nowMs: at('2026-11-19T09:05') }))).toEqual([
      'site 7/10.1.2.0/24',
    ]);
  });
});

describe('a collector that has just started', () => {
  test('misses nobody: they have to come back first', () => {
    const hosts = Array.from({ length: 40 }, (_, index) => host(`h${index}`, { offlineMs: NOW - HOUR_MS }));
    expect(subjects(look(hosts, { startedMs: NOW - 9 * MINUTE_MS }))).toEqual([]);
    expect(subjects(look(hosts.slice(0, 2), { startedMs: NOW - 12 * MINUTE_MS }))).toEqual([]);
    expect(subjects(look(hosts.slice(0, 1), { startedMs: NOW - 16 * MINUTE_MS }))).toEqual(['agent h0']);
  });
});

describe('a channel', () => {
  const days = (from: number, to: number, hours: readonly number[]): number[] =>
    Array.from({ length: to - from }, (_, day) => hours.map((hour) => (from + day) * 24 + hour)).flat();
  const OFFICE = [8, 9, 10, 11, 13, 14, 15, 16];

  test('that came each hour of work and stopped is silent after six of them, nights not counted', () => {
    const other = { channel: 'inventory', hours: days(0, 10, OFFICE) };
    const silent = (lastDay: number): string[] =>
      silentChannels([{ channel: 'log/sshd', hours: days(0, lastDay, OFFICE) }, other], 10 * 24).map(
        ({ channel }) => channel,
      );
    expect(silent(10)).toEqual([]);
    expect(silent(9)).toEqual(['log/sshd']);
  });

  test('that pauses for days as a habit is not silent after one', () => {
    const other = { channel: 'log/sshd', hours: days(0, 30, OFFICE) };
    const rare = {
      channel: 'integrity',
      hours: [0, 4, 8, 12, 16, 20].flatMap((day) => days(day, day + 1, OFFICE)),
    };
    expect(silentChannels([rare, other], 26 * 24)).toEqual([]);
    expect(silentChannels([rare, other], 30 * 24)).toEqual([]);
  });

  test('is not silent while its host is away, nor while it is too new to have a habit', () => {
    expect(silentChannels([{ channel: 'log/sshd', hours: days(0, 5, OFFICE) }], 30 * 24)).toEqual([]);
    const other = { channel: 'inventory', hours: days(0, 10, OFFICE) };
    expect(silentChannels([{ channel: 'log/sshd', hours: days(0, 1, OFFICE) }, other], 240)).toEqual([]);
  });
});
