/**
 * Releases that this control plane keeps. They are checked as agents check them, so that a mistake is found here and not on
 * hosts; what agents believe does not depend on it. The first list of keys that comes is trusted, later ones follow it.
 */
import {
  signedTextSchema,
  type ReleaseBody,
  type RootsBody,
  type SignedText,
} from '../../protocol/release.ts';
import {
  followRoots,
  readRelease,
  readRoots,
  releaseDigest,
  ReleaseError,
} from '../../protocol/release-trust.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import type { ReleaseState } from '../tables/update.ts';

/** Withdrawn ones stay as a line, without their files. */
export const RELEASES_KEPT_MAX = 8;

export interface KeptRelease {
  version: string;
  counter: number;
  digest: string;
  bytes: number;
  state: ReleaseState;
  addedBy: string;
  addedMs: number;
  withdrawnBy: string | null;
  withdrawnMs: number | null;
  body: ReleaseBody;
  text: SignedText;
}

const parseText = (text: string): SignedText => signedTextSchema.parse(JSON.parse(text));

/** From the first on. */
export async function listRoots(db: RegistryDb): Promise<{ version: number; text: SignedText }[]> {
  const rows = await db.selectFrom('release_roots').select(['version', 'text']).orderBy('version').execute();
  return rows.map(({ version, text }) => ({ version, text: parseText(text) }));
}

/** Newest first. */
export async function listReleases(db: RegistryDb): Promise<KeptRelease[]> {
  const rows = await db.selectFrom('agent_release').selectAll().orderBy('counter', 'desc').execute();
  return rows.map((row) => {
    const text = parseText(row.text);
    return {
      version: row.version,
      counter: row.counter,
      digest: row.digest,
      bytes: row.bytes,
      state: row.state,
      addedBy: row.added_by,
      addedMs: row.added_ms,
      withdrawnBy: row.withdrawn_by,
      withdrawnMs: row.withdrawn_ms,
      // It was checked when it came.
      body: JSON.parse(text.body) as ReleaseBody,
      text,
    };
  });
}

/** @throws RefusalError release-unknown */
export async function findRelease(db: RegistryDb, version: string): Promise<KeptRelease> {
  const found = (await listReleases(db)).find((release) => release.version === version);
  if (found !== undefined) return found;
  throw new RefusalError('release-unknown', version, `release ${version} is not kept here`);
}

const invalid = (error: ReleaseError): RefusalError =>
  new RefusalError('release-invalid', error.code, `${error.code}: ${error.message}`, { cause: error });

/** @returns those that are new; the last one of all counts */
function nextRoots(
  known: readonly SignedText[],
  given: readonly SignedText[],
): { added: SignedText[]; inUse: RootsBody } {
  const [first, ...rest] = known.length > 0 ? known : given;
  if (first === undefined)
    throw new RefusalError('release-invalid', 'roots', 'no list of keys: it comes with the first release');
  const pinned = readRoots(first);
  const followed = followRoots(pinned, [...rest, ...given]);
  const newest = followed.at(-1);
  const added = [...(known.length > 0 ? [] : [first]), ...followed.slice(Math.max(0, known.length - 1))];
  return { added, inUse: newest === undefined ? pinned : (JSON.parse(newest.body) as RootsBody) };
}

/**
 * @param hasPayload whether a payload of that digest is on the disk, whole
 * @throws RefusalError release-invalid, release-known, release-full
 */
export async function addRelease(
  registry: Registry,
  given: { text: SignedText; roots: readonly SignedText[]; bytes: number },
  actor: string,
): Promise<KeptRelease> {
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const known = (await listRoots(trx)).map(({ text }) => text);
    const { release, added } = check(known, given);
    const releases = await listReleases(trx);
    const last = releases[0]?.counter ?? 0;
    if (release.counter <= last || releases.some(({ version }) => version === release.version))
      throw new RefusalError(
        'release-known',
        release.version,
        `release ${release.version} has number ${release.counter}; ${last} is kept already, or that version`,
      );
    if (releases.filter(({ state }) => state === 'kept').length >= RELEASES_KEPT_MAX)
      throw new RefusalError(
        'release-full',
        release.version,
        `${RELEASES_KEPT_MAX} releases are kept; withdraw one first`,
      );
    for (const text of added) {
      const { version } = JSON.parse(text.body) as RootsBody;
      await trx
        .insertInto('release_roots')
        .values({ version, text: JSON.stringify(text) })
        .execute();
      const detail = { version };
      await writeAudit(trx, atMs, {
        actor,
        action: 'release.roots',
        target: `release-roots:${version}`,
        detail,
      });
    }
    const digest = releaseDigest(given.text);
    await trx
      .insertInto('agent_release')
      .values({
        version: release.version,
        counter: release.counter,
        digest,
        text: JSON.stringify(given.text),
        bytes: given.bytes,
        state: 'kept',
        added_by: actor,
        added_ms: atMs,
      })
      .execute();
    const detail = { counter: release.counter, digest, bytes: given.bytes };
    await writeAudit(trx, atMs, {
      actor,
      action: 'release.add',
      target: `release:${release.version}`,
      detail,
    });
    return findRelease(trx, release.version);
  });
}

/** @throws RefusalError release-invalid */
function check(
  known: readonly SignedText[],
  { text, roots }: { text: SignedText; roots: readonly SignedText[] },
): { release: ReleaseBody; added: SignedText[] } {
  try {
    const { added, inUse } = nextRoots(known, roots);
    return { release: readRelease(text, inUse), added };
  } catch (error) {
    if (error instanceof ReleaseError) throw invalid(error);
    throw error;
  }
}

/** It is not offered any more; hosts that run it keep it. @throws RefusalError release-unknown, release-in-use */
export async function withdrawRelease(
  registry: Registry,
  version: string,
  actor: string,
): Promise<KeptRelease> {
  const atMs = registry.now();
  return registry.db.transaction().execute(async (trx) => {
    const found = await findRelease(trx, version);
    if (found.state === 'withdrawn') return found;
    const rollout = await trx
      .selectFrom('update_rollout')
      .select('id')
      .where('version', '=', version)
      .where('state', '!=', 'ended')
      .executeTakeFirst();
    if (rollout !== undefined)
      throw new RefusalError(
        'release-in-use',
        version,
        `release ${version} is being let out: end that first`,
      );
    await trx
      .updateTable('agent_release')
      .set({ state: 'withdrawn', withdrawn_by: actor, withdrawn_ms: atMs })
      .where('version', '=', version)
      .execute();
    await writeAudit(trx, atMs, { actor, action: 'release.withdraw', target: `release:${version}` });
    return findRelease(trx, version);
  });
}
