/** Attestations from the command line. Deciding takes a person of the control plane, as over the API. */
import { z } from 'zod';
import {
  attestationBodySchema,
  attestationDecisionSchema,
  attestationHistorySchema,
  attestationPageSchema,
  attestationQuery,
  attestationSchema,
} from '../../api/contract-attestations.ts';
import { toAttestationView } from '../../api/dossier-view.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import {
  findAttestation,
  pageAttestations,
  readAttestationHistory,
} from '../../registry/compliance/attestation-book.ts';
import {
  type AttestationBy,
  decideAttestation,
  proposeAttestation,
} from '../../registry/compliance/attestations.ts';
import type { Registry } from '../../registry/database.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { defineOperation } from './operation.ts';
import { personOf, personSchema } from './response.ts';

const ALL = { kind: 'all' } as const;
const id = z.int().min(1);

/** Who uses the local socket proposes; nobody knows who that is, so they assess nothing. */
async function proposerOf({ db }: Registry, actor: string): Promise<AttestationBy> {
  return { actor, scope: ALL, agencyId: await rootAgencyId(db), operates: false, assesses: false };
}

export const attestationList = defineOperation({
  name: 'attestation.list',
  needs: 'data',
  input: z.strictObject({ query: z.record(z.string().max(32), z.union([z.string().max(512), z.number()])) }),
  output: attestationPageSchema.pick({ attestations: true }),
  async run({ registry }, { query }) {
    const { limit, after: _after, ...filter } = attestationQuery.parse(query);
    const found = await pageAttestations(registry.db, ALL, filter, { limit });
    return { attestations: found.map(toAttestationView) };
  },
});

export const attestationShow = defineOperation({
  name: 'attestation.show',
  needs: 'data',
  input: z.strictObject({ id }),
  output: attestationSchema.extend(attestationHistorySchema.shape),
  async run({ registry }, wanted) {
    const kept = await findAttestation(registry.db, wanted.id, ALL);
    const acts = await readAttestationHistory(registry.db, wanted.id, ALL);
    return {
      ...toAttestationView(kept),
      acts: acts.map(({ atMs, ...act }) => ({ ...act, at: isoTime(atMs) })),
    };
  },
});

export const attestationPropose = defineOperation({
  name: 'attestation.propose',
  needs: 'data',
  input: attestationBodySchema.omit({ fourEyes: true }),
  output: attestationSchema,
  run: async ({ registry, actor }, wanted) =>
    toAttestationView(
      await proposeAttestation(registry, { ...wanted, fourEyes: true }, await proposerOf(registry, actor)),
    ),
});

export const attestationDecide = defineOperation({
  name: 'attestation.decide',
  needs: 'data',
  input: z.strictObject({
    id,
    decision: z.enum(['accept', 'reject', 'withdraw']),
    reason: z.string().trim().min(1).max(1_024).optional(),
    person: personSchema,
  }),
  output: attestationSchema,
  async run({ registry, actor }, { id: attestationId, person, ...wanted }) {
    const decision = attestationDecisionSchema.parse(wanted);
    const by = await personOf(registry, person, 'compliance:approve', actor);
    // A role that approves never runs an agency's systems.
    const assessor: AttestationBy = { ...by, operates: false, assesses: true };
    return toAttestationView(await decideAttestation(registry, attestationId, decision, assessor));
  },
});
