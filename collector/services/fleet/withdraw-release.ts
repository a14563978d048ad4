/** A release is withdrawn, and its payloads leave the disk with it, but for those that another one that is kept needs. Done again, it does no harm. */
import type { Registry } from '../../registry/database.ts';
import { type KeptRelease, listReleases, withdrawRelease } from '../../registry/updates/releases.ts';
import { partsOf } from '../../release/release-folder.ts';
import type { PayloadStore } from './payload-store.ts';

/** @throws RefusalError release-unknown, release-in-use */
export async function withdrawWithPayloads(
  registry: Registry,
  payloads: Pick<PayloadStore, 'remove'>,
  version: string,
  actor: string,
): Promise<KeptRelease> {
  const withdrawn = await withdrawRelease(registry, version, actor);
  const kept = (await listReleases(registry.db)).filter(({ state }) => state === 'kept');
  const needed = new Set(kept.flatMap(({ body }) => partsOf(body).map(({ sha256 }) => sha256)));
  for (const { sha256 } of partsOf(withdrawn.body)) if (!needed.has(sha256)) payloads.remove(sha256);
  return withdrawn;
}
