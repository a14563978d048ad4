/** What acts, as the judge needs it: read anew when the register or the tree of agencies has changed. */
import { z } from 'zod';
import type { ActingException } from '../../exceptions/exception-index.ts';
import { maintenanceWindowSchema } from '../../exceptions/maintenance.ts';
import { EXCEPTION_LIMITS } from '../../exceptions/vocabulary.ts';
import { scopeOfAgency, treeVersion } from '../agency-scope.ts';
import { leftBy } from '../left-behind.ts';
import type { RegistryDb, RegistryTransaction } from '../database.ts';

export const wordsSchema = z.array(z.string());

/** Changes whenever something that acts does. */
export async function registerVersion(db: RegistryDb): Promise<string> {
  const row = await db
    .selectFrom('exception_register')
    .select('version')
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  return `${row.version}/${await treeVersion(db)}`;
}

/** In the transaction of each act that changes what acts. */
export async function countRegisterChange(trx: RegistryTransaction): Promise<void> {
  await trx
    .updateTable('exception_register')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}

const ROWS = [
  'id',
  'kind',
  'condition',
  'time_window',
  'agency_id',
  'approver_agency_id',
  'agent_id',
  'group_id',
  'rules',
  'categories',
  'starts_ms',
  'expires_ms',
] as const;

/** Agencies (undefined: all) and, beside them, hosts with the agency that they are of now. */
interface Reach {
  agencyIds: ReadonlySet<number> | undefined;
  hosts: ReadonlyMap<string, number>;
}
const NOWHERE: Reach = { agencyIds: new Set(), hosts: new Map() };

/** All below it; of one that ended, what it left and nothing else of who took over. */
async function reachOf(db: RegistryDb, agencyId: number): Promise<Reach> {
  const scope = await scopeOfAgency(db, agencyId);
  if (scope.kind === 'all') return { agencyIds: undefined, hosts: new Map() };
  const left = await leftBy(db, agencyId);
  const agencyIds = new Set(scope.agencyIds);
  for (const id of left.agencyIds) {
    const below = await scopeOfAgency(db, id);
    if (below.kind === 'some') for (const one of below.agencyIds) agencyIds.add(one);
  }
  return { agencyIds, hosts: left.hosts };
}

function common(a: Reach, b: Reach): Reach {
  const has = ({ agencyIds, hosts }: Reach, host: string, agencyId: number): boolean =>
    hosts.has(host) || agencyIds === undefined || agencyIds.has(agencyId);
  const agencyIds =
    a.agencyIds === undefined
      ? b.agencyIds
      : b.agencyIds === undefined
        ? a.agencyIds
        : a.agencyIds.intersection(b.agencyIds);
  const all = [...a.hosts, ...b.hosts].filter(([host, of]) => has(a, host, of) && has(b, host, of));
  return { agencyIds, hosts: new Map(all) };
}

/** What is approved, and what has expired so lately that events of its time may still come. */
export async function readActing(db: RegistryDb, nowMs: number): Promise<ActingException[]> {
  const rows = await db
    .selectFrom('exception')
    .select(ROWS)
    .where('state', 'in', ['approved', 'expired'])
    .where('decided_by', 'is not', null)
    .where('expires_ms', '>', nowMs - EXCEPTION_LIMITS.lateMs)
    .orderBy('id')
    .execute();
  const reaches = new Map<number, Reach>();
  const reach = async (agencyId: number): Promise<Reach> => {
    const known = reaches.get(agencyId) ?? (await reachOf(db, agencyId));
    reaches.set(agencyId, known);
    return known;
  };
  const both = new Map<string, Reach>();
  const acting: ActingException[] = [];
  for (const row of rows) {
    const key = `${row.agency_id}/${row.approver_agency_id ?? ''}`;
    const own = await reach(row.agency_id);
    const approvers = row.approver_agency_id === null ? NOWHERE : await reach(row.approver_agency_id);
    const within = both.get(key) ?? common(own, approvers);
    both.set(key, within);
    acting.push({
      id: row.id,
      kind: row.kind,
      condition: row.condition,
      window: row.time_window === null ? null : maintenanceWindowSchema.parse(JSON.parse(row.time_window)),
      agencyIds: within.agencyIds,
      hosts: within.hosts,
      agentId: row.agent_id,
      groupId: row.group_id,
      rules: row.rules === null ? null : wordsSchema.parse(JSON.parse(row.rules)),
      categories: row.categories === null ? null : wordsSchema.parse(JSON.parse(row.categories)),
      startsMs: row.starts_ms,
      expiresMs: row.expires_ms,
    });
  }
  return acting;
}

const IDS_MAX = 500;

/** Group of each host that is in one. */
export async function readGroups(db: RegistryDb, agentIds: readonly string[]): Promise<Map<string, number>> {
  const groups = new Map<string, number>();
  for (let at = 0; at < agentIds.length; at += IDS_MAX) {
    const rows = await db
      .selectFrom('agent')
      .select(['id', 'group_id'])
      .where('id', 'in', agentIds.slice(at, at + IDS_MAX))
      .where('group_id', 'is not', null)
      .execute();
    for (const { id, group_id } of rows) if (group_id !== null) groups.set(id, group_id);
  }
  return groups;
}
