/**
 * Another key for what lies sealed in rows. The new key lies beside the old one as `notify.key.next`; one transaction seals everything
 * anew and writes down which key it was; then the file takes the old one's place. Invariant: killed anywhere, it is either
 * not done or finished by who opens the control plane next.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writeAudit } from './audit.ts';
import type { Registry, RegistryDb } from './database.ts';
import { moveDurably, writeFileDurably } from './files.ts';
import { resealChannels } from './notify-channels.ts';
import { renewLadderCodes } from './oncall/ladders.ts';
import { resealFactors } from './people/sealed-factor.ts';
import { openSealingKey, type Reseal, seal, unseal } from './sealed-secret.ts';
import { resealTokens } from './sessions.ts';

const ACTION = 'key.rotate';
/** As the audit trail names the form of what is sealed. */
const FORM = 'aes-256-gcm, form 1';
const KEY_BYTES = 32;

export interface KeyRotation {
  /** SHA-256 of the key, its first 16 hex digits. */
  fingerprint: string;
  channels: number;
  factors: number;
  tokens: number;
  /** Notices under way whose codes are others now. */
  ladders: number;
}

const nextOf = (file: string): string => `${file}.next`;

function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}

/** What a rotation that was killed left: finished where its transaction was kept, else taken back. */
export async function settleSealingKey(db: RegistryDb, file: string): Promise<void> {
  const next = nextOf(file);
  if (!existsSync(next)) return;
  const key = Buffer.from(readFileSync(next, 'utf8').trim(), 'base64');
  const last = await db
    .selectFrom('audit_log')
    .select('target')
    .where('action', '=', ACTION)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last?.target === `key:${fingerprintOf(key)}`) moveDurably(next, file);
  else rmSync(next);
}

/** Nobody else may use the control plane meanwhile: the key of who runs is in memory. @throws SealError, then nothing was changed */
export async function rotateSealingKey(
  registry: Registry,
  file: string,
  actor: string,
  random: (bytes: number) => Buffer = randomBytes,
): Promise<KeyRotation> {
  await settleSealingKey(registry.db, file);
  const from = openSealingKey(file, random);
  const to = random(KEY_BYTES);
  const fingerprint = fingerprintOf(to);
  writeFileDurably(nextOf(file), `${to.toString('base64')}\n`);
  const reseal: Reseal = (place, sealed) => seal(to, place, unseal(from, place, sealed), random);
  const sealed = await registry.db.transaction().execute(async (trx) => {
    const done = {
      channels: await resealChannels(trx, reseal),
      factors: await resealFactors(trx, reseal),
      tokens: await resealTokens(trx, reseal),
      ladders: await renewLadderCodes(trx, to),
    };
    const detail = { form: FORM, before: fingerprintOf(from), ...done };
    const act = { actor, action: ACTION, target: `key:${fingerprint}`, detail };
    await writeAudit(trx, registry.now(), act);
    return done;
  });
  moveDurably(nextOf(file), file);
  return { fingerprint, ...sealed };
}
