/** Attestations: proposed by who answers for a system, decided by a second person who does not run it. */
import { z } from 'zod';
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
import { isoTime } from '../../registry/iso-time.ts';
import { holds } from '../access.ts';
import {
  attestationBodySchema,
  attestationDecisionSchema,
  attestationHistorySchema,
  attestationPageSchema,
  attestationQuery,
  attestationSchema,
} from '../contract-attestations.ts';
import { idParams } from '../contract-dossiers.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { toAttestationView } from '../dossier-view.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;
const ERRORS = { '4xx': errorSchema } as const;
const cursor = cursorCodec('attestations', z.strictObject({ id: z.int() }));

/** A machine proposes at most. */
function byOf(principal: Principal): AttestationBy {
  const { actor, scope, agencyId, role, kind } = principal;
  const assesses = kind === 'user' && holds(principal, 'compliance:approve');
  return { actor, scope, agencyId, operates: role === 'agency-operator', assesses };
}

export function addAttestationRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addActing(app, deps);
}

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/compliance/attestations',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Attestations, the newest first; `dueBefore` for those that are due again',
        querystring: attestationQuery,
        response: { 200: attestationPageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { limit, after, ...filter } = request.query;
      const found = await pageAttestations(registry.db, principalOf(request).scope, filter, {
        limit: limit + 1,
        beforeId: after === undefined ? undefined : cursor.decode(after).id,
      });
      const attestations = found.slice(0, limit).map(toAttestationView);
      const last = attestations.at(-1);
      const next = found.length > limit && last !== undefined ? cursor.encode({ id: last.id }) : null;
      return { attestations, next };
    },
  );
  app.get(
    '/compliance/attestations/:id',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'One attestation; its ETag is its version',
        params: idParams,
        response: { 200: attestationSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const kept = await findAttestation(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, kept.version);
      return toAttestationView(kept);
    },
  );
  app.get(
    '/compliance/attestations/:id/history',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Who proposed, decided and withdrew an attestation, the oldest act first',
        params: idParams,
        response: { 200: attestationHistorySchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const acts = await readAttestationHistory(registry.db, request.params.id, scope);
      return { acts: acts.map(({ atMs, ...act }) => ({ ...act, at: isoTime(atMs) })) };
    },
  );
}

function addActing(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/compliance/attestations',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Attest requirements of a system or an agency; with four eyes a second person accepts it',
        body: attestationBodySchema,
        response: { 201: attestationSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const kept = await proposeAttestation(registry, request.body, byOf(principalOf(request)));
      sendVersion(reply, kept.version);
      return reply.code(201).send(toAttestationView(kept));
    },
  );
  app.post(
    '/compliance/attestations/:id/decide',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary:
          'Accept or reject (compliance:approve, not who proposed it, not who runs the system: GV-04), or withdraw',
        params: idParams,
        body: attestationDecisionSchema,
        response: { 200: attestationSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const by = byOf(principalOf(request));
      const wanted = { ...request.body, version: versionWanted(request) };
      const kept = await decideAttestation(registry, request.params.id, wanted, by);
      sendVersion(reply, kept.version);
      return toAttestationView(kept);
    },
  );
}
