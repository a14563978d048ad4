import { describe, expect, it } from 'vitest';
import type {
  CentreEvidence,
  ReportFact,
  RoomFact,
} from '../../../../collector/compliance/evidence/centre-evidence.ts';
import type { AnyEvidenceKind, Parameters } from '../../../../collector/compliance/evidence/evidence-kind.ts';
import { auditChainKind } from '../../../../collector/compliance/evidence/kinds/audit-chain.ts';
import { logAccessKind } from '../../../../collector/compliance/evidence/kinds/log-access.ts';
import { roadmapKind } from '../../../../collector/compliance/evidence/kinds/roadmap.ts';
import { reportSentKind } from '../../../../collector/compliance/evidence/kinds/report-sent.ts';
import { roomKind } from '../../../../collector/compliance/evidence/kinds/room.ts';
import { ruleTuningKind } from '../../../../collector/compliance/evidence/kinds/rule-tuning.ts';
import { rulesOnKind } from '../../../../collector/compliance/evidence/kinds/rules-on.ts';
import { watchKind } from '../../../../collector/compliance/evidence/kinds/watch.ts';
import { SEVERITIES } from '../../../../collector/compliance/evidence/severities.ts';
import { SEVERITIES as ALERT_SEVERITIES } from '../../../../collector/alert/severity-score.ts';
import { AT_MS, aSystem, DAY_MS, HOUR_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

async function ask(kind: AnyEvidenceKind, params: Parameters, centre: Partial<CentreEvidence>) {
  const sources = { centre: centre as CentreEvidence };
  return shortFindings(await judgeKind(kind, params, { sources, system: aSystem([]) }));
}

describe('the trail', () => {
  const trail = (facts: { entries?: number; faults?: number; placesReached?: number }) => ({
    trail: () =>
      Promise.resolve({ verifiedMs: AT_MS, entries: 9, faults: 0, places: 1, placesReached: 0, ...facts }),
  });

  it.each([
    ['centre met whole', {}, {}],
    ['centre not-met broken', { faults: 1 }, {}],
    ['centre not-assessed empty', { entries: 0 }, {}],
    ['centre not-met heads-missing', {}, { places: 1 }],
    ['centre met whole', { placesReached: 1 }, { places: 1 }],
  ])('%s', async (wanted, facts, params) => {
    expect(await ask(auditChainKind, params, trail(facts))).toEqual([wanted]);
  });
});

describe('who may read logs', () => {
  const readers = (byRole: Record<string, number>, lastActMs?: number) => ({
    readers: () => Promise.resolve({ byRole, acts: 3, lastActMs }),
  });

  it.each([
    ['centre met controlled', { analyst: 2 }, AT_MS - DAY_MS, {}],
    ['centre not-met no-trail', { analyst: 2 }, AT_MS - 32 * DAY_MS, {}],
    ['centre not-met no-trail', { analyst: 2 }, undefined, {}],
    ['centre not-met too-many', { analyst: 2, auditor: 1 }, AT_MS, { readersMax: 2 }],
    ['centre not-assessed nobody', {}, AT_MS, {}],
  ])('%s', async (wanted, byRole: Record<string, number>, lastMs, params) => {
    expect(await ask(logAccessKind, params, readers(byRole, lastMs))).toEqual([wanted]);
  });
});

describe('room', () => {
  const room = (facts: Partial<RoomFact>) => ({
    room: () =>
      Promise.resolve({
        sampledMs: AT_MS - HOUR_MS,
        freeBytes: 50,
        totalBytes: 100,
        reserveBytes: 5,
        daysUntilFull: 100,
        alertDays: 14,
        ...facts,
      }),
  });

  it.each([
    ['centre met watched', {}],
    ['centre met watched', { daysUntilFull: null }],
    ['centre met watched', { daysUntilFull: 15 }],
    ['centre not-met filling', { daysUntilFull: 14 }],
    ['centre not-met below-reserve', { freeBytes: 4 }],
    ['centre not-met no-alert', { alertDays: 0 }],
    ['centre not-assessed stale', { sampledMs: AT_MS - 3 * DAY_MS }],
  ])('%s', async (wanted, facts) => {
    expect(await ask(roomKind, {}, room(facts))).toEqual([wanted]);
  });

  it('is not assessed before it was measured', async () => {
    expect(await ask(roomKind, {}, { room: () => Promise.resolve(undefined) })).toEqual([
      'centre not-assessed unmeasured',
    ]);
  });
});

describe('rules', () => {
  it.each([
    ['centre met in-force', 5, 1],
    ['centre not-met too-few', 5, 0],
    ['centre not-met too-few', 0, 0],
  ])('in force: %s', async (wanted, on, correlations) => {
    const rules = () => Promise.resolve({ on, correlations, alerts: 0 });
    expect(await ask(rulesOnKind, {}, { rules })).toEqual([wanted]);
  });

  it.each([
    ['centre met tuned', AT_MS - DAY_MS],
    ['centre not-met untouched', undefined],
  ])('tuned: %s', async (wanted, lastMs) => {
    const acts = () => Promise.resolve({ count: 1, lastMs });
    expect(await ask(ruleTuningKind, { every: 'P3M' }, { acts })).toEqual([wanted]);
  });
});

describe('a watch at all hours', () => {
  /** Alerts at hours of Vietnam, and the minutes until each was taken. */
  const alerts = (...rows: [hour: number, minutes: number | undefined][]) => ({
    alerts: () =>
      Promise.resolve(
        rows.map(([hour, minutes]) => {
          const createdMs = Date.UTC(2026, 10, 20, hour) - 7 * HOUR_MS;
          return { createdMs, takenMs: minutes === undefined ? undefined : createdMs + minutes * 60_000 };
        }),
      ),
  });

  it.each([
    ['centre met watched', alerts([1, 5], [9, 30], [20, 0])],
    ['centre not-met late', alerts([1, 31], [9, 5], [20, 5])],
    ['centre not-met late', alerts([1, undefined], [9, 5], [20, 5])],
    ['centre not-assessed no-alerts', alerts([9, 5], [20, 5])],
    ['centre not-met late', alerts([9, 50])],
    ['centre not-assessed no-alerts', alerts()],
  ])('%s', async (wanted, centre) => {
    expect(await ask(watchKind, { within: 'PT30M' }, centre)).toEqual([wanted]);
  });

  it('may be judged whenever, not around the clock', async () => {
    expect(await ask(watchKind, { shifts: 1 }, alerts([9, 50]))).toEqual(['centre met watched']);
  });

  it('knows the severities of alerts', () => {
    expect(SEVERITIES).toEqual(ALERT_SEVERITIES);
  });
});

describe('the way to what a transition asks', () => {
  const progress = (open: string[], planned: Record<string, string> = {}) => ({
    progress: () =>
      Promise.resolve(
        new Map([
          [
            7,
            {
              day: '2026-11-25',
              atMs: AT_MS - DAY_MS,
              percent: 50,
              open,
              planned: Object.entries(planned).map(([control, dueOn]) => ({ control, dueOn })),
            },
          ],
        ]),
      ),
  });
  const until = '2027-06-30';

  it.each([
    ['system met done', until, progress([])],
    ['system met on-the-way', until, progress(['CF-01'], { 'CF-01': '2027-06-30' })],
    ['system not-met unplanned', until, progress(['CF-01'], { 'CF-01': '2027-07-01' })],
    ['system not-met unplanned', until, progress(['CF-01', 'CF-02'], { 'CF-01': '2027-01-01' })],
    ['system not-met overdue', '2026-11-25', progress(['CF-01'], { 'CF-01': '2026-11-01' })],
    ['system met on-the-way', '2026-11-26', progress(['CF-01'], { 'CF-01': '2026-11-26' })],
  ])('%s by %s', async (wanted, day, centre) => {
    expect(await ask(roadmapKind, { due: day }, centre)).toEqual([wanted]);
  });

  it('is not assessed before the first snapshot', async () => {
    expect(await ask(roadmapKind, { due: until }, { progress: () => Promise.resolve(new Map()) })).toEqual([
      'system not-assessed no-snapshot',
    ]);
  });
});

describe('the yearly report', () => {
  const params = { report: 'mau-08', lockOn: '12-14', internalBefore: '12-20', ministryBefore: '12-25' };
  const sent = (on: string): ReportFact => ({
    period: '2026',
    lockedMs: 1,
    sent: { on, number: '9/BC-UBND' },
  });
  const begun = (lockedMs?: number): ReportFact => ({ period: '2026', lockedMs, sent: undefined });

  it.each([
    ['centre not-assessed first-due', '2026-12-24', []],
    ['centre met in-time', '2026-12-25', [sent('2026-12-24')]],
    ['centre not-met late', '2026-12-26', [sent('2026-12-25')]],
    ['centre not-met not-sent', '2027-11-01', [begun(1)]],
    ['centre not-met not-locked', '2027-01-01', [begun()]],
    ['centre not-met not-locked', '2027-12-25', [sent('2026-12-20')]],
  ] as const)('%s on %s', async (wanted, day, facts) => {
    const atMs = Date.parse(`${day}T12:00:00+07:00`);
    const centre = { reports: () => Promise.resolve(facts) } satisfies Partial<CentreEvidence>;
    const sources = { centre: centre as Partial<CentreEvidence> as CentreEvidence };
    const moment = { atMs, nowMs: atMs };
    expect(
      shortFindings(await judgeKind(reportSentKind, params, { sources, system: aSystem([]), moment })),
    ).toEqual([wanted]);
  });
});
