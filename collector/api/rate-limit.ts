/** The per-route setting of the rate limit: so many requests per minute and client. */
import type { RateLimitOptions } from '@fastify/rate-limit';
import { addressGroup } from '../ingest/address.ts';
import { ApiError } from './errors.ts';

export function rateLimit(perMinute: number): { rateLimit: RateLimitOptions } {
  return {
    rateLimit: {
      max: perMinute,
      timeWindow: 60_000,
      keyGenerator: (request) => addressGroup(request.ip),
      errorResponseBuilder: () => new ApiError('too-many-requests'),
    },
  };
}
