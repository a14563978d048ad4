import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createApiToken,
  findApiToken,
  listApiTokens,
  revokeApiToken,
} from '../../../collector/registry/api-tokens.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import {
  hashPassword,
  PasswordQueueFullError,
  verifyPassword,
} from '../../../collector/registry/passwords.ts';
import { lockMs } from '../../../collector/registry/login-lanes.ts';
import { createSession, findSession, SESSION_LIMITS } from '../../../collector/registry/sessions.ts';
import {
  changePassword,
  readablePassword,
  resetPassword,
} from '../../../collector/registry/people/change-password.ts';
import { checkLogin } from '../../../collector/registry/people/check-login.ts';
import { acceptInvitation, changeUser, inviteUser } from '../../../collector/registry/user-acts.ts';
import { createUser, disableUser, listUsers } from '../../../collector/registry/users.ts';
import { randomBytes } from 'node:crypto';
import { CHEAP, memoryRegistry, type TestClock } from './registry-fixture.ts';

const PASSWORD = 'correct-horse-battery';
let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
});
afterEach(() => registry.close());

const add = (username: string, role: 'administrator' | 'agency-viewer' = 'agency-viewer') =>
  createUser(registry, { username, password: PASSWORD, role, mustChangePassword: false }, 'test', CHEAP);
const login = (username: string, password: string) => checkLogin(registry, { username, password }, CHEAP);

describe('a password', () => {
  it('verifies against its own hash only, however its accents are typed', async () => {
    const hash = await hashPassword('mật khẩu dài'.normalize('NFC'), randomBytes, CHEAP);
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
    expect(await verifyPassword('mật khẩu dài'.normalize('NFD'), hash, CHEAP)).toEqual({
      ok: true,
      renew: false,
    });
    expect(await verifyPassword('mật khẩu dàj', hash, CHEAP)).toEqual({ ok: false, renew: false });
    expect(await verifyPassword('x', undefined, CHEAP)).toEqual({ ok: false, renew: false });
    expect(await verifyPassword('x', '$argon2id$broken', CHEAP)).toEqual({ ok: false, renew: false });
  });

  it('costs 32 MiB and three passes of Argon2id, and the hash says so', async () => {
    expect(await hashPassword('x', randomBytes)).toMatch(
      /^\$argon2id\$v=19\$m=32768,t=3,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it('hashed at an older cost asks to be renewed, and a good login renews it', async () => {
    await createUser(
      registry,
      { username: 'an', password: PASSWORD, role: 'agency-viewer', mustChangePassword: false },
      'test',
      { memoryKib: 32, passes: 1 },
    );
    expect(await login('an', PASSWORD)).toMatchObject({ ok: true });
    const row = await registry.db
      .selectFrom('user_account')
      .select('password_hash')
      .executeTakeFirstOrThrow();
    expect(row.password_hash).toContain('m=64,t=1');
    expect(await login('an', PASSWORD)).toMatchObject({ ok: true });
  });

  it('is checked a few at a time, and a flood is refused', async () => {
    const hash = await hashPassword('x', randomBytes, CHEAP);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, () => verifyPassword('x', hash, CHEAP)),
    );
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBe(100 - 66);
    expect(refused.every(({ reason }) => reason instanceof PasswordQueueFullError)).toBe(true);
    expect(await verifyPassword('x', hash, CHEAP)).toMatchObject({ ok: true });
  });

  it('made for a person has no characters that look alike, and differs each time', () => {
    const made = Array.from({ length: 50 }, () => readablePassword(randomBytes));
    for (const text of made) expect(text).toMatch(/^([a-hjkmnp-z2-9]{5}-){3}[a-hjkmnp-z2-9]{5}$/);
    expect(new Set(made).size).toBe(50);
  });
});

describe('an account', () => {
  it('locks after five failures for a growing while, and a good login forgets them', async () => {
    await add('an');
    for (let failure = 1; failure <= 4; failure += 1) {
      expect(await login('an', 'wrong')).toEqual({ ok: false, fault: 'wrong-password' });
    }
    expect(await login('an', PASSWORD)).toMatchObject({ ok: true });
    for (let failure = 1; failure <= 5; failure += 1) await login('an', 'wrong');
    expect(await login('an', PASSWORD)).toEqual({ ok: false, fault: 'locked' });
    clock.ms += lockMs(5) - 1;
    expect(await login('an', PASSWORD)).toEqual({ ok: false, fault: 'locked' });
    clock.ms += 1;
    await login('an', 'wrong');
    clock.ms += lockMs(6) - 1;
    expect(await login('an', PASSWORD)).toEqual({ ok: false, fault: 'locked' });
    clock.ms += 1;
    expect(await login('an', PASSWORD)).toMatchObject({ ok: true });
  });

  it('is locked for at most a quarter of an hour', () => {
    expect([4, 5, 6, 7, 10, 1_000].map((failures) => lockMs(failures))).toEqual([
      0, 30_000, 60_000, 120_000, 900_000, 900_000,
    ]);
  });

  it('counts guesses sent at the same time', async () => {
    await add('an');
    await Promise.all(Array.from({ length: 20 }, () => login('an', 'wrong')));
    expect(await login('an', PASSWORD)).toEqual({ ok: false, fault: 'locked' });
  });

  it('is one whatever the case and spelling of its name', async () => {
    await add('Nguyễn.An'.normalize('NFD'));
    expect(await login(' nguyễn.AN ', PASSWORD)).toMatchObject({ ok: true, user: { username: 'nguyễn.an' } });
    await expect(add('NGUYỄN.AN')).rejects.toMatchObject({ code: 'user-exists' });
  });

  it('that is disabled cannot sign in; the last administrator cannot be disabled', async () => {
    await add('boss', 'administrator');
    await expect(disableUser(registry, 'boss', 'test')).rejects.toMatchObject({
      code: 'user-last-administrator',
    });
    await add('second', 'administrator');
    await disableUser(registry, 'boss', 'test');
    expect(await login('boss', PASSWORD)).toEqual({ ok: false, fault: 'disabled' });
    await expect(disableUser(registry, 'boss', 'test')).rejects.toMatchObject({ code: 'user-unknown' });
    await expect(disableUser(registry, 'second', 'test')).rejects.toMatchObject({
      code: 'user-last-administrator',
    });
    expect((await listUsers(registry)).map(({ username, state }) => [username, state])).toEqual([
      ['boss', 'disabled'],
      ['second', 'active'],
    ]);
  });

  it.each([
    ['too short', 'short'],
    ['of one character', 'a'.repeat(30)],
    ['built from the user name', 'Thanh.Nguyen-2026'],
    ['of a common word and a year', 'Matkhau@2026!!'],
    ['of a place and digits in a row', 'Hanoi123456789'],
    ['of letters written as digits', 'P@ssw0rd-P@ssw0rd'],
    ['of keys in a row', 'qwertyuiop1234'],
    ['with its marks', 'Mật khẩu Việt Nam'],
    ['that is among the first of those that leaks have shown', '1qaz2wsx3edc'],
    ['that leaks have shown, in another case', 'LeaveMeAlone'],
    ['that leaks have shown, far down the list', 'scandinavian'],
  ])('takes no password %s', async (_what, next) => {
    await add('thanh.nguyen');
    const change = { username: 'thanh.nguyen', current: PASSWORD, next, keepSession: '' };
    await expect(changePassword(registry, change, CHEAP)).rejects.toMatchObject({ code: 'password-weak' });
  });

  it('takes any characters of a password, counts each as it is typed, and asks for no other one in time', async () => {
    await add('an');
    let current = PASSWORD;
    for (const next of [
      'only small letters',
      '🦀🌊 một con sóng 12',
      `${'xyz '.repeat(255)}last`,
      'ẨN "quotes" \\ %s',
    ]) {
      await changePassword(registry, { username: 'an', current, next, keepSession: '' }, CHEAP);
      current = next;
      expect(await login('an', next)).toMatchObject({ ok: true });
      for (const other of [next.slice(0, -1), `${next} `, next.trim().toUpperCase()])
        expect([other, (await login('an', other)).ok]).toEqual([other, false]);
      expect(await login('an', next)).toMatchObject({ ok: true });
    }
    clock.ms += 10 * 365 * 86_400_000;
    expect(await login('an', current)).toMatchObject({ ok: true, user: { mustChangePassword: false } });
  });

  it('locks on wrong current passwords too', async () => {
    await add('an');
    const change = { username: 'an', current: 'wrong', next: 'another-fine-password', keepSession: '' };
    for (let failure = 0; failure < 5; failure += 1) {
      await expect(changePassword(registry, change, CHEAP)).rejects.toMatchObject({ code: 'password-wrong' });
    }
    const right = { ...change, current: PASSWORD };
    await expect(changePassword(registry, right, CHEAP)).rejects.toMatchObject({ code: 'password-wrong' });
  });

  it('after a reset asks for a new password', async () => {
    await add('an');
    await resetPassword(registry, { username: 'an', password: 'one-time-password' }, 'cli:root', CHEAP);
    expect(await login('an', PASSWORD)).toMatchObject({ ok: false });
    expect(await login('an', 'one-time-password')).toMatchObject({
      ok: true,
      user: { mustChangePassword: true },
    });
  });
});

describe('sessions', () => {
  it('are stored by hash only, and the oldest of too many ends', async () => {
    const { id } = await add('an');
    const values: string[] = [];
    for (let count = 0; count <= SESSION_LIMITS.perUserMax; count += 1) {
      clock.ms += 1;
      values.push(await createSession(registry, id));
    }
    const rows = await registry.db.selectFrom('user_session').selectAll().execute();
    expect(rows).toHaveLength(SESSION_LIMITS.perUserMax);
    expect(values.some((value) => JSON.stringify(rows).includes(value))).toBe(false);
    expect(await findSession(registry, { value: values[0] ?? '' }, false)).toBeUndefined();
    expect(await findSession(registry, { value: values.at(-1) ?? '' }, false)).toMatchObject({
      username: 'an',
    });
  });

  it('do not live longer by being looked at', async () => {
    const { id } = await add('an');
    const value = await createSession(registry, id);
    clock.ms += SESSION_LIMITS.idleMs - 1;
    expect(await findSession(registry, { value }, false)).toBeDefined();
    clock.ms += 1;
    expect(await findSession(registry, { value }, false)).toBeUndefined();
  });
});

describe('an API token', () => {
  it('works until its end or revocation, and is stored by hash only', async () => {
    const { id, token } = await createApiToken(
      registry,
      { role: 'agency-viewer', days: 1, name: 'ci' },
      'cli:root',
    );
    expect(token).toMatch(/^vgapi_[A-Za-z0-9_-]{43}$/);
    expect(await findApiToken(registry, { value: token }, true)).toEqual({
      id,
      name: 'ci',
      role: 'agency-viewer',
      agencyId: 1,
    });
    expect((await listApiTokens(registry))[0]).toMatchObject({ state: 'usable', lastUsedMs: clock.ms });
    const stored = JSON.stringify([
      await registry.db.selectFrom('api_token').selectAll().execute(),
      await listAudit(registry, { limit: 10 }),
    ]);
    expect(stored.includes(token)).toBe(false);
    await revokeApiToken(registry, id, 'cli:root');
    expect(await findApiToken(registry, { value: token }, true)).toBeUndefined();
    const other = await createApiToken(registry, { role: 'agency-viewer', days: 1 }, 'cli:root');
    clock.ms += 86_400_000;
    expect(await findApiToken(registry, { value: other.token }, true)).toBeUndefined();
    expect((await listApiTokens(registry)).map(({ state }) => state).sort()).toEqual(['expired', 'revoked']);
  });

  it.each(['', 'vgapi_', `vgapi_${'A'.repeat(43)}`, `vgapi_${'A'.repeat(44)}`, "' or 1=1 --"])(
    'is not %j',
    async (value) => {
      await createApiToken(registry, { role: 'agency-viewer' }, 'test');
      expect(await findApiToken(registry, { value }, true)).toBeUndefined();
    },
  );
});

describe('an account with an end', () => {
  const everywhere = { actor: 'test', scope: { kind: 'all' } } as const;
  const addUntil = (username: string, endsMs: number, role: 'administrator' | 'auditor' = 'auditor') =>
    createUser(
      registry,
      { username, password: PASSWORD, role, mustChangePassword: false, endsMs },
      'test',
      CHEAP,
    );

  it('is signed out at that moment and comes in no more, until it is given another end', async () => {
    const { id } = await addUntil('thanh-tra', clock.ms + 60_000);
    const value = await createSession(registry, id);
    clock.ms += 59_999;
    expect(await findSession(registry, { value }, false)).toMatchObject({ username: 'thanh-tra' });
    clock.ms += 1;
    expect(await findSession(registry, { value }, false)).toBeUndefined();
    expect(await login('thanh-tra', PASSWORD)).toEqual({ ok: false, fault: 'disabled' });
    expect(await listUsers(registry)).toMatchObject([{ state: 'disabled', endsMs: clock.ms }]);
    await expect(changeUser(registry, 'thanh-tra', { disabled: false }, everywhere)).rejects.toMatchObject({
      code: 'user-ends-past',
    });
    await changeUser(registry, 'thanh-tra', { endsMs: clock.ms + 1 }, everywhere);
    expect(await login('thanh-tra', PASSWORD)).toMatchObject({ ok: true });
    await changeUser(registry, 'thanh-tra', { endsMs: null }, everywhere);
    clock.ms += 1_000;
    expect(await login('thanh-tra', PASSWORD)).toMatchObject({ ok: true });
  });

  it('ends in the future, and an invitation ends with it', async () => {
    await expect(addUntil('muon', clock.ms)).rejects.toMatchObject({ code: 'user-ends-past' });
    const { secret } = await inviteUser(
      registry,
      { username: 'moi', role: 'auditor', agencyId: 1, endsMs: clock.ms + 1_000 },
      everywhere,
    );
    clock.ms += 1_000;
    await expect(acceptInvitation(registry, { secret, password: PASSWORD }, CHEAP)).rejects.toMatchObject({
      code: 'invitation-unknown',
    });
  });

  it('is never the last administrator', async () => {
    await add('goc', 'administrator');
    await addUntil('tam', clock.ms + 60_000, 'administrator');
    await expect(disableUser(registry, 'goc', 'test')).rejects.toMatchObject({
      code: 'user-last-administrator',
    });
    await expect(changeUser(registry, 'goc', { endsMs: clock.ms + 1 }, everywhere)).rejects.toMatchObject({
      code: 'user-last-administrator',
    });
  });
});
