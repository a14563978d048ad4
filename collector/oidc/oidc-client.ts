/**
 * The provider as this collector speaks with it: authorization code with PKCE, state and nonce. Invariants: nobody is anybody
 * before signature, issuer, audience, nonce and times of the ID token hold; what the provider says of itself is read anew each
 * hour and after it was away; no token leaves this file but the ID token, which ends the provider's session.
 */
import type * as OpenId from 'openid-client';
import { boundedFetch } from './bounded-fetch.ts';
import { claimAt, readIdentity, type ExternalIdentity } from './external-identity.ts';
import { LogoutTokenReader, type SignedOut } from './logout-token.ts';
import { OidcError } from './oidc-error.ts';
import type { OidcClientSettings } from './oidc-settings.ts';

const TIMEOUT_MS = 10_000;
const METADATA_MS_MAX = 3_600_000;
/** Clocks of servers may be apart. */
const SKEW_S = 30;
export const CALLBACK_PATH = '/api/v1/oidc/callback';

/** What must be known again when the person comes back. */
export interface OidcFlow {
  state: string;
  nonce: string;
  verifier: string;
}

export interface ProvedIdentity extends ExternalIdentity {
  idToken: string;
}

/** Loaded by who signs in elsewhere only. */
const load = (): Promise<typeof OpenId> => import('openid-client');

export class OidcClient {
  readonly settings: OidcClientSettings;
  readonly #now: () => number;
  #known: { config: OpenId.Configuration; atMs: number } | undefined;
  #logout: { jwksUri: string; reader: LogoutTokenReader } | undefined;

  constructor(settings: OidcClientSettings, now: () => number) {
    this.settings = settings;
    this.#now = now;
  }

  get #redirectUri(): string {
    return `${this.settings.publicUrl}${CALLBACK_PATH}`;
  }

  /**
   * Where to send the person.
   * @param again they must prove who they are anew, whatever session the provider has
   * @throws OidcError provider-away
   */
  async begin({ again = false }: { again?: boolean } = {}): Promise<{ url: string; flow: OidcFlow }> {
    const client = await load();
    const config = await this.#provider();
    const flow = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const { scopes, acr } = this.settings;
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: this.#redirectUri,
      scope: scopes.join(' '),
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
      ...(acr.length === 0 ? {} : { acr_values: acr.join(' ') }),
      ...(again ? { prompt: 'login', max_age: '0' } : {}),
    });
    return { url: url.href, flow };
  }

  /**
   * Who came back.
   * @param query of the address they came back with, with the question mark
   * @param maxAgeS how long ago they may have proved who they are there
   * @throws OidcError
   */
  async finish(query: string, flow: OidcFlow, maxAgeS?: number): Promise<ProvedIdentity> {
    const client = await load();
    const config = await this.#provider();
    try {
      const tokens = await client.authorizationCodeGrant(config, new URL(`${this.#redirectUri}${query}`), {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
        ...(maxAgeS === undefined ? {} : { maxAge: maxAgeS }),
      });
      const claims = tokens.claims();
      if (claims === undefined || tokens.id_token === undefined)
        throw new OidcError('refused', 'the provider sent no ID token');
      const all = await this.#withGroups(client, config, claims, tokens.access_token);
      const identity = readIdentity(this.settings.issuer, all, this.settings);
      return { ...identity, idToken: tokens.id_token };
    } catch (error) {
      throw this.#faultOf(client, error);
    }
  }

  /** Some providers tell groups at their userinfo endpoint only. */
  async #withGroups(
    client: typeof OpenId,
    config: OpenId.Configuration,
    claims: OpenId.IDToken,
    accessToken: string,
  ): Promise<Record<string, unknown>> {
    const { groupsClaim } = this.settings;
    const isTold = claimAt(claims, groupsClaim) !== undefined;
    if (isTold || config.serverMetadata().userinfo_endpoint === undefined) return claims;
    const more = await client.fetchUserInfo(config, accessToken, claims.sub);
    // What the ID token says is signed, and goes before.
    return { ...more, ...claims };
  }

  /** Where the provider's own session ends; undefined when it has no such place or is away. */
  async logoutUrl(idToken: string | undefined): Promise<string | undefined> {
    const client = await load();
    try {
      const config = await this.#provider();
      if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(config, {
        post_logout_redirect_uri: `${this.settings.publicUrl}/`,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      }).href;
    } catch (error) {
      if (error instanceof OidcError && error.fault === 'provider-away') return undefined;
      throw error;
    }
  }

  /** Who signed out there, by the token that the provider sent. @throws OidcError refused, provider-away */
  async signedOut(token: string): Promise<SignedOut> {
    const { issuer, jwks_uri: jwksUri } = (await this.#provider()).serverMetadata();
    if (jwksUri === undefined) throw new OidcError('refused', 'the provider names no keys');
    if (this.#logout?.jwksUri !== jwksUri) {
      const { caPem } = this.settings;
      const options = { caPem, timeoutMs: TIMEOUT_MS };
      this.#logout = { jwksUri, reader: new LogoutTokenReader(await import('jose'), jwksUri, options) };
    }
    const { clientId } = this.settings;
    return this.#logout.reader.read(token, { issuer, clientId, now: this.#now });
  }

  /** What the provider says of itself. @throws OidcError provider-away, refused */
  async #provider(): Promise<OpenId.Configuration> {
    const nowMs = this.#now();
    if (this.#known !== undefined && Math.abs(nowMs - this.#known.atMs) < METADATA_MS_MAX)
      return this.#known.config;
    const client = await load();
    const { issuer, clientId, clientSecret, caPem } = this.settings;
    const metadata = { [client.clockTolerance]: SKEW_S };
    try {
      const config = await client.discovery(
        new URL(issuer),
        clientId,
        metadata,
        clientSecret === undefined ? client.None() : withSecret(client, clientSecret),
        {
          [client.customFetch]: boundedFetch({ caPem, timeoutMs: TIMEOUT_MS }),
          timeout: TIMEOUT_MS / 1_000,
          // The standard lets TLS stand for an ID token's signature; here it is looked at all the same, by the provider's published keys.
          execute: [client.enableNonRepudiationChecks],
        },
      );
      this.#known = { config, atMs: nowMs };
      return config;
    } catch (error) {
      throw this.#faultOf(client, error);
    }
  }

  #faultOf(client: typeof OpenId, error: unknown): OidcError {
    const own = ownCause(error);
    if (own?.fault === 'provider-away') this.#known = undefined;
    if (own !== undefined) return own;
    if (!(error instanceof Error)) return new OidcError('refused', String(error));
    // What a provider says in words is its, and may be anything: only codes are told.
    if (error instanceof client.AuthorizationResponseError) {
      const isNo = error.error === 'access_denied' || error.error === 'login_required';
      return new OidcError(isNo ? 'denied' : 'refused', `the provider says ${shortened(error.error)}`, {
        cause: error,
      });
    }
    if (error instanceof client.ResponseBodyError) {
      return new OidcError('refused', `the provider says ${shortened(error.error)}`, { cause: error });
    }
    if (error instanceof client.ClientError && error.code === 'OAUTH_TIMEOUT') {
      return new OidcError('provider-away', 'no answer in time', { cause: error });
    }
    return new OidcError('refused', shortened(error.message), { cause: error });
  }
}

/** By HTTP's own scheme, which is the standard's default; in the form where the provider takes nothing else. */
function withSecret(client: typeof OpenId, secret: string): OpenId.ClientAuth {
  const [basic, post] = [client.ClientSecretBasic(secret), client.ClientSecretPost(secret)];
  return (provider, ...rest) => {
    const taken = provider.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (taken.includes('client_secret_basic') ? basic : post)(provider, ...rest);
  };
}

const shortened = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);

/** Ours, however it was wrapped. */
function ownCause(error: unknown): OidcError | undefined {
  for (let one = error; one instanceof Error; one = one.cause) if (one instanceof OidcError) return one;
  return undefined;
}
