/** The daily proofs of what is kept: written once a day for each information system, read by auditors. */
import { z } from 'zod';
import { BASES } from '../retention/law-months.ts';
import type { Day } from '../retention/day.ts';
import { PROOF_REASONS, type Proof } from '../retention/proof.ts';
import type { AgencyScope } from './agencies.ts';
import type { RegistryDb } from './database.ts';

/** As it is kept and as the API shows it. */
export const proofSchema: z.ZodType<Proof> = z.object({
  basis: z.enum(BASES),
  lawMonths: z.number().nullable(),
  source: z.string().nullable(),
  monthsInForce: z.number(),
  requiredFrom: z.number().nullable(),
  oldestDay: z.number().nullable(),
  hostsSince: z.number().nullable(),
  hosts: z.number(),
  met: z.boolean(),
  reason: z.enum(PROOF_REASONS),
  missing: z
    .object({ hosts: z.number(), fromDay: z.number(), toDay: z.number(), rows: z.number() })
    .nullable(),
});

/** Writes a day's proofs; the last of a day hold. */
export async function writeProofs(
  db: RegistryDb,
  day: Day,
  proofs: readonly { systemId: number; proof: Proof }[],
  nowMs: number,
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await trx.deleteFrom('retention_proof').where('day', '=', day).execute();
    for (const { systemId, proof } of proofs) {
      await trx
        .insertInto('retention_proof')
        .values({ day, system_id: systemId, proof: JSON.stringify(proof), written_ms: nowMs })
        .execute();
    }
  });
}

export interface SystemProof {
  day: Day;
  systemId: number;
  systemName: string;
  agencyId: number;
  writtenMs: number;
  proof: Proof;
}

/** Proofs of a day, by system name; of the newest day when none is given. */
export async function readProofs(
  db: RegistryDb,
  query: { day?: Day | undefined; systemId?: number | undefined; scope: AgencyScope },
): Promise<SystemProof[]> {
  const { scope, systemId } = query;
  const newest = await db
    .selectFrom('retention_proof')
    .select((eb) => eb.fn.max('day').as('day'))
    .executeTakeFirst();
  const day = query.day ?? newest?.day ?? null;
  if (day === null) return [];
  let select = db
    .selectFrom('retention_proof')
    .innerJoin('information_system', 'information_system.id', 'retention_proof.system_id')
    .where('retention_proof.day', '=', day)
    .select([
      'retention_proof.day as day',
      'retention_proof.system_id as systemId',
      'information_system.name as systemName',
      'information_system.owner_agency_id as agencyId',
      'retention_proof.written_ms as writtenMs',
      'retention_proof.proof as proof',
    ])
    .orderBy('information_system.name')
    .orderBy('information_system.id');
  if (scope.kind === 'some')
    select = select.where('information_system.owner_agency_id', 'in', scope.agencyIds);
  if (systemId !== undefined) select = select.where('retention_proof.system_id', '=', systemId);
  return (await select.execute()).map((row) => ({ ...row, proof: proofSchema.parse(JSON.parse(row.proof)) }));
}
