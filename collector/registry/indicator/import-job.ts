/** Takes a file that was read into the register, some of its parts a step. */
import { z } from 'zod';
import type { RegistryDb, RegistryTransaction } from '../database.ts';
import type { JobPreview, StepOutcome } from '../jobs.ts';
import { lastIndicatorId } from './changes.ts';
import { compareIndicators, importIndicators, NO_COUNTS, type IndicatorCounts } from './import-indicators.ts';
import { dropUpload, dropUploadParts, PART_INDICATORS, readUpload, readUploadParts } from './uploads.ts';

export const IMPORT_KIND = 'indicator-import';
const SAMPLE_MAX = 20;
/** Of a step: in a register of a million a part takes some ten milliseconds, and nobody else has a turn meanwhile. */
const PARTS_MAX = 2;

export const importParamsSchema = z.strictObject({
  uploadId: z.uuid(),
  /** What the file is called by who brought it. */
  name: z.string().max(255),
  actor: z.string(),
});
export type ImportParams = z.infer<typeof importParamsSchema>;

/** `afterId`: the last indicator before it. */
const cursorSchema = z.object({ seq: z.int(), afterId: z.int().optional() }).nullable();
const reportSchema = z.object({ refusedCount: z.number(), refusals: z.array(z.unknown()) });

/** Of where an import is: what it brought comes behind that one. */
export function importedAfter(cursor: unknown): number | undefined {
  return cursorSchema.parse(cursor)?.afterId;
}

export async function previewImport(db: RegistryDb, { uploadId }: ImportParams): Promise<JobPreview> {
  const { indicators, report } = await readUpload(db, uploadId);
  const { refusedCount, refusals } = reportSchema.parse(report);
  return {
    total: indicators,
    changes: indicators,
    skipped: refusedCount === 0 ? {} : { refused: refusedCount },
    sample: refusals.slice(0, SAMPLE_MAX),
    needsApproval: [],
  };
}

/** Reads outside of the transaction what the step takes. */
export async function importStep(
  db: RegistryDb,
  { uploadId, actor }: ImportParams,
  { cursor, rowsMax, nowMs }: { cursor: unknown; rowsMax: number; nowMs: number },
): Promise<(trx: RegistryTransaction) => Promise<StepOutcome>> {
  const place = cursorSchema.parse(cursor) ?? { seq: -1, afterId: await lastIndicatorId(db) };
  const { seq: afterSeq, afterId } = place;
  const parts = await readUploadParts(
    db,
    uploadId,
    afterSeq,
    Math.min(PARTS_MAX, Math.max(1, Math.floor(rowsMax / PART_INDICATORS))),
  );
  const last = parts.at(-1);
  return async (trx) => {
    if (last === undefined) {
      await dropUpload(trx, uploadId);
      return { cursor: place, done: 0, changed: 0, isEnd: true };
    }
    const counts: IndicatorCounts = { ...NO_COUNTS };
    let done = 0;
    for (const { indicators } of parts) {
      add(counts, await importIndicators(trx, indicators, { actor, nowMs }));
      done += indicators.length;
    }
    await dropUploadParts(trx, uploadId, last.seq);
    const { added, updated, unchanged, expired, retired } = counts;
    const skipped = Object.fromEntries(
      Object.entries({ unchanged, expired, retired }).filter(([, count]) => count > 0),
    );
    return { cursor: { seq: last.seq, afterId }, done, changed: added + updated, skipped, isEnd: false };
  };
}

function add(sum: IndicatorCounts, counts: IndicatorCounts): void {
  sum.added += counts.added;
  sum.updated += counts.updated;
  sum.unchanged += counts.unchanged;
  sum.expired += counts.expired;
  sum.retired += counts.retired;
}

/** What taking a part would come to, added to what the parts before would. */
export async function countPart(
  db: RegistryDb,
  sum: IndicatorCounts,
  indicators: Parameters<typeof compareIndicators>[1],
  nowMs: number,
): Promise<void> {
  add(sum, (await compareIndicators(db, indicators, nowMs)).counts);
}
