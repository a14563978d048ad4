/** A real OpenID Connect provider on loopback, over HTTPS, and a browser that signs in there without a screen. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { JWK } from 'jose';
import OidcProvider from 'oidc-provider';
import type { OidcClientSettings } from '../../../collector/oidc/oidc-settings.ts';
import { makeCertificate } from '../../../collector/registry/certificate.ts';

export const CLIENT_SECRET = 'a-secret-of-the-client-that-nobody-guesses';
const PUBLIC_URL = 'https://soc.example.vn';
export const BACK_CHANNEL = '/api/v1/oidc/back-channel-logout';

export interface TestProvider {
  issuer: string;
  settings: OidcClientSettings;
  /** Claims by login name; what is here may be anything. */
  people: Map<string, Record<string, unknown>>;
  /** Seconds that ID tokens hold. */
  idTokenSeconds: number;
  /** Goes where a provider's page would lead `login`; answers the address that the browser is sent back to. */
  browse: (url: string, login: string) => Promise<URL>;
  /** Ends the provider's own session of who signed in last as `login`; it tells its clients. */
  signOut: (login: string) => Promise<void>;
  /** Where the provider's word to the collector goes: a form to an address; answers the status. */
  onBackChannel: (path: string, form: string) => Promise<number>;
  /** What it answers at a path, changed on the way to the collector. */
  changed: Map<string, (body: Record<string, unknown>) => Promise<object>>;
  /** JWK that it signs with. */
  signingKey: JWK & { kid: string; alg: string };
  pause: () => Promise<void>;
  resume: () => Promise<void>;
  close: () => Promise<void>;
}

type Jar = Map<string, string>;

interface Page {
  status: number;
  location: string | undefined;
  text: string;
}

async function load(url: URL, ca: string, jar: Jar, form?: Record<string, string>): Promise<Page> {
  const body = form && new URLSearchParams(form).toString();
  const call = https.request(url, {
    ca,
    agent: false,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    },
  });
  call.end(body);
  const [response] = await once(call, 'response');
  for (const cookie of response.headers['set-cookie'] ?? []) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    if (value === '') jar.delete(name);
    else jar.set(name, value);
  }
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode ?? 0, location: response.headers.location, text };
}

/** The answer goes out with another JSON than the provider gave. */
function change(response: ServerResponse, by: (body: Record<string, unknown>) => Promise<object>): void {
  const end = response.end.bind(response);
  response.end = (body?: unknown) => {
    response.removeHeader('content-length');
    void by(JSON.parse(String(body))).then((other) => end(JSON.stringify(other)));
    return response;
  };
}

/** @param userinfoOnly groups are told at the userinfo endpoint and not in the ID token */
export async function startTestProvider({ userinfoOnly = false } = {}): Promise<TestProvider> {
  const { key, cert } = await makeCertificate(['127.0.0.1'], Date.now());
  let listener: https.ServerOptions & { answer?: Parameters<typeof https.createServer>[1] } = {};
  const changed: TestProvider['changed'] = new Map();
  const listen = async (port: number): Promise<https.Server> => {
    const server = https.createServer({ key, cert }, (request, response) => {
      const by = changed.get(request.url ?? '');
      if (by !== undefined) change(response, by);
      listener.answer?.(request, response);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const issuer = `https://127.0.0.1:${port}`;
  const people = new Map<string, Record<string, unknown>>();
  const signingKey = {
    ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }),
    kid: 'of-the-test',
    alg: 'RS256',
    use: 'sig',
  };
  const state: Pick<TestProvider, 'idTokenSeconds' | 'onBackChannel'> = {
    idTokenSeconds: 300,
    onBackChannel: async () => 200,
  };
  const jars = new Map<string, Jar>();
  const provider = new OidcProvider(issuer, {
    clients: [
      {
        client_id: 'vonggac',
        client_secret: CLIENT_SECRET,
        redirect_uris: [`${PUBLIC_URL}/api/v1/oidc/callback`],
        post_logout_redirect_uris: [`${PUBLIC_URL}/`],
        backchannel_logout_uri: `${PUBLIC_URL}${BACK_CHANNEL}`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: {
      openid: ['sub', 'sid'],
      profile: ['name', 'preferred_username'],
      email: ['email'],
      groups: ['groups'],
    },
    conformIdTokenClaims: userinfoOnly,
    ttl: { IdToken: () => state.idTokenSeconds },
    cookies: { keys: ['a key of the provider'] },
    jwks: { keys: [signingKey] },
    features: { backchannelLogout: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    // Nobody stands at the client's name: what is sent there goes to the test.
    fetch: async (address: string | URL, { body }: { body: string | URLSearchParams }) => {
      const url = new URL(address);
      const status = url.origin === PUBLIC_URL ? await state.onBackChannel(url.pathname, String(body)) : 404;
      return new Response(null, { status });
    },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people.get(id) }),
    }),
    // Nobody is asked whether they agree.
    loadExistingGrant: async (context: {
      oidc: { client: { clientId: string }; session: { accountId: string } };
    }) => {
      const { client, session } = context.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope('openid profile email groups');
      await grant.save();
      return grant;
    },
  });
  listener = { answer: provider.callback() };

  const browse = async (from: string, login: string): Promise<URL> => {
    const jar: Jar = new Map();
    jars.set(login, jar);
    let url = new URL(from);
    let page = await load(url, cert, jar);
    for (let step = 0; step < 12; step += 1) {
      if (page.location === undefined) {
        if (!page.text.includes('name="login"'))
          throw new Error(`the provider shows ${page.status} ${page.text}`);
        page = await load(url, cert, jar, { prompt: 'login', login, password: 'any' });
        continue;
      }
      url = new URL(page.location, url);
      if (url.origin === PUBLIC_URL) return url;
      page = await load(url, cert, jar);
    }
    throw new Error('the provider leads nowhere');
  };
  const signOut = async (login: string): Promise<void> => {
    const jar = jars.get(login) ?? new Map<string, string>();
    const page = await load(new URL('/session/end', issuer), cert, jar);
    const [, xsrf = ''] = /name="xsrf" value="([^"]+)"/.exec(page.text) ?? [];
    const done = await load(new URL('/session/end/confirm', issuer), cert, jar, { xsrf, logout: 'yes' });
    if (done.status >= 400) throw new Error(`the provider shows ${done.status} ${done.text}`);
  };
  const pause = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return Object.assign(state, {
    issuer,
    people,
    browse,
    signOut,
    signingKey,
    changed,
    pause,
    resume: async () => {
      server = await listen(port);
    },
    close: async () => {
      if (server.listening) await pause();
    },
    settings: {
      issuer,
      clientId: 'vonggac',
      clientSecret: CLIENT_SECRET,
      caPem: cert,
      publicUrl: PUBLIC_URL,
      name: 'SSO tỉnh',
      scopes: ['openid', 'profile', 'email', 'groups'],
      groupsClaim: 'groups',
      acr: [],
      unmapped: 'refuse' as const,
    },
  });
}
