/**
 * Enrolment of an agent: a join token and a key become an identity. Errors carry a protocol code (error.ts of the
 * protocol), by which the agent decides; a peer never learns why its token does not hold.
 */
import { verify, type KeyObject } from 'node:crypto';
import type { RouteShorthandOptions } from 'fastify';
import { decodePublicKey } from '../../protocol/agent-key.ts';
import { ProtocolError, type ErrorCode } from '../../protocol/error.ts';
import {
  enrolErrorSchema,
  enrolRequestSchema,
  enrolResponseSchema,
  type EnrolRequest,
} from '../../protocol/enrol.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { servedFingerprint } from '../../ingest/served-certificate.ts';
import { enrolBytes } from '../../protocol/signing.ts';
import { ENROL_PATH } from '../../protocol/version.ts';
import { noteRefusal } from '../../registry/enrol-refusals.ts';
import { enrolAgent, type EnrolFault } from '../../registry/enrolment.ts';
import type { RefusalReason } from '../../rollout/refusal-reason.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { toApiError } from '../errors.ts';
import { rateLimit } from '../rate-limit.ts';

const BODY_BYTES_MAX = 16_384;

/** HTTP statuses of the codes this route answers with; any other is our own fault. */
const STATUS: Partial<Record<ErrorCode, number>> = {
  'bad-frame': 400,
  'bad-proof': 401,
  'bad-token': 403,
  revoked: 403,
  'too-large': 413,
  'too-many-requests': 429,
  'storage-unavailable': 503,
};

/**
 * One public code for every way a token fails; a revoked key is told to its holder. `reason`: the host holds the token's secret, so what
 * it says of itself is kept.
 */
const FAULTS: Record<EnrolFault, { code: ErrorCode; message: string; reason?: RefusalReason }> = (() => {
  const token = {
    code: 'bad-token',
    message: 'this join token does not admit: ask for a new one (vonggac join-token create)',
  } as const;
  return {
    unknown: token,
    'wrong-secret': token,
    revoked: { ...token, reason: 'token-revoked' },
    expired: { ...token, reason: 'token-expired' },
    'used-up': { ...token, reason: 'token-used-up' },
    'key-in-use': {
      code: 'bad-token',
      message: 'this key enrolled with another join token: enrol with a new key',
      reason: 'key-in-use',
    },
    'key-revoked': {
      code: 'revoked',
      message: 'this agent was revoked: enrol with a new key',
      reason: 'key-revoked',
    },
  };
})();

/** Base64 in its one canonical form, of so many bytes. */
function bytesOf(base64: string, bytes: number, what: string): Buffer {
  const raw = Buffer.from(base64, 'base64');
  if (raw.length === bytes && raw.toString('base64') === base64) return raw;
  throw new ProtocolError('bad-frame', `${what} is not base64 of ${bytes} bytes`);
}

function keyOf(publicKey: string): KeyObject {
  bytesOf(publicKey, 32, 'publicKey');
  try {
    return decodePublicKey(publicKey);
  } catch (error) {
    throw new ProtocolError('bad-frame', 'publicKey is not an Ed25519 key', { cause: error });
  }
}

function checkProof(request: EnrolRequest, collectorFingerprint: string): void {
  const key = keyOf(request.publicKey);
  const signature = bytesOf(request.signature, 64, 'signature');
  if (!/^[A-Za-z0-9_-]+$/.test(request.tokenId)) throw new ProtocolError('bad-frame', 'tokenId is malformed');
  const { tokenId } = request;
  const signed = enrolBytes({ publicKey: request.publicKey, tokenId, collectorFingerprint });
  if (verify(null, signed, key, signature)) return;
  throw new ProtocolError(
    'bad-proof',
    'the signature does not match: the agent saw another certificate than this collector shows, or holds another key',
  );
}

function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const { code, message, field, statusCode } = toApiError(error);
  if (code === 'too-large' || code === 'too-many-requests' || code === 'storage-unavailable') {
    return new ProtocolError(code, message, { cause: error });
  }
  if (statusCode < 500) {
    const where = field === undefined ? '' : `${field}: `;
    return new ProtocolError('bad-frame', `${where}${message}`.slice(0, LIMITS.shortStringMax), {
      cause: error,
    });
  }
  return new ProtocolError('server-error', message, { cause: error });
}

/** Answers errors of routes for hosts that have no identity yet, in the protocol's form, and counts them. */
export const refuseEnrolment =
  (deps: Pick<ApiDependencies, 'emit'>): NonNullable<RouteShorthandOptions['errorHandler']> =>
  (error, request, reply) => {
    const { code, message, cause } = toProtocolError(error);
    deps.emit('enrol.refused', { code });
    if (code === 'server-error' || code === 'storage-unavailable')
      request.log.error({ err: cause ?? error }, 'an enrolment failed');
    void reply.code(STATUS[code] ?? 500).send({ error: { code, message } });
  };

export function addEnrolRoute(app: ApiServer, deps: ApiDependencies): void {
  app.post(
    ENROL_PATH,
    {
      config: { access: 'enrol', ...rateLimit(deps.limits.enrolmentsPerMinute) },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        summary: 'Enrol an agent with a join token',
        body: enrolRequestSchema,
        response: { 200: enrolResponseSchema, '4xx': enrolErrorSchema, '5xx': enrolErrorSchema },
      },
      errorHandler: refuseEnrolment(deps),
    },
    async (request) => {
      checkProof(request.body, servedFingerprint(request.raw.socket) ?? deps.tls.current.fingerprint);
      const outcome = await enrolAgent(deps.registry, request.body, request.ip);
      if (!outcome.ok) {
        const { code, message, reason } = FAULTS[outcome.fault];
        const { tokenId } = request.body;
        request.log.warn({ fault: outcome.fault, tokenId, ip: request.ip }, 'an enrolment was refused');
        if (reason !== undefined) {
          const said = { ...request.body.host, tokenId, reason, address: request.ip };
          if (!(await noteRefusal(deps.registry, said))) deps.emit('enrol.refusal-unkept', {});
        }
        throw new ProtocolError(code, message);
      }
      deps.emit('enrol.accepted', { agentId: outcome.agentId });
      const { agentId, agencyName, pending } = outcome;
      return pending ? { agentId, agencyName, pending } : { agentId, agencyName };
    },
  );
}
