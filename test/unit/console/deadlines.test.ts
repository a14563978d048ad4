/** What the first page says is due. */
import { expect, test } from 'vitest';
import { dueSoon } from '../../../dashboards/console/src/overview/deadlines.ts';

const dossier = (daysLeft: number) => ({
  kind: 'approval' as const,
  dueOn: '2026-12-01',
  daysLeft,
  systemId: 3,
  systemName: 'Cổng dịch vụ công',
  agencyId: 1,
  agencyName: 'UBND tỉnh',
  clause: null,
  confidence: null,
});
const step = (name: 'lock' | 'unit' | 'ministry', daysLeft: number) => ({
  step: name,
  on: `2026-12-${10 + daysLeft}`,
  workDay: '2026-12-14',
  daysLeft,
  workDaysLeft: daysLeft,
});
const report = (state: 'draft' | 'sent' | null, ...left: number[]) => ({
  kind: 'yearly' as const,
  period: '2026',
  state,
  reportId: null,
  deadlines: left.map((days, index) => step(index === 0 ? 'lock' : 'ministry', days)),
  toConfirm: [],
});
const agency = { id: 1, name: 'UBND tỉnh' };
const daysOf = (...reports: ReturnType<typeof report>[]) =>
  dueSoon(undefined, { agency, due: reports }, 30).map(({ daysLeft }) => daysLeft);

test('the most urgent comes first, from dossiers and reports alike', () => {
  const due = dueSoon(
    { deadlines: [dossier(20), dossier(-3)], total: 2, next: null },
    { agency, due: [report('draft', 5, 9)] },
    30,
  );
  expect(due.map(({ source, daysLeft }) => [source, daysLeft])).toEqual([
    ['dossier', -3],
    ['report', 5],
    ['dossier', 20],
  ]);
});

test('a report counts once, by its next step, or the last when all have passed', () => {
  expect(daysOf(report('draft', -2, 6))).toEqual([6]);
  expect(daysOf(report(null, -8, -2))).toEqual([-2]);
});

test('what was sent or is far off does not count', () => {
  expect(daysOf(report('sent', 1), report('draft', 31))).toEqual([]);
});
