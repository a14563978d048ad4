/** What is asked of people: which roles need a second factor, how long sessions last. One row, with defaults where there is none. */
import { z } from 'zod';
import { personRoleSchema } from '../api/contract.ts';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';

export const peoplePolicySchema = z.strictObject({
  secondFactorRoles: z.array(personRoleSchema).max(personRoleSchema.options.length),
  /** A session that is not used for so long ends. */
  idleMinutes: z.int().min(5).max(60),
  /** However much it is used. */
  absoluteHours: z.int().min(1).max(24),
});
export type PeoplePolicy = z.infer<typeof peoplePolicySchema>;

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
