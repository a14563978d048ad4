/** Whose affair an act is, by what it was done to: then people of that agency find it in the trail too. */
import type { RegistryDb } from './database.ts';

const TARGET = /^([a-z-]{1,32}):(.{1,256})$/s;
const NUMBER = /^\d{1,9}$/;

/**
 * @param target as written in the trail, e.g. `agent:ID`
 * @returns undefined for what belongs to everybody, or is gone by now
 */
export async function agencyOfTarget(db: RegistryDb, target: string): Promise<number | undefined> {
  const [, kind = '', id = ''] = TARGET.exec(target) ?? [];
  const row = await ownerOf(db, kind, id);
  return row?.agency_id ?? undefined;
}

interface Owner {
  agency_id: number | null;
}

async function ownerOf(db: RegistryDb, kind: string, id: string): Promise<Owner | undefined> {
  switch (kind) {
    case 'agency':
      return NUMBER.test(id)
        ? db.selectFrom('agency').select('id as agency_id').where('id', '=', Number(id)).executeTakeFirst()
        : undefined;
    case 'system':
      return NUMBER.test(id)
        ? db
            .selectFrom('information_system')
            .select('owner_agency_id as agency_id')
            .where('id', '=', Number(id))
            .executeTakeFirst()
        : undefined;
    case 'quota':
      return NUMBER.test(id)
        ? db.selectFrom('quota').select('agency_id').where('id', '=', Number(id)).executeTakeFirst()
        : undefined;
    case 'agent':
    case 'alert':
    case 'join-token':
    case 'api-token':
      return ofTable(db, kind, id);
    case 'user':
      return db.selectFrom('user_account').select('agency_id').where('username', '=', id).executeTakeFirst();
    case 'response':
      return db
        .selectFrom('response_command')
        .innerJoin('agent', 'agent.id', 'response_command.agent_id')
        .select('agent.agency_id as agency_id')
        .where('response_command.id', '=', id)
        .executeTakeFirst();
    default:
      return undefined;
  }
}

const TABLES = {
  agent: 'agent',
  alert: 'alert',
  'join-token': 'join_token',
  'api-token': 'api_token',
} as const;

async function ofTable(db: RegistryDb, kind: keyof typeof TABLES, id: string): Promise<Owner | undefined> {
  return db.selectFrom(TABLES[kind]).select('agency_id').where('id', '=', id).executeTakeFirst();
}
