/** Assessments of systems in the API; part of contract.ts. */
import { z } from 'zod';
import { controlIdSchema } from '../protocol/posture-policy.ts';
import { RESULTS } from '../compliance/evidence/evidence-kind.ts';
import { STATUSES } from '../compliance/status.ts';
import { LAW_PROFILES } from '../registry/tables/agency.ts';
import { GAP_STATES } from '../registry/tables/compliance.ts';

const time = z.iso.datetime();
const moment = z.iso.datetime({ offset: true });
const day = z.iso.date();
const count = z.number();
const both = z.object({ vi: z.string(), en: z.string() });
const level = z.number().int().min(1).max(5).nullable();
const limit = z.coerce.number().int().min(1).max(500).default(100);
const after = z.string().max(512).optional();
const next = z.string().nullable();
const systemId = z.coerce.number().int().min(1);

export const systemParamsSchema = z.strictObject({ id: systemId });
export const systemControlParamsSchema = z.strictObject({ id: systemId, control: controlIdSchema });
export const systemHostParamsSchema = z.strictObject({ id: systemId, agentId: z.string().min(1).max(64) });

const scoreSchema = z.object({
  met: count,
  partly: count,
  notMet: count,
  excepted: count,
  notAssessed: count,
  notApplicable: count,
  provider: count,
  total: count,
  /** Null where nothing applies. */
  percent: count.nullable(),
  /** Share of the applicable controls that could be assessed. */
  coveragePercent: count.nullable(),
  /** The sum as it is shown. */
  arithmetic: z.string(),
});

const hostsByDossier = {
  /** How many the system has by its dossier, with an agent or without; null: no dossier says so. */
  hostsExpected: count.nullable(),
  /** Of these, without an agent: not assessed. Null: not known. */
  hostsMissing: count.nullable(),
  /** The same in words; more hosts than the dossier has is a contradiction. */
  hostsText: both,
};

const standing = {
  day,
  at: time,
  profile: z.enum(LAW_PROFILES),
  /** Null: it was not decided, so nothing was asked and nothing is met. */
  level,
  hosts: count,
  /** Of these, seen within a day. */
  hostsReporting: count,
  ...hostsByDossier,
  score: scoreSchema,
  digest: z.string(),
};

/** GET /compliance/assessments: the newest day, when none is named. */
export const assessmentsQuerySchema = z.strictObject({ day: day.optional(), after, limit });
export const assessmentsSchema = z.object({
  day: day.nullable(),
  systems: z.array(
    z.object({
      systemId: count,
      systemName: z.string(),
      agencyId: count,
      agencyName: z.string(),
      ...standing,
    }),
  ),
  next,
});

/** GET /compliance/assessments/controls */
export const controlsQuerySchema = z.strictObject({
  day: day.optional(),
  control: controlIdSchema.optional(),
});
export const controlsSchema = z.object({
  day: day.nullable(),
  controls: z.array(
    z.object({
      id: z.string(),
      title: both,
      /** How many systems stand how. */
      systems: z.partialRecord(z.enum(STATUSES), count),
      /** Systems that are short of it, at most 100; the rest is counted. */
      open: z.array(z.object({ systemId: count, status: z.enum(STATUSES) })),
    }),
  ),
});

const reasonSchema = z.object({
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
  text: both,
});

const countsSchema = z.object({
  met: count,
  notMet: count,
  excepted: count,
  notApplicable: count,
  notAssessed: count,
});

const attestationSchema = z.object({
  id: count.nullable(),
  status: z.enum(['met', 'not-assessed']),
  reason: reasonSchema,
  due: time.nullable(),
});

const controlFields = {
  id: z.string(),
  group: z.string(),
  title: both,
  mode: z.enum(['auto', 'partial', 'manual']),
  status: z.enum(STATUSES),
  reason: reasonSchema.nullable(),
  /** Earliest end of what the status rests on: of exceptions, or of the provider's word. */
  until: time.nullable(),
  attestation: attestationSchema.nullable(),
};

/** GET /compliance/systems/:id/assessment: as it was kept on a day (the newest before it), or asked anew for a moment. */
export const assessmentQuerySchema = z.strictObject({
  day: day.optional(),
  at: moment.optional(),
  live: z.enum(['true', 'false']).optional(),
});
export const assessmentSchema = z.object({
  systemId: count,
  systemName: z.string(),
  ...standing,
  /** Whether it was kept; else it was asked for now. */
  kept: z.boolean(),
  /** Hosts that are in other systems too: they count in each. */
  sharedHosts: count,
  controls: z.array(
    z.object({
      ...controlFields,
      evidence: z.array(z.object({ kind: z.string(), status: z.enum(STATUSES), counts: countsSchema })),
    }),
  ),
});

const findingSchema = z.object({
  /** Null: it is about the system or the centre. */
  agentId: z.string().nullable(),
  hostname: z.string().nullable(),
  about: z.enum(['host', 'system', 'centre']),
  result: z.enum(RESULTS),
  reason: reasonSchema,
  observed: z.string(),
  /** It stands for so many hosts that no agent tells of; null: for its subject alone. */
  hosts: count.nullable(),
  /** Of the observation. */
  at: time,
  excepted: z.object({ exceptionId: count.nullable(), until: time }).nullable(),
});

/** GET /compliance/systems/:id/controls/:control */
export const explainQuerySchema = z.strictObject({
  day: day.optional(),
  at: moment.optional(),
  result: z.enum(RESULTS).optional(),
  after,
  limit,
});
export const explainSchema = z.object({
  systemId: count,
  systemName: z.string(),
  day,
  at: time,
  profile: z.enum(LAW_PROFILES),
  level: z.number(),
  /** As it was kept: of each piece of evidence the findings that fail first, the others counted. */
  kept: z.boolean(),
  ...controlFields,
  requirement: both,
  remedy: both,
  clause: z.string().nullable(),
  /** To be confirmed: how well the clause is known. */
  confidence: z.enum(['A', 'B', 'C', 'D']),
  evidence: z.array(
    z.object({
      kind: z.string(),
      parameters: z.record(z.string(), z.unknown()),
      /** What was asked, so that it can be asked again. */
      query: both,
      status: z.enum(STATUSES),
      counts: countsSchema,
    }),
  ),
  /** What fails first, then what is not known, hosts by name; of hosts that the caller may see. */
  findings: z.array(
    findingSchema.extend({
      kind: z.string(),
      /** Which piece of the evidence it is of, from 0. */
      evidence: count,
    }),
  ),
  next,
});

/** GET /compliance/systems/:id/hosts/:agentId: what the host itself is short of, as of now. */
export const hostAssessmentSchema = z.object({
  systemId: count,
  agentId: z.string(),
  hostname: z.string(),
  at: time,
  controls: z.array(
    z.object({ id: z.string(), title: both, findings: z.array(findingSchema.extend({ kind: z.string() })) }),
  ),
});

/** GET /compliance/systems/:id/trend: half a year, when nothing else is asked for. */
export const trendQuerySchema = z.strictObject({ from: day.optional(), to: day.optional() });
export const trendSchema = z.object({ systemId: count, days: z.array(z.object(standing)) });

const runSchema = z.object({
  day,
  run: count,
  at: time,
  actor: z.string(),
  systems: count,
  digest: z.string(),
});

/** GET /compliance/snapshots */
export const snapshotsQuerySchema = z.strictObject({ limit });
export const snapshotsSchema = z.object({ running: z.boolean(), runs: z.array(runSchema) });
export const snapshotBegunSchema = z.object({ running: z.literal(true) });

/** GET /compliance/snapshots/:day */
export const dayParamsSchema = z.strictObject({ day });
export const dayProofSchema = z.object({
  ...runSchema.shape,
  /** Everything is as it was written, and the audit trail says so. */
  proved: z.boolean(),
  /** Systems whose text does not fit its digest. */
  changed: z.array(count),
  /** Entry of the audit trail that holds the digest; null: none does. */
  auditSeq: count.nullable(),
});

/** GET /compliance/gaps */
export const gapsQuerySchema = z.strictObject({
  systemId: systemId.optional(),
  state: z.enum(GAP_STATES).optional(),
  late: z.enum(['true', 'false']).optional(),
  after,
  limit,
});
export const gapSchema = z.object({
  id: count,
  systemId: count,
  systemName: z.string(),
  control: z.string(),
  title: both,
  /** How the control stood when it was last kept; null: it was never assessed. */
  status: z.enum(STATUSES).nullable(),
  owner: z.string(),
  dueOn: day,
  note: z.string(),
  state: z.enum(GAP_STATES),
  late: z.boolean(),
  requestId: z.string().nullable(),
  changedAt: time,
  changedBy: z.string(),
  version: count,
});
export const gapsSchema = z.object({ gaps: z.array(gapSchema), next });

/** PUT /compliance/systems/:id/gaps/:control */
export const gapBodySchema = z.strictObject({
  owner: z.string().trim().min(1).max(200),
  dueOn: day,
  note: z.string().trim().max(2_000).default(''),
  state: z.enum(GAP_STATES).default('planned'),
});

export type AssessmentsView = z.infer<typeof assessmentsSchema>;
export type ControlsView = z.infer<typeof controlsSchema>;
export type AssessmentView = z.infer<typeof assessmentSchema>;
export type ExplainView = z.infer<typeof explainSchema>;
export type HostAssessmentView = z.infer<typeof hostAssessmentSchema>;
export type TrendView = z.infer<typeof trendSchema>;
export type DayProofView = z.infer<typeof dayProofSchema>;
export type GapView = z.infer<typeof gapSchema>;

/** Of all systems at once, asked now; the command line's. */
export const liveAssessmentsSchema = z.object({
  at: time,
  /** Hosts that are in several systems: they count in each. */
  sharedHosts: count,
  systems: z.array(
    z.object({
      systemId: count,
      systemName: z.string(),
      profile: z.enum(LAW_PROFILES),
      level,
      hosts: count,
      ...hostsByDossier,
      /** Null: its level was not decided, so it is not assessed. */
      score: scoreSchema.nullable(),
    }),
  ),
});
export type LiveAssessmentsView = z.infer<typeof liveAssessmentsSchema>;
