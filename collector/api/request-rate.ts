/**
 * How many requests there may be in a minute: of each person and token together, however many connections they have, and
 * of an address that proves nobody's identity. What is beyond is refused with the time to wait.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addressGroup } from '../ingest/address.ts';
import type { ApiDependencies, ApiServer } from './dependencies.ts';
import { ApiError } from './errors.ts';

export interface RequestRate {
  /** @throws ApiError too-many-requests */
  known(request: FastifyRequest, reply: FastifyReply): Promise<void>;
  /** @throws ApiError too-many-requests */
  unknown(request: FastifyRequest, reply: FastifyReply): Promise<void>;
}

const MINUTE_MS = 60_000;

export function requestRate(app: ApiServer, { limits }: Pick<ApiDependencies, 'limits'>): RequestRate {
  const limiter = (max: number, keyGenerator: (request: FastifyRequest) => string): RequestRate['known'] => {
    const take = app.createRateLimit({ max, timeWindow: MINUTE_MS, keyGenerator });
    return async (request, reply) => {
      const taken = await take(request);
      if (taken.isAllowed || !taken.isExceeded) return;
      reply.header('retry-after', String(Math.max(1, taken.ttlInSeconds)));
      throw new ApiError('too-many-requests');
    };
  };
  return {
    known: limiter(limits.requestsPerMinute, ({ principal }) => principal?.actor ?? ''),
    unknown: limiter(limits.refusedPerMinute, ({ ip }) => addressGroup(ip)),
  };
}
