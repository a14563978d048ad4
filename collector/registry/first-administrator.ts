/**
 * The first administrator: made when there is none, with a random one-time password in a file only the collector's
 * owner can read. The password is never logged, must be changed at the first login, and the file then goes.
 */
import { existsSync, rmSync } from 'node:fs';
import type { Registry } from './database.ts';
import { dataFolder } from './data-folder.ts';
import { writeFileDurably } from './files.ts';
import { PASSWORD_COST, type PasswordCost } from './passwords.ts';
import { RefusalError } from './refusal.ts';
import { createUser } from './users.ts';
import { readablePassword } from './people/change-password.ts';

const FIRST_ADMINISTRATOR = 'admin';

/**
 * @returns the file with the password while it waits to be used, else undefined.
 */
export async function ensureFirstAdministrator(
  registry: Registry,
  dataDir: string,
  cost: PasswordCost = PASSWORD_COST,
): Promise<string | undefined> {
  const file = dataFolder(dataDir).initialPassword;
  const password = readablePassword(registry.random);
  const admin = await registry.db
    .selectFrom('user_account')
    .select(['must_change_password', 'disabled_ms'])
    .where('username', '=', FIRST_ADMINISTRATOR)
    .executeTakeFirst();
  if (admin === undefined) {
    const other = await registry.db
      .selectFrom('user_account')
      .select('id')
      .where('role', '=', 'administrator')
      .where('disabled_ms', 'is', null)
      .executeTakeFirst();
    if (other !== undefined) return undefined;
    // The file first: a cut in between leaves a password nobody can use, and the next start writes both anew.
    writeFileDurably(file, `${password}\n`);
    const wanted = {
      username: FIRST_ADMINISTRATOR,
      password,
      role: 'administrator',
      mustChangePassword: true,
    } as const;
    try {
      await createUser(registry, wanted, 'system', cost);
    } catch (error) {
      if (!(error instanceof RefusalError) || error.code !== 'user-exists') throw error;
      // Another collector on the same control plane was quicker: the password is in its data folder.
      rmSync(file, { force: true });
      return undefined;
    }
    return file;
  }
  if (admin.must_change_password === 0 || admin.disabled_ms !== null) {
    rmSync(file, { force: true });
    return undefined;
  }
  return existsSync(file) ? file : undefined;
}

/** To be called after `username` changed their password. */
export function forgetInitialPassword(dataDir: string, username: string): void {
  if (username === FIRST_ADMINISTRATOR) rmSync(dataFolder(dataDir).initialPassword, { force: true });
}
