/**
 * What people attest: proposed, accepted, rejected, withdrawn; every act with history and audit trail. Invariants: with four eyes a
 * second person accepts; who assesses is never who runs the system (control GV-04: decree 331/2026, article 31.2.c); no machine assesses.
 */
import type { CatalogueControl } from '../../../rules/compliance/index.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { inScope, readAgency, requireVersion, scopeOfAgency, type AgencyScope } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findSystem } from '../system-book.ts';
import type { AttestationKind } from '../tables/dossier.ts';
import type { LawProfile } from '../tables/agency.ts';
import { findAttestation, type KeptAttestation } from './attestation-book.ts';
import { dueOnOf } from './control-demands.ts';
import { requireDocuments } from './documents.ts';
import { profilesAt } from './overrides.ts';

export interface AttestationBy {
  actor: string;
  scope: AgencyScope;
  agencyId: number;
  /** Whether their role is to run an agency's systems. */
  operates: boolean;
  /** Whether they may assess: a person with the permission for it. */
  assesses: boolean;
}

export interface AttestationWanted {
  kind: AttestationKind;
  /** Exactly one of the two. */
  systemId?: number | undefined;
  agencyId?: number | undefined;
  controls: readonly string[];
  statement: string;
  documents: readonly string[];
  signer: string;
  signedOn: string;
  /** Left out: as the catalogue asks. Never later than that. */
  dueOn?: string | undefined;
  provider?: string | undefined;
  contract?: string | undefined;
  /** A second person accepts it before it counts. */
  fourEyes: boolean;
}

const invalid = (field: string, said: string): RefusalError =>
  new RefusalError('attestation-invalid', field, said);
const notYours = (said: string): RefusalError => new RefusalError('attestation-not-yours', 'actor', said);

interface Subject {
  systemId: number | null;
  agencyId: number | null;
  /** Whose people run it. */
  operatorId: number;
  level: number | null;
  profile: LawProfile;
  target: string;
}

async function subjectOf(
  trx: RegistryTransaction,
  { systemId, agencyId }: Pick<AttestationWanted, 'systemId' | 'agencyId'>,
  scope: AgencyScope,
): Promise<Subject> {
  if (systemId !== undefined && agencyId === undefined) {
    const system = await findSystem(trx, systemId, scope);
    const { level, lawProfile: profile } = system;
    const operatorId = system.operatorId ?? system.agencyId;
    return { systemId, agencyId: null, operatorId, level, profile, target: `system:${systemId}` };
  }
  if (agencyId === undefined || systemId !== undefined)
    throw invalid('systemId', 'name a system or an agency, one of the two');
  await readAgency(trx, agencyId, scope);
  const target = `agency:${agencyId}`;
  return { systemId: null, agencyId, operatorId: agencyId, level: null, profile: 'vn-2026', target };
}

/** Who runs the system does not assess it. @throws RefusalError attestation-not-yours */
async function requireAssessor(trx: RegistryTransaction, subject: Subject, by: AttestationBy): Promise<void> {
  if (!by.assesses) throw notYours('accepting needs a person whose role assesses (compliance:approve)');
  if (by.operates && inScope(await scopeOfAgency(trx, subject.operatorId), by.agencyId))
    throw notYours(
      `you run systems of agency ${subject.operatorId}: who assesses must be independent of who operates`,
    );
}

/** As the profile has them at the moment. @throws RefusalError attestation-invalid */
async function controlsOf(
  trx: RegistryTransaction,
  { profile }: Subject,
  wanted: readonly string[],
  nowMs: number,
): Promise<CatalogueControl[]> {
  const known = (await profilesAt(trx, nowMs)).get(profile)?.profile.controls ?? [];
  return wanted.map((id) => {
    const control = known.find((one) => one.id === id);
    if (control === undefined) throw invalid('controls', `profile ${profile} has no control ${id}`);
    return control;
  });
}

function checkWanted(
  wanted: AttestationWanted,
  subject: Subject,
  controls: readonly CatalogueControl[],
  today: string,
): { dueOn: string | null } {
  if (wanted.signedOn > today) throw invalid('signedOn', `${wanted.signedOn} lies in the future`);
  const isProvider = wanted.kind === 'provider';
  if (
    isProvider &&
    (subject.systemId === null || wanted.provider === undefined || wanted.contract === undefined)
  )
    throw invalid('provider', 'a provider answers for one system, by its name and a contract');
  if (isProvider && wanted.dueOn === undefined)
    throw invalid('dueOn', 'say until when the contract covers it');
  const asked = isProvider ? undefined : dueOnOf(controls, subject.level, wanted.signedOn);
  const dueOn = wanted.dueOn ?? asked ?? null;
  if (dueOn !== null && dueOn <= wanted.signedOn) throw invalid('dueOn', 'it would end before it begins');
  if (asked !== undefined && dueOn !== null && dueOn > asked)
    throw invalid('dueOn', `the catalogue asks for it again by ${asked}`);
  return { dueOn };
}

/** @throws RefusalError system-unknown, agency-unknown, attestation-invalid, attestation-not-yours, dossier-document-unknown */
export async function proposeAttestation(
  registry: Registry,
  wanted: AttestationWanted,
  by: AttestationBy,
): Promise<KeptAttestation> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const subject = await subjectOf(trx, wanted, by.scope);
    const asked = await controlsOf(trx, subject, wanted.controls, nowMs);
    const { dueOn } = checkWanted(wanted, subject, asked, legalDayAt(nowMs));
    await requireDocuments(trx, wanted.documents, subject);
    if (!wanted.fourEyes) await requireAssessor(trx, subject, by);
    const { id } = await trx
      .insertInto('attestation')
      .values({
        kind: wanted.kind,
        system_id: subject.systemId,
        agency_id: subject.agencyId,
        profile: subject.profile,
        statement: wanted.statement,
        documents: JSON.stringify(wanted.documents),
        signer: wanted.signer,
        signed_on: wanted.signedOn,
        due_on: dueOn,
        provider: wanted.provider ?? null,
        contract: wanted.contract ?? null,
        four_eyes: wanted.fourEyes ? 1 : 0,
        state: wanted.fourEyes ? 'proposed' : 'accepted',
        created_ms: nowMs,
        created_by: by.actor,
        decided_ms: wanted.fourEyes ? null : nowMs,
        decided_by: wanted.fourEyes ? null : by.actor,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    await trx
      .insertInto('attestation_control')
      .values([...new Set(wanted.controls)].map((control) => ({ attestation_id: id, control_id: control })))
      .execute();
    const { kind, controls, signer, signedOn } = wanted;
    const detail = { kind, controls, signer, signedOn, dueOn, fourEyes: wanted.fourEyes };
    await noteAct(trx, nowMs, { id, version: 1, action: 'propose', by, target: subject.target, detail });
    return findAttestation(trx, id, by.scope);
  });
}

type Decision = 'accept' | 'reject' | 'withdraw';
const AFTER = { accept: 'accepted', reject: 'rejected', withdraw: 'withdrawn' } as const;

export interface DecisionWanted {
  decision: Decision;
  reason?: string | undefined;
  version?: number | undefined;
}

/**
 * A second person accepts or rejects; whoever proposed it, or assesses, withdraws it.
 * @throws RefusalError attestation-unknown, attestation-state, attestation-not-yours, version-conflict
 */
export async function decideAttestation(
  registry: Registry,
  id: number,
  { decision, reason, version }: DecisionWanted,
  by: AttestationBy,
): Promise<KeptAttestation> {
  const nowMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const before = await findAttestation(trx, id, by.scope);
    requireVersion(`attestation ${id}`, before.version, version);
    const { systemId, agencyId } = before;
    const subject = await subjectOf(
      trx,
      { systemId: systemId ?? undefined, agencyId: agencyId ?? undefined },
      by.scope,
    );
    const open = decision === 'withdraw' ? ['proposed', 'accepted'] : ['proposed'];
    if (!open.includes(before.state))
      throw new RefusalError('attestation-state', String(id), `attestation ${id} is ${before.state}`);
    if (decision === 'withdraw') {
      if (before.createdBy !== by.actor) await requireAssessor(trx, subject, by);
    } else {
      await requireAssessor(trx, subject, by);
      if (before.createdBy === by.actor) throw notYours('a second person decides, not who proposed it');
    }
    const done =
      decision === 'withdraw'
        ? { withdrawn_ms: nowMs, withdrawn_by: by.actor }
        : { decided_ms: nowMs, decided_by: by.actor };
    const next = before.version + 1;
    await trx
      .updateTable('attestation')
      .set({ state: AFTER[decision], version: next, ...done })
      .where('id', '=', id)
      .execute();
    const { target } = subject;
    await noteAct(trx, nowMs, { id, version: next, action: decision, by, target, reason, detail: {} });
    return findAttestation(trx, id, by.scope);
  });
}

async function noteAct(
  trx: RegistryTransaction,
  nowMs: number,
  act: {
    id: number;
    version: number;
    action: 'propose' | Decision;
    by: AttestationBy;
    target: string;
    reason?: string | undefined;
    detail: Record<string, unknown>;
  },
): Promise<void> {
  const { id, version, action, by, target, reason, detail } = act;
  await trx
    .insertInto('attestation_history')
    .values({ attestation_id: id, version, at_ms: nowMs, actor: by.actor, action, reason: reason ?? null })
    .execute();
  await writeAudit(trx, nowMs, {
    actor: by.actor,
    action: `attestation.${action}`,
    target,
    detail: { attestation: id, ...detail, ...(reason === undefined ? {} : { reason }) },
  });
}
