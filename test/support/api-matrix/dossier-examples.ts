/** Example requests of dossiers, their papers and attestations. */
import type { RouteExample } from './examples.ts';

const TABLE = (mark: string): Buffer =>
  Buffer.from(`Tên HTTT;Cấp độ;Tình trạng\r\nmore of ${mark};1;Dự thảo\r\n`);

export const DOSSIER_EXAMPLES: Readonly<Record<string, RouteExample>> = {
  'GET /api/v1/systems/:id/dossiers': { ask: ({ systemId }) => ({ params: { id: systemId } }) },
  'POST /api/v1/systems/:id/dossiers': {
    ask: ({ systemId }) => ({ params: { id: systemId }, body: { proposedLevel: 3 } }),
    own: 201,
  },
  'GET /api/v1/dossiers/:id': { ask: ({ dossierId }) => ({ params: { id: dossierId } }) },
  'PATCH /api/v1/dossiers/:id': {
    ask: ({ dossierId }) => ({ params: { id: dossierId }, body: { status: 'submitted', reason: 'sent' } }),
  },
  'GET /api/v1/dossiers/:id/history': { ask: ({ dossierId }) => ({ params: { id: dossierId } }) },
  'GET /api/v1/dossiers/:id/answers': {
    ask: ({ dossierId }) => ({ params: { id: dossierId } }),
    alike: 'nothing was answered on either side',
  },
  'POST /api/v1/dossiers/:id/answers': {
    ask: ({ dossierId }) => ({ params: { id: dossierId }, body: { answers: { kinds: ['other'] } } }),
  },
  'GET /api/v1/compliance/dossier-findings': {},
  'GET /api/v1/compliance/dossier-deadlines': {},
  'GET /api/v1/agencies/:id/offices': { ask: ({ agencyId }) => ({ params: { id: agencyId } }) },
  'PATCH /api/v1/agencies/:id/offices/:role': {
    ask: ({ agencyId }) => ({ params: { id: agencyId, role: 'owner' }, body: { phone: '0296 1' } }),
  },
  'GET /api/v1/compliance/mau-08': { ask: ({ agencyId }) => ({ query: { agencyId, day: '2026-12-14' } }) },
  'POST /api/v1/compliance/mau-08/confirm': {
    ask: ({ agencyId }) => ({ body: { agencyId, year: 2026 } }),
    own: 201,
  },
  'GET /api/v1/compliance/documents': { ask: ({ systemId }) => ({ query: { systemId } }) },
  'POST /api/v1/compliance/documents': {
    ask: ({ systemId, mark }) => ({
      query: { systemId, name: 'a.txt' },
      type: 'application/octet-stream',
      body: Buffer.from(mark),
    }),
    own: 201,
  },
  'GET /api/v1/compliance/documents/:id': { ask: ({ paperId }) => ({ params: { id: paperId } }) },
  'POST /api/v1/compliance/documents/:id/delete': {
    ask: ({ sparePaperId }) => ({ params: { id: sparePaperId }, body: { reason: 'wrong' } }),
    own: 204,
  },
  'GET /api/v1/compliance/dossier-imports': {},
  'POST /api/v1/compliance/dossier-imports': {
    ask: ({ agencyId, mark }) => ({
      query: { agencyId, name: 'a.csv' },
      type: 'application/octet-stream',
      body: TABLE(mark),
    }),
  },
  'POST /api/v1/compliance/dossier-imports/:id/undo': {
    ask: ({ dossierImportId }) => ({ params: { id: dossierImportId } }),
  },
  'GET /api/v1/compliance/attestations': {},
  'GET /api/v1/compliance/attestations/:id': {
    ask: ({ complianceAttestationId }) => ({ params: { id: complianceAttestationId } }),
  },
  'GET /api/v1/compliance/attestations/:id/history': {
    ask: ({ complianceAttestationId }) => ({ params: { id: complianceAttestationId } }),
    alike: 'the same people did the same on both sides',
  },
  'POST /api/v1/compliance/attestations': {
    ask: ({ systemId }) => ({
      body: { systemId, controls: ['GV-01'], statement: 'done', signer: 'An', signedOn: '2026-11-20' },
    }),
    own: 201,
  },
  'POST /api/v1/compliance/attestations/:id/decide': {
    ask: ({ complianceAttestationId }) => ({
      params: { id: complianceAttestationId },
      body: { decision: 'reject', reason: 'no' },
    }),
  },
};
