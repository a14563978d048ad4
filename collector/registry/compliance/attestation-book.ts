/** Attestations as they are read: lists by page, one with its history, and what counts of them at a moment. */
import type { Attestation } from '../../compliance/attestation.ts';
import { startOfDayMs } from '../../agency/legal-day.ts';
import type { AgencyScope } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { AttestationKind, AttestationState } from '../tables/dossier.ts';

export interface KeptAttestation {
  id: number;
  kind: AttestationKind;
  systemId: number | null;
  agencyId: number | null;
  profile: string;
  controls: string[];
  statement: string;
  documents: string[];
  signer: string;
  signedOn: string;
  /** First day on which it counts no longer; null: until it is withdrawn. */
  dueOn: string | null;
  provider: string | null;
  contract: string | null;
  fourEyes: boolean;
  state: AttestationState;
  createdMs: number;
  createdBy: string;
  decidedMs: number | null;
  decidedBy: string | null;
  withdrawnMs: number | null;
  withdrawnBy: string | null;
  version: number;
}

export interface AttestationFilter {
  systemId?: number | undefined;
  agencyId?: number | undefined;
  control?: string | undefined;
  state?: AttestationState | undefined;
  /** Accepted ones that count no longer on this day, or end before it. */
  dueBefore?: string | undefined;
}

function attestationRows(db: RegistryDb) {
  return db
    .selectFrom('attestation')
    .leftJoin('information_system as system', 'system.id', 'attestation.system_id')
    .select(['attestation.id as id', 'kind', 'system_id as systemId', 'agency_id as agencyId', 'profile'])
    .select([
      'statement',
      'documents',
      'signer',
      'signed_on as signedOn',
      'due_on as dueOn',
      'provider',
      'contract',
    ])
    .select(['four_eyes', 'state', 'attestation.created_ms as createdMs', 'created_by as createdBy'])
    .select(['decided_ms as decidedMs', 'decided_by as decidedBy', 'withdrawn_ms as withdrawnMs'])
    .select(['withdrawn_by as withdrawnBy', 'attestation.version as version']);
}

type Row = Awaited<ReturnType<ReturnType<typeof attestationRows>['execute']>>[number];

async function withControls(db: RegistryDb, rows: readonly Row[]): Promise<KeptAttestation[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const controls = Map.groupBy(
    await db
      .selectFrom('attestation_control')
      .select(['attestation_id', 'control_id'])
      .where('attestation_id', 'in', ids)
      .orderBy('control_id')
      .execute(),
    (row) => row.attestation_id,
  );
  return rows.map(({ four_eyes: fourEyes, documents, ...row }) => ({
    ...row,
    fourEyes: fourEyes === 1,
    documents: JSON.parse(documents) as string[],
    controls: (controls.get(row.id) ?? []).map((one) => one.control_id),
  }));
}

function seenBy(db: RegistryDb, scope: AgencyScope) {
  const select = attestationRows(db);
  if (scope.kind === 'all') return select;
  const { agencyIds } = scope;
  return select.where((eb) =>
    eb.or([
      eb('agency_id', 'in', agencyIds),
      eb('system.owner_agency_id', 'in', agencyIds),
      eb('system.operator_agency_id', 'in', agencyIds),
    ]),
  );
}

/** Newest first. */
export async function pageAttestations(
  db: RegistryDb,
  scope: AgencyScope,
  filter: AttestationFilter,
  page: { limit: number; beforeId?: number | undefined },
): Promise<KeptAttestation[]> {
  const { systemId, agencyId, control, state, dueBefore } = filter;
  let select = seenBy(db, scope).orderBy('attestation.id', 'desc').limit(page.limit);
  if (page.beforeId !== undefined) select = select.where('attestation.id', '<', page.beforeId);
  if (systemId !== undefined) select = select.where('system_id', '=', systemId);
  if (agencyId !== undefined) select = select.where('agency_id', '=', agencyId);
  if (state !== undefined) select = select.where('state', '=', state);
  if (dueBefore !== undefined)
    select = select.where('state', '=', 'accepted').where('due_on', '<=', dueBefore);
  if (control !== undefined)
    select = select.where((eb) =>
      eb(
        'attestation.id',
        'in',
        eb.selectFrom('attestation_control').select('attestation_id').where('control_id', '=', control),
      ),
    );
  return withControls(db, await select.execute());
}

/** @throws RefusalError attestation-unknown, also for one outside the scope */
export async function findAttestation(
  db: RegistryDb,
  id: number,
  scope: AgencyScope,
): Promise<KeptAttestation> {
  const row = await seenBy(db, scope).where('attestation.id', '=', id).executeTakeFirst();
  const [found] = row === undefined ? [] : await withControls(db, [row]);
  if (found !== undefined) return found;
  throw new RefusalError('attestation-unknown', String(id), `there is no attestation ${id}`);
}

export interface AttestationAct {
  version: number;
  atMs: number;
  actor: string;
  action: string;
  reason: string | null;
}

/** Oldest first. @throws RefusalError attestation-unknown */
export async function readAttestationHistory(
  db: RegistryDb,
  id: number,
  scope: AgencyScope,
): Promise<AttestationAct[]> {
  await findAttestation(db, id, scope);
  return db
    .selectFrom('attestation_history')
    .select(['version', 'at_ms as atMs', 'actor', 'action', 'reason'])
    .where('attestation_id', '=', id)
    .orderBy('id')
    .execute();
}

/** What people and providers answered for, as of a moment. */
export interface AttestedFacts {
  /** The newest accepted one of a control: the system's own, or that of the agency that owns it. */
  attestationOf(systemId: number, control: string): Attestation | undefined;
  /** Until when a provider answers for the control, milliseconds UTC; undefined: none does then. */
  providerUntil(systemId: number, control: string): number | undefined;
}

const dueMsOf = (dueOn: string | null): number | undefined =>
  dueOn === null ? undefined : startOfDayMs(dueOn);

/** Of all systems: accepted before the moment, not withdrawn by then. Two statements, however many systems there are. */
export async function readAttested(db: RegistryDb, atMs: number): Promise<AttestedFacts> {
  const rows = await db
    .selectFrom('attestation')
    .innerJoin('attestation_control as control', 'control.attestation_id', 'attestation.id')
    .select([
      'attestation.id as id',
      'kind',
      'system_id',
      'agency_id',
      'signer',
      'signed_on',
      'due_on',
      'control_id',
    ])
    .where('decided_ms', '<=', atMs)
    // One that was withdrawn had been accepted, or its decision would be missing.
    .where('state', 'in', ['accepted', 'withdrawn'])
    .where((eb) => eb.or([eb('withdrawn_ms', 'is', null), eb('withdrawn_ms', '>', atMs)]))
    .orderBy('signed_on')
    .orderBy('attestation.id')
    .execute();
  const owners = new Map(
    (await db.selectFrom('information_system').select(['id', 'owner_agency_id']).execute()).map((row) => [
      row.id,
      row.owner_agency_id,
    ]),
  );
  const keyOf = (of: 'system' | 'agency', id: number | null, control: string): string =>
    `${of} ${id} ${control}`;
  const own = new Map<string, Attestation>();
  const provided = new Map<string, number>();
  for (const row of rows) {
    const dueMs = dueMsOf(row.due_on);
    if (row.kind === 'provider') {
      const key = keyOf('system', row.system_id, row.control_id);
      if (dueMs !== undefined && dueMs > atMs && startOfDayMs(row.signed_on) <= atMs)
        provided.set(key, Math.max(dueMs, provided.get(key) ?? 0));
      continue;
    }
    const key =
      row.system_id === null
        ? keyOf('agency', row.agency_id, row.control_id)
        : keyOf('system', row.system_id, row.control_id);
    own.set(key, { id: row.id, signer: row.signer, signedOn: row.signed_on, dueMs });
  }
  return {
    attestationOf: (systemId, control) =>
      own.get(keyOf('system', systemId, control)) ??
      own.get(keyOf('agency', owners.get(systemId) ?? null, control)),
    providerUntil: (systemId, control) => provided.get(keyOf('system', systemId, control)),
  };
}
