/** What the parts of a split take, name by name, and systems whose names come together: the rest of a plan's arithmetic. */
import type { PartTakes } from '../agency/change-plan.ts';
import { foldName } from '../agency/fold-name.ts';
import { HostMatcher } from '../agency/host-rule.ts';
import { slices } from './agency-holdings.ts';
import type { ChangeConflict, ChangeSteps, TargetKey } from './agency-change-step.ts';
import type { RegistryDb } from './database.ts';
import { readIsBelow, readRuledHosts } from './ruled-hosts.ts';

/** Keys of rows by the kind of AGENCY_HOLDINGS. */
export type Refs = ReadonlyMap<string, readonly string[]>;

export interface Carry {
  from: number;
  to: TargetKey;
  /** Left out: everything that is still there. */
  refs?: Refs | undefined;
}

export interface SystemRename {
  systemId: number;
  name: string;
  newName: string;
  agencyId: number;
}

async function hostsTaken(
  db: RegistryDb,
  from: number,
  takes: PartTakes,
): Promise<{ refs: string[]; unknown: string[] }> {
  if (takes.hosts === undefined && takes.agentIds === undefined) return { refs: [], unknown: [] };
  const hosts = await readRuledHosts(db, { agencyId: from });
  const own = new Set(hosts.map(({ id }) => id));
  const chosen = new Set(takes.agentIds);
  const unknown = [...chosen].filter((id) => !own.has(id));
  if (takes.hosts !== undefined) {
    const matcher = new HostMatcher(takes.hosts, await readIsBelow(db));
    for (const host of hosts) if (matcher.matches(host)) chosen.add(host.id);
  }
  return { refs: [...chosen].filter((id) => own.has(id)), unknown };
}

/** Alerts and silences go with their host. */
async function withHosts(
  db: RegistryDb,
  table: 'alert' | 'silence',
  from: number,
  agentIds: readonly string[],
): Promise<string[]> {
  const refs: string[] = [];
  for (const ids of slices(agentIds)) {
    const rows =
      table === 'alert'
        ? await db
            .selectFrom('alert')
            .select('id')
            .where('agency_id', '=', from)
            .where('agent_id', 'in', ids)
            .where('state', '!=', 'closed')
            .execute()
        : await db
            .selectFrom('silence')
            .select('id')
            .where('agency_id', '=', from)
            .where('agent_id', 'in', ids)
            .where('ended_ms', 'is', null)
            .where('kind', '!=', 'site')
            .execute();
    refs.push(...rows.map(({ id }) => id));
  }
  return refs;
}

/** Which of the asked-for things belong to the agency, and which do not. */
function sorted(asked: readonly (string | number)[] = [], own: readonly { key: string; ref: string }[]) {
  const known = new Map(own.map(({ key, ref }) => [key, ref]));
  const keys = [...new Set(asked.map(String))];
  return {
    refs: keys.flatMap((key) => known.get(key) ?? []),
    unknown: keys.filter((key) => !known.has(key)),
  };
}

async function refsOf(
  db: RegistryDb,
  from: number,
  takes: PartTakes,
): Promise<{ refs: Map<string, string[]>; unknown: string[] }> {
  const agents = await hostsTaken(db, from, takes);
  const owned = await db
    .selectFrom('information_system')
    .select('id')
    .where('owner_agency_id', '=', from)
    .execute();
  const operated = await db
    .selectFrom('information_system')
    .select('id')
    .where('operator_agency_id', '=', from)
    .execute();
  const byId = ({ id }: { id: number | string }) => ({ key: String(id), ref: String(id) });
  const systems = sorted(takes.systemIds, owned.map(byId));
  const alsoOperated = sorted(takes.systemIds, operated.map(byId));
  const people = await db
    .selectFrom('user_account')
    .select(['id', 'username'])
    .where('agency_id', '=', from)
    .execute();
  const users = sorted(
    takes.usernames?.map((name) => name.normalize('NFKC').trim().toLowerCase()),
    people.map(({ id, username }) => ({ key: username, ref: String(id) })),
  );
  const tokens = await db.selectFrom('api_token').select('id').where('agency_id', '=', from).execute();
  const apiTokens = sorted(takes.apiTokenIds, tokens.map(byId));
  const joining = await db.selectFrom('join_token').select('id').where('agency_id', '=', from).execute();
  const joinTokens = sorted(takes.joinTokenIds, joining.map(byId));
  const unknownSystems = systems.unknown.filter((id) => alsoOperated.unknown.includes(id));
  const refs = new Map([
    ['agents', agents.refs],
    ['systems', systems.refs],
    ['operated-systems', alsoOperated.refs],
    ['users', users.refs],
    ['api-tokens', apiTokens.refs],
    ['join-tokens', joinTokens.refs],
    ['alerts', await withHosts(db, 'alert', from, agents.refs)],
    ['silences', await withHosts(db, 'silence', from, agents.refs)],
  ]);
  const unknown = [
    ...agents.unknown,
    ...unknownSystems,
    ...users.unknown,
    ...apiTokens.unknown,
    ...joinTokens.unknown,
  ];
  return { refs, unknown };
}

const NAMED_MAX = 5;
const named = (refs: readonly string[]): string =>
  refs.slice(0, NAMED_MAX).join(', ') +
  (refs.length > NAMED_MAX ? ` and ${refs.length - NAMED_MAX} more` : '');

/** Things by name instead of by rule. What is not there, or is taken twice, is a conflict. */
export async function resolveTakes(
  db: RegistryDb,
  carries: ChangeSteps['carries'],
): Promise<{ carries: Carry[]; conflicts: ChangeConflict[] }> {
  const conflicts: ChangeConflict[] = [];
  const taken = new Map<string, Set<string>>();
  const resolved: Carry[] = [];
  for (const { from, to, takes } of carries) {
    if (takes === undefined) {
      resolved.push({ from, to });
      continue;
    }
    const { refs, unknown } = await refsOf(db, from, takes);
    if (unknown.length > 0) {
      const message = `agency ${from} does not have: ${named(unknown)}`;
      conflicts.push({ code: 'not-below', agencyId: from, message });
    }
    for (const [kind, list] of refs) {
      const before = taken.get(kind) ?? new Set();
      const twice = list.filter((ref) => before.has(ref));
      if (twice.length > 0) {
        const message = `two parts take the same ${kind}: ${named(twice)}`;
        conflicts.push({ code: 'taken-twice', agencyId: from, message });
      }
      taken.set(kind, new Set([...before, ...list]));
    }
    resolved.push({ from, to, refs });
  }
  return { carries: resolved, conflicts };
}

interface OwnedSystem {
  id: number;
  name: string;
  key: string;
  ownerId: number;
}

async function systemsOf(db: RegistryDb, agencyIds: readonly number[]): Promise<Map<number, OwnedSystem[]>> {
  const rows: OwnedSystem[] = [];
  for (const ids of slices(agencyIds)) {
    const found = await db
      .selectFrom('information_system')
      .select(['id', 'name', 'owner_agency_id as ownerId'])
      .where('owner_agency_id', 'in', ids)
      .orderBy('id')
      .execute();
    rows.push(...found.map((row) => ({ ...row, key: foldName(row.name) })));
  }
  return Map.groupBy(rows, ({ ownerId }) => ownerId);
}

/**
 * Systems that would stand beside one of the same name get the name of the agency they come from with it, or are a
 * conflict.
 * @param names of agencies that end, by id
 */
export async function systemTwins(
  db: RegistryDb,
  carries: readonly Carry[],
  names: ReadonlyMap<number, string>,
  renames: boolean,
): Promise<{ renamed: SystemRename[]; conflicts: ChangeConflict[] }> {
  const targets = carries.flatMap(({ to }) => (typeof to === 'number' ? [to] : []));
  const systems = await systemsOf(db, [...new Set([...carries.map(({ from }) => from), ...targets])]);
  const taken = new Map<TargetKey, Set<string>>();
  const moved = new Set<number>();
  const renamed: SystemRename[] = [];
  const conflicts: ChangeConflict[] = [];
  for (const { from, to, refs } of carries) {
    const own = typeof to === 'number' ? (systems.get(to) ?? []) : [];
    const there = taken.get(to) ?? new Set(own.map(({ key }) => key));
    taken.set(to, there);
    const chosen = refs?.get('systems');
    for (const { id, name, key } of systems.get(from) ?? []) {
      if (moved.has(id) || (chosen !== undefined && !chosen.includes(String(id)))) continue;
      moved.add(id);
      if (!there.has(key)) {
        there.add(key);
        continue;
      }
      if (!renames) {
        const message = `system ${id} (${name}) would stand beside one of the same name: rename it, or merge twins`;
        conflicts.push({ code: 'system-twin', agencyId: from, message });
        continue;
      }
      const wanted = `${name} (${names.get(from) ?? from})`;
      const newName = there.has(foldName(wanted)) ? `${wanted} ${id}` : wanted;
      there.add(foldName(newName));
      renamed.push({ systemId: id, name, newName, agencyId: from });
    }
  }
  return { renamed, conflicts };
}
