/** People and tokens as administrators manage them over the API. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { beginSecondFactor, confirmSecondFactor } from '../../../collector/registry/second-factor.ts';
import { totpAt } from '../../../collector/registry/totp.ts';
import { addUser, buildWorld, PASSWORD, sessionOf, signIn, type World } from './api-fixture.ts';

type Headers = Record<string, string>;
let world: World;
let boss: Headers;

beforeEach(async () => {
  world = await buildWorld({ limits: { loginsPerMinute: 1_000 } });
  await addUser(world, 'boss', 'administrator');
  boss = await signIn(world, 'boss');
});
afterEach(() => world.close());

const call = (
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  headers: Headers,
  payload?: object,
) =>
  world.app.inject({ method, url: `/api/v1${path}`, headers, ...(payload === undefined ? {} : { payload }) });
const accept = (invitation: string, password = 'a-phrase-of-my-own') =>
  call('POST', '/invitations/accept', {}, { invitation, password });
const me = async (headers: Headers): Promise<number> => (await call('GET', '/me', headers)).statusCode;

describe('an invitation', () => {
  it('makes an account whose owner sets the password, once', async () => {
    const made = await call('POST', '/users', boss, {
      username: 'Lan',
      role: 'analyst',
      email: 'lan@example.vn',
    });
    expect(made.statusCode).toBe(201);
    const { invitation } = made.json();
    const listed = await call('GET', '/users', boss);
    expect(listed.body).not.toMatch(/argon2|hash|secret|totp/i);
    expect(listed.json().users).toContainEqual(
      expect.objectContaining({
        username: 'lan',
        role: 'analyst',
        state: 'invited',
        email: 'lan@example.vn',
      }),
    );
    const look = () => call('POST', '/invitations/look', {}, { invitation });
    expect((await look()).json()).toMatchObject({ username: 'lan', role: 'analyst', displayName: null });
    expect((await accept(invitation, 'Matkhau@2026!!')).json().code).toBe('password-weak');
    expect((await accept(invitation)).json()).toEqual({ username: 'lan' });
    expect((await accept(invitation)).json().code).toBe('not-found');
    expect((await look()).json().code).toBe('not-found');
    expect(await me(await signIn(world, 'lan', 'a-phrase-of-my-own'))).toBe(200);
    const rows = await world.registry.db.selectFrom('audit_log').select('detail').execute();
    expect(JSON.stringify(rows)).not.toContain(invitation);
  });

  it('is for one of two who come at the same time, and ends after three days', async () => {
    const invite = async (username: string): Promise<string> =>
      (await call('POST', '/users', boss, { username, role: 'auditor' })).json().invitation;
    const both = await invite('chi');
    const answers = await Promise.all([
      accept(both, 'a-phrase-of-my-own'),
      accept(both, 'another-of-my-own'),
    ]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 404]);
    const late = await invite('dung');
    world.clock.ms += 3 * 86_400_000;
    expect((await accept(late)).statusCode).toBe(404);
  });
});

describe('an account', () => {
  it('whose rights change is signed out at once', async () => {
    await addUser(world, 'an', 'analyst');
    for (const change of [{ role: 'auditor' }, { disabled: true }]) {
      if (change.disabled !== true) await call('PATCH', '/users/an', boss, { role: 'analyst' });
      const an = await signIn(world, 'an');
      expect((await call('PATCH', '/users/an', boss, { displayName: 'Nguyễn An' })).statusCode).toBe(204);
      expect(await me(an)).toBe(200);
      expect((await call('PATCH', '/users/an', boss, change)).statusCode).toBe(204);
      expect(await me(an)).toBe(401);
    }
    await expect(signIn(world, 'an')).rejects.toThrow('bad-credentials');
    await call('PATCH', '/users/an', boss, { disabled: false });
    expect(await me(await signIn(world, 'an'))).toBe(200);
  });

  it('of the last administrator stays one, whatever is tried', async () => {
    const { id } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
    await addUser(world, 'local', 'administrator', false, id); // of a part of the tree: does not count
    for (const change of [{ role: 'analyst' }, { disabled: true }, { agencyId: id }]) {
      const refused = await call('PATCH', '/users/boss', boss, change);
      expect([refused.statusCode, refused.json().detail]).toEqual([409, expect.stringContaining('last')]);
    }
    expect((await call('POST', '/users/boss/reset', boss)).statusCode).toBe(409);
    await addUser(world, 'second', 'administrator');
    expect((await call('PATCH', '/users/boss', boss, { role: 'analyst' })).statusCode).toBe(204);
  });

  it('that is reset takes neither the old password nor a session, but the new link', async () => {
    await addUser(world, 'an', 'analyst');
    const an = await signIn(world, 'an');
    const { invitation } = (await call('POST', '/users/an/reset', boss)).json();
    expect(await me(an)).toBe(401);
    await expect(signIn(world, 'an')).rejects.toThrow('bad-credentials');
    expect((await accept(invitation)).statusCode).toBe(200);
    expect(await me(await signIn(world, 'an', 'a-phrase-of-my-own'))).toBe(200);
  });

  it('that is reset keeps its second factor; a lost one is taken away by an administrator, on record', async () => {
    await addUser(world, 'an', 'analyst');
    const { secret } = await beginSecondFactor(world.registry, 'an');
    const code = (): string => totpAt(secret, Math.floor(world.clock.ms / 30_000));
    await confirmSecondFactor(world.registry, { username: 'an', code: code(), keepSession: '' });
    const { invitation } = (await call('POST', '/users/an/reset', boss)).json();
    expect((await accept(invitation)).statusCode).toBe(200);
    const login = (more: object) =>
      call('POST', '/login', {}, { username: 'an', password: 'a-phrase-of-my-own', ...more });
    expect((await login({})).json().code).toBe('second-factor-needed');
    world.clock.ms += 30_000;
    const an = sessionOf(await login({ code: code() }));
    expect((await call('DELETE', '/users/an/second-factor', boss)).statusCode).toBe(204);
    expect(await me(an)).toBe(401);
    expect(await listAudit(world.registry, { limit: 1 })).toMatchObject([
      { actor: 'user:boss', action: 'user.second-factor-removed', target: 'user:an' },
    ]);
    expect((await login({})).json()).toMatchObject({ hasSecondFactor: false });
  });

  it('is signed out everywhere by an administrator of its agency', async () => {
    await addUser(world, 'an', 'analyst');
    const sessions = [await signIn(world, 'an'), await signIn(world, 'an')];
    expect((await call('DELETE', '/users/an/sessions', boss)).json()).toEqual({ ended: 2 });
    expect(await Promise.all(sessions.map(me))).toEqual([401, 401]);
  });
});

describe('an API token', () => {
  it('is made with a list, works within it, and ends when it is revoked', async () => {
    const wanted = { role: 'api', permissions: ['alert:read'], name: 'ticketing', days: 1 };
    const { id, token } = (await call('POST', '/api-tokens', boss, wanted)).json();
    const headers = { authorization: `Bearer ${token}` };
    expect((await call('GET', '/alerts', headers)).statusCode).toBe(200);
    expect((await call('GET', '/events', headers)).json().code).toBe('forbidden');
    const listed = (await call('GET', '/api-tokens', boss)).json().apiTokens;
    expect(listed).toMatchObject([{ id, permissions: ['alert:read'], lastUsedAddress: '127.0.0.1' }]);
    expect(JSON.stringify(listed)).not.toContain(token);
    expect((await call('DELETE', `/api-tokens/${id}`, boss)).statusCode).toBe(204);
    expect((await call('GET', '/alerts', headers)).statusCode).toBe(401);
  });

  it('gets no permission that its role has not, and is made by people only', async () => {
    const excess = { role: 'api', permissions: ['user:write'] };
    expect((await call('POST', '/api-tokens', boss, excess)).json()).toMatchObject({
      status: 400,
      detail: expect.stringContaining('user:write'),
    });
    const { token } = (await call('POST', '/api-tokens', boss, { role: 'administrator' })).json();
    const headers = { authorization: `Bearer ${token}` };
    expect((await call('POST', '/api-tokens', headers, { role: 'api' })).json().code).toBe('forbidden');
    expect((await call('PATCH', '/users/boss', headers, { displayName: 'x' })).json().code).toBe('forbidden');
    expect((await call('POST', '/users', headers, { username: 'x', role: 'analyst' })).json().code).toBe(
      'forbidden',
    );
    await expect(signIn(world, 'boss', PASSWORD)).resolves.toBeDefined();
  });
});
