/** What is asked of people: which roles need a second factor, how long sessions last. One row, with defaults where there is none. */
import { peoplePolicySchema, type PeoplePolicy } from '../api/contract-account.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';

export const PEOPLE_POLICY: PeoplePolicy = { secondFactorRoles: [], idleMinutes: 60, absoluteHours: 12 };

export async function readPeoplePolicy(db: RegistryDb): Promise<PeoplePolicy> {
  const row = await db.selectFrom('people_policy').select('value').where('id', '=', 1).executeTakeFirst();
  return row === undefined ? PEOPLE_POLICY : peoplePolicySchema.parse(JSON.parse(row.value));
}

export async function setPeoplePolicy(
  registry: Registry,
  policy: PeoplePolicy,
  actor: string,
): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const before = await readPeoplePolicy(trx);
    const value = JSON.stringify(policy);
    await trx
      .insertInto('people_policy')
      .values({ id: 1, value, version: 1 })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((eb) => ({ value, version: eb('people_policy.version', '+', 1) })),
      )
      .execute();
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'people-policy.set',
      target: 'people-policy',
      detail: { before, after: policy },
    });
  });
}
