/**
 * Updates of agents, by agents: they ask and tell, and load payloads in ranges. Each request is signed with the agent's key and names
 * the certificate it saw. Invariants: so many loads at once, each held to a pace; whatever is refused is counted.
 */
import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { addressGroup } from '../../ingest/address.ts';
import { servedFingerprint } from '../../ingest/served-certificate.ts';
import { jsonOf } from '../../protocol/json-of.ts';
import { agentIdSchema } from '../../protocol/message-fields.ts';
import { isSignedBy, signatureSchema } from '../../protocol/signing-key.ts';
import { updateBytes } from '../../protocol/signing.ts';
import {
  AGENT_HEADER,
  PAYLOAD_PATH,
  SIGNATURE_HEADER,
  UPDATE_PATH,
  updateAnswerSchema,
  updateAskSchema,
  updateRequestSchema,
} from '../../protocol/update.ts';
import { findAgent } from '../../registry/agents.ts';
import { answerAsk } from '../../registry/updates/answer-ask.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { rateLimit } from '../rate-limit.ts';

const BODY_BYTES_MAX = 65_536;
/** Loads at once; the next is told to come back. */
const LOADS_MAX = 40;
const RETRY_AFTER_S = 60;

const RANGE = /^bytes=(\d{1,12})-$/;
const payloadParams = z.strictObject({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const callerSchema = z.object({ agentId: agentIdSchema, signature: signatureSchema });

/** An IPv4 address's /24, an IPv6 address's /64: hosts of one site mostly share it. */
export function networkOf(address: string): string {
  const group = addressGroup(address);
  const parts = group.split('.');
  return parts.length === 4 ? `${parts.slice(0, 3).join('.')}.0/24` : group;
}

type Deps = Pick<ApiDependencies, 'registry' | 'tls' | 'limits' | 'emit' | 'payloads'>;

/** @throws ApiError unauthenticated: nothing is said of why */
async function mustBeAgent(
  { registry, tls }: Deps,
  request: FastifyRequest,
  caller: { agentId: string; signature: string; sha256: string },
): Promise<void> {
  const { agentId, signature, sha256 } = caller;
  const agent = await findAgent(registry, agentId);
  const collectorFingerprint = servedFingerprint(request.raw.socket) ?? tls.current.fingerprint;
  const bytes = updateBytes({ agentId, collectorFingerprint, sha256 });
  if (agent?.state === 'active' && isSignedBy(agent.publicKey, bytes, signature)) return;
  throw new ApiError('unauthenticated');
}

export function addAgentUpdateRoutes(app: ApiServer, deps: Deps): void {
  const { registry, limits } = deps;
  app.post(
    UPDATE_PATH,
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'enrol', ...rateLimit(limits.enrolmentsPerMinute) },
      schema: {
        summary: 'An agent says how it stands with updates and asks what to take; signed with its key',
        body: updateRequestSchema,
        response: { 200: updateAnswerSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { agentId, ask: text, signature } = request.body;
      const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
      await mustBeAgent(deps, request, { agentId, signature, sha256 });
      const ask = updateAskSchema.safeParse(jsonOf(text));
      if (!ask.success) throw new ApiError('bad-request', { message: 'the question is not understood' });
      const answer = await answerAsk(registry, { agentId, ask: ask.data, network: networkOf(request.ip) });
      if (answer === undefined) throw new ApiError('unauthenticated');
      return answer;
    },
  );
  addPayloadRoute(app, deps);
}

function addPayloadRoute(app: ApiServer, deps: Deps): void {
  const { payloads, emit, limits } = deps;
  let loads = 0;
  app.get(
    `${PAYLOAD_PATH}/:sha256`,
    {
      config: { access: 'enrol', ...rateLimit(limits.enrolmentsPerMinute) },
      schema: {
        summary: 'A payload of a release, from a byte on (Range: bytes=N-); signed with the agent’s key',
        params: payloadParams,
        produces: ['application/octet-stream'],
        response: {
          200: z.unknown().describe('bytes'),
          206: z.unknown().describe('bytes'),
          '4xx': errorSchema,
        },
      },
    },
    async (request, reply) => {
      const { sha256 } = request.params;
      const caller = callerSchema.safeParse({
        agentId: request.headers[AGENT_HEADER],
        signature: request.headers[SIGNATURE_HEADER],
      });
      if (!caller.success) throw new ApiError('unauthenticated');
      await mustBeAgent(deps, request, { ...caller.data, sha256 });
      const bytes = payloads.bytesOf(sha256);
      if (bytes === undefined) throw new ApiError('not-found');
      const from = Number(RANGE.exec(request.headers.range ?? 'bytes=0-')?.[1] ?? bytes);
      if (from >= bytes) throw new ApiError('bad-request', { message: 'the payload ends before' });
      if (loads >= LOADS_MAX) {
        emit('payload.refused', {});
        reply.header('retry-after', RETRY_AFTER_S);
        throw new ApiError('too-many-requests');
      }
      loads += 1;
      let sent = 0;
      const content = payloads.read(sha256, from);
      content.on('data', (chunk) => (sent += chunk.length));
      reply.raw.once('close', () => {
        loads -= 1;
        content.destroy();
        emit('payload.sent', { bytes: sent });
      });
      return reply
        .code(from === 0 ? 200 : 206)
        .header('content-type', 'application/octet-stream')
        .header('content-length', bytes - from)
        .header('content-range', `bytes ${from}-${bytes - 1}/${bytes}`)
        .send(content);
    },
  );
}
