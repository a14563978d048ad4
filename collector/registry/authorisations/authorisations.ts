/**
 * Authorisations signed beforehand. Invariants: two people bring one into force, and one ends it with immediate effect; a
 * token never does; each act is in the audit trail; what is outside the scope is not there.
 */
import { z } from 'zod';
import { type AgencyScope, inScope, readAgency } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { randomUuid } from '../secrets.ts';
import type { AuthorisationState, AutomaticAction, AutomaticOutcome } from '../tables/authorisation.ts';
import type { AuthorisedHours } from './authorisation-hours.ts';

export interface NewAuthorisation extends AuthorisedHours {
  agencyId: number;
  title: string;
  signer: string;
  documentSha256: string;
  action: AutomaticAction;
  rules: readonly string[];
  hostsMax: number;
  breakerHosts: number;
  breakerWindowMs: number;
  isolateMs: number;
  dryRun: boolean;
}

export interface Authorisation extends NewAuthorisation {
  id: string;
  state: AuthorisationState;
  requestedBy: string;
  requestedMs: number;
  decidedBy: string | null;
  decidedMs: number | null;
  endedBy: string | null;
  endedMs: number | null;
  reason: string | null;
  version: number;
}

export interface AuthorisationBy {
  actor: string;
  scope: AgencyScope;
}

const rulesSchema = z.array(z.string());

function rows(db: RegistryDb) {
  return db
    .selectFrom('response_authorisation')
    .select([
      'id',
      'agency_id as agencyId',
      'title',
      'signer',
      'document_sha256 as documentSha256',
      'valid_from_ms as validFromMs',
      'valid_to_ms as validToMs',
      'from_time as fromTime',
      'to_time as toTime',
      'days_off as daysOff',
      'action',
      'rules',
      'hosts_max as hostsMax',
      'breaker_hosts as breakerHosts',
      'breaker_window_ms as breakerWindowMs',
      'isolate_ms as isolateMs',
      'dry_run as dryRun',
      'state',
      'requested_by as requestedBy',
      'requested_ms as requestedMs',
      'decided_by as decidedBy',
      'decided_ms as decidedMs',
      'ended_by as endedBy',
      'ended_ms as endedMs',
      'reason',
      'version',
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof rows>['executeTakeFirstOrThrow']>>;

const toAuthorisation = (row: Row): Authorisation => ({
  ...row,
  daysOff: row.daysOff === 1,
  dryRun: row.dryRun === 1,
  rules: rulesSchema.parse(JSON.parse(row.rules)),
});

const LIST_MAX = 500;

/** Newest first. */
export async function listAuthorisations(
  db: RegistryDb,
  scope: AgencyScope,
  state?: AuthorisationState,
): Promise<Authorisation[]> {
  let select = rows(db).orderBy('requested_ms', 'desc').orderBy('id').limit(LIST_MAX);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  if (state !== undefined) select = select.where('state', '=', state);
  return (await select.execute()).map(toAuthorisation);
}

/** @throws RefusalError authorisation-unknown */
export async function findAuthorisation(
  db: RegistryDb,
  id: string,
  scope: AgencyScope,
): Promise<Authorisation> {
  const row = await rows(db).where('id', '=', id).executeTakeFirst();
  if (row !== undefined && inScope(scope, row.agencyId)) return toAuthorisation(row);
  throw new RefusalError('authorisation-unknown', id, `there is no authorisation ${id}`);
}

function mustBePerson(actor: string): void {
  if (actor.startsWith('user:')) return;
  throw new RefusalError(
    'response-not-yours',
    actor,
    'only a person who signs in brings an authorisation into force',
  );
}

/** @throws RefusalError agency-unknown, response-not-yours */
export async function requestAuthorisation(
  registry: Registry,
  wanted: NewAuthorisation,
  { actor, scope }: AuthorisationBy,
): Promise<Authorisation> {
  mustBePerson(actor);
  const nowMs = registry.now();
  const id = randomUuid(registry.random);
  return registry.db.transaction().execute(async (trx) => {
    await readAgency(trx, wanted.agencyId, scope);
    await trx
      .insertInto('response_authorisation')
      .values({
        id,
        agency_id: wanted.agencyId,
        title: wanted.title,
        signer: wanted.signer,
        document_sha256: wanted.documentSha256,
        valid_from_ms: wanted.validFromMs,
        valid_to_ms: wanted.validToMs,
        from_time: wanted.fromTime,
        to_time: wanted.toTime,
        days_off: wanted.daysOff ? 1 : 0,
        action: wanted.action,
        rules: JSON.stringify(wanted.rules),
        hosts_max: wanted.hostsMax,
        breaker_hosts: wanted.breakerHosts,
        breaker_window_ms: wanted.breakerWindowMs,
        isolate_ms: wanted.isolateMs,
        dry_run: wanted.dryRun ? 1 : 0,
        state: 'requested',
        requested_by: actor,
        requested_ms: nowMs,
      })
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: 'authorisation.request',
      target: `authorisation:${id}`,
      agencyId: wanted.agencyId,
      detail: { ...wanted },
    });
    return findAuthorisation(trx, id, scope);
  });
}

export type AuthorisationMove = 'approve' | 'reject' | 'revoke' | 'resume';

const MOVES: Readonly<
  Record<AuthorisationMove, { from: readonly AuthorisationState[]; to: AuthorisationState; ends: boolean }>
> = {
  approve: { from: ['requested'], to: 'active', ends: false },
  reject: { from: ['requested'], to: 'rejected', ends: true },
  revoke: { from: ['requested', 'active', 'tripped'], to: 'revoked', ends: true },
  resume: { from: ['tripped'], to: 'active', ends: false },
};

/** @throws RefusalError authorisation-unknown, authorisation-state, response-not-yours */
export async function moveAuthorisation(
  registry: Registry,
  id: string,
  move: AuthorisationMove,
  reason: string | undefined,
  { actor, scope }: AuthorisationBy,
): Promise<Authorisation> {
  const nowMs = registry.now();
  const { from, to, ends } = MOVES[move];
  // Whoever may, stops it; nobody alone, and no machine, brings it into force.
  if (!ends) mustBePerson(actor);
  return registry.db.transaction().execute(async (trx) => {
    const found = await findAuthorisation(trx, id, scope);
    if (!from.includes(found.state))
      throw new RefusalError('authorisation-state', id, `authorisation ${id} is ${found.state}`);
    if (move === 'approve' && found.requestedBy === actor)
      throw new RefusalError(
        'response-not-yours',
        id,
        'who asked for it cannot approve it: it takes a second person',
      );
    await trx
      .updateTable('response_authorisation')
      .set((eb) => ({
        state: to,
        reason: reason ?? null,
        version: eb('version', '+', 1),
        ...(ends ? { ended_by: actor, ended_ms: nowMs } : {}),
        ...(move === 'approve' ? { decided_by: actor } : {}),
        ...(ends ? {} : { decided_ms: nowMs }),
      }))
      .where('id', '=', id)
      .execute();
    await writeAudit(trx, nowMs, {
      actor,
      action: `authorisation.${move}`,
      target: `authorisation:${id}`,
      agencyId: found.agencyId,
      detail: { from: found.state, to, ...(reason === undefined ? {} : { reason }) },
    });
    return findAuthorisation(trx, id, scope);
  });
}

export interface AutomaticAct {
  alertId: string;
  agentId: string;
  hostname: string;
  atMs: number;
  outcome: AutomaticOutcome;
  responseId: string | null;
}

const ACTS_MAX = 500;

/** What was done by it, newest first. */
export async function readAutomaticActs(db: RegistryDb, id: string): Promise<AutomaticAct[]> {
  return db
    .selectFrom('response_automatic')
    .innerJoin('agent', 'agent.id', 'response_automatic.agent_id')
    .select([
      'alert_id as alertId',
      'agent_id as agentId',
      'agent.hostname as hostname',
      'at_ms as atMs',
      'outcome',
      'response_id as responseId',
    ])
    .where('authorisation_id', '=', id)
    .orderBy('at_ms', 'desc')
    .orderBy('alert_id')
    .limit(ACTS_MAX)
    .execute();
}
