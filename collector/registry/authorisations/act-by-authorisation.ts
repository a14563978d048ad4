/**
 * Acts by authorisations: alerts of named rules on workstations, at the hours that were signed. Invariants: one row for
 * each alert and host, in the transaction that lets the command go, so killed anywhere it is done once or not at all; an
 * authorisation is read in that transaction, so a revoked one does nothing more; too many hosts in the window trip it.
 */
import type { CommandAction } from '../../protocol/command.ts';
import { houseFacts } from '../../liveness/house-rules.ts';
import { severityRank } from '../../alert/severity-score.ts';
import { inScope, scopeOfAgency } from '../agencies.ts';
import { writeHistory } from '../alert-history.ts';
import { writeAudit } from '../audit.ts';
import { readCalendars } from '../calendars.ts';
import type { Registry, RegistryTransaction } from '../database.ts';
import { raiseHouseAlert } from '../house-alerts.ts';
import { noteItems } from '../notify-outbox.ts';
import { commandByAuthorisation } from '../response-acts.ts';
import type { AutomaticOutcome } from '../tables/authorisation.ts';
import { holdsAt } from './authorisation-hours.ts';
import { findAuthorisation, listAuthorisations, type Authorisation } from './authorisations.ts';

/** Alerts older than this are for people. */
const FRESH_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** A command that a host has not heard of by then is too late. */
const EXPIRES_MS = 1_800_000;
/** Alerts at one look, for each authorisation. */
const ALERTS_MAX = 200;

const EVERYWHERE = { kind: 'all' } as const;

export interface AutomaticResult {
  alertIds: string[];
  /** Hosts that have a command to hear. */
  agentIds: string[];
  outcomes: AutomaticOutcome[];
}

interface Candidate {
  alertId: string;
  agentId: string;
  title: string;
}

/** One look at all that is in force. */
export async function actByAuthorisations(registry: Registry): Promise<AutomaticResult> {
  const result: AutomaticResult = { alertIds: [], agentIds: [], outcomes: [] };
  const nowMs = registry.now();
  const active = await listAuthorisations(registry.db, EVERYWHERE, 'active');
  if (active.length === 0) return result;
  const calendarOf = await readCalendars(registry.db);
  for (const authorisation of active) {
    if (!holdsAt(authorisation, calendarOf(authorisation.agencyId).calendar, nowMs)) continue;
    for (const one of await candidates(registry, authorisation, nowMs)) {
      const done = await registry.db.transaction().execute((trx) => actOn(trx, authorisation.id, one, nowMs));
      if (done === undefined) continue;
      result.outcomes.push(done);
      result.alertIds.push(one.alertId);
      if (done === 'commanded') result.agentIds.push(one.agentId);
      if (done === 'tripped') break;
    }
  }
  return result;
}

async function candidates(
  { db }: Registry,
  { agencyId, rules, decidedMs }: Authorisation,
  nowMs: number,
): Promise<Candidate[]> {
  const scope = await scopeOfAgency(db, agencyId);
  let select = db
    .selectFrom('alert')
    .select(['id', 'agent_id', 'rule_id'])
    .where('rule_id', 'in', rules)
    .where('closed', '=', 0)
    .where('agent_id', 'is not', null)
    .where('created_ms', '>=', Math.max(decidedMs ?? nowMs, nowMs - FRESH_MS))
    .where('id', 'not in', (eb) => eb.selectFrom('response_automatic').select('alert_id'))
    .orderBy('created_ms')
    .orderBy('id')
    .limit(ALERTS_MAX);
  if (scope.kind === 'some') select = select.where('agency_id', 'in', scope.agencyIds);
  return (await select.execute()).flatMap(({ id, agent_id: agentId, rule_id: title }) =>
    agentId === null ? [] : [{ alertId: id, agentId, title }],
  );
}

/** @returns undefined when there was nothing to do: somebody else has, it was revoked, or the host is elsewhere */
async function actOn(
  trx: RegistryTransaction,
  id: string,
  { alertId, agentId, title }: Candidate,
  nowMs: number,
): Promise<AutomaticOutcome | undefined> {
  const authorisation = await findAuthorisation(trx, id, EVERYWHERE);
  if (authorisation.state !== 'active') return undefined;
  const host = await trx
    .selectFrom('agent')
    .leftJoin('asset_role', 'asset_role.agent_id', 'agent.id')
    .select(['agency_id', 'hostname', 'agent.state', 'platform', 'os_name', 'role'])
    .where('agent.id', '=', agentId)
    .executeTakeFirst();
  if (host === undefined || host.state !== 'active') return undefined;
  // The host may have moved since its alert was opened.
  if (!inScope(await scopeOfAgency(trx, authorisation.agencyId), host.agency_id)) return undefined;
  const outcome = await outcomeFor(trx, authorisation, agentId, host, nowMs);
  const { numInsertedOrUpdatedRows: inserted = 0n } = await trx
    .insertInto('response_automatic')
    .values({
      alert_id: alertId,
      agent_id: agentId,
      authorisation_id: id,
      at_ms: nowMs,
      outcome,
      response_id: null,
    })
    .onConflict((conflict) => conflict.columns(['alert_id', 'agent_id']).doNothing())
    .executeTakeFirst();
  if (inserted === 0n) return undefined;
  if (outcome === 'commanded') await command(trx, authorisation, { alertId, agentId, title }, nowMs);
  if (outcome === 'tripped') await trip(trx, authorisation, nowMs);
  await tell(trx, authorisation, { alertId, agentId, title }, outcome, nowMs);
  return outcome;
}

interface HostFacts {
  platform: string;
  os_name: string;
  role: string | null;
}

/** Only what is known to be a workstation: Linux hosts and what calls itself a server are servers, unless people say other. */
function isWorkstation({ platform, os_name: osName, role }: HostFacts): boolean {
  return role === null ? platform !== 'linux' && !/server/i.test(osName) : role === 'workstation';
}

async function outcomeFor(
  trx: RegistryTransaction,
  authorisation: Authorisation,
  agentId: string,
  host: HostFacts,
  nowMs: number,
): Promise<AutomaticOutcome> {
  if (!isWorkstation(host)) return 'server';
  const { breakerWindowMs, breakerHosts, hostsMax, isolateMs, decidedMs, dryRun } = authorisation;
  const acted = (sinceMs: number) =>
    trx
      .selectFrom('response_automatic')
      .select('agent_id')
      .distinct()
      .where('authorisation_id', '=', authorisation.id)
      .where('outcome', 'in', ['commanded', 'would'])
      .where('at_ms', '>', sinceMs)
      .execute();
  const held = (await acted(nowMs - isolateMs)).some(({ agent_id }) => agent_id === agentId);
  if (held) return 'already';
  // Letting it go on begins a new count.
  if ((await acted(Math.max(nowMs - breakerWindowMs, (decidedMs ?? 0) - 1))).length >= breakerHosts)
    return 'tripped';
  if ((await acted(nowMs - DAY_MS)).length >= hostsMax) return 'limit';
  return dryRun ? 'would' : 'commanded';
}

async function command(
  trx: RegistryTransaction,
  { id, action, isolateMs, title }: Authorisation,
  one: Candidate,
  nowMs: number,
): Promise<void> {
  const { alertId, agentId } = one;
  const wanted: CommandAction = action === 'isolate' ? { action, durationMs: isolateMs } : { action };
  const reason = `${title}: alert ${alertId}`;
  const asked = { agentId, command: wanted, reason, authorisation: id, expiresInMs: EXPIRES_MS };
  const responseId = await commandByAuthorisation(trx, asked, nowMs);
  await trx
    .updateTable('response_automatic')
    .set({ response_id: responseId })
    .where('alert_id', '=', alertId)
    .where('agent_id', '=', agentId)
    .execute();
}

async function trip(trx: RegistryTransaction, authorisation: Authorisation, nowMs: number): Promise<void> {
  const { id, agencyId, title, breakerHosts } = authorisation;
  await trx
    .updateTable('response_authorisation')
    .set((eb) => ({ state: 'tripped', version: eb('version', '+', 1) }))
    .where('id', '=', id)
    .execute();
  await writeAudit(trx, nowMs, {
    actor: 'system:rules',
    action: 'authorisation.trip',
    target: `authorisation:${id}`,
    agencyId,
    detail: { breakerHosts },
  });
  const found = {
    rule: houseFacts('vonggac:automatic-stopped', 'critical', { en: title, vi: title }),
    finding: `authorisation ${id} ${nowMs}`,
    entity: { authorisation: id },
    agencyId,
    agentId: null,
    hostname: null,
    timeMs: nowMs,
    message: `${breakerHosts} hosts within the window: ${title}`,
    matched: { authorisation: id, hosts: breakerHosts },
  };
  await raiseHouseAlert(trx, found, nowMs);
}

const CRITICAL = severityRank('critical');

/** The alert says what was done, and the channels hear of it at once. */
async function tell(
  trx: RegistryTransaction,
  { id, agencyId, action }: Authorisation,
  { alertId, agentId }: Candidate,
  outcome: AutomaticOutcome,
  nowMs: number,
): Promise<void> {
  await trx
    .updateTable('alert')
    .set((eb) => ({ updated_ms: nowMs, version: eb('version', '+', 1) }))
    .where('id', '=', alertId)
    .execute();
  await writeHistory(trx, nowMs, {
    alertId,
    actor: `authorisation:${id}`,
    action: 'alert.automatic',
    changes: { response: [null, `${action} ${agentId}: ${outcome}`] },
  });
  if (outcome !== 'commanded' && outcome !== 'would') return;
  const change = `automatic-${outcome}-${id}`;
  await noteItems(trx, [{ subjectId: alertId, agencyId, severityRank: CRITICAL, change }], nowMs);
}
