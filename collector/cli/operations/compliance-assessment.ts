/** Assessments, evidence, snapshots and plans from the command line: over all agencies, or one and what is below it. */
import { z } from 'zod';
import { requestGap, setGap, showGaps } from '../../api/compliance-gap-view.ts';
import { showAssessment, showControlOf, type CompliancePorts } from '../../api/compliance-view.ts';
import { showDayProof, showTrend } from '../../api/compliance-snapshot-view.ts';
import { showHosts, showScore } from '../../api/compliance-words.ts';
import {
  assessmentSchema,
  dayProofSchema,
  explainSchema,
  gapBodySchema,
  gapSchema,
  liveAssessmentsSchema,
  snapshotsSchema,
  trendSchema,
} from '../../api/contract-compliance-assessment.ts';
import { RESULTS, type AssessedSystem } from '../../compliance/evidence/evidence-kind.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { scopeOfAgency } from '../../registry/agency-scope.ts';
import { listRuns } from '../../registry/compliance/snapshots.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { listSystems } from '../../registry/systems.ts';
import { defineOperation, liveOf, type OperationContext } from './operation.ts';

const hostsOf = ({ hosts, expectedHosts }: Pick<AssessedSystem, 'hosts' | 'expectedHosts'>) =>
  showHosts({ hosts: hosts.length, hostsExpected: expectedHosts ?? null });

const EVERYWHERE = { kind: 'all' } as const;
const SYSTEMS_IN_QUERY_MAX = 10_000;
const id = z.int().min(1);
const control = z.string().max(16);
const atMs = z.number().optional();
const day = z.iso.date();

function portsOf(context: OperationContext): CompliancePorts {
  return { registry: context.registry, compliance: liveOf(context).compliance };
}

export const complianceAssess = defineOperation({
  name: 'compliance-assess',
  needs: 'collector',
  input: z.strictObject({ agencyId: id.optional(), atMs }),
  output: liveAssessmentsSchema,
  async run(context, { agencyId, atMs: moment }) {
    const { registry, compliance } = portsOf(context);
    const scope = agencyId === undefined ? EVERYWHERE : await scopeOfAgency(registry.db, agencyId);
    const systems = await listSystems(registry, scope);
    const found = await compliance.assess({
      systemIds: systems.slice(0, SYSTEMS_IN_QUERY_MAX).map((system) => system.id),
      atMs: moment,
    });
    const graded = found.assessments.map(({ system, score }) => ({
      systemId: system.id,
      systemName: system.name,
      profile: system.profile,
      level: system.level,
      ...hostsOf(system),
      score: showScore(score),
    }));
    const ungraded = found.systems.ungraded.map((system) => ({
      systemId: system.id,
      systemName: system.name,
      profile: system.profile,
      level: null,
      ...hostsOf(system),
      score: null,
    }));
    const all = [...graded, ...ungraded].toSorted((one, other) => one.systemId - other.systemId);
    return { at: isoTime(found.atMs), sharedHosts: found.systems.sharedHosts.size, systems: all };
  },
});

export const complianceAssessSystem = defineOperation({
  name: 'compliance-assess-system',
  needs: 'collector',
  input: z.strictObject({ systemId: id, atMs }),
  output: assessmentSchema,
  run: async (context, { systemId, atMs: moment }) =>
    showAssessment(portsOf(context), systemId, EVERYWHERE, { atMs: moment, live: true }),
});

export const complianceExplain = defineOperation({
  name: 'compliance-explain',
  needs: 'collector',
  input: z.strictObject({
    systemId: id,
    control,
    atMs,
    day: day.optional(),
    result: z.enum(RESULTS).optional(),
    limit: z.int().min(1).max(10_000),
  }),
  output: explainSchema,
  async run(context, { systemId, control: asked, atMs: moment, ...page }) {
    const wanted = { systemId, control: asked };
    const query = { ...page, atMs: moment, skip: 0 };
    const { view, hasMore } = await showControlOf(portsOf(context), wanted, EVERYWHERE, query);
    return { ...view, next: hasMore ? 'more' : null };
  },
});

export const complianceTrend = defineOperation({
  name: 'compliance-trend',
  needs: 'data',
  input: z.strictObject({ systemId: id, from: day.optional(), to: day.optional() }),
  output: trendSchema,
  run: async ({ registry }, { systemId, ...span }) => showTrend({ registry }, systemId, EVERYWHERE, span),
});

export const complianceSnapshots = defineOperation({
  name: 'compliance-snapshots',
  needs: 'data',
  input: z.strictObject({ limit: z.int().min(1).max(1_000) }),
  output: snapshotsSchema,
  async run({ registry, live }, { limit }) {
    const runs = await listRuns(registry.db, limit);
    return {
      running: live?.compliance.isRunning ?? false,
      runs: runs.map(({ atMs: ms, ...run }) => ({ ...run, at: isoTime(ms) })),
    };
  },
});

export const complianceSnapshotTake = defineOperation({
  name: 'compliance-snapshot-take',
  needs: 'collector',
  input: z.strictObject({}),
  output: dayProofSchema,
  async run(context) {
    const { registry, compliance } = portsOf(context);
    const run = await compliance.snapshot(context.actor);
    return showDayProof({ registry }, run.day);
  },
});

export const complianceSnapshotProve = defineOperation({
  name: 'compliance-snapshot-prove',
  needs: 'data',
  input: z.strictObject({ day }),
  output: dayProofSchema,
  run: async ({ registry }, { day: wanted }) => showDayProof({ registry }, wanted),
});

const gapsSchema = z.object({ gaps: z.array(gapSchema) });

export const complianceGaps = defineOperation({
  name: 'compliance-gaps',
  needs: 'collector',
  input: z.strictObject({ systemId: id.optional(), agencyId: id.optional(), late: z.boolean() }),
  output: gapsSchema,
  async run(context, { systemId, agencyId, late }) {
    const ports = portsOf(context);
    const scope = agencyId === undefined ? EVERYWHERE : await scopeOfAgency(ports.registry.db, agencyId);
    return { gaps: await showGaps(ports, scope, { systemId, late, limit: 10_000 }) };
  },
});

export const complianceGapPlan = defineOperation({
  name: 'compliance-gap-plan',
  needs: 'collector',
  input: gapBodySchema.extend({ systemId: id, control }),
  output: gapSchema,
  run: async (context, { systemId, control: of, ...plan }) =>
    setGap(portsOf(context), { systemId, control: of }, plan, { actor: context.actor, scope: EVERYWHERE }),
});

export const complianceGapRequest = defineOperation({
  name: 'compliance-gap-request',
  needs: 'collector',
  input: z.strictObject({ systemId: id, control }),
  output: gapSchema,
  async run(context, wanted) {
    const ports = { ...portsOf(context), templates: liveOf(context).requestTemplates };
    const agencyId = await rootAgencyId(context.registry.db);
    return requestGap(ports, wanted, { actor: context.actor, scope: EVERYWHERE, agencyId });
  },
});
