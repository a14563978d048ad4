/** Maintenance windows: which settings are taken, and when they are open by the clocks of their zones. */
import { describe, expect, test } from 'vitest';
import { en } from '../../../agent/messages/en.ts';
import { vi } from '../../../agent/messages/vi.ts';
import { describeConfigProblem } from '../../../agent/config-error.ts';
import { maintenanceWindowSchema } from '../../../agent/maintenance-config.ts';
import { openWindow } from '../../../collector/protocol/maintenance-window.ts';

const HOUR_MS = 3_600_000;
const open = (window: object, at: string | number): string | undefined => {
  const windows = [maintenanceWindowSchema().parse({ reason: 'open', ...window })];
  return openWindow(windows, typeof at === 'number' ? at : Date.parse(at))?.reason;
};

describe('a window', () => {
  const sunday = { from: '22:00', to: '02:00', days: [7], timeZone: 'Asia/Ho_Chi_Minh' };
  const morning = { from: '01:00', to: '04:00', timeZone: 'Asia/Ho_Chi_Minh' };
  const secondTuesday = { from: '20:00', to: '23:00', days: [2], weeks: [2], timeZone: 'UTC' };
  const lastFriday = { ...secondTuesday, days: [5], weeks: [-1] };
  const once = { from: '2026-03-02T08:00:00Z', to: '2026-03-02T16:00:00+07:00' };

  test.each<[string, object, string, boolean]>([
    ['of a day of the week, before it', sunday, '2026-03-01T21:59:59.999+07:00', false],
    ['at its beginning', sunday, '2026-03-01T22:00:00+07:00', true],
    ['over midnight', sunday, '2026-03-02T01:59:59.999+07:00', true],
    ['at its end', sunday, '2026-03-02T02:00:00+07:00', false],
    ['on the night before', sunday, '2026-03-01T01:00:00+07:00', false],
    ['on another day', sunday, '2026-03-03T23:00:00+07:00', false],
    ['of every day', morning, '2026-03-04T02:00:00+07:00', true],
    ['of every day, outside of it', morning, '2026-03-04T04:00:00+07:00', false],
    ['to the end of the day', { ...morning, to: '24:00' }, '2026-03-04T23:59:59+07:00', true],
    ['of a whole day', { ...sunday, from: '08:00', to: '08:00' }, '2026-03-02T07:59:59+07:00', true],
    ['of a week of the month, in it', secondTuesday, '2026-03-10T20:00:00Z', true],
    ['a week too early', secondTuesday, '2026-03-03T20:00:00Z', false],
    ['a week too late', secondTuesday, '2026-03-17T20:00:00Z', false],
    ['of the last week of the month', lastFriday, '2026-03-27T21:00:00Z', true],
    ['a week before the last', lastFriday, '2026-03-20T21:00:00Z', false],
    ['of once', once, '2026-03-02T08:59:59Z', true],
    ['of once, over', once, '2026-03-02T09:00:00Z', false],
  ])('%s', (_name, window, at, isOpen) => {
    expect(open(window, at)).toBe(isOpen ? 'open' : undefined);
  });

  test('without a zone goes by the clocks of the host', () => {
    const night = { from: '22:00', to: '02:00', days: [7] };
    expect(open(night, new Date(2026, 2, 1, 23).getTime())).toBe('open');
    expect(open(night, new Date(2026, 2, 2, 1, 59).getTime())).toBe('open');
    expect(open(night, new Date(2026, 2, 2, 2).getTime())).toBeUndefined();
    expect(open(night, new Date(2026, 2, 1, 1).getTime())).toBeUndefined();
  });

  test('begins and ends by the clocks of its zone also where they change', () => {
    const noon = maintenanceWindowSchema().parse({ from: '12:00', to: '13:00', timeZone: 'Europe/Berlin' });
    for (const day of ['2026-03-28T11:30:00Z', '2026-03-29T10:30:00Z', '2026-10-25T11:30:00Z']) {
      const at = Date.parse(day);
      expect(openWindow([noon], at)).toMatchObject({ startsAt: at - HOUR_MS / 2, endsAt: at + HOUR_MS / 2 });
    }
    // Clocks go from 02:00 to 03:00 on 29 March, and from 03:00 back to 02:00 on 25 October.
    const night = maintenanceWindowSchema().parse({ from: '01:00', to: '04:00', timeZone: 'Europe/Berlin' });
    const lengthAt = (at: string): number => {
      const { startsAt = 0, endsAt = 0 } = openWindow([night], Date.parse(at)) ?? {};
      return (endsAt - startsAt) / HOUR_MS;
    };
    expect(lengthAt('2026-03-29T00:30:00Z')).toBe(2);
    expect(lengthAt('2026-10-25T00:30:00Z')).toBe(4);
    const inGap = { from: '02:15', to: '03:10', timeZone: 'Europe/Berlin' };
    expect(open(inGap, '2026-03-29T01:20:00Z')).toBe('open');
  });

  test('of several, the one that ends last is told', () => {
    const windows = [morning, { ...morning, to: '05:00', reason: 'longer' }, once];
    const at = Date.parse('2026-03-04T02:00:00+07:00');
    const found = openWindow(
      windows.map((window) => maintenanceWindowSchema().parse(window)),
      at,
    );
    expect(found?.reason).toBe('longer');
  });
});

describe('settings', () => {
  const said = (window: unknown): string => {
    const { error } = maintenanceWindowSchema().safeParse(window);
    const issues = error?.issues ?? [];
    return [en, vi].map((m) => describeConfigProblem({ kind: 'fields', file: 'f', issues }, m)).join('\n');
  };

  test.each([
    [{ at: '22:00', durationMs: 3_600_000, reason: 'x' }],
    [{ from: '2026-03-02T08:00:00Z', until: '2026-03-02T09:00:00Z', reason: 'x' }],
  ])('of the earlier form are told how to be written: %j', (window) => {
    expect(said(window)).toContain('write {"from": "22:00", "to": "02:00"');
    expect(said(window)).toContain('hãy viết {"from": "22:00", "to": "02:00"');
  });

  test.each([
    [{ from: '24:00', to: '02:00' }, /time of day/],
    [{ from: '22:00', to: '25:00' }, /time of day/],
    [{ from: '22:00', to: '23:00', timeZone: 'Mars/Base' }, /time zone/],
    [{ from: '2026-03-02T09:00:00Z', to: '2026-03-02T08:00:00Z' }, /from before to/],
    [{ from: '22:00', to: '23:00', days: [8] }, /./],
    [{ from: '22:00', to: '23:00', weeks: [0] }, /./],
    [{ from: '22:00' }, /./],
    ['22:00', /./],
  ])('that make no window are refused: %j', (window, words) => {
    expect(maintenanceWindowSchema().safeParse(window).success).toBe(false);
    expect(said(window)).toMatch(words);
  });
});
