/** Dossiers of one side of the tree with what belongs to them. */
import { proposeAttestation } from '../../../collector/registry/compliance/attestations.ts';
import { addDocument } from '../../../collector/registry/compliance/documents.ts';
import { importDossiers } from '../../../collector/registry/compliance/dossier-import.ts';
import { createDossier } from '../../../collector/registry/compliance/dossiers.ts';
import { setOffice } from '../../../collector/registry/compliance/offices.ts';
import { scopeOfAgency } from '../../../collector/registry/agencies.ts';
import type { Registry } from '../../../collector/registry/database.ts';

export async function makeDossiers(
  registry: Registry,
  { mark, agencyId, systemId }: { mark: string; agencyId: number; systemId: number },
) {
  const scope = await scopeOfAgency(registry.db, agencyId);
  const by = { actor: 'user:test', scope, agencyId, approves: true, operates: false, assesses: true };
  const facts = { proposedLevel: 2, expectedApprovalOn: '2026-12-01', note: `note of ${mark}` };
  const { id: dossierId } = await createDossier(registry, systemId, facts, by);
  await setOffice(registry, agencyId, 'owner', { name: `office of ${mark}` }, by);
  const [paperId, sparePaperId] = [registry.random(16).toString('hex'), registry.random(16).toString('hex')];
  for (const id of [paperId, sparePaperId]) {
    const file = {
      id,
      bytes: mark.length,
      sha256: '0'.repeat(64),
      crc32: 0,
      type: 'text/plain',
      scan: 'clean' as const,
    };
    const wanted = { file, name: `paper-of-${mark}.txt`, kind: 'other' as const };
    await addDocument(registry, { systemId, agencyId: null }, wanted, by);
  }
  const { id: attestationId } = await proposeAttestation(
    registry,
    {
      kind: 'own',
      systemId,
      controls: ['GV-01'],
      statement: `statement of ${mark}`,
      documents: [paperId],
      signer: mark,
      signedOn: '2026-11-20',
      fourEyes: true,
    },
    by,
  );
  const bytes = Buffer.from(`Tên HTTT;Cấp độ;Tình trạng\r\nimported of ${mark};1;Dự thảo\r\n`);
  const done = await importDossiers(
    registry,
    { bytes, name: `table-of-${mark}.csv`, columns: {}, skipBad: false, dryRun: false },
    by,
  );
  return {
    dossierId,
    paperId,
    sparePaperId,
    complianceAttestationId: attestationId,
    dossierImportId: done.id ?? 0,
  };
}
