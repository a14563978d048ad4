/**
 * A host on which no agent can run says so, with the join token that it was to enrol with. Invariants: nothing is kept of who does not hold
 * a token that admits, and nobody learns why one does not; what is kept is bounded (registry/enrol-refusals.ts) and counted.
 */
import { z } from 'zod';
import { ProtocolError } from '../../protocol/error.ts';
import { enrolErrorSchema } from '../../protocol/enrol.ts';
import { parseJoinToken } from '../../protocol/join-token.ts';
import { noteRefusal } from '../../registry/enrol-refusals.ts';
import { admits } from '../../registry/join-tokens.ts';
import { REFUSAL_PATH } from '../../rollout/install-commands.ts';
import { UNFIT_REASONS } from '../../rollout/refusal-reason.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { rateLimit } from '../rate-limit.ts';
import { refuseEnrolment } from './enrol.ts';

const BODY_BYTES_MAX = 4_096;

/** One line without control characters, as a host's own word is shown to people. */
const word = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    // eslint-disable-next-line no-control-regex -- control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/);

export const toldRefusalSchema = z.strictObject({
  token: z.string().max(256),
  reason: z.enum(UNFIT_REASONS),
  hostname: word(255).min(1),
  osName: word(128).default(''),
  osVersion: word(128).default(''),
  arch: word(32).default(''),
});

export function addEnrolRefusalRoute(app: ApiServer, deps: ApiDependencies): void {
  app.post(
    REFUSAL_PATH,
    {
      config: { access: 'enrol', ...rateLimit(deps.limits.enrolmentsPerMinute) },
      bodyLimit: BODY_BYTES_MAX,
      schema: {
        summary: 'Say, with a join token, that no agent can run on this host',
        body: toldRefusalSchema,
        response: { 204: z.null(), '4xx': enrolErrorSchema, '5xx': enrolErrorSchema },
      },
      errorHandler: refuseEnrolment(deps),
    },
    async (request, reply) => {
      const { token: text, ...said } = request.body;
      const token = parseJoinToken(text);
      const { registry } = deps;
      if (token === undefined || !(await admits(registry, token)))
        throw new ProtocolError('bad-token', 'this join token does not admit: ask for a new one');
      const kept = await noteRefusal(registry, { ...said, tokenId: token.id, address: request.ip });
      if (!kept) deps.emit('enrol.refusal-unkept', {});
      return reply.code(204).send(null);
    },
  );
}
