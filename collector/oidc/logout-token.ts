/**
 * What a provider says when somebody signed out there (OpenID Connect Back-Channel Logout 1.0, section 2.6). Invariants: the token is
 * signed by a key of the provider, by no shared secret; it is typed as what it is, meant for this client and young; no other token passes for one.
 */
import type * as Jose from 'jose';
import { z } from 'zod';
import { boundedFetch, type BoundedFetchOptions } from './bounded-fetch.ts';
import { OidcError } from './oidc-error.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** How old one may be, and how far clocks of servers may be apart. */
const AGE_S_MAX = 300;
const SKEW_S = 30;
const TOKEN_CHARS_MAX = 16_384;
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

const claimsSchema = z
  .object({
    jti: z.string().min(1).max(512),
    iat: z.number(),
    sub: z.string().min(1).max(512).optional(),
    sid: z.string().min(1).max(512).optional(),
    events: z.object({ [EVENT]: z.looseObject({}) }),
    /** It would be an ID token. */
    nonce: z.never().optional(),
  })
  .refine(({ sub, sid }) => sub !== undefined || sid !== undefined, 'neither `sub` nor `sid`');

/** Who signed out there, in one session or in all. */
export interface SignedOut {
  jti: string;
  /** Until then the same token is looked for. */
  staleMs: number;
  sub: string | undefined;
  sid: string | undefined;
}

export interface LogoutTokenContext {
  issuer: string;
  clientId: string;
  now: () => number;
}

export class LogoutTokenReader {
  readonly #keys: ReturnType<typeof Jose.createRemoteJWKSet>;
  readonly #jose: typeof Jose;

  constructor(jose: typeof Jose, jwksUri: string, options: BoundedFetchOptions) {
    const load = boundedFetch(options);
    this.#jose = jose;
    // Loaded anew for a key that is not known, and no more often than each half minute, whoever asks.
    this.#keys = jose.createRemoteJWKSet(new URL(jwksUri), {
      [jose.customFetch]: (url, { method, headers }) =>
        load(url, { method, headers: Object.fromEntries(new Headers(headers)) }),
    });
  }

  /** @throws OidcError refused, provider-away */
  async read(token: string, { issuer, clientId, now }: LogoutTokenContext): Promise<SignedOut> {
    if (token.length > TOKEN_CHARS_MAX) throw new OidcError('refused', 'the logout token is too long');
    const { payload, protectedHeader } = await this.#verified(token, { issuer, clientId, now });
    const { typ } = protectedHeader;
    if (typ === undefined || !/^(application\/)?logout\+jwt$/i.test(typ))
      throw new OidcError('refused', 'the token is of another type');
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) {
      const [issue] = claims.error.issues;
      throw new OidcError(
        'refused',
        `no logout token: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
      );
    }
    const { jti, iat, sub, sid } = claims.data;
    return { jti, staleMs: (iat + AGE_S_MAX + 2 * SKEW_S) * 1_000, sub, sid };
  }

  async #verified(token: string, { issuer, clientId, now }: LogoutTokenContext) {
    try {
      return await this.#jose.jwtVerify(token, this.#keys, {
        issuer,
        audience: clientId,
        algorithms: ALGORITHMS,
        clockTolerance: SKEW_S,
        maxTokenAge: AGE_S_MAX,
        currentDate: new Date(now()),
        requiredClaims: ['iss', 'aud', 'iat', 'jti', 'events'],
      });
    } catch (error) {
      if (error instanceof OidcError) throw error;
      if (error instanceof this.#jose.errors.JOSEError)
        throw new OidcError('refused', `the logout token does not hold: ${error.code}`, { cause: error });
      throw error;
    }
  }
}
