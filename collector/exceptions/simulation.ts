/**
 * What an exception would have hidden, added up page by page: counts, examples, and what speaks against it. Invariant: it is
 * bounded whatever it is of; what finds no room is counted without its name.
 */
import { z } from 'zod';

export const SIMULATION = {
  days: 30,
  eventsMax: 200_000,
  rulesMax: 300,
  hostsMax: 500,
  agenciesMax: 500,
  examplesMax: 20,
  alertsMax: 2_000,
  listedMax: 20,
  /** Of a rule's detections, from which it hides too much; of rules with fewer than so many nothing can be said. */
  sharePercent: 50,
  shareOfMin: 10,
  /** Agencies that one exception touches before somebody should think twice. */
  agenciesMany: 5,
} as const;

const countsSchema = z.record(z.string(), z.number());

const exampleSchema = z.object({
  ruleId: z.string(),
  timeMs: z.number(),
  eventId: z.string(),
  hostname: z.string(),
  message: z.string(),
});

/** What is added up so far, and in the end. Keys of `agencies` are ids. */
export const tallySchema = z.object({
  hidden: z.number(),
  /** Events that were looked at. */
  examined: z.number(),
  /** Not all days were looked at: there was too much. */
  truncated: z.boolean(),
  rules: countsSchema,
  hosts: countsSchema,
  agencies: countsSchema,
  days: countsSchema,
  /** Rules that fire on the same events and that it does not touch. */
  otherRules: countsSchema,
  /** All detections of the rules that it names, hidden or not. */
  allOfRules: countsSchema,
  examples: z.array(exampleSchema),
  alerts: z.array(z.string()),
  truePositives: z.array(z.string()),
  severe: z.array(z.string()),
  openAlerts: z.number(),
});
export type Tally = z.infer<typeof tallySchema>;

export function emptyTally(): Tally {
  return {
    hidden: 0,
    examined: 0,
    truncated: false,
    rules: {},
    hosts: {},
    agencies: {},
    days: {},
    otherRules: {},
    allOfRules: {},
    examples: [],
    alerts: [],
    truePositives: [],
    severe: [],
    openAlerts: 0,
  };
}

const OTHERS = '…';

export function addCount(counts: Record<string, number>, name: string, max: number, count = 1): void {
  const isRoom = Object.hasOwn(counts, name) || Object.keys(counts).length < max;
  const key = isRoom ? name : OTHERS;
  counts[key] = (counts[key] ?? 0) + count;
}

export interface HiddenOne {
  ruleId: string;
  timeMs: number;
  eventId: string;
  hostname: string;
  agencyId: number;
  message: string;
}

const DAY_CHARS = 10;
const MESSAGE_CHARS = 300;

export function addHidden(tally: Tally, one: HiddenOne): void {
  const { ruleId, timeMs, eventId, hostname, agencyId, message } = one;
  tally.hidden += 1;
  addCount(tally.rules, ruleId, SIMULATION.rulesMax);
  addCount(tally.hosts, hostname, SIMULATION.hostsMax);
  addCount(tally.agencies, String(agencyId), SIMULATION.agenciesMax);
  addCount(tally.days, new Date(timeMs).toISOString().slice(0, DAY_CHARS), SIMULATION.days + 2);
  if (tally.examples.length < SIMULATION.examplesMax) {
    const cut = message.slice(0, MESSAGE_CHARS).toWellFormed();
    tally.examples.push({ ruleId, timeMs, eventId, hostname, message: cut });
  }
}

export interface HiddenAlert {
  id: string;
  severity: string;
  verdict: string | null;
  isClosed: boolean;
}

/** An alert that it would have kept from being opened, or made smaller. */
export function addAlert(tally: Tally, { id, severity, verdict, isClosed }: HiddenAlert): void {
  if (tally.alerts.includes(id) || tally.alerts.length >= SIMULATION.alertsMax) return;
  tally.alerts.push(id);
  if (verdict === 'true-positive') tally.truePositives.push(id);
  if (severity === 'high' || severity === 'critical') tally.severe.push(id);
  if (!isClosed) tally.openAlerts += 1;
}

export const WARNINGS = ['share', 'true-positive', 'severe', 'agencies', 'truncated', 'nothing'] as const;
export type Warning = (typeof WARNINGS)[number];

export const simulationSchema = z.object({
  hidden: z.number(),
  examined: z.number(),
  alerts: z.number(),
  openAlerts: z.number(),
  rules: z.array(
    z.object({
      ruleId: z.string(),
      hidden: z.number(),
      /** All its detections in the scope; null where they were not counted. */
      all: z.number().nullable(),
    }),
  ),
  hosts: z.array(z.object({ hostname: z.string(), hidden: z.number() })),
  agencies: z.array(z.object({ agencyId: z.number().nullable(), hidden: z.number() })),
  days: z.array(z.object({ day: z.string(), hidden: z.number() })),
  otherRules: z.array(z.object({ ruleId: z.string(), events: z.number() })),
  examples: z.array(exampleSchema),
  truePositives: z.array(z.string()),
  severe: z.array(z.string()),
  warnings: z.array(z.object({ code: z.enum(WARNINGS), value: z.number(), ruleId: z.string().nullable() })),
});
export type Simulation = z.infer<typeof simulationSchema>;

const most = (counts: Record<string, number>, max: number): [string, number][] =>
  Object.entries(counts)
    .toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, max);

export function summarize(tally: Tally): Simulation {
  const warnings: Simulation['warnings'] = [];
  const warn = (code: Warning, value: number, ruleId: string | null = null): void => {
    warnings.push({ code, value, ruleId });
  };
  const rules = most(tally.rules, SIMULATION.rulesMax).map(([ruleId, hidden]) => ({
    ruleId,
    hidden,
    all: tally.allOfRules[ruleId] ?? null,
  }));
  for (const { ruleId, hidden, all } of rules) {
    if (all === null || all < SIMULATION.shareOfMin) continue;
    const percent = Math.min(100, Math.round((hidden / all) * 100));
    if (percent > SIMULATION.sharePercent) warn('share', percent, ruleId);
  }
  if (tally.truePositives.length > 0) warn('true-positive', tally.truePositives.length);
  if (tally.severe.length > 0) warn('severe', tally.severe.length);
  const agencies = Object.keys(tally.agencies).length;
  if (agencies >= SIMULATION.agenciesMany) warn('agencies', agencies);
  if (tally.truncated) warn('truncated', tally.examined);
  if (tally.hidden === 0) warn('nothing', 0);
  return {
    hidden: tally.hidden,
    examined: tally.examined,
    alerts: tally.alerts.length,
    openAlerts: tally.openAlerts,
    rules,
    hosts: most(tally.hosts, SIMULATION.listedMax).map(([hostname, hidden]) => ({ hostname, hidden })),
    agencies: most(tally.agencies, SIMULATION.listedMax).map(([id, hidden]) => ({
      agencyId: id === OTHERS ? null : Number(id),
      hidden,
    })),
    days: Object.entries(tally.days)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([day, hidden]) => ({ day, hidden })),
    otherRules: most(tally.otherRules, SIMULATION.listedMax).map(([ruleId, events]) => ({ ruleId, events })),
    examples: tally.examples,
    truePositives: tally.truePositives.slice(0, SIMULATION.listedMax),
    severe: tally.severe.slice(0, SIMULATION.listedMax),
    warnings,
  };
}
