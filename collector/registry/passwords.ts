/**
 * Password hashing: Argon2id in PHC form. Few hashes run at once, so a flood of logins costs waiting, not memory.
 * A hash made with older settings still verifies and is renewed at the next good login.
 */
import { argon2, timingSafeEqual } from 'node:crypto';

export interface PasswordCost {
  memoryKib: number;
  passes: number;
}

/** About 80 ms of one core and 32 MiB. OWASP's least is 19 MiB and 2 passes. */
export const PASSWORD_COST: PasswordCost = { memoryKib: 32_768, passes: 3 };

const PARALLELISM = 1;
const TAG_BYTES = 32;
const SALT_BYTES = 16;
const HASHES_AT_ONCE_MAX = 2;
const HASHES_WAITING_MAX = 64;
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=1\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

/** Too many passwords are waiting to be checked. */
export class PasswordQueueFullError extends Error {
  override readonly name = 'PasswordQueueFullError';
}

let running = 0;
const waiting: (() => void)[] = [];

async function withTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= HASHES_AT_ONCE_MAX) {
    if (waiting.length >= HASHES_WAITING_MAX) throw new PasswordQueueFullError('too many logins at once');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running += 1;
  }
  try {
    return await work();
  } finally {
    // The turn passes on; `running` falls only when nobody waits.
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

function derive(password: string, salt: Buffer, cost: PasswordCost): Promise<Buffer> {
  const parameters = {
    message: password.normalize('NFKC'),
    nonce: salt,
    parallelism: PARALLELISM,
    tagLength: TAG_BYTES,
    memory: cost.memoryKib,
    passes: cost.passes,
  };
  return withTurn(
    () =>
      new Promise((resolve, reject) => {
        argon2('argon2id', parameters, (error, key) => {
          if (error === null) resolve(key);
          else reject(error);
        });
      }),
  );
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

export async function hashPassword(
  password: string,
  random: (bytes: number) => Buffer,
  cost: PasswordCost = PASSWORD_COST,
): Promise<string> {
  const salt = random(SALT_BYTES);
  const key = await derive(password, salt, cost);
  return `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=${PARALLELISM}$${unpadded(salt)}$${unpadded(key)}`;
}

function parse(hash: string): { cost: PasswordCost; salt: Buffer; key: Buffer } | undefined {
  const match = PHC.exec(hash);
  if (match === null) return undefined;
  const [, memory = '', passes = '', salt = '', key = ''] = match;
  return {
    cost: { memoryKib: Number(memory), passes: Number(passes) },
    salt: Buffer.from(salt, 'base64'),
    key: Buffer.from(key, 'base64'),
  };
}

const NOBODY = { salt: Buffer.alloc(SALT_BYTES), key: Buffer.alloc(TAG_BYTES) };

/**
 * Takes as long for `undefined` (nobody of that name) as for a wrong password.
 * @returns whether it matches, and whether the hash should be renewed.
 */
export async function verifyPassword(
  password: string,
  hash: string | undefined,
  cost: PasswordCost = PASSWORD_COST,
): Promise<{ ok: boolean; renew: boolean }> {
  const parsed = hash === undefined ? undefined : parse(hash);
  const known = parsed ?? { ...NOBODY, cost };
  const key = await derive(password, known.salt, known.cost);
  const ok = timingSafeEqual(key, known.key) && parsed !== undefined;
  const renew = ok && (known.cost.memoryKib !== cost.memoryKib || known.cost.passes !== cost.passes);
  return { ok, renew };
}
