import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAudit } from '../../../collector/registry/audit.ts';
import { may } from '../../../collector/api/access.ts';
import { PERMISSIONS } from '../../../collector/api/permissions.ts';
import { ensureFirstAdministrator } from '../../../collector/registry/first-administrator.ts';
import { SESSION_LIMITS } from '../../../collector/registry/sessions.ts';
import { disableUser } from '../../../collector/registry/users.ts';
import { resetPassword } from '../../../collector/registry/people/change-password.ts';
import { CHEAP } from '../registry/registry-fixture.ts';
import { addUser, buildWorld, PASSWORD, signIn, type World } from './api-fixture.ts';

let world: World;

beforeEach(async () => {
  world = await buildWorld();
});
afterEach(() => world.close());

const login = (username: string, password: string, remoteAddress = '192.0.2.1') =>
  world.app.inject({ method: 'POST', url: '/api/v1/login', payload: { username, password }, remoteAddress });
const me = async (headers: Record<string, string>): Promise<number> =>
  (await world.app.inject({ url: '/api/v1/me', headers })).statusCode;

describe('signing in', () => {
  it('sets a cookie that scripts cannot read and other sites cannot send', async () => {
    await addUser(world, 'an', 'analyst');
    const response = await login('An', PASSWORD);
    expect(response.json()).toEqual({
      username: 'an',
      role: 'analyst',
      permissions: PERMISSIONS.filter((permission) => may('analyst', permission)),
      seesEverything: true,
      mustChangePassword: false,
      mustEnrol: false,
      hasSecondFactor: false,
      method: 'password',
      needsCode: false,
    });
    const header = String(response.headers['set-cookie']);
    expect(header).toMatch(/^__Host-vonggac=[A-Za-z0-9_-]{43}; /);
    for (const part of ['Secure', 'HttpOnly', 'SameSite=Strict', 'Path=/']) expect(header).toContain(part);
    expect(header).not.toContain('Domain');
    // The session, and the name of the browser that opens nothing.
    expect(response.cookies.map(({ name }) => name)).toEqual(['__Host-vonggac', '__Host-vonggac-device']);
    for (const cookie of response.cookies)
      expect(cookie).toMatchObject({ path: '/', secure: true, httpOnly: true, sameSite: 'Strict' });
    expect(response.body).not.toContain(response.cookies[0]?.value);
    expect(await me(await signIn(world, 'an'))).toBe(200);
  });

  it('answers the same for a wrong name, a wrong password, a locked and a disabled account', async () => {
    await addUser(world, 'an', 'analyst');
    await addUser(world, 'binh', 'analyst');
    await addUser(world, 'gone', 'analyst');
    await addUser(world, 'boss', 'administrator');
    await disableUser(world.registry, 'gone', 'test');
    for (let failure = 0; failure < 5; failure += 1)
      await login('binh', 'wrong-password-1', `192.0.2.${failure}`);
    const answers = await Promise.all([
      login('nobody', PASSWORD),
      login('an', 'wrong-password-1'),
      login('binh', PASSWORD),
      login('gone', PASSWORD),
    ]);
    const told = answers.map((answer) => ({ ...answer.json(), requestId: '' }));
    expect(new Set(told.map((problem) => JSON.stringify(problem))).size).toBe(1);
    expect(answers[0]?.json().code).toBe('bad-credentials');
  });

  it('is refused to a browser that comes from another site', async () => {
    await addUser(world, 'an', 'analyst');
    const response = await world.app.inject({
      method: 'POST',
      url: '/api/v1/login',
      headers: { origin: 'https://evil.example', host: 'soc.example' },
      payload: { username: 'an', password: PASSWORD },
    });
    expect(response.json().code).toBe('cross-site');
  });

  it('is limited per client address, an IPv6 network being one client', async () => {
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1) {
      statuses.push((await login('nobody', 'some-password', `2001:db8::${attempt.toString(16)}`)).statusCode);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    const refused = await login('nobody', 'some-password', '2001:db8::ffff');
    expect([refused.statusCode, refused.json().code]).toEqual([429, 'too-many-requests']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect((await login('nobody', 'some-password', '2001:db8:0:1::1')).statusCode).toBe(401);
  });

  it('comes from the address of the connection, whatever a header says', async () => {
    await addUser(world, 'an', 'analyst');
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 25; attempt += 1) {
      const said = `198.51.100.${attempt}`;
      const answer = await world.app.inject({
        method: 'POST',
        url: '/api/v1/login',
        payload: { username: 'an', password: attempt === 0 ? PASSWORD : 'wrong-password-1' },
        headers: {
          'x-forwarded-for': said,
          'x-real-ip': said,
          forwarded: `for=${said}`,
          'x-user-id': 'admin',
        },
        remoteAddress: '192.0.2.1',
      });
      statuses.push(answer.statusCode);
    }
    expect([statuses[0], statuses.filter((status) => status === 429).length]).toEqual([200, 5]);
    const trail = await listAudit(world.registry, { limit: 50, action: 'login' });
    expect(new Set(trail.map(({ detail }) => detail['ip']))).toEqual(new Set(['192.0.2.1']));
  });

  it('leaves its outcome in the audit trail, but not a name that does not exist', async () => {
    await addUser(world, 'an', 'analyst');
    await login('an', PASSWORD);
    await login('an', 'wrong-password-1');
    await login('my-secret-password', 'x');
    const trail = (await listAudit(world.registry, { limit: 10 })).filter((row) =>
      row.action.startsWith('login'),
    );
    expect(trail).toMatchObject([
      { actor: 'system', action: 'login.refused', target: '', detail: { fault: 'unknown' } },
      { actor: 'system', action: 'login.refused', target: 'user:an', detail: { fault: 'wrong-password' } },
      {
        actor: 'user:an',
        action: 'login',
        detail: { ip: '192.0.2.1', method: 'password', twoFactors: false },
      },
    ]);
    expect(JSON.stringify(trail)).not.toContain('my-secret-password');
  });
});

describe('a session', () => {
  it('ends with the logout, and the cookie goes', async () => {
    await addUser(world, 'an', 'analyst');
    const headers = await signIn(world, 'an');
    const response = await world.app.inject({ method: 'POST', url: '/api/v1/logout', headers });
    expect(response.statusCode).toBe(204);
    expect(String(response.headers['set-cookie'])).toMatch(/__Host-vonggac=;/);
    expect(response.headers['clear-site-data']).toBe('"cache", "storage"');
    expect(await me(headers)).toBe(401);
  });

  it('ends when its browser signs in anew', async () => {
    await addUser(world, 'an', 'analyst');
    const { cookie } = await signIn(world, 'an');
    const again = await world.app.inject({
      method: 'POST',
      url: '/api/v1/login',
      headers: { cookie },
      payload: { username: 'an', password: PASSWORD },
    });
    expect([again.statusCode, await me({ cookie })]).toEqual([200, 401]);
  });

  it('ends when idle, and at last even when used', async () => {
    await addUser(world, 'an', 'analyst');
    const idle = await signIn(world, 'an');
    world.clock.ms += SESSION_LIMITS.idleMs - 1;
    expect(await me(idle)).toBe(200);
    world.clock.ms += SESSION_LIMITS.idleMs;
    expect(await me(idle)).toBe(401);
    const busy = await signIn(world, 'an');
    const step = SESSION_LIMITS.idleMs / 2;
    for (let used = step; used < SESSION_LIMITS.absoluteMs; used += step) {
      world.clock.ms += step;
      expect(await me(busy)).toBe(200);
    }
    world.clock.ms += step;
    expect(await me(busy)).toBe(401);
  });

  it('ends when the account is disabled or its password reset', async () => {
    await addUser(world, 'boss', 'administrator');
    await addUser(world, 'an', 'analyst');
    await addUser(world, 'binh', 'analyst');
    const [an, binh] = [await signIn(world, 'an'), await signIn(world, 'binh')];
    await disableUser(world.registry, 'an', 'test');
    await resetPassword(
      world.registry,
      { username: 'binh', password: 'another-fine-password' },
      'test',
      CHEAP,
    );
    expect([await me(an), await me(binh)]).toEqual([401, 401]);
  });
});

describe('the first administrator', () => {
  it('changes the password, which deletes the file, ends other sessions and opens the rest', async () => {
    const file = await ensureFirstAdministrator(world.registry, world.dataDir, CHEAP);
    expect(file).toBe(path.join(world.dataDir, 'initial-admin-password'));
    const initial = readFileSync(file ?? '', 'utf8').trim();
    const other = await signIn(world, 'admin', initial);
    const headers = await signIn(world, 'admin', initial);
    const change = (current: string, next: string) =>
      world.app.inject({
        method: 'POST',
        url: '/api/v1/password',
        headers,
        payload: { current, next },
      });
    expect((await change('wrong', PASSWORD)).json().code).toBe('password-wrong');
    expect((await change(initial, 'short')).json()).toMatchObject({
      code: 'bad-request',
      field: 'next',
    });
    expect((await change(initial, 'aaaaaaaaaaaaaaaa')).json().code).toBe('password-weak');
    expect((await change(initial, initial)).json().code).toBe('password-weak');
    expect(existsSync(file ?? '')).toBe(true);
    const changed = await change(initial, PASSWORD);
    const renewed = changed.cookies.find(({ name }) => name === '__Host-vonggac');
    expect(changed.json()).toMatchObject({
      username: 'admin',
      role: 'administrator',
      mustChangePassword: false,
    });
    expect(existsSync(file ?? '')).toBe(false);
    // The session goes on under another cookie; the one before is worth nothing.
    expect(await me(headers)).toBe(401);
    const now = { cookie: `${renewed?.name}=${renewed?.value}` };
    expect((await world.app.inject({ url: '/api/v1/overview', headers: now })).statusCode).toBe(200);
    expect(await me(other)).toBe(401);
    expect((await login('admin', initial)).statusCode).toBe(401);
    expect((await login('admin', PASSWORD)).statusCode).toBe(200);
    const stored = JSON.stringify([await listAudit(world.registry, { limit: 100 }), world.log]);
    for (const secret of [initial, PASSWORD]) expect(stored).not.toContain(secret);
  });
});
