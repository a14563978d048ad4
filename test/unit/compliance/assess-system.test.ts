import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  assessSystem,
  type ControlAssessment,
  type Decisions,
} from '../../../collector/compliance/assess-system.ts';
import { gatherEvidence, type AskedControl } from '../../../collector/compliance/gather-evidence.ts';
import {
  defineKind,
  type AssessedHost,
  type AssessedSystem,
  type Finding,
  type Result,
} from '../../../collector/compliance/evidence/evidence-kind.ts';
import { hostSubject, perHost } from '../../../collector/compliance/evidence/host-findings.ts';
import { linkEvidence, type EvidenceEntry } from '../../../collector/compliance/evidence/link-evidence.ts';
import { reasonText } from '../../../collector/compliance/evidence/common-reasons.ts';
import { snapshotBodySchema, snapshotOf, snapshotText } from '../../../collector/compliance/snapshot.ts';
import { scoreArithmetic } from '../../../collector/compliance/score.ts';
import { aHost, aSystem, AT_MS, DAY_MS, MOMENT } from './a-system.ts';
import { someSources } from './kinds/judge-kind.ts';

/** Says of each host what its name says: `met-1`, `not-met-2`. Counts how often it is asked. */
function namedKind(options: { history?: 'events' | 'now'; failing?: boolean } = {}) {
  const gathered: string[][] = [];
  const kind = defineKind<{ about?: string | undefined }, null, 'said'>({
    kind: 'named',
    history: options.history ?? 'events',
    schema: z.strictObject({ about: z.string().optional() }),
    reasons: { said: { vi: 'đã nói', en: 'said' } },
    gather(_sources, { hosts }) {
      gathered.push(hosts.map(({ id }) => id));
      return options.failing === true
        ? Promise.reject(new Error('the store is away'))
        : Promise.resolve(null);
    },
    judge: (_params, _facts, system, moment) =>
      perHost<'said'>(system, moment, ({ id }) => {
        const result: Result = /^(not-applicable|not-met|met)/.exec(id)?.[0] as Result;
        return { result, reason: { code: 'said', args: {} }, atMs: AT_MS };
      }),
    explain: () => ({ vi: 'tên', en: 'names' }),
  });
  return { kind, gathered };
}

const NOTHING: Decisions = {
  attestationOf: () => undefined,
  providerUntil: () => undefined,
  exceptionOf: () => undefined,
};

interface Case {
  hosts?: readonly AssessedHost[];
  mode?: AskedControl['mode'];
  evidence?: readonly EvidenceEntry[];
  decisions?: Partial<Decisions>;
  named?: ReturnType<typeof namedKind>;
  moment?: typeof MOMENT;
  systems?: readonly AssessedSystem[];
}

async function assess({
  hosts = [],
  mode = 'auto',
  evidence = [{ kind: 'named', parameters: {} }],
  decisions = {},
  named = namedKind(),
  moment = MOMENT,
  systems = [aSystem(hosts)],
}: Case) {
  const levels = [1, 2, 3, 4, 5] as const;
  const controls = [{ id: 'CF-01', levels, mode, thresholds: {}, evidence }];
  const linked = linkEvidence(controls, new Map([['named', named.kind]]), () => ({
    file: '',
    line: 1,
    field: '',
  }));
  const profile = { controls, linked };
  const faults: string[] = [];
  const gathered = await gatherEvidence(
    { profiles: new Map([['vn-2026', profile]]), systems, sources: someSources({}), moment },
    (kind) => faults.push(kind),
  );
  const all = systems.map((system) =>
    assessSystem(system, { profile, gathered, decisions: { ...NOTHING, ...decisions }, moment }),
  );
  const control = all[0]?.controls[0];
  return { all, faults, control: control as ControlAssessment };
}

const hosts = (...ids: string[]) => ids.map((id) => aHost(id));
const dead = (id: string) => aHost(id, { seenMs: AT_MS - 10 * DAY_MS });

describe('a control that telemetry decides', () => {
  it.each([
    ['met', hosts('met-1', 'met-2')],
    ['met', hosts('met-1', 'not-applicable-2')],
    ['partly', hosts('met-1', 'not-met-2')],
    ['not-met', hosts('not-met-1', 'not-met-2')],
    ['not-met', [...hosts('not-met-1'), dead('met-2')]],
    ['partly', [...hosts('met-1'), dead('met-2')]],
    ['not-assessed', [dead('met-1'), dead('met-2')]],
    ['not-assessed', []],
    ['not-applicable', hosts('not-applicable-1')],
  ] as const)('is %s by its hosts', async (wanted, members) => {
    expect((await assess({ hosts: members })).control.status).toBe(wanted);
  });

  it('is not assessed without a source of evidence, and says so', async () => {
    const { control } = await assess({
      hosts: hosts('met-1'),
      evidence: [{ kind: 'unwritten', parameters: {} }],
    });
    expect(control).toMatchObject({ status: 'not-assessed', reason: { code: 'no-source' } });
  });

  it('is not assessed while its source cannot be read, which is told', async () => {
    const { control, faults } = await assess({ hosts: hosts('met-1'), named: namedKind({ failing: true }) });
    expect(faults).toEqual(['named']);
    expect(control).toMatchObject({
      status: 'not-assessed',
      reason: { code: 'source-failed', args: { error: 'the store is away' } },
    });
  });

  it('is not assessed for a past moment when only the present is known', async () => {
    const moment = { ...MOMENT, nowMs: AT_MS + DAY_MS };
    const named = namedKind({ history: 'now' });
    expect((await assess({ hosts: hosts('met-1'), named, moment })).control).toMatchObject({
      status: 'not-assessed',
      reason: { code: 'only-now' },
    });
    expect(named.gathered).toEqual([]);
  });

  it('needs all of its evidence', async () => {
    const evidence = [
      { kind: 'named', parameters: {} },
      { kind: 'unwritten', parameters: {} },
    ];
    expect((await assess({ hosts: hosts('met-1'), evidence })).control.status).toBe('partly');
    expect((await assess({ hosts: hosts('not-met-1'), evidence })).control.status).toBe('not-met');
  });
});

describe('a control that a person attests too', () => {
  const attested = (dueMs?: number) => ({
    attestationOf: () => ({ id: 5, signer: 'Lan', signedOn: '2026-10-01', dueMs }),
  });

  it.each([
    ['met', 'partial', hosts('met-1'), attested()],
    ['met', 'partial', hosts('met-1'), attested(AT_MS + 1)],
    ['partly', 'partial', hosts('met-1'), attested(AT_MS)],
    ['partly', 'partial', hosts('met-1'), {}],
    ['not-met', 'partial', hosts('not-met-1'), {}],
    ['partly', 'partial', hosts('not-met-1'), attested()],
    ['not-assessed', 'partial', [dead('met-1')], {}],
    ['met', 'manual', [], attested()],
    ['not-assessed', 'manual', hosts('met-1'), attested(AT_MS)],
    ['not-assessed', 'manual', hosts('met-1'), {}],
  ] as const)('is %s (%s)', async (wanted, mode, members, decisions) => {
    expect((await assess({ hosts: members, mode, decisions })).control.status).toBe(wanted);
  });
});

describe('hosts that a system has by its dossier and that no agent tells of', () => {
  const of = async (expectedHosts: number | undefined, ...ids: string[]) =>
    (await assess({ systems: [aSystem(hosts(...ids), { expectedHosts })] })).control;

  it('count as not assessed, with the sum as the reason', async () => {
    const control = await of(40, ...Array.from({ length: 28 }, (_, index) => `met-${index}`));
    expect(control).toMatchObject({
      status: 'partly',
      reason: { code: 'not-enrolled', args: { missing: 12, expected: 40 } },
    });
    expect(control.evidence[0]?.counts).toMatchObject({ met: 28, notAssessed: 12 });
    expect(reasonText(control.reason ?? { code: '', args: {} }).en).toBe(
      '12 of 40 computers have no agent, and are not assessed',
    );
  });

  it.each([
    ['all are enrolled', 2, 'met', 0],
    ['more are enrolled than the dossier has', 1, 'met', 0],
    ['no dossier says how many there are', undefined, 'met', 0],
    ['one is missing', 3, 'partly', 1],
  ] as const)('%s', async (_name, expected, status, notAssessed) => {
    const control = await of(expected, 'met-1', 'met-2');
    expect([control.status, control.evidence[0]?.counts.notAssessed]).toEqual([status, notAssessed]);
  });

  it('are what a system without any agent is short of', async () => {
    expect(await of(3)).toMatchObject({
      status: 'not-assessed',
      reason: { code: 'not-enrolled', args: { missing: 3, expected: 3 } },
    });
    expect((await of(0)).reason?.code).toBe('no-hosts');
  });

  it('are left out where nothing is asked of hosts', async () => {
    const named = namedKind({ failing: true });
    const { control } = await assess({ systems: [aSystem([], { expectedHosts: 3 })], named });
    expect(control.evidence[0]?.counts.notAssessed).toBe(1);
  });

  it('are counted in what is kept', async () => {
    const { all } = await assess({ systems: [aSystem(hosts('met-1'), { expectedHosts: 4 })] });
    const [assessment] = all;
    if (assessment === undefined) throw new Error('nothing was assessed');
    const kept = snapshotOf(assessment, { catalogue: '', sharedHosts: new Set() });
    expect(snapshotBodySchema.parse(JSON.parse(snapshotText(kept)))).toEqual(kept);
    expect(kept.hosts).toMatchObject({ total: 1, expected: 4 });
    expect(kept.controls[0]?.evidence[0]?.findings.map((one) => one.hosts)).toEqual([3, undefined]);
  });
});

describe('what people decided', () => {
  const until = { id: 3, expiresMs: AT_MS + DAY_MS };

  it('excepts hosts, and the control when every host that is not met is', async () => {
    const exceptionOf: Decisions['exceptionOf'] = (_system, _control, host) =>
      host?.id === 'not-met-1' ? until : undefined;
    const one = await assess({ hosts: hosts('met-0', 'not-met-1'), decisions: { exceptionOf } });
    expect(one.control).toMatchObject({ status: 'excepted', untilMs: until.expiresMs });
    expect(one.control.evidence[0]?.counts).toMatchObject({ met: 1, excepted: 1, notMet: 0 });
    const other = await assess({ hosts: hosts('not-met-1', 'not-met-2'), decisions: { exceptionOf } });
    expect(other.control.status).toBe('partly');
  });

  it('excepts a control of the whole system, whatever it is short of, but nothing that is met', async () => {
    const exceptionOf: Decisions['exceptionOf'] = (_system, _control, host) => (host ? undefined : until);
    expect((await assess({ hosts: [dead('met-1')], decisions: { exceptionOf } })).control).toMatchObject({
      status: 'excepted',
      untilMs: until.expiresMs,
    });
    expect((await assess({ hosts: hosts('met-1'), decisions: { exceptionOf } })).control.status).toBe('met');
  });

  it('lets a provider answer for a control that is not met here', async () => {
    const decisions = { providerUntil: () => AT_MS + DAY_MS };
    expect((await assess({ hosts: [], decisions })).control).toMatchObject({
      status: 'provider',
      untilMs: AT_MS + DAY_MS,
    });
  });
});

describe('an assessment of several systems', () => {
  it('gathers once, and a host in two systems counts in both', async () => {
    const named = namedKind();
    const [a, b, c] = [aHost('met-a'), aHost('not-met-b'), aHost('met-c')];
    const systems = [aSystem([a, b], { id: 1 }), aSystem([b, c], { id: 2, level: 4 })];
    const { all } = await assess({ named, systems });
    expect(named.gathered).toEqual([['met-a', 'not-met-b', 'met-c']]);
    for (const { controls } of all) {
      const findings: readonly Finding[] = controls[0]?.evidence[0]?.findings ?? [];
      expect(findings.map(({ subject }) => subject)).toContainEqual(hostSubject(b));
    }
  });

  it('scores met by applicable, half for partly, with its arithmetic', async () => {
    const { all } = await assess({ hosts: hosts('met-1', 'not-met-2') });
    expect(all[0]?.score).toMatchObject({ partly: 1, total: 1, percent: 50, coveragePercent: 100 });
    expect(all.map(({ score }) => scoreArithmetic(score))).toEqual(['(0 + 0 + 1/2) / (1 - 0) = 50 %']);
  });
});
