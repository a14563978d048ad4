import { describe, expect, it } from 'vitest';
import { DEFAULT_CALENDAR } from '../../../collector/liveness/calendar.ts';
import { onDuty, rosterSchema, turnsOf } from '../../../collector/oncall/roster.ts';
import { beginMs, escalationSchema, LADDER_GAP_MS, nextStep } from '../../../collector/oncall/escalation.ts';

const person = (name: string) => ({ name, phone: '+84 912 345 678' });
const weekly = {
  startOn: '2026-01-05',
  handOver: '08:00',
  everyDays: 7,
  people: [person('An'), person('Binh')],
};
const who = (roster: object, at: string): string | undefined =>
  onDuty(rosterSchema.parse(roster), { calendar: DEFAULT_CALENDAR }, Date.parse(at))?.name;

const turns = (roster: object, from: string, to: string): string[] =>
  turnsOf(rosterSchema.parse(roster), { calendar: DEFAULT_CALENDAR }, Date.parse(from), Date.parse(to)).map(
    ({ fromMs, toMs, person: one }) =>
      `${one?.name ?? 'nobody'} ${new Date(fromMs).toISOString()} ${new Date(toMs).toISOString()}`,
  );

describe('turns of a roster', () => {
  it('follow each other without gaps, with replacements to the minute, and say when nobody is there', () => {
    const overrides = [
      { from: '2026-01-07T09:07:00+07:00', to: '2026-01-07T10:00:00+07:00', person: person('Chi') },
    ];
    expect(
      turns({ layers: [weekly], overrides }, '2026-01-05T07:00+07:00', '2026-01-13T08:00+07:00'),
    ).toEqual([
      'nobody 2026-01-05T00:00:00.000Z 2026-01-05T01:00:00.000Z',
      'An 2026-01-05T01:00:00.000Z 2026-01-07T02:07:00.000Z',
      'Chi 2026-01-07T02:07:00.000Z 2026-01-07T03:00:00.000Z',
      'An 2026-01-07T03:00:00.000Z 2026-01-12T01:00:00.000Z',
      'Binh 2026-01-12T01:00:00.000Z 2026-01-13T01:00:00.000Z',
    ]);
  });

  it('go by hours of the working calendar', () => {
    const layers = [weekly, { ...weekly, people: [person('Dem')], hours: 'off-hours' }];
    const names = turns({ layers }, '2026-01-05T08:00+07:00', '2026-01-06T08:00+07:00').map(
      (turn) => turn.split(' ')[0],
    );
    expect(names).toEqual(['An', 'Dem', 'An']);
  });
});

describe('a roster', () => {
  it.each([
    ['before it began', { layers: [weekly] }, '2026-01-05T07:59+07:00', undefined],
    ['from the first hand-over', { layers: [weekly] }, '2026-01-05T08:00+07:00', 'An'],
    ['to the minute before the next', { layers: [weekly] }, '2026-01-12T07:59+07:00', 'An'],
    ['the next', { layers: [weekly] }, '2026-01-12T08:00+07:00', 'Binh'],
    ['and round again', { layers: [weekly] }, '2026-01-19T08:00+07:00', 'An'],
    ['in another zone', { timeZone: 'Europe/Berlin', layers: [weekly] }, '2026-01-12T06:59Z', 'An'],
    [
      'in another zone, at eight there',
      { timeZone: 'Europe/Berlin', layers: [weekly] },
      '2026-01-12T07:00Z',
      'Binh',
    ],
    // 12 weeks after the first: An's, whose hand-over is still at eight by the clocks that went ahead the night before.
    ['after clocks went ahead', { timeZone: 'Europe/Berlin', layers: [weekly] }, '2026-03-30T05:59Z', 'Binh'],
    [
      'after clocks went ahead, at eight',
      { timeZone: 'Europe/Berlin', layers: [weekly] },
      '2026-03-30T06:00Z',
      'An',
    ],
    [
      'a night shift, after midnight, by the day it began on',
      {
        layers: [
          weekly,
          {
            ...weekly,
            everyDays: 1,
            handOver: '22:00',
            people: [person('Dem1'), person('Dem2')],
            hours: { from: '22:00', to: '06:00' },
          },
        ],
      },
      '2026-01-06T05:00+07:00',
      'Dem1',
    ],
    [
      'off work at Tết',
      { layers: [weekly, { ...weekly, people: [person('Truc Tet')], hours: 'off-hours' }] },
      '2026-02-17T10:00+07:00',
      'Truc Tet',
    ],
    [
      'an override before all, the last written first',
      {
        layers: [weekly],
        overrides: [
          { from: '2026-01-06T00:00:00+07:00', to: '2026-01-07T00:00:00+07:00', person: person('Chi') },
          { from: '2026-01-06T12:00:00+07:00', to: '2026-01-06T18:00:00+07:00', person: person('Dung') },
        ],
      },
      '2026-01-06T13:00+07:00',
      'Dung',
    ],
  ])('%s', (_name, roster, at, expected) => {
    expect(who(roster, at)).toBe(expected);
  });

  it.each([
    [{ layers: [] }],
    [{ timeZone: 'Sài Gòn', layers: [weekly] }],
    [{ layers: [{ ...weekly, people: [{ name: 'An' }] }] }],
    [{ layers: [{ ...weekly, startOn: '2026-02-30' }] }],
    [{ layers: [{ ...weekly, hours: { from: '08:00', to: '08:00' } }] }],
  ])('refuses %j', (roster) => {
    expect(rosterSchema.safeParse(roster).success).toBe(false);
  });
});

describe('an escalation', () => {
  const { steps } = escalationSchema.parse({
    steps: [
      { afterMinutes: 0, channelId: 1 },
      { afterMinutes: 15, channelId: 2 },
    ],
  });
  it('has its steps in the order of their time, and none after the last', () => {
    expect([0, 1, 2].map((done) => nextStep({ steps }, 1_000, done)?.atMs)).toEqual([
      1_000,
      901_000,
      undefined,
    ]);
    expect(escalationSchema.safeParse({ steps: [...steps].toReversed() }).success).toBe(false);
  });

  it('begins no sooner than ten minutes after one that nobody acknowledged, whatever the clock', () => {
    expect([beginMs(5, undefined), beginMs(100, 50), beginMs(1e9, 50), beginMs(5, 1e9)]).toEqual([
      5,
      50 + LADDER_GAP_MS,
      1e9,
      5,
    ]);
  });
});
