/** Whom this site takes bundles from. Invariant: a change of trust is in the audit trail, with the keys before and after. */
import { z } from 'zod';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface Publisher {
  name: string;
  /** Public keys, `ed25519:...`. */
  keys: readonly string[];
  /** So many of them must have signed. */
  threshold: number;
  addedMs: number;
  addedBy: string;
}

const PUBLISHERS_MAX = 100;
const keysSchema = z.array(z.string());

export async function listPublishers(db: RegistryDb): Promise<readonly Publisher[]> {
  const rows = await db
    .selectFrom('bundle_publisher')
    .select(['name', 'keys', 'threshold', 'added_ms', 'added_by'])
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    name: row.name,
    keys: keysSchema.parse(JSON.parse(row.keys)),
    threshold: row.threshold,
    addedMs: row.added_ms,
    addedBy: row.added_by,
  }));
}

export async function findPublisher(db: RegistryDb, name: string): Promise<Publisher | undefined> {
  return (await listPublishers(db)).find((publisher) => publisher.name === name);
}

/** Trusts the publisher with these keys from now on, in place of those before. @throws RefusalError bundle-publishers-full */
export async function trustPublisher(
  registry: Registry,
  { name, keys, threshold }: Pick<Publisher, 'name' | 'keys' | 'threshold'>,
  by: { actor: string },
): Promise<void> {
  const nowMs = registry.now();
  const row = { keys: JSON.stringify(keys), threshold, added_ms: nowMs, added_by: by.actor };
  await registry.db.transaction().execute(async (trx) => {
    const all = await listPublishers(trx);
    const before = all.find((publisher) => publisher.name === name);
    if (before === undefined && all.length >= PUBLISHERS_MAX)
      throw new RefusalError(
        'bundle-publishers-full',
        name,
        `at most ${PUBLISHERS_MAX} publishers are trusted`,
      );
    await trx
      .insertInto('bundle_publisher')
      .values({ name, ...row })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'bundle.trust',
      target: `bundle-publisher:${name}`,
      detail: {
        keys,
        threshold,
        before: before === undefined ? null : { keys: before.keys, threshold: before.threshold },
      },
    });
  });
}

/** @throws RefusalError bundle-publisher-unknown */
export async function distrustPublisher(
  registry: Registry,
  name: string,
  by: { actor: string },
): Promise<void> {
  const nowMs = registry.now();
  await registry.db.transaction().execute(async (trx) => {
    const before = await findPublisher(trx, name);
    if (before === undefined)
      throw new RefusalError('bundle-publisher-unknown', name, `${name} is no trusted publisher of bundles`);
    await trx.deleteFrom('bundle_publisher').where('name', '=', name).execute();
    await writeAudit(trx, nowMs, {
      actor: by.actor,
      action: 'bundle.distrust',
      target: `bundle-publisher:${name}`,
      detail: { keys: before.keys, threshold: before.threshold },
    });
  });
}
