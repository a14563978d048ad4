/**
 * The bundles this site took. Invariant: of a stream no bundle is taken whose serial is not above all that were, so an old
 * one, rightly signed, cannot bring back what a newer one mended.
 */
import { z } from 'zod';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface BundleIdentity {
  publisher: string;
  stream: string;
  serial: number;
  /** SHA-256 of the signed list of files, lower-case hex. */
  digest: string;
}

export interface TakenBundle extends BundleIdentity {
  title: string;
  createdMs: number;
  files: number;
  bytes: number;
  takenMs: number;
  takenBy: string;
  /** By kind of content. */
  outcome: Record<string, unknown>;
}

const LIST_MAX = 1_000;
const outcomeSchema = z.record(z.string(), z.unknown());

/** Newest first. */
export async function listTaken(db: RegistryDb, limit = LIST_MAX): Promise<readonly TakenBundle[]> {
  const rows = await db
    .selectFrom('bundle_taken')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(Math.min(limit, LIST_MAX))
    .execute();
  return rows.map((row) => ({
    publisher: row.publisher,
    stream: row.stream,
    serial: row.serial,
    digest: row.digest,
    title: row.title,
    createdMs: row.created_ms,
    files: row.files,
    bytes: row.bytes,
    takenMs: row.taken_ms,
    takenBy: row.taken_by,
    outcome: outcomeSchema.parse(JSON.parse(row.outcome)),
  }));
}

/**
 * Whether it may be taken: `new`, or `again` when just this one was the last.
 * @throws RefusalError bundle-rolled-back
 */
export async function checkSerial(
  db: RegistryDb,
  { publisher, stream, serial, digest }: BundleIdentity,
): Promise<'new' | 'again'> {
  const newest = await db
    .selectFrom('bundle_taken')
    .select(['serial', 'digest'])
    .where('publisher', '=', publisher)
    .where('stream', '=', stream)
    .orderBy('serial', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest === undefined || newest.serial < serial) return 'new';
  if (newest.serial === serial && newest.digest === digest) return 'again';
  throw new RefusalError(
    'bundle-rolled-back',
    `${publisher}/${stream}`,
    newest.serial === serial
      ? `another bundle ${serial} of ${publisher}/${stream} was taken before; ask the publisher which one is right`
      : `bundle ${newest.serial} of ${publisher}/${stream} was taken before; ${serial} is older`,
  );
}

/** Written when all of its content is in. @throws RefusalError bundle-rolled-back when another came meanwhile */
export async function recordTaken(
  registry: Registry,
  bundle: Omit<TakenBundle, 'takenMs' | 'takenBy'>,
  by: { actor: string },
): Promise<void> {
  const nowMs = registry.now();
  const { publisher, stream, serial, digest, outcome } = bundle;
  await registry.db.transaction().execute(async (trx) => {
    const seen = await checkSerial(trx, bundle);
    const row = {
      publisher,
      stream,
      serial,
      digest,
      title: bundle.title,
      created_ms: bundle.createdMs,
      files: bundle.files,
      bytes: bundle.bytes,
      taken_ms: nowMs,
      taken_by: by.actor,
      outcome: JSON.stringify(outcome),
    };
    if (seen === 'new') await trx.insertInto('bundle_taken').values(row).execute();
    else
      await trx
        .updateTable('bundle_taken')
        .set({ taken_ms: nowMs, taken_by: by.actor, outcome: row.outcome })
        .where('publisher', '=', publisher)
        .where('stream', '=', stream)
        .where('serial', '=', serial)
        .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'bundle.take',
      target: `bundle:${publisher}/${stream}/${serial}`,
      detail: { digest, files: bundle.files, outcome },
    });
  });
}
