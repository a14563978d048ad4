/**
 * Secrets of second factors as they lie in rows: sealed, each for its account (sealed-secret.ts). Those that an earlier version
 * left in clear are sealed when the collector starts, and read as they are until then.
 */
import type { Registry, RegistryTransaction } from '../database.ts';
import { type Reseal, seal, unseal } from '../sealed-secret.ts';

type Sealing = Pick<Registry, 'sealingKey' | 'random'>;

/** No text of base 32 begins so. */
const MARK = 'sealed:';
const placeOf = (userId: number): string => `second-factor:${userId}`;

export function sealFactor({ sealingKey, random }: Sealing, userId: number, secret: string): string {
  return `${MARK}${seal(sealingKey(), placeOf(userId), secret, random)}`;
}

/** @throws SealError when it was sealed with another key */
export function openFactor(
  { sealingKey }: Pick<Sealing, 'sealingKey'>,
  userId: number,
  kept: string,
): string {
  return kept.startsWith(MARK) ? unseal(sealingKey(), placeOf(userId), kept.slice(MARK.length)) : kept;
}

/**
 * Seals what lies in clear, and looks whether what is sealed can be read here.
 * @throws SealError when this collector's key is not the one they were sealed with
 */
export async function sealFactors(registry: Registry): Promise<void> {
  await registry.db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('user_account')
      .select(['id', 'totp_secret as secret'])
      .where('totp_secret', 'is not', null)
      .execute();
    for (const { id, secret } of rows) {
      if (secret === null) continue;
      if (secret.startsWith(MARK)) {
        openFactor(registry, id, secret);
        continue;
      }
      await trx
        .updateTable('user_account')
        .set({ totp_secret: sealFactor(registry, id, secret) })
        .where('id', '=', id)
        .execute();
    }
  });
}

/** @returns how many were sealed anew */
export async function resealFactors(trx: RegistryTransaction, reseal: Reseal): Promise<number> {
  const rows = await trx
    .selectFrom('user_account')
    .select(['id', 'totp_secret as secret'])
    .where('totp_secret', 'like', `${MARK}%`)
    .execute();
  for (const { id, secret } of rows)
    await trx
      .updateTable('user_account')
      .set({ totp_secret: `${MARK}${reseal(placeOf(id), (secret ?? '').slice(MARK.length))}` })
      .where('id', '=', id)
      .execute();
  return rows.length;
}
