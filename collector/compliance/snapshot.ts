/**
 * An assessment as it is kept: one text per system and run, whose digest is what a past day is proved by. Invariants: the
 * same assessment gives the same text; every finding is counted, and of the findings themselves those that fail are kept
 * first, so many of each piece of evidence.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { SystemAssessment } from './assess-system.ts';
import { LEVELS, RESULTS, type AssessedSystem, type Finding } from './evidence/evidence-kind.ts';
import { scoreOf } from './score.ts';
import { STATUSES, worstFirst } from './status.ts';

/** Findings kept of one piece of evidence; counts say how many there were. */
export const FINDINGS_KEPT = 20;

const reasonSchema = z.object({
  code: z.string(),
  args: z.record(z.string(), z.union([z.string(), z.number()])),
});
const exceptedSchema = z.object({ id: z.number().nullable(), expiresMs: z.number() });
const findingSchema = z.object({
  subject: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('host'), id: z.string(), hostname: z.string() }),
    z.object({ kind: z.literal('system') }),
    z.object({ kind: z.literal('centre') }),
  ]),
  result: z.enum(RESULTS),
  reason: reasonSchema,
  observed: z.string().optional(),
  atMs: z.number(),
  excepted: exceptedSchema.optional(),
  /** It stands for so many hosts. */
  hosts: z.number().optional(),
});
const evidenceSchema = z.object({
  kind: z.string(),
  parameters: z.record(z.string(), z.unknown()),
  status: z.enum(STATUSES),
  counts: z.object({
    met: z.number(),
    notMet: z.number(),
    excepted: z.number(),
    notApplicable: z.number(),
    notAssessed: z.number(),
  }),
  findings: z.array(findingSchema),
});
const controlSchema = z.object({
  id: z.string(),
  mode: z.enum(['auto', 'partial', 'manual']),
  status: z.enum(STATUSES),
  reason: reasonSchema.optional(),
  /** Whose texts the reason is of; absent: a common one. */
  reasonKind: z.string().optional(),
  untilMs: z.number().optional(),
  attestation: z
    .object({
      id: z.number().optional(),
      status: z.enum(['met', 'not-assessed']),
      reason: reasonSchema,
      dueMs: z.number().optional(),
    })
    .optional(),
  evidence: z.array(evidenceSchema),
});
const scoreSchema = z.object({
  met: z.number(),
  partly: z.number(),
  notMet: z.number(),
  excepted: z.number(),
  notAssessed: z.number(),
  notApplicable: z.number(),
  provider: z.number(),
  total: z.number(),
  percent: z.number().nullable(),
  coveragePercent: z.number().nullable(),
});

export const snapshotBodySchema = z.object({
  form: z.literal(1),
  systemId: z.number(),
  systemName: z.string(),
  agencyId: z.number(),
  atMs: z.number(),
  profile: z.enum(['vn-2026', 'vn-2022']),
  /** Digest of the catalogue that was asked. */
  catalogue: z.string(),
  /** Null: it was not decided, so nothing was asked and nothing is met. */
  level: z.literal(LEVELS).nullable(),
  hosts: z.object({
    total: z.number(),
    /** Seen within a day. */
    reporting: z.number(),
    /** In other systems too: they count in each. */
    shared: z.number(),
    /** By its dossier, with an agent or without; absent: no dossier says so. */
    expected: z.number().optional(),
  }),
  score: scoreSchema,
  controls: z.array(controlSchema),
});
export type SnapshotBody = z.infer<typeof snapshotBodySchema>;
export type SnapshotControl = SnapshotBody['controls'][number];
export type SnapshotEvidence = SnapshotControl['evidence'][number];

/** What is open in a snapshot: findings are by far the most of it, and are not looked at. */
export const snapshotProgressSchema = snapshotBodySchema.pick({ level: true, atMs: true }).extend({
  score: scoreSchema.pick({ percent: true }),
  controls: z.array(
    controlSchema
      .pick({ id: true, status: true })
      .extend({ evidence: z.array(evidenceSchema.pick({ kind: true })) }),
  ),
});

const DAY_MS = 86_400_000;

export interface SnapshotFacts {
  catalogue: string;
  /** Hosts that are in several systems. */
  sharedHosts: ReadonlySet<string>;
}

/** @param findingsMax of each piece of evidence */
export function snapshotOf(
  { system, atMs, controls, score }: SystemAssessment,
  { catalogue, sharedHosts }: SnapshotFacts,
  findingsMax: number = FINDINGS_KEPT,
): SnapshotBody {
  const { id, name, agencyId, profile, level, hosts, expectedHosts } = system;
  return {
    form: 1,
    systemId: id,
    systemName: name,
    agencyId,
    atMs,
    profile,
    catalogue,
    level,
    hosts: {
      total: hosts.length,
      reporting: hosts.filter(({ seenMs }) => seenMs !== undefined && seenMs >= atMs - DAY_MS).length,
      shared: hosts.filter((host) => sharedHosts.has(host.id)).length,
      ...(expectedHosts === undefined ? {} : { expected: expectedHosts }),
    },
    score,
    controls: controls.map(
      ({ id: control, mode, status, reason, reasonKind, untilMs, attestation, evidence }) => ({
        id: control,
        mode,
        status,
        ...(reason === undefined ? {} : { reason: { code: reason.code, args: reason.args } }),
        ...(reasonKind === undefined ? {} : { reasonKind }),
        ...(untilMs === undefined ? {} : { untilMs }),
        ...(attestation === undefined ? {} : { attestation: keptAttestation(attestation) }),
        evidence: evidence.map((one) => ({
          kind: one.kind,
          parameters: one.parameters,
          status: one.status,
          counts: one.counts,
          findings: one.findings.toSorted(worstFirst).slice(0, findingsMax).map(keptFinding),
        })),
      }),
    ),
  };
}

/** A system whose level was not decided: nothing is asked of it, and nothing is met. */
export function snapshotWithoutLevel(
  system: Omit<AssessedSystem, 'level'>,
  atMs: number,
  facts: SnapshotFacts,
): SnapshotBody {
  const assessment = { system: { ...system, level: 1 as const }, atMs, controls: [], score: scoreOf([]) };
  return { ...snapshotOf(assessment, facts), level: null };
}

function keptAttestation({
  id,
  status,
  reason,
  dueMs,
}: NonNullable<SystemAssessment['controls'][number]['attestation']>): NonNullable<
  SnapshotControl['attestation']
> {
  return {
    ...(id === undefined ? {} : { id }),
    status,
    reason: { code: reason.code, args: reason.args },
    ...(dueMs === undefined ? {} : { dueMs }),
  };
}

export function keptFinding({
  subject,
  result,
  reason,
  observed,
  atMs,
  excepted,
  hosts,
}: Finding): SnapshotEvidence['findings'][number] {
  return {
    subject,
    result,
    reason: { code: reason.code, args: reason.args },
    ...(observed === undefined || observed === '' ? {} : { observed }),
    atMs,
    ...(excepted === undefined ? {} : { excepted: { id: excepted.id, expiresMs: excepted.expiresMs } }),
    ...(hosts === undefined ? {} : { hosts }),
  };
}

export function snapshotText(body: SnapshotBody): string {
  return JSON.stringify(body);
}

/** SHA-256 of the text, lower-case hex. */
export function textDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** One digest for all of a run: its systems in order of their ids. */
export function runDigest(systems: readonly { systemId: number; digest: string }[]): string {
  const lines = systems
    .toSorted((one, other) => one.systemId - other.systemId)
    .map(({ systemId, digest }) => `${systemId} ${digest}\n`);
  return textDigest(lines.join(''));
}

/** Controls of a snapshot that are not met yet, and not accepted or answered for by somebody else. */
export function openControls<C extends Pick<SnapshotControl, 'status'>>({
  controls,
}: {
  controls: readonly C[];
}): C[] {
  return controls.filter(({ status }) => ['not-met', 'partly', 'not-assessed'].includes(status));
}
