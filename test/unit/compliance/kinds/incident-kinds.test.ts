import { describe, expect, it } from 'vitest';
import type { CentreEvidence } from '../../../../collector/compliance/evidence/centre-evidence.ts';
import type { AnyEvidenceKind, Parameters } from '../../../../collector/compliance/evidence/evidence-kind.ts';
import type {
  IncidentClockFact,
  IncidentFact,
} from '../../../../collector/compliance/evidence/incident-evidence.ts';
import { evidencePackKind } from '../../../../collector/compliance/evidence/kinds/evidence-pack.ts';
import { incidentClocksKind } from '../../../../collector/compliance/evidence/kinds/incident-clocks.ts';
import { incidentDrillKind } from '../../../../collector/compliance/evidence/kinds/incident-drill.ts';
import { incidentFieldsKind } from '../../../../collector/compliance/evidence/kinds/incident-fields.ts';
import { AT_MS, aSystem, DAY_MS, HOUR_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

const incident = (change: Partial<IncidentFact> = {}): IncidentFact => ({
  number: 'VG-2026-0001',
  drill: false,
  systemIds: [7],
  closedMs: undefined,
  contained: false,
  updatedMs: AT_MS,
  class: 'malware',
  missing: [],
  clocks: [],
  kept: 0,
  exported: false,
  ...change,
});
const clock = (change: Partial<IncidentClockFact> = {}): IncidentClockFact => ({
  kind: 'vn-2026-24h',
  startedMs: AT_MS - 30 * HOUR_MS,
  dueMs: AT_MS - 6 * HOUR_MS,
  metMs: AT_MS - 10 * HOUR_MS,
  stopped: false,
  proven: true,
  ...change,
});

async function ask(kind: AnyEvidenceKind, params: Parameters, facts: readonly IncidentFact[]) {
  const centre = { incidents: () => Promise.resolve(facts) } as Partial<CentreEvidence> as CentreEvidence;
  return shortFindings(await judgeKind(kind, params, { sources: { centre }, system: aSystem([]) }))[0];
}

describe('fields of incidents', () => {
  it.each([
    ['system not-applicable no-incident', []],
    ['system not-applicable no-incident', [incident({ systemIds: [8], missing: ['signs'] })]],
    ['system not-applicable no-incident', [incident({ drill: true, missing: ['detectedAt'] })]],
    ['system met told', [incident({ missing: ['cause'] })]],
    ['system not-met missing', [incident({ missing: ['detectedAt'] })]],
    ['system not-met missing', [incident(), incident({ closedMs: AT_MS, missing: ['cause'] })]],
    ['system met told', [incident({ closedMs: AT_MS })]],
  ])('%s', async (wanted, facts) => {
    expect(await ask(incidentFieldsKind, {}, facts)).toBe(wanted);
  });
});

describe('clocks of incidents', () => {
  const due = AT_MS - 6 * HOUR_MS;
  it.each([
    ['system not-applicable no-term', []],
    ['system not-applicable no-term', [clock({ stopped: true, metMs: undefined })]],
    ['system met in-time', [clock()]],
    ['system met in-time', [clock({ metMs: due })]],
    ['system not-met late', [clock({ metMs: due + 1 })]],
    ['system not-met late', [clock(), clock({ metMs: undefined })]],
    ['system not-met no-proof', [clock({ proven: false })]],
    [
      'system not-assessed running',
      [clock({ metMs: undefined, dueMs: AT_MS, startedMs: AT_MS - 24 * HOUR_MS })],
    ],
    [
      'system met in-time',
      [clock(), clock({ kind: 'vn-2026-72h', metMs: undefined, dueMs: AT_MS + 42 * HOUR_MS })],
    ],
    // A file of clocks that is more generous than the decree does not help.
    ['system not-met late', [clock({ dueMs: AT_MS + DAY_MS, metMs: due + 1 })]],
  ])('%s', async (wanted, clocks) => {
    expect(await ask(incidentClocksKind, { first: 'PT24H', full: 'PT72H' }, [incident({ clocks })])).toBe(
      wanted,
    );
  });

  it('of a drill count for nothing', async () => {
    const facts = [incident({ drill: true, clocks: [clock({ metMs: undefined })] })];
    expect(await ask(incidentClocksKind, { first: 'PT24H', full: 'PT72H' }, facts)).toBe(
      'system not-applicable no-term',
    );
  });
});

describe('evidence of incidents', () => {
  it.each([
    ['system not-applicable no-incident', []],
    ['system met kept', [incident({ kept: 1, closedMs: AT_MS })]],
    ['system met kept', [incident({ exported: true, contained: true })]],
    ['system not-assessed under-way', [incident()]],
    ['system not-met nothing-kept', [incident({ contained: true }), incident({ kept: 2 })]],
    ['system not-met nothing-kept', [incident({ closedMs: AT_MS })]],
  ])('%s', async (wanted, facts) => {
    expect(await ask(evidencePackKind, {}, facts)).toBe(wanted);
  });
});

describe('exercises', () => {
  const year = { every: 'P1Y' };
  const drill = (days: number) => incident({ drill: true, closedMs: AT_MS - days * DAY_MS });
  it.each([
    ['system not-assessed none-known', year, []],
    ['system not-assessed none-known', year, [incident({ closedMs: AT_MS })]],
    ['system not-assessed none-known', year, [incident({ drill: true })]],
    ['system met held', year, [drill(365)]],
    ['system not-met too-long-ago', year, [drill(366)]],
    ['system met held', year, [drill(400), drill(10)]],
    ['system met held', {}, [drill(700)]],
  ])('%s', async (wanted, params, facts) => {
    expect(await ask(incidentDrillKind, params, facts)).toBe(wanted);
  });
});
