/**
 * Files of indicators that were read, in parts, until a job has taken them into the register. What a job has taken is
 * deleted with it; what no job took is deleted after a week.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { INDICATOR_KINDS, TLP_LEVELS, type Indicator } from '../../indicator/indicator.ts';
import type { Registry, RegistryDb, RegistryTransaction } from '../database.ts';
import { RefusalError } from '../refusal.ts';

/** Indicators of one part: some ten milliseconds of a transaction. */
export const PART_INDICATORS = 250;
const KEPT_MS = 7 * 86_400_000;

/** A part as it comes in; values are canonical. */
export const uploadPartSchema: z.ZodType<Indicator[]> = z
  .array(
    z.object({
      kind: z.enum(INDICATOR_KINDS),
      value: z.string(),
      confidence: z.int().min(0).max(100),
      source: z.string(),
      validUntilMs: z.number().nullable(),
      tlp: z.enum(TLP_LEVELS).nullable(),
      tags: z.array(z.string()),
      description: z.string(),
    }),
  )
  .max(PART_INDICATORS);

export interface Upload {
  id: string;
  indicators: number;
  /** What reading it came to, as it was kept. */
  report: unknown;
}

/** @returns id of an upload that has no parts yet */
export async function beginUpload(registry: Registry, actor: string): Promise<string> {
  const nowMs = registry.now();
  const id = randomUUID();
  await registry.db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('indicator_upload')
      .where('added_ms', '<', nowMs - KEPT_MS)
      .execute();
    await trx
      .insertInto('indicator_upload')
      .values({ id, added_ms: nowMs, added_by: actor, indicators: null, report: '{}' })
      .execute();
  });
  return id;
}

export async function addUploadPart(
  { db }: { db: RegistryDb },
  id: string,
  seq: number,
  indicators: readonly Indicator[],
): Promise<void> {
  await db
    .insertInto('indicator_upload_part')
    .values({ upload_id: id, seq, body: JSON.stringify(indicators) })
    .execute();
}

export async function endUpload(
  { db }: { db: RegistryDb },
  id: string,
  { indicators, report }: { indicators: number; report: unknown },
): Promise<void> {
  await db
    .updateTable('indicator_upload')
    .set({ indicators, report: JSON.stringify(report) })
    .where('id', '=', id)
    .execute();
}

export async function dropUpload(db: RegistryDb, id: string): Promise<void> {
  await db.deleteFrom('indicator_upload').where('id', '=', id).execute();
}

/** @throws RefusalError import-invalid when it is not there, or was not read to its end */
export async function readUpload(db: RegistryDb, id: string): Promise<Upload> {
  const row = await db
    .selectFrom('indicator_upload')
    .select(['indicators', 'report'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined || row.indicators === null)
    throw new RefusalError('import-invalid', id, 'the file was not read to its end: import it again');
  return { id, indicators: row.indicators, report: JSON.parse(row.report) };
}

export interface UploadPart {
  seq: number;
  indicators: Indicator[];
}

/** The next parts after `afterSeq`. */
export async function readUploadParts(
  db: RegistryDb,
  id: string,
  afterSeq: number,
  limit: number,
): Promise<UploadPart[]> {
  const rows = await db
    .selectFrom('indicator_upload_part')
    .select(['seq', 'body'])
    .where('upload_id', '=', id)
    .where('seq', '>', afterSeq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(({ seq, body }) => ({ seq, indicators: uploadPartSchema.parse(JSON.parse(body)) }));
}

export async function dropUploadParts(trx: RegistryTransaction, id: string, toSeq: number): Promise<void> {
  await trx
    .deleteFrom('indicator_upload_part')
    .where('upload_id', '=', id)
    .where('seq', '<=', toSeq)
    .execute();
}
