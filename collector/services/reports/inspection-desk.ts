/** Inspection packs made and put on record. Invariant: who has the files' hashes from the audit trail knows whether a pack is the one made here. */
import { MANIFEST, type PackFile, packFiles, sha256 } from '../../report/inspection/pack-files.ts';
import { writeAudit } from '../../registry/audit.ts';
import type { Registry } from '../../registry/database.ts';
import { buildPack, type PackReader } from '../../registry/inspection/build-pack.ts';
import type { PackWanted } from '../../registry/inspection/pack-reach.ts';

export interface MadePack {
  /** e.g. `ho-so-kiem-tra-system-3-2026-12-14` */
  name: string;
  /** The manifest last. */
  files: PackFile[];
  /** SHA-256 of the manifest, which names the hashes of all other files. */
  manifestSha256: string;
}

/** @throws RefusalError agency-unknown, system-unknown, date-invalid */
export async function makePack(
  registry: Registry,
  wanted: PackWanted,
  reader: PackReader,
): Promise<MadePack> {
  const pack = await buildPack(registry, wanted, reader);
  const files = packFiles(pack);
  const manifestSha256 = sha256(files.find(({ name }) => name === MANIFEST)?.text ?? '');
  const { kind, id, asOf, masked } = pack;
  await writeAudit(registry.db, registry.now(), {
    actor: reader.actor,
    action: 'inspection.pack',
    target: `${kind}:${id}`,
    detail: { asOf, masked, files: files.length, manifest: manifestSha256 },
  });
  return { name: `ho-so-kiem-tra-${kind}-${id}-${asOf}`, files, manifestSha256 };
}
