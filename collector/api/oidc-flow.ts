/**
 * What is under way between a browser and the identity provider: a cookie that only this collector can read and make, for one
 * return within ten minutes. It alone comes back from another site (SameSite=Lax); it opens nothing.
 */
import '@fastify/cookie'; // declares request.cookies
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { OidcError } from '../oidc/oidc-error.ts';
import type { OidcFlow } from '../oidc/oidc-client.ts';
import type { Registry } from '../registry/database.ts';
import { seal, SealError, unseal } from '../registry/sealed-secret.ts';

const COOKIE_NAME = '__Host-vonggac-oidc';
const COOKIE = { path: '/', secure: true, httpOnly: true, sameSite: 'lax' } as const;
const FLOW_MS_MAX = 600_000;
const PLACE = 'oidc-flow';

const flowSchema = z.strictObject({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  atMs: z.number(),
  /** Hash of the session whose holder proves again who they are; left out when somebody signs in. */
  session: z.string().optional(),
});
type KeptFlow = z.infer<typeof flowSchema>;

export interface FlowPurpose {
  returnTo: string;
  session?: string | undefined;
}

export function keepFlow(
  { sealingKey, random, now }: Registry,
  reply: FastifyReply,
  flow: OidcFlow,
  { returnTo, session }: FlowPurpose,
): void {
  const kept: KeptFlow = { ...flow, returnTo, atMs: now(), ...(session === undefined ? {} : { session }) };
  const value = seal(sealingKey(), PLACE, JSON.stringify(kept), random);
  reply.setCookie(COOKIE_NAME, value, { ...COOKIE, maxAge: FLOW_MS_MAX / 1_000 });
}

/** It is over with this, whatever comes of it. @throws OidcError flow-unknown */
export function takeFlow(
  { sealingKey, now }: Registry,
  request: FastifyRequest,
  reply: FastifyReply,
): KeptFlow {
  const value = request.cookies[COOKIE_NAME];
  reply.clearCookie(COOKIE_NAME, COOKIE);
  if (value === undefined) throw new OidcError('flow-unknown', 'this browser began nothing');
  try {
    const flow = flowSchema.parse(JSON.parse(unseal(sealingKey(), PLACE, value)));
    if (Math.abs(now() - flow.atMs) > FLOW_MS_MAX)
      throw new OidcError('flow-unknown', 'it was begun too long ago');
    return flow;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    throw new OidcError('flow-unknown', 'the cookie is not one of ours', { cause: error });
  }
}

/** Where to go within the console, and nowhere else. */
export function ownPlace(text: string): string {
  const base = 'https://here.invalid';
  if (!text.startsWith('/') || !URL.canParse(text, base)) return '/';
  const url = new URL(text, base);
  if (url.origin !== base || /^\/(?:api|agent)(?:\/|$)/.test(url.pathname)) return '/';
  return `${url.pathname}${url.search}${url.hash}`;
}
