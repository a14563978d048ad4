import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Registry } from '../../../collector/registry/database.ts';
import { sealFactors } from '../../../collector/registry/people/sealed-factor.ts';
import { beginSecondFactor, confirmSecondFactor } from '../../../collector/registry/second-factor.ts';
import { SealError } from '../../../collector/registry/sealed-secret.ts';
import { totpAt } from '../../../collector/registry/totp.ts';
import { checkLogin } from '../../../collector/registry/people/check-login.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { CHEAP, memoryRegistry, type TestClock } from './registry-fixture.ts';

const PASSWORD = 'correct-horse-battery';
let registry: Registry;
let clock: TestClock;

beforeEach(async () => {
  ({ registry, clock } = await memoryRegistry());
  for (const username of ['an', 'binh']) {
    const wanted = { username, password: PASSWORD, role: 'analyst' as const, mustChangePassword: false };
    await createUser(registry, wanted, 'test', CHEAP);
  }
});
afterEach(() => registry.close());

const kept = async (username: string): Promise<string | null> =>
  (
    await registry.db
      .selectFrom('user_account')
      .select('totp_secret')
      .where('username', '=', username)
      .executeTakeFirstOrThrow()
  ).totp_secret;

async function enrol(username: string): Promise<string> {
  const { secret } = await beginSecondFactor(registry, username);
  const code = totpAt(secret, Math.floor(clock.ms / 30_000));
  await confirmSecondFactor(registry, { username, code, keepSession: '' });
  clock.ms += 30_000;
  return secret;
}

const signIn = (username: string, secret: string) =>
  checkLogin(
    registry,
    { username, password: PASSWORD, code: totpAt(secret, Math.floor(clock.ms / 30_000)) },
    CHEAP,
  );

describe('the secret of a second factor', () => {
  it('lies sealed in its row, for its own account only', async () => {
    const secret = await enrol('an');
    const sealed = await kept('an');
    expect(sealed).toMatch(/^sealed:/);
    expect(sealed).not.toContain(secret);
    expect(await signIn('an', secret)).toMatchObject({ ok: true });
    await enrol('binh');
    await registry.db
      .updateTable('user_account')
      .set({ totp_secret: sealed })
      .where('username', '=', 'binh')
      .execute();
    await expect(signIn('binh', secret)).rejects.toThrow(SealError);
  });

  it('that an earlier version left in clear is sealed at the next start, and works before and after', async () => {
    const secret = await enrol('an');
    await registry.db
      .updateTable('user_account')
      .set({ totp_secret: secret })
      .where('username', '=', 'an')
      .execute();
    expect(await signIn('an', secret)).toMatchObject({ ok: true });
    await sealFactors(registry);
    const sealed = await kept('an');
    expect(sealed).toMatch(/^sealed:/);
    clock.ms += 30_000;
    expect(await signIn('an', secret)).toMatchObject({ ok: true });
    await sealFactors(registry);
    expect(await kept('an')).toBe(sealed);
    expect(await kept('binh')).toBeNull();
  });

  it('cannot be read with the key of another collector, which is said at its start', async () => {
    await enrol('an');
    const other = { ...registry, sealingKey: () => Buffer.alloc(32, 9) };
    await expect(sealFactors(other)).rejects.toThrow(/bring back notify.key/);
  });
});
