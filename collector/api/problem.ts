/**
 * How the API says that something went wrong: RFC 9457 problem details, the same for every route. Decide by `code`;
 * `detail` is for people, `requestId` finds the collector's own log.
 */
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import type { errorSchema } from './contract.ts';
import { API_ERRORS, type ApiError } from './errors.ts';

export const PROBLEM_TYPE = 'application/problem+json';
/** RFC 6750: what a script that is refused may send. No browser asks a person for it. */
const CHALLENGE = 'Bearer realm="vonggac"';
/** When to ask again, where nobody knows better. */
const RETRY_SECONDS = 2;

/** The same request may well be answered later. */
const isPassing = (status: number): boolean => status === 429 || status === 503;

export function problemOf(error: ApiError, requestId: string): z.infer<typeof errorSchema> {
  const { code, message, field, faults, reason, about } = error;
  const { status, message: title } = API_ERRORS[code];
  return {
    type: `urn:vonggac:problem:${code}`,
    title,
    status,
    detail: message,
    code,
    requestId,
    ...(reason === undefined ? {} : { reason }),
    ...(about === undefined ? {} : { about }),
    ...(field === undefined ? {} : { field }),
    ...(faults.length > 1 ? { errors: [...faults] } : {}),
  };
}

export function sendProblem(reply: FastifyReply, error: ApiError, requestId: string): FastifyReply {
  if (error.statusCode === 401) reply.header('www-authenticate', CHALLENGE);
  if (isPassing(error.statusCode) && !reply.hasHeader('retry-after'))
    reply.header('retry-after', String(RETRY_SECONDS));
  // A route may already have said what it would have answered with.
  return reply.code(error.statusCode).type(PROBLEM_TYPE).send(problemOf(error, requestId));
}
