/** Signing in at an identity provider: the whole way, against a real one. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { decodeJwt, importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OidcClient } from '../../collector/oidc/oidc-client.ts';
import type { OidcClientSettings } from '../../collector/oidc/oidc-settings.ts';
import { createAgency, rootAgencyId } from '../../collector/registry/agencies.ts';
import { listAudit } from '../../collector/registry/audit.ts';
import { makeCertificate } from '../../collector/registry/certificate.ts';
import { setPeoplePolicy } from '../../collector/registry/people-policy.ts';
import { linkUser } from '../../collector/registry/people/external-link.ts';
import { type ExternalGroup, setExternalGroups } from '../../collector/registry/people/external-groups.ts';
import { beginSecondFactor, confirmSecondFactor } from '../../collector/registry/second-factor.ts';
import { totpAt } from '../../collector/registry/totp.ts';
import { CLIENT_SECRET, startTestProvider, type TestProvider } from '../support/oidc/test-provider.ts';
import { addUser, buildWorld, sessionOf, signIn, type World } from '../unit/api/api-fixture.ts';

const EVERYWHERE = { kind: 'all' } as const;
const SAME_SITE = { 'sec-fetch-site': 'same-origin' };

let provider: TestProvider;
let world: World;
let rootId: number;

beforeAll(async () => {
  provider = await startTestProvider();
});
afterAll(() => provider.close());

async function openWorld(change: Partial<OidcClientSettings> = {}): Promise<void> {
  const oidc = new OidcClient({ ...provider.settings, ...change }, Date.now);
  world = await buildWorld({ oidc, limits: { loginsPerMinute: 1_000 } });
  // The provider's clock is this machine's.
  world.clock.ms = Date.now();
  rootId = await rootAgencyId(world.registry.db);
  await setExternalGroups(world.registry, [{ name: 'soc', role: 'analyst', agencyId: rootId }], {
    actor: 'test',
  });
}

beforeEach(async () => {
  provider.people.clear();
  provider.idTokenSeconds = 300;
  provider.people.set('an', {
    preferred_username: 'an.nguyen',
    name: 'Nguyễn Văn An',
    email: 'an@example.vn',
    groups: ['everybody', 'soc'],
  });
  await openWorld();
});
afterEach(() => world.close());

type Answer = Awaited<ReturnType<World['app']['inject']>>;

const cookieOf = (answer: Answer, name: string): string | undefined => {
  const cookie = answer.cookies.find((one) => one.name === name);
  return cookie === undefined || cookie.value === ''
    ? undefined
    : `${name}=${encodeURIComponent(cookie.value)}`;
};

async function start(returnTo = '/alerts/7?x=1') {
  const answer = await world.app.inject({ url: '/api/v1/oidc/start', query: { returnTo } });
  return { url: String(answer.headers.location), flow: cookieOf(answer, '__Host-vonggac-oidc') ?? '' };
}

const comeBack = (back: URL, flow: string): Promise<Answer> =>
  world.app.inject({ url: `${back.pathname}${back.search}`, headers: { cookie: flow } });

/** The whole way; the session's cookie, or what the console is told. */
async function signInThere(login = 'an'): Promise<{ cookie?: string | undefined; location: string }> {
  const { url, flow } = await start();
  const answer = await comeBack(await provider.browse(url, login), flow);
  expect(answer.statusCode).toBe(303);
  return { cookie: cookieOf(answer, '__Host-vonggac'), location: String(answer.headers.location) };
}

const me = (cookie = ''): Promise<Answer> => world.app.inject({ url: '/api/v1/me', headers: { cookie } });

async function accounts() {
  const headers = await adminHeaders();
  const answer = await world.app.inject({ url: '/api/v1/users', headers });
  return answer.json<{
    users: { username: string; role: string; state: string; external: object | null }[];
  }>().users;
}

let admins = 0;
async function adminHeaders() {
  admins += 1;
  await addUser(world, `admin-${admins}`, 'administrator');
  return signIn(world, `admin-${admins}`);
}

const refusals = async () =>
  (await listAudit(world.registry, { limit: 50, action: 'login.refused' })).map(
    ({ detail }) => detail['fault'],
  );

describe('who the provider vouches for', () => {
  it('comes in with the role of their group, and lands where they wanted to go', async () => {
    const { cookie, location } = await signInThere();
    expect(location).toBe('/alerts/7?x=1');
    expect((await me(cookie)).json()).toMatchObject({
      username: 'an.nguyen',
      role: 'analyst',
      mustChangePassword: false,
      mustEnrol: false,
      hasSecondFactor: false,
      method: 'oidc',
      needsCode: false,
    });
    expect((await accounts()).find(({ username }) => username === 'an.nguyen')).toMatchObject({
      displayName: 'Nguyễn Văn An',
      email: 'an@example.vn',
      state: 'active',
      external: { subject: 'an', role: 'groups' },
    });
  });

  it('loses the role and every session with the group, and gets them back with it', async () => {
    const first = (await signInThere()).cookie;
    provider.people.set('an', { ...provider.people.get('an'), groups: ['everybody'] });
    expect(await signInThere()).toEqual({ cookie: undefined, location: '/?signIn=unmapped' });
    expect((await me(first)).statusCode).toBe(401);
    expect((await accounts()).find(({ username }) => username === 'an.nguyen')?.state).toBe('pending');
    provider.people.set('an', { ...provider.people.get('an'), groups: ['soc'] });
    expect((await me((await signInThere()).cookie)).json()).toMatchObject({ role: 'analyst' });
  });

  it('gets another role in another agency with another group, and loses sessions of the one before', async () => {
    const agency = await createAgency(
      world.registry,
      { name: 'Sở A', kind: 'department', parentId: rootId },
      'test',
    );
    const groups = [
      { name: 'so-a', role: 'agency-operator' as const, agencyId: agency.id },
      { name: 'soc', role: 'analyst' as const, agencyId: rootId },
    ];
    await setExternalGroups(world.registry, groups, { actor: 'test' });
    const first = (await signInThere()).cookie;
    provider.people.set('an', { ...provider.people.get('an'), groups: ['soc', 'so-a'] });
    const second = (await signInThere()).cookie;
    expect((await me(first)).statusCode).toBe(401);
    expect((await me(second)).json()).toMatchObject({ role: 'agency-operator' });
    const trail = await listAudit(world.registry, { limit: 5, action: 'user.groups' });
    expect(trail[0]?.detail).toMatchObject({
      before: { role: 'analyst' },
      after: { role: 'agency-operator' },
    });
  });

  it('does not come in while disabled here', async () => {
    await signInThere();
    const headers = await adminHeaders();
    await world.app.inject({
      method: 'PATCH',
      url: '/api/v1/users/an.nguyen',
      headers,
      payload: { disabled: true },
    });
    expect((await signInThere()).location).toBe('/?signIn=disabled');
  });

  it('is read from the userinfo endpoint where the ID token tells no groups', async () => {
    const other = await startTestProvider({ userinfoOnly: true });
    try {
      other.people.set('binh', { preferred_username: 'binh', groups: ['soc'] });
      const client = new OidcClient(other.settings, Date.now);
      const { url, flow } = await client.begin();
      const back = await other.browse(url, 'binh');
      expect(await client.finish(back.search, flow)).toMatchObject({ subject: 'binh', groups: ['soc'] });
    } finally {
      await other.close();
    }
  });
});

describe('who has no group that is mapped', () => {
  it('waits for an administrator where the settings say so, and has the role that is given', async () => {
    await world.close();
    await openWorld({ unmapped: 'pending' });
    provider.people.set('binh', { preferred_username: 'binh' });
    expect((await signInThere('binh')).location).toBe('/?signIn=pending');
    expect((await accounts()).find(({ username }) => username === 'binh')?.state).toBe('pending');
    const headers = await adminHeaders();
    const payload = { role: 'auditor', agencyId: rootId };
    await world.app.inject({ method: 'PATCH', url: '/api/v1/users/binh', headers, payload });
    expect((await me((await signInThere('binh')).cookie)).json()).toMatchObject({ role: 'auditor' });
  });

  it('leaves no account where the settings do not', async () => {
    provider.people.set('binh', { preferred_username: 'binh', groups: [] });
    expect((await signInThere('binh')).location).toBe('/?signIn=unmapped');
    expect((await accounts()).map(({ username }) => username)).not.toContain('binh');
  });
});

describe('a local account', () => {
  it('is not taken over by its name or its mail address', async () => {
    await addUser(world, 'an.nguyen', 'administrator');
    await world.registry.db.updateTable('user_account').set({ email: 'an@example.vn' }).execute();
    expect((await signInThere()).location).toBe('/?signIn=name-taken');
    expect(await me((await signIn(world, 'an.nguyen')).cookie)).toMatchObject({ statusCode: 200 });
  });

  it('is linked by an administrator, has no password then, and keeps its role without a group', async () => {
    await addUser(world, 'an.nguyen', 'soc-lead');
    const headers = await adminHeaders();
    const url = '/api/v1/users/an.nguyen/identity';
    const linked = await world.app.inject({ method: 'PUT', url, headers, payload: { subject: 'an' } });
    expect(linked.statusCode).toBe(204);
    await expect(signIn(world, 'an.nguyen')).rejects.toThrow(/bad-credentials/);
    provider.people.set('an', { groups: [] });
    expect((await me((await signInThere()).cookie)).json()).toMatchObject({
      username: 'an.nguyen',
      role: 'soc-lead',
    });
    const reset = await world.app.inject({ method: 'POST', url: '/api/v1/users/an.nguyen/reset', headers });
    expect([reset.statusCode, reset.json().code]).toEqual([409, 'conflict']);
  });

  it('is told what another list of groups would give, to them and to who signs in for the first time', async () => {
    await signInThere();
    const headers = await adminHeaders();
    const agency = await createAgency(
      world.registry,
      { name: 'Sở B', kind: 'department', parentId: rootId },
      'test',
    );
    const groups = [{ name: 'everybody', role: 'agency-viewer', agencyId: agency.id }];
    const post = async (url: string, payload: object) =>
      (
        await world.app.inject({ method: 'POST', url: `/api/v1/oidc/groups/${url}`, headers, payload })
      ).json();
    expect(await post('effect', { groups })).toEqual({
      changes: [
        {
          username: 'an.nguyen',
          displayName: 'Nguyễn Văn An',
          before: { role: 'analyst', agencyId: rootId },
          after: { role: 'agency-viewer', agencyId: agency.id },
        },
      ],
      more: 0,
      same: 0,
      unknown: 0,
    });
    expect((await post('effect', { groups: [] })).changes).toMatchObject([{ after: null }]);
    const claims = { sub: 'binh', preferred_username: 'binh', groups: ['soc'], amr: ['otp'] };
    expect(await post('try', { claims })).toMatchObject({
      outcome: 'groups',
      group: 'soc',
      role: 'analyst',
      agencyId: rootId,
      username: 'binh',
      isKnown: false,
      hasTwoFactors: true,
    });
    expect(await post('try', { claims, groups })).toMatchObject({ outcome: 'refused', role: null });
    expect(await post('try', { claims: { ...claims, sub: 'an' } })).toMatchObject({
      username: 'an.nguyen',
      isKnown: true,
    });
    expect(await post('try', { claims: { ...claims, preferred_username: `admin-${admins}` } })).toMatchObject(
      {
        outcome: 'name-taken',
      },
    );
    expect(await post('try', { claims: { groups: [] } })).toMatchObject({ outcome: 'claims-invalid' });
    // Nothing was written by any of it.
    expect((await accounts()).map(({ username }) => username)).not.toContain('binh');
  });

  it('keeps the group that makes them administrator, when they change the list themselves', async () => {
    const boss = { name: 'soc', role: 'administrator' as const, agencyId: rootId };
    await setExternalGroups(world.registry, [boss], { actor: 'test' });
    await signInThere();
    const { registry } = world;
    const set = (groups: ExternalGroup[]): Promise<void> =>
      setExternalGroups(registry, groups, { actor: 'user:an.nguyen', username: 'an.nguyen' });
    const lockout = { code: 'external-groups-lockout' };
    await expect(set([])).rejects.toMatchObject(lockout);
    const everybody = { name: 'everybody', role: 'analyst' as const, agencyId: rootId };
    // They are in that one as well, and the first decides.
    await expect(set([everybody, boss])).rejects.toMatchObject(lockout);
    await expect(set([{ ...boss, name: 'others' }])).rejects.toMatchObject(lockout);
    await set([boss, everybody]);
    // Of whom the groups are not known it is enough that one would do.
    await registry.db.updateTable('user_account').set({ external_groups: null }).execute();
    await expect(set([everybody])).rejects.toMatchObject(lockout);
    await set([{ ...boss, name: 'others' }]);
  });

  it('does not write over what somebody else has set meanwhile', async () => {
    const headers = await adminHeaders();
    const url = '/api/v1/oidc/groups';
    const read = await world.app.inject({ url, headers });
    const put = async () =>
      (
        await world.app.inject({
          method: 'PUT',
          url,
          headers: { ...headers, 'if-match': String(read.headers.etag) },
          payload: { groups: [] },
        })
      ).statusCode;
    expect(read.json()).toMatchObject({ provider: { groupsClaim: 'groups', unmapped: 'refuse' } });
    expect([await put(), await put()]).toEqual([200, 412]);
  });

  it('of last resort is never linked away', async () => {
    await addUser(world, 'root', 'administrator');
    const by = { actor: 'test', scope: EVERYWHERE };
    const identity = { issuer: provider.issuer, subject: 'an' };
    await expect(linkUser(world.registry, 'root', identity, by)).rejects.toMatchObject({
      code: 'user-last-administrator',
    });
  });
});

describe('what does not prove who somebody is', () => {
  it('is another browser, another flow, a changed state, a code used twice, and one begun long ago', async () => {
    const [one, two] = [await start(), await start()];
    const back = await provider.browse(one.url, 'an');
    expect((await comeBack(back, '')).headers.location).toBe('/?signIn=flow-unknown');
    expect((await comeBack(back, '__Host-vonggac-oidc=AAAA')).headers.location).toBe('/?signIn=flow-unknown');
    expect((await comeBack(back, two.flow)).headers.location).toBe('/?signIn=refused');
    const changed = new URL(back);
    changed.searchParams.set('state', 'another');
    expect((await comeBack(changed, one.flow)).headers.location).toBe('/?signIn=refused');
    expect((await comeBack(back, one.flow)).headers.location).toBe('/alerts/7?x=1');
    expect((await comeBack(back, one.flow)).headers.location).toBe('/?signIn=refused');
    const late = await start();
    const back2 = await provider.browse(late.url, 'an');
    world.clock.ms += 11 * 60_000;
    expect((await comeBack(back2, late.flow)).headers.location).toBe('/?signIn=flow-unknown');
    expect(await refusals()).toEqual([
      'flow-unknown',
      'refused',
      'refused',
      'refused',
      'flow-unknown',
      'flow-unknown',
    ]);
  });

  it('is a wrong nonce, a wrong verifier, an ID token that is over, and a no', async () => {
    const client = new OidcClient(provider.settings, Date.now);
    for (const wrong of [{ nonce: 'another' }, { verifier: 'x'.repeat(43) }]) {
      const { url, flow } = await client.begin();
      const back = await provider.browse(url, 'an');
      await expect(client.finish(back.search, { ...flow, ...wrong })).rejects.toMatchObject({
        fault: 'refused',
      });
    }
    provider.idTokenSeconds = -600;
    const { url, flow } = await client.begin();
    const back = await provider.browse(url, 'an');
    await expect(client.finish(back.search, flow)).rejects.toMatchObject({ fault: 'refused' });
    const no = `?error=access_denied&state=${flow.state}&iss=${encodeURIComponent(provider.issuer)}`;
    await expect(client.finish(no, flow)).rejects.toMatchObject({ fault: 'denied' });
  });

  it('is an ID token that the provider did not sign, or not for us', async () => {
    const client = new OidcClient(provider.settings, Date.now);
    const { signingKey } = provider;
    const ownKey = {
      ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }),
      alg: 'RS256',
    };
    const shared = { kty: 'oct', k: Buffer.from(CLIENT_SECRET).toString('base64url'), alg: 'HS256' };
    const attempt = async (key: (JWK & { alg: string }) | undefined, claims: object): Promise<unknown> => {
      provider.changed.set('/token', async (body) => {
        const payload = { ...decodeJwt(String(body['id_token'])), ...claims };
        if (key === undefined) return { ...body, id_token: new UnsecuredJWT(payload).encode() };
        const { alg, kid } = key;
        // Keys that a token brings or points to are nobody's.
        const brought = {
          jwk: { kty: 'RSA', n: key.n ?? '', e: key.e ?? '' },
          jku: 'https://elsewhere.example/jwks',
        };
        const header = { alg, ...(kid === undefined ? brought : { kid }) };
        const id_token = await new SignJWT(payload).setProtectedHeader(header).sign(await importJWK(key));
        return { ...body, id_token };
      });
      const { url, flow } = await client.begin();
      const back = await provider.browse(url, 'an');
      return client.finish(back.search, flow).catch((error: unknown) => error);
    };
    const soonS = Math.floor(Date.now() / 1_000) + 600;
    try {
      for (const [why, key, claims] of [
        ['signed by another key, which it brings along', ownKey, {}],
        ['signed by another key under the name of the right one', { ...ownKey, kid: signingKey.kid }, {}],
        ['signed with the secret that we share', shared, {}],
        ['that nobody signed', undefined, {}],
        ['of another issuer', signingKey, { iss: 'https://elsewhere.example' }],
        ['for another client', signingKey, { aud: 'somebody-else' }],
        ['for others too, on behalf of one of them', signingKey, { aud: ['vonggac', 'other'], azp: 'other' }],
        ['of the future', signingKey, { nbf: soonS, iat: soonS }],
      ] as const)
        expect([why, await attempt(key, claims)]).toMatchObject([why, { fault: 'refused' }]);
      // Changed in the same way, but as it was.
      expect(await attempt(signingKey, {})).toMatchObject({ subject: 'an' });
    } finally {
      provider.changed.clear();
    }
  });

  it('is a provider that says it is another one', async () => {
    provider.changed.set('/.well-known/openid-configuration', async (body) => ({
      ...body,
      issuer: 'https://elsewhere.example',
    }));
    try {
      const client = new OidcClient(provider.settings, Date.now);
      await expect(client.begin()).rejects.toMatchObject({ fault: 'refused' });
    } finally {
      provider.changed.clear();
    }
  });

  it('is what a hostile provider says: ten megabytes, and claims of other types', async () => {
    const hostile: Record<string, unknown>[] = [
      { groups: Array.from({ length: 200_000 }, (_, n) => `a-group-with-a-rather-long-name-of-number-${n}`) },
      { groups: Array.from({ length: 1_001 }, () => 'soc') },
      { groups: { soc: true } },
      { groups: [1, 2] },
      { groups: [['soc']] },
      { groups: ['soc', 'x'.repeat(513)] },
    ];
    for (const claims of hostile) {
      provider.people.set('an', claims);
      expect(await signInThere()).toEqual({ cookie: undefined, location: '/?signIn=claims-invalid' });
    }
    // What is for show only is left out where it is not what it should be.
    provider.people.set('an', { groups: 'soc', name: 7, email: ['x'], preferred_username: '../../<script>' });
    const { cookie } = await signInThere();
    expect((await me(cookie)).json().username).toMatch(/^sso-[0-9a-f]{16}$/);
  });
});

describe('the way to the provider', () => {
  it('begins on our own page only, and its cookie is for the return', async () => {
    const begin = (headers: Record<string, string>) =>
      world.app.inject({ url: '/api/v1/oidc/start', headers });
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }]) {
      const refused = await begin(headers);
      expect([refused.statusCode, refused.headers.location, refused.cookies]).toEqual([303, '/', []]);
    }
    const { cookies } = await begin(SAME_SITE);
    expect(cookies).toMatchObject([
      { name: '__Host-vonggac-oidc', path: '/', secure: true, httpOnly: true, sameSite: 'Lax' },
    ]);
  });

  it.each([
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example/', '/'],
    ['/\t/evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/api/v1/logout', '/'],
    ['/alerts?x=//evil.example', '/alerts?x=//evil.example'],
  ])('leads back from %j to %j', async (returnTo, place) => {
    const { url, flow } = await start(returnTo);
    expect((await comeBack(await provider.browse(url, 'an'), flow)).headers.location).toBe(place);
  });
});

describe('a provider that is away', () => {
  it('is said clearly, keeps nobody local out, and is asked again as soon as it is back', async () => {
    await provider.pause();
    try {
      const answer = await world.app.inject({ url: '/api/v1/oidc/start' });
      expect([answer.statusCode, answer.headers.location]).toEqual([303, '/?signIn=provider-away']);
      await addUser(world, 'root', 'administrator');
      await signIn(world, 'root');
    } finally {
      await provider.resume();
    }
    expect((await signInThere()).cookie).toBeDefined();
  });

  it('or cannot prove by its certificate who it is, is not spoken to, and the log says why', async () => {
    await world.close();
    await openWorld({ caPem: undefined });
    const answer = await world.app.inject({ url: '/api/v1/oidc/start' });
    expect(answer.headers.location).toBe('/?signIn=provider-away');
    expect(world.log.find((line) => line.includes('came to nothing'))).toMatch(/self-signed certificate/);
  });

  it('or leads elsewhere, is not followed', async () => {
    const { key, cert } = await makeCertificate(['127.0.0.1'], Date.now());
    const asked: string[] = [];
    const server = https.createServer({ key, cert }, (request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = new OidcClient(
      { ...provider.settings, issuer: `https://127.0.0.1:${port}`, caPem: cert },
      Date.now,
    );
    await expect(client.begin()).rejects.toMatchObject({ name: 'OidcError' });
    expect(asked).toEqual(['/.well-known/openid-configuration']);
    server.close();
  });

  it('is away at the return, too', async () => {
    const { url, flow } = await start();
    const back = await provider.browse(url, 'an');
    await provider.pause();
    try {
      expect((await comeBack(back, flow)).headers.location).toBe('/?signIn=provider-away');
    } finally {
      await provider.resume();
    }
  });
});

describe('dangerous acts of who signed in there', () => {
  const removeFactor = (cookie: string) =>
    world.app.inject({ method: 'DELETE', url: '/api/v1/second-factor', headers: { ...SAME_SITE, cookie } });
  async function proveAgain(cookie: string, login: string) {
    const headers = { ...SAME_SITE, cookie };
    const asked = await world.app.inject({
      method: 'POST',
      url: '/api/v1/oidc/step-up',
      headers,
      payload: {},
    });
    const back = await provider.browse(asked.json<{ url: string }>().url, login);
    const answer = await comeBack(back, cookieOf(asked, '__Host-vonggac-oidc') ?? '');
    return { location: String(answer.headers.location), cookie: cookieOf(answer, '__Host-vonggac') ?? '' };
  }

  it('take a proof there that is some minutes old, of the same person', async () => {
    const { cookie = '' } = await signInThere();
    world.clock.ms += 6 * 60_000;
    expect((await removeFactor(cookie)).json()).toMatchObject({ code: 'step-up-required' });
    provider.people.set('binh', { groups: ['soc'] });
    expect(await proveAgain(cookie, 'binh')).toEqual({ location: '/?signIn=other-person', cookie: '' });
    expect((await removeFactor(cookie)).json()).toMatchObject({ code: 'step-up-required' });
    const proved = await proveAgain(cookie, 'an');
    expect(proved.location).toBe('/');
    expect((await removeFactor(proved.cookie)).statusCode).toBe(204);
    expect((await me(cookie)).statusCode).toBe(401);
  });

  it('and everything else, take the code of the second factor that they have here', async () => {
    await setPeoplePolicy(
      world.registry,
      { secondFactorRoles: ['analyst'], idleMinutes: 60, absoluteHours: 12 },
      'test',
    );
    expect((await me((await signInThere()).cookie)).json()).toMatchObject({ mustEnrol: true });
    const { secret } = await beginSecondFactor(world.registry, 'an.nguyen');
    const code = (steps: number): string => totpAt(secret, Math.floor(world.clock.ms / 30_000) + steps);
    await confirmSecondFactor(world.registry, { username: 'an.nguyen', code: code(0), keepSession: '' });
    const { cookie = '' } = await signInThere();
    expect((await me(cookie)).json()).toMatchObject({ needsCode: true });
    const headers = { ...SAME_SITE, cookie };
    const alerts = (held: Record<string, string>) =>
      world.app.inject({ url: '/api/v1/alerts', headers: held });
    expect((await alerts(headers)).json()).toMatchObject({ code: 'code-needed' });
    expect((await removeFactor(cookie)).json()).toMatchObject({ code: 'code-needed' });
    const stepUp = (typed: string) =>
      world.app.inject({ method: 'POST', url: '/api/v1/step-up', headers, payload: { code: typed } });
    expect((await stepUp('000000')).json()).toMatchObject({ code: 'second-factor-wrong' });
    expect((await alerts(sessionOf(await stepUp(code(1))))).statusCode).toBe(200);
  });
});

it('signing out answers where the session there is ended', async () => {
  const { cookie = '' } = await signInThere();
  const headers = { ...SAME_SITE, cookie };
  const answer = await world.app.inject({ method: 'POST', url: '/api/v1/oidc/logout', headers });
  const url = new URL(answer.json<{ url: string }>().url);
  expect([url.origin, url.pathname]).toEqual([provider.issuer, '/session/end']);
  expect(url.searchParams.get('id_token_hint')).toMatch(/^ey/);
  expect((await me(cookie)).statusCode).toBe(401);
});
