/** Figures of alerts: opened and closed over time, what is open, how soon people answer, which rules and agencies. */
import { alertSteps, answerSteps, rulesByAlerts } from '../../registry/alert-figures.ts';
import { openAlerts } from '../../registry/operations-figures.ts';
import { agenciesByRisk, openByAge } from '../../registry/watch-figures.ts';
import type { FigureView } from './figure-view.ts';

const RULES_MAX = 50;

export const ALERT_VIEWS: readonly FigureView[] = [
  {
    name: 'alerts',
    takes: ['from', 'to', 'step', 'agency'],
    columns: [
      { name: 'time', type: 'DateTime' },
      { name: 'severity', type: 'String' },
      { name: 'opened', type: 'UInt64' },
      { name: 'closed', type: 'UInt64' },
    ],
    read: async (asked, { registry }) =>
      (await alertSteps(registry.db, asked.scope, asked)).map(({ atMs, severity, opened, closed }) => [
        atMs,
        severity,
        opened,
        closed,
      ]),
  },
  {
    name: 'open_alerts',
    takes: ['agency'],
    columns: [
      { name: 'severity', type: 'String' },
      { name: 'open', type: 'UInt64' },
      { name: 'overdue', type: 'UInt64' },
      { name: 'unassigned', type: 'UInt64' },
      { name: 'oldest', type: 'Nullable(DateTime)' },
    ],
    read: async ({ scope }, { registry, now }) => {
      const oldest = new Map(
        (await openAlerts(registry.db, scope)).map(({ severity, oldestMs }) => [severity, oldestMs]),
      );
      return (await openByAge(registry.db, scope, now())).map(({ severity, open, overdue, free }) => [
        severity,
        open,
        overdue,
        free,
        oldest.get(severity) ?? null,
      ]);
    },
  },
  {
    name: 'alert_answers',
    takes: ['from', 'to', 'step', 'agency'],
    columns: [
      { name: 'time', type: 'DateTime' },
      { name: 'alerts', type: 'UInt64' },
      { name: 'taken_seconds', type: 'Nullable(Float64)' },
      { name: 'closed_seconds', type: 'Nullable(Float64)' },
    ],
    read: async (asked, { registry }) =>
      (await answerSteps(registry.db, asked.scope, asked)).map(
        ({ atMs, alerts, takenSeconds, closedSeconds }) => [atMs, alerts, takenSeconds, closedSeconds],
      ),
  },
  {
    name: 'alert_rules',
    takes: ['from', 'to', 'agency'],
    columns: [
      { name: 'rule', type: 'String' },
      { name: 'title', type: 'String' },
      { name: 'title_vi', type: 'String' },
      { name: 'alerts', type: 'UInt64' },
      { name: 'detections', type: 'UInt64' },
      { name: 'closed', type: 'UInt64' },
      { name: 'false_alarms', type: 'UInt64' },
    ],
    read: async ({ fromMs, toMs, scope }, { registry }) =>
      (await rulesByAlerts(registry.db, scope, { fromMs, toMs, limit: RULES_MAX })).map((rule) => [
        rule.ruleId,
        rule.title,
        rule.titleVi,
        rule.alerts,
        rule.detections,
        rule.closed,
        rule.wrong,
      ]),
  },
  {
    name: 'alert_agencies',
    takes: ['agency'],
    columns: [
      { name: 'agency', type: 'String' },
      { name: 'risk', type: 'UInt64' },
      { name: 'open', type: 'UInt64' },
      { name: 'serious', type: 'UInt64' },
    ],
    read: async ({ scope }, { registry }) =>
      (await agenciesByRisk(registry.db, scope)).map(({ agencyName, risk, open, serious }) => [
        agencyName,
        risk,
        open,
        serious,
      ]),
  },
];
