/** Back-channel logout against a real provider: what it tells ends sessions here, and nothing else does. */
import { generateKeyPairSync } from 'node:crypto';
import { importJWK, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { OidcClient } from '../../collector/oidc/oidc-client.ts';
import { rootAgencyId } from '../../collector/registry/agencies.ts';
import { listAudit } from '../../collector/registry/audit.ts';
import { setExternalGroups } from '../../collector/registry/people/external-groups.ts';
import {
  BACK_CHANNEL,
  CLIENT_SECRET,
  startTestProvider,
  type TestProvider,
} from '../support/oidc/test-provider.ts';
import { addUser, buildWorld, signIn, type World } from '../unit/api/api-fixture.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

let provider: TestProvider;
let world: World;

beforeAll(async () => {
  provider = await startTestProvider();
});
afterAll(() => provider.close());

beforeEach(async () => {
  provider.people.clear();
  for (const login of ['an', 'lan'])
    provider.people.set(login, { preferred_username: login, name: login, groups: ['soc'] });
  const oidc = new OidcClient(provider.settings, Date.now);
  world = await buildWorld({ oidc, limits: { loginsPerMinute: 1_000 } });
  // The provider's clock is this machine's.
  world.clock.ms = Date.now();
  const agencyId = await rootAgencyId(world.registry.db);
  await setExternalGroups(world.registry, [{ name: 'soc', role: 'analyst', agencyId }], { actor: 'test' });
  provider.onBackChannel = async (path, form) => (await post(form, path)).statusCode;
});
afterEach(() => world.close());

const post = (form: string, url = BACK_CHANNEL) =>
  world.app.inject({
    method: 'POST',
    url,
    payload: form,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  });

/** A session of the person, who signs in at the provider anew. */
async function come(login: string): Promise<{ cookie: string }> {
  const begun = await world.app.inject({ url: '/api/v1/oidc/start' });
  const cookieOf = (answer: typeof begun, wanted: string): string => {
    const { name, value } = answer.cookies.find((one) => one.name === wanted) ?? { name: '', value: '' };
    return `${name}=${encodeURIComponent(value)}`;
  };
  const back = await provider.browse(String(begun.headers.location), login);
  const done = await world.app.inject({
    url: `${back.pathname}${back.search}`,
    headers: { cookie: cookieOf(begun, '__Host-vonggac-oidc') },
  });
  return { cookie: cookieOf(done, '__Host-vonggac') };
}

const stands = async (cookie: string): Promise<boolean> =>
  (await world.app.inject({ url: '/api/v1/me', headers: { cookie } })).statusCode === 200;

async function sidOf(username: string): Promise<string | null> {
  const row = await world.registry.db
    .selectFrom('user_session')
    .innerJoin('user_account', 'user_account.id', 'user_session.user_id')
    .select('external_sid')
    .where('username', '=', username)
    .executeTakeFirstOrThrow();
  return row.external_sid;
}

let tokens = 0;
/** A logout token as the provider would sign it, but for what is changed. */
async function logoutToken(
  change: Record<string, unknown> = {},
  { key = provider.signingKey, header = {} }: { key?: JWK & { alg: string }; header?: object } = {},
): Promise<string> {
  tokens += 1;
  const nowS = Math.floor(Date.now() / 1_000);
  const claims = {
    iss: provider.issuer,
    aud: 'vonggac',
    iat: nowS,
    exp: nowS + 120,
    jti: `token-${tokens}`,
    sub: 'an',
    events: { [EVENT]: {} },
    ...change,
  };
  const given = Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== undefined));
  return new SignJWT(given)
    .setProtectedHeader({ alg: key.alg, typ: 'logout+jwt', ...header })
    .sign(await importJWK(key));
}

const tell = async (token: string): Promise<number> =>
  (await post(new URLSearchParams({ logout_token: token }).toString())).statusCode;

describe('who signs out at the provider', () => {
  it('is signed out here, in the session that began there, and nobody else is', async () => {
    const [an, lan] = [await come('an'), await come('lan')];
    await addUser(world, 'local', 'analyst');
    const { cookie: local } = await signIn(world, 'local');
    await provider.signOut('an');
    await expect.poll(() => stands(an.cookie)).toBe(false);
    expect([await stands(lan.cookie), await stands(local)]).toEqual([true, true]);
    expect(await listAudit(world.registry, { limit: 1, action: 'session.end-by-provider' })).toMatchObject([
      { actor: 'system', target: 'user:an', detail: { ended: 1 } },
    ]);
  });

  it('keeps sessions of other places when one is named, and loses all when none is', async () => {
    const first = await come('an');
    const sid = await sidOf('an');
    const second = await come('an');
    expect(await tell(await logoutToken({ sid: 'of-nobody' }))).toBe(200);
    expect(await tell(await logoutToken({ sid, sub: 'lan' }))).toBe(200);
    expect([await stands(first.cookie), await stands(second.cookie)]).toEqual([true, true]);
    expect(await tell(await logoutToken({ sid, sub: undefined }))).toBe(200);
    expect([await stands(first.cookie), await stands(second.cookie)]).toEqual([false, true]);
    expect(await tell(await logoutToken())).toBe(200);
    expect(await stands(second.cookie)).toBe(false);
  });
});

describe('a token that does not hold', () => {
  const nowS = (): number => Math.floor(Date.now() / 1_000);
  const ownKey = {
    ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }),
    alg: 'RS256',
  };
  const shared = {
    kty: 'oct',
    k: Buffer.from(CLIENT_SECRET).toString('base64url'),
    alg: 'HS256',
  };

  it('ends nothing, whatever is wrong with it', async () => {
    const { cookie } = await come('an');
    const wrong: readonly [why: string, token: Promise<string>][] = [
      ['of another issuer', logoutToken({ iss: 'https://elsewhere.example' })],
      ['for another client', logoutToken({ aud: 'somebody-else' })],
      ['that is old', logoutToken({ iat: nowS() - 400, exp: nowS() + 100 })],
      ['that is over', logoutToken({ iat: nowS() - 100, exp: nowS() - 60 })],
      ['of the future', logoutToken({ iat: nowS() + 120 })],
      ['without a time', logoutToken({ iat: undefined })],
      ['without a name', logoutToken({ jti: undefined })],
      ['of nobody', logoutToken({ sub: undefined })],
      ['without the event', logoutToken({ events: undefined })],
      ['of another event', logoutToken({ events: { 'urn:other': {} } })],
      ['with a nonce, as an ID token has', logoutToken({ nonce: 'x' })],
      ['of no type', logoutToken({}, { header: { typ: undefined } })],
      ['of the type of an access token', logoutToken({}, { header: { typ: 'at+jwt' } })],
      ['signed by another key', logoutToken({}, { key: ownKey })],
      ['signed with the secret that we share', logoutToken({}, { key: shared })],
      [
        'that nobody signed',
        // {"alg":"none"}
        logoutToken().then((token) => token.replace(/^[^.]+/, 'eyJhbGciOiJub25lIn0').replace(/[^.]+$/, '')),
      ],
      ['that is none', Promise.resolve('no.token.at-all')],
      ['that is huge', Promise.resolve('x'.repeat(20_000))],
    ];
    for (const [why, token] of wrong) expect([why, await tell(await token)]).toEqual([why, 400]);
    expect(await stands(cookie)).toBe(true);
    // The same, but for what was wrong, is taken.
    expect(await tell(await logoutToken())).toBe(200);
    expect(await stands(cookie)).toBe(false);
  });

  it('that came before ends nothing again', async () => {
    const token = await logoutToken();
    expect(await tell(token)).toBe(200);
    const { cookie } = await come('an');
    const again = await post(new URLSearchParams({ logout_token: token }).toString());
    expect([again.statusCode, again.headers['content-type']]).toEqual([
      400,
      expect.stringContaining('problem+json'),
    ]);
    expect(await stands(cookie)).toBe(true);
  });

  it('is asked for once, as a form, and kept by no cache', async () => {
    const token = await logoutToken();
    expect((await post(`logout_token=${token}&logout_token=${token}`)).statusCode).toBe(400);
    expect((await post('')).statusCode).toBe(400);
    const json = await world.app.inject({
      method: 'POST',
      url: BACK_CHANNEL,
      payload: { logout_token: token },
    });
    expect(json.statusCode).toBeGreaterThanOrEqual(400);
    const taken = await post(new URLSearchParams({ logout_token: token }).toString());
    expect([taken.statusCode, taken.headers['cache-control']]).toEqual([200, 'no-store']);
  });

  it('waits for the provider where that is away, so that it is told again', async () => {
    const { cookie } = await come('an');
    const oidc = new OidcClient(provider.settings, Date.now);
    const fresh = await buildWorld({ oidc });
    await provider.pause();
    try {
      const form = new URLSearchParams({ logout_token: await logoutToken() }).toString();
      const answer = await fresh.app.inject({
        method: 'POST',
        url: BACK_CHANNEL,
        payload: form,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(answer.statusCode).toBe(503);
    } finally {
      await provider.resume();
      await fresh.close();
    }
    expect(await stands(cookie)).toBe(true);
  });
});
