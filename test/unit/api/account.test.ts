/** One's own account: second factor, proof again for dangerous acts, sessions, and locks that strangers cannot turn on people. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { STEP_UP_MS } from '../../../collector/api/guard.ts';
import { hashSecret } from '../../../collector/registry/secrets.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { setPeoplePolicy } from '../../../collector/registry/people-policy.ts';
import { totpAt } from '../../../collector/registry/totp.ts';
import { addUser, bearer, buildWorld, PASSWORD, sessionOf, signIn, type World } from './api-fixture.ts';

type Headers = Record<string, string>;
let world: World;

beforeEach(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000 } });
});
afterEach(() => world.close());

const call = (method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, headers: Headers, payload?: object) =>
  world.app.inject({
    method,
    url: `/api/v1${path}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
const login = (payload: object, headers: Headers = {}, remoteAddress = '192.0.2.1') =>
  world.app.inject({ method: 'POST', url: '/api/v1/login', payload, headers, remoteAddress });
const codeNow = (secret: string): string => totpAt(secret, Math.floor(world.clock.ms / 30_000));

async function enrolled(username: string): Promise<{ headers: Headers; secret: string; codes: string[] }> {
  const headers = await signIn(world, username);
  const { secret } = (await call('POST', '/second-factor', headers)).json();
  const confirmed = await call('POST', '/second-factor/confirm', headers, { code: codeNow(secret) });
  expect(confirmed.statusCode).toBe(200);
  world.clock.ms += 30_000;
  return { headers, secret, codes: confirmed.json().recoveryCodes };
}

describe('a second factor', () => {
  it('counts once confirmed; then the password alone is not enough, and no code works twice', async () => {
    await addUser(world, 'an', 'analyst');
    const other = await signIn(world, 'an');
    const { secret, headers } = await enrolled('an');
    expect((await call('GET', '/me', headers)).json()).toMatchObject({ hasSecondFactor: true });
    expect((await call('GET', '/me', other)).statusCode).toBe(401);
    const needed = await login({ username: 'an', password: PASSWORD });
    expect([needed.statusCode, needed.json().code]).toEqual([401, 'second-factor-needed']);
    expect((await login({ username: 'an', password: 'wrong', code: codeNow(secret) })).json().code).toBe(
      'bad-credentials',
    );
    expect((await login({ username: 'an', password: PASSWORD, code: '000000' })).json().code).toBe(
      'bad-credentials',
    );
    const right = { username: 'an', password: PASSWORD, code: codeNow(secret) };
    expect((await login(right)).statusCode).toBe(200);
    expect((await login(right)).json().code).toBe('bad-credentials');
    const [signedIn] = await listAudit(world.registry, { limit: 1, action: 'login' });
    expect(signedIn?.detail).toMatchObject({ method: 'password', twoFactors: true });
  });

  it('that is lost is replaced by recovery codes, each once; neither is stored as it is', async () => {
    await addUser(world, 'an', 'analyst');
    const { codes } = await enrolled('an');
    expect(new Set(codes).size).toBe(10);
    // 128 bits each, so that a plain digest protects them.
    for (const code of codes) expect(code).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{8}){3}$/);
    const rows = await world.registry.db.selectFrom('user_recovery_code').selectAll().execute();
    expect(codes.filter((code) => JSON.stringify(rows).includes(code))).toEqual([]);
    const attempt = { username: 'an', password: PASSWORD, code: codes[0] ?? '' };
    expect((await login(attempt)).statusCode).toBe(200);
    expect((await login(attempt)).statusCode).toBe(401);
  });

  it('takes recovery codes of before, which were shorter, beside those of now', async () => {
    await addUser(world, 'an', 'analyst');
    const { codes } = await enrolled('an');
    const [row] = await world.registry.db.selectFrom('user_recovery_code').select('user_id').execute();
    const before = ['0a1b2-3c4d5-6e7f8-9a0b1', '0a1b2c3-4d5e6f7-8a9b0c1-2d3e4f5'];
    await world.registry.db
      .insertInto('user_recovery_code')
      .values(
        before.map((code) => ({ code_hash: hashSecret(code), user_id: row?.user_id ?? 0, created_ms: 0 })),
      )
      .execute();
    for (const code of [...before, codes[0] ?? '']) {
      const attempt = { username: 'an', password: PASSWORD, code };
      expect((await login(attempt)).statusCode).toBe(200);
      expect((await login(attempt)).statusCode).toBe(401);
    }
  });

  it('guessed at locks like a password', async () => {
    await addUser(world, 'an', 'analyst');
    const { secret } = await enrolled('an');
    for (let guess = 0; guess < 5; guess += 1)
      await login({ username: 'an', password: PASSWORD, code: `00000${guess}` });
    const right = { username: 'an', password: PASSWORD, code: codeNow(secret) };
    expect((await login(right)).json().code).toBe('bad-credentials');
    world.clock.ms += 30_000;
    expect((await login({ ...right, code: codeNow(secret) })).statusCode).toBe(200);
  });

  it('is asked of roles by the policy: without one only the way to it is open', async () => {
    await addUser(world, 'an', 'analyst');
    await addUser(world, 'chi', 'auditor');
    const policy = { secondFactorRoles: ['analyst' as const], idleMinutes: 60, absoluteHours: 12 };
    await setPeoplePolicy(world.registry, policy, 'test');
    const headers = await signIn(world, 'an');
    expect((await call('GET', '/me', headers)).json()).toMatchObject({ mustEnrol: true });
    expect((await call('GET', '/alerts', headers)).json().code).toBe('second-factor-missing');
    expect((await call('GET', '/alerts', await signIn(world, 'chi'))).statusCode).toBe(200);
    const { headers: after } = await enrolled('an');
    expect((await call('GET', '/alerts', after)).statusCode).toBe(200);
  });
});

describe('dangerous acts', () => {
  const policy = { secondFactorRoles: [], idleMinutes: 15, absoluteHours: 8 };

  it('take a proof of who one is that is minutes old', async () => {
    await addUser(world, 'boss', 'administrator');
    const headers = await signIn(world, 'boss');
    expect((await call('PUT', '/people-policy', headers, policy)).statusCode).toBe(200);
    world.clock.ms += STEP_UP_MS + 1;
    expect((await call('PUT', '/people-policy', headers, policy)).json().code).toBe('step-up-required');
    expect((await call('GET', '/people-policy', headers)).json()).toEqual(policy);
    expect((await call('POST', '/step-up', headers, { password: 'wrong' })).json().code).toBe(
      'password-wrong',
    );
    expect((await call('PUT', '/people-policy', headers, policy)).json().code).toBe('step-up-required');
    const proved = sessionOf(await call('POST', '/step-up', headers, { password: PASSWORD }));
    expect((await call('PUT', '/people-policy', proved, policy)).statusCode).toBe(200);
    // The session goes on under another cookie; the one before is worth nothing.
    expect((await call('GET', '/me', headers)).statusCode).toBe(401);
    const actions = (await listAudit(world.registry, { limit: 10 })).map(({ action }) => action);
    expect(actions.slice(0, 3)).toEqual(['people-policy.set', 'login.step-up', 'login.refused']);
  });

  it('are changes of the second factor, too: begun, confirmed and taken away', async () => {
    await addUser(world, 'an', 'analyst');
    const { headers } = await enrolled('an');
    world.clock.ms += STEP_UP_MS + 1;
    for (const [method, path] of [
      ['POST', '/second-factor'],
      ['POST', '/second-factor/confirm'],
      ['DELETE', '/second-factor'],
    ] as const)
      expect([path, (await call(method, path, headers, { code: '123456' })).json().code]).toEqual([
        path,
        'step-up-required',
      ]);
    expect((await call('POST', '/step-up', headers, { password: PASSWORD })).json().code).toBe(
      'second-factor-needed',
    );
  });

  it('of people are not for tokens, whatever their role', async () => {
    const headers = await bearer(world, 'administrator');
    expect((await call('PUT', '/people-policy', headers, policy)).json().code).toBe('forbidden');
    expect((await call('POST', '/second-factor', headers)).json().code).toBe('forbidden');
  });
});

describe('sessions', () => {
  it('are seen by whom they belong to, ended by them with a proof that is minutes old, and by nobody else', async () => {
    await addUser(world, 'an', 'analyst');
    await addUser(world, 'binh', 'analyst');
    let first = await signIn(world, 'an');
    const [second, other] = [await signIn(world, 'an'), await signIn(world, 'binh')];
    const { sessions } = (await call('GET', '/sessions', first)).json();
    expect(sessions).toHaveLength(2);
    const theirs = sessions.find(({ isCurrent }: { isCurrent: boolean }) => !isCurrent).id;
    expect((await call('DELETE', `/sessions/${theirs}`, other)).json().code).toBe('not-found');
    expect((await call('GET', '/me', second)).statusCode).toBe(200);
    world.clock.ms += STEP_UP_MS + 1;
    expect((await call('DELETE', `/sessions/${theirs}`, first)).json().code).toBe('step-up-required');
    first = sessionOf(await call('POST', '/step-up', first, { password: PASSWORD }));
    expect((await call('DELETE', `/sessions/${theirs}`, first)).statusCode).toBe(204);
    expect([
      (await call('GET', '/me', second)).statusCode,
      (await call('GET', '/me', first)).statusCode,
    ]).toEqual([401, 200]);
    const values = [first.cookie, second.cookie].map((cookie) => cookie.split('=')[1] ?? '');
    expect(values.filter((value) => JSON.stringify(sessions).includes(value))).toEqual([]);
  });

  it('end when idle for as long as the policy says', async () => {
    await addUser(world, 'an', 'analyst');
    const headers = await signIn(world, 'an');
    const policy = { secondFactorRoles: [], idleMinutes: 15, absoluteHours: 12 };
    await setPeoplePolicy(world.registry, policy, 'test');
    world.clock.ms += 15 * 60_000;
    expect((await call('GET', '/me', headers)).statusCode).toBe(401);
  });
});

describe('strangers who guess', () => {
  const known = async (username: string): Promise<Headers> => {
    const response = await login({ username, password: PASSWORD });
    const device = response.cookies.find(({ name }) => name === '__Host-vonggac-device');
    return { cookie: `${device?.name}=${device?.value}` };
  };

  it('lock out strangers, not the browser in which the person has signed in before', async () => {
    await addUser(world, 'an', 'analyst');
    const browser = await known('an');
    for (let guess = 0; guess < 60; guess += 1)
      await login({ username: 'an', password: 'wrong-password-1' }, {}, `198.51.100.${guess}`);
    const right = { username: 'an', password: PASSWORD };
    expect((await login(right, {}, '203.0.113.9')).statusCode).toBe(401);
    expect((await login(right, browser)).statusCode).toBe(200);
  });

  it('are locked by address over all accounts, but for known browsers behind it', async () => {
    await addUser(world, 'an', 'analyst');
    const browser = await known('an');
    for (let guess = 0; guess < 31; guess += 1)
      await login({ username: `user-${guess}`, password: 'wrong-password-1' }, {}, '198.51.100.7');
    const right = { username: 'an', password: PASSWORD };
    expect((await login(right, {}, '198.51.100.7')).statusCode).toBe(401);
    expect((await login(right, browser, '198.51.100.7')).statusCode).toBe(200);
    expect((await login(right, {}, '198.51.100.8')).statusCode).toBe(200);
    world.clock.ms += 3_600_000;
    expect((await login(right, {}, '198.51.100.7')).statusCode).toBe(200);
  });

  it('in a stolen browser are strangers after some tries', async () => {
    await addUser(world, 'an', 'analyst');
    const browser = await known('an');
    for (let guess = 0; guess < 40; guess += 1) {
      await login({ username: 'an', password: 'wrong-password-1' }, browser, `198.51.100.${guess}`);
      world.clock.ms += 60_000;
    }
    expect(await world.registry.db.selectFrom('user_device').selectAll().execute()).toEqual([]);
  });

  it('gain nothing by another person’s browser', async () => {
    await addUser(world, 'an', 'analyst');
    await addUser(world, 'binh', 'analyst');
    const browser = await known('binh');
    for (let guess = 0; guess < 6; guess += 1)
      await login({ username: 'an', password: 'wrong-password-1' }, browser, `198.51.100.${guess}`);
    expect((await login({ username: 'an', password: PASSWORD }, browser)).statusCode).toBe(401);
  });
});
