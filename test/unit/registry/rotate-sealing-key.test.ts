import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listAudit } from '../../../collector/registry/audit.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createChannel, readSecrets } from '../../../collector/registry/notify-channels.ts';
import { openFactor, sealFactor } from '../../../collector/registry/people/sealed-factor.ts';
import { rotateSealingKey, settleSealingKey } from '../../../collector/registry/rotate-sealing-key.ts';
import { openSealingKey, SealError } from '../../../collector/registry/sealed-secret.ts';
import { createSession, sessionToken } from '../../../collector/registry/sessions.ts';
import { hashSecret } from '../../../collector/registry/secrets.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { CHEAP, memoryRegistry, temporaryFolder } from './registry-fixture.ts';

let registry: Registry;
let folder: { path: string; remove: () => void };
let file: string;
let channelId: number;
let userId: number;
let session: string;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  folder = temporaryFolder();
  file = path.join(folder.path, 'notify.key');
  const before = registry.sealingKey();
  writeFileSync(file, `${before.toString('base64')}\n`);
  const user = { username: 'an', password: 'correct-horse-battery', mustChangePassword: false };
  ({ id: userId } = await createUser(registry, { ...user, role: 'analyst' }, 'test', CHEAP));
  await registry.db
    .updateTable('user_account')
    .set({ totp_secret: sealFactor(registry, userId, 'ABCDEFGH') })
    .execute();
  const external = { provedMs: 0, hasTwoFactors: false, sid: undefined, idToken: 'ID-TOKEN' };
  session = hashSecret(await createSession(registry, userId, { external }));
  ({ id: channelId } = await createChannel(
    registry,
    before,
    {
      name: 'mail',
      agencyId: 1,
      severityMin: 'low',
      windowMs: 0,
      messagesPerHourMax: 60,
      settings: {
        kind: 'email',
        host: 'mail.example.vn',
        port: 587,
        security: 'starttls',
        language: 'vi',
        from: 'a@example.vn',
        to: ['b@example.vn'],
      },
      secrets: { password: 'mật khẩu' },
    },
    { actor: 'test', scope: { kind: 'all' } },
  ));
});
afterEach(async () => {
  await registry.close();
  folder.remove();
});

const keyInFile = (): Buffer => openSealingKey(file, () => Buffer.alloc(0));
const withKey = (key: Buffer): Registry => ({ ...registry, sealingKey: () => key });

async function readable(key: Buffer) {
  const { totp_secret: factor } = await registry.db
    .selectFrom('user_account')
    .select('totp_secret')
    .executeTakeFirstOrThrow();
  return [
    await readSecrets(registry.db, channelId, key),
    openFactor(withKey(key), userId, factor ?? ''),
    await sessionToken(withKey(key), session),
  ];
}
const ALL_OF_IT = [{ password: 'mật khẩu' }, 'ABCDEFGH', 'ID-TOKEN'];

describe('another sealing key', () => {
  it('seals all that lay under the old one, which opens nothing any more', async () => {
    const before = keyInFile();
    const done = await rotateSealingKey(registry, file, 'cli:root');
    expect(done).toMatchObject({ channels: 1, factors: 1, tokens: 1, ladders: 0 });
    expect(keyInFile().equals(before)).toBe(false);
    expect(await readable(keyInFile())).toEqual(ALL_OF_IT);
    await expect(readable(before)).rejects.toThrow(SealError);
    const [act] = await listAudit(registry, { limit: 1 });
    expect(act).toMatchObject({ action: 'key.rotate', target: `key:${done.fingerprint}`, actor: 'cli:root' });
    expect(JSON.stringify(act)).not.toContain(readFileSync(file, 'utf8').trim());
  });

  it('changes nothing where something cannot be opened', async () => {
    const before = keyInFile();
    await registry.db.updateTable('notify_channel').set({ secrets: 'AAAA' }).execute();
    await expect(rotateSealingKey(registry, file, 'cli:root')).rejects.toThrow(
      /notify-channel:\d+ was sealed/,
    );
    expect(keyInFile().equals(before)).toBe(true);
    expect(await sessionToken(withKey(before), session)).toBe('ID-TOKEN');
    await settleSealingKey(registry.db, file);
    expect([existsSync(`${file}.next`), keyInFile().equals(before)]).toEqual([false, true]);
  });

  it('is finished by who opens the control plane next when it was killed after its transaction', async () => {
    const before = readFileSync(file, 'utf8');
    await rotateSealingKey(registry, file, 'cli:root');
    renameSync(file, `${file}.next`);
    writeFileSync(file, before);
    await settleSealingKey(registry.db, file);
    expect(existsSync(`${file}.next`)).toBe(false);
    expect(await readable(keyInFile())).toEqual(ALL_OF_IT);
  });
});
