/** From what a request asks of a hunt to the hunt, within what the caller sees; and what is wrong with one, as the API says it. */
import type { FastifyReply } from 'fastify';
import { HuntQueryError } from '../hunt/hunt-query.ts';
import { HuntRuleError } from '../hunt/hunt-rule.ts';
import { HuntTooWideError } from '../hunt/run-hunt.ts';
import { type AgencyScope, inScope, scopeOfAgency } from '../registry/agencies.ts';
import type { RegistryDb } from '../registry/database.ts';
import { HuntLimitError } from '../store/hunt-store.ts';
import { ApiError } from './errors.ts';
import type { HuntAsked, HuntSpan } from './ports.ts';
import type { Principal } from './principal.ts';

export interface HuntText {
  query?: string | undefined;
  sigma?: string | undefined;
  ruleId?: string | undefined;
}

/** Nothing is asked: all events are meant. */
export const isAll = ({ query, sigma, ruleId }: HuntText): boolean =>
  query === undefined && sigma === undefined && ruleId === undefined;

export function askedOf({ query, sigma, ruleId }: HuntText): HuntAsked {
  if (query !== undefined) return { query };
  if (sigma !== undefined) return { sigma };
  if (ruleId !== undefined) return { ruleId };
  throw new ApiError('bad-request', { field: 'query' });
}

/** What is wrong with a hunt, as the API says it; anything else as it is. */
export function huntFault(error: unknown, asked: HuntText): unknown {
  const field = asked.query !== undefined ? 'query' : asked.sigma !== undefined ? 'sigma' : 'ruleId';
  if (error instanceof HuntQueryError || error instanceof HuntRuleError || error instanceof HuntTooWideError)
    return new ApiError('bad-request', { message: error.message, field, cause: error });
  if (error instanceof HuntLimitError)
    return new ApiError('limit-exceeded', {
      message: error.message,
      field: error.what === 'time' ? 'seconds' : field,
      cause: error,
    });
  return error;
}

/** Aborted when the client has gone before it was answered. */
export function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort(new Error('the client has gone'));
  });
  return gone.signal;
}

/** The caller's scope, narrowed to an agency and those below it. */
async function narrowed(
  db: RegistryDb,
  { scope }: Principal,
  agencyId: number | undefined,
): Promise<AgencyScope> {
  if (agencyId === undefined) return scope;
  if (!inScope(scope, agencyId)) {
    throw new ApiError('not-found', { message: 'there is no such agency', field: 'agencyId' });
  }
  return scopeOfAgency(db, agencyId);
}

export interface HuntTime {
  from: string;
  to?: string | undefined;
  agencyId?: number | undefined;
  seconds: number;
}

/** @throws ApiError for a span that ends before it begins, and for an agency outside the scope */
export async function huntSpanOf(
  db: RegistryDb,
  principal: Principal,
  { from, to, agencyId, seconds }: HuntTime,
  nowMs: number,
): Promise<Omit<HuntSpan, 'signal'>> {
  const fromMs = Date.parse(from);
  const toMs = to === undefined ? nowMs + 1 : Date.parse(to);
  if (fromMs >= toMs)
    throw new ApiError('bad-request', { message: '`from` is not before `to`', field: 'from' });
  return { fromMs, toMs, scope: await narrowed(db, principal, agencyId), secondsMax: seconds };
}
