/** Figures of graded compliance: systems as they stood on the newest day assessed, the trend, the plan and what falls due. */
import { legalDayAt } from '../../agency/legal-day.ts';
import { readDeadlines } from '../../registry/compliance/deadlines.ts';
import { isLate, listGaps } from '../../registry/compliance/gaps.ts';
import { scopeTrend } from '../../registry/compliance/scope-trend.ts';
import { dayOfSnapshots } from '../../registry/compliance/snapshots.ts';
import { listSystems } from '../../registry/systems.ts';
import { FIGURE_LIMITS, type FigureView } from './figure-view.ts';

/** Days are those of the country. */
const dayMs = (day: string): number => Date.parse(`${day}T00:00:00+07:00`);

export const COMPLIANCE_VIEWS: readonly FigureView[] = [
  {
    name: 'compliance',
    takes: ['agency'],
    columns: [
      { name: 'day', type: 'DateTime' },
      { name: 'system', type: 'String' },
      { name: 'agency', type: 'String' },
      { name: 'level', type: 'Nullable(UInt64)' },
      { name: 'met', type: 'UInt64' },
      { name: 'partly', type: 'UInt64' },
      { name: 'not_met', type: 'UInt64' },
      { name: 'excepted', type: 'UInt64' },
      { name: 'not_assessed', type: 'UInt64' },
      { name: 'percent', type: 'Nullable(Float64)' },
      { name: 'coverage_percent', type: 'Nullable(Float64)' },
    ],
    read: async ({ scope }, { registry }) => {
      const [{ day, summaries }, systems] = await Promise.all([
        dayOfSnapshots(registry.db, scope, { limit: FIGURE_LIMITS.rowsMax }),
        listSystems(registry, scope),
      ]);
      const named = new Map(systems.map((system) => [system.id, system]));
      return day === undefined
        ? []
        : summaries.map(({ systemId, level, score }) => [
            dayMs(day),
            named.get(systemId)?.name ?? String(systemId),
            named.get(systemId)?.agencyName ?? '',
            level,
            score.met,
            score.partly,
            score.notMet,
            score.excepted,
            score.notAssessed,
            score.percent,
            score.coveragePercent,
          ]);
    },
  },
  {
    name: 'compliance_trend',
    takes: ['from', 'to', 'agency'],
    columns: [
      { name: 'time', type: 'DateTime' },
      { name: 'systems', type: 'UInt64' },
      { name: 'percent', type: 'Nullable(Float64)' },
      { name: 'coverage_percent', type: 'Nullable(Float64)' },
    ],
    read: async ({ fromMs, toMs, scope }, { registry }) => {
      const days = await scopeTrend(registry.db, scope, {
        from: legalDayAt(fromMs),
        limit: FIGURE_LIMITS.daysMax,
      });
      return days
        .filter(({ day }) => dayMs(day) < toMs)
        .map(({ day, systems, percent, coveragePercent }) => [dayMs(day), systems, percent, coveragePercent]);
    },
  },
  {
    name: 'compliance_plan',
    takes: ['agency'],
    columns: [
      { name: 'state', type: 'String' },
      { name: 'controls', type: 'UInt64' },
      { name: 'late', type: 'UInt64' },
    ],
    read: async ({ scope }, { registry, now }) => {
      const gaps = await listGaps(registry, scope, { limit: FIGURE_LIMITS.rowsMax });
      return [...Map.groupBy(gaps, ({ state }) => state)].map(([state, of]) => [
        state,
        of.length,
        of.filter((gap) => isLate(gap, now())).length,
      ]);
    },
  },
  {
    name: 'compliance_deadlines',
    takes: ['agency'],
    columns: [
      { name: 'due', type: 'DateTime' },
      { name: 'system', type: 'String' },
      { name: 'agency', type: 'String' },
      { name: 'kind', type: 'String' },
      { name: 'days_left', type: 'Float64' },
    ],
    read: async ({ scope }, { registry }) =>
      (await readDeadlines(registry, scope))
        .slice(0, FIGURE_LIMITS.rowsMax)
        .map(({ dueOn, systemName, agencyName, kind, daysLeft }) => [
          dayMs(dueOn),
          systemName,
          agencyName,
          kind,
          daysLeft,
        ]),
  },
];
