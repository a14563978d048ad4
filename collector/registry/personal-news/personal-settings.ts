/** People's own settings for what they are told, and the channel that would carry it. */
import {
  PERSONAL_SETTINGS,
  personalSettingsSchema,
  type PersonalSettings,
} from '../../notify/personal-settings.ts';
import { pathOf } from '../agencies.ts';
import { writeAudit } from '../audit.ts';
import type { Registry, RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';

export interface KeptPersonalSettings {
  settings: PersonalSettings;
  /** 0: they have said nothing. */
  version: number;
  lastMessageMs: number | null;
}

const UNSAID: KeptPersonalSettings = { settings: PERSONAL_SETTINGS, version: 0, lastMessageMs: null };

/** By user name; who has said nothing is as `UNSAID`. */
export async function readPersonalSettings(
  db: RegistryDb,
  usernames: readonly string[],
): Promise<(username: string) => KeptPersonalSettings> {
  const rows =
    usernames.length === 0
      ? []
      : await db
          .selectFrom('personal_settings')
          .select(['username', 'settings', 'version', 'last_message_ms as lastMessageMs'])
          .where('username', 'in', usernames)
          .execute();
  const said = new Map(
    rows.map(({ username, settings, ...rest }) => [
      username,
      {
        ...rest,
        settings: settings === null ? PERSONAL_SETTINGS : personalSettingsSchema.parse(JSON.parse(settings)),
      },
    ]),
  );
  return (username) => said.get(username) ?? UNSAID;
}

/** Whoever wants nothing any more is told nothing that waits either. @throws RefusalError version-conflict */
export async function setPersonalSettings(
  registry: Registry,
  username: string,
  { settings, version }: { settings: PersonalSettings; version?: number | undefined },
  actor: string,
): Promise<KeptPersonalSettings> {
  return registry.db.transaction().execute(async (trx) => {
    const before = (await readPersonalSettings(trx, [username]))(username);
    if (version !== undefined && version !== before.version) {
      const said = `these settings were changed meanwhile: they are at version ${before.version}`;
      throw new RefusalError('version-conflict', username, said);
    }
    const row = { settings: JSON.stringify(settings), version: before.version + 1 };
    await trx
      .insertInto('personal_settings')
      .values({ username, ...row, last_message_ms: null })
      .onConflict((conflict) => conflict.column('username').doUpdateSet(row))
      .execute();
    let waiting = trx
      .deleteFrom('personal_news')
      .where('username', '=', username)
      .where('message_id', 'is', null);
    if (settings.about === 'mentions') waiting = waiting.where('why', '=', 'watch');
    if (settings.about !== 'all') await waiting.execute();
    await writeAudit(trx, registry.now(), {
      actor,
      action: 'personal-settings.set',
      target: `user:${username}`,
      detail: { ...settings },
    });
    return { settings, version: row.version, lastMessageMs: before.lastMessageMs };
  });
}

export interface Carrier {
  id: number;
  windowMs: number;
  routing: string | null;
}

/** The mail channel that carries what people of an agency are told: the agency's own, else that of the nearest above. */
export async function carrierFor(db: RegistryDb, agencyId: number): Promise<Carrier | undefined> {
  const path = await pathOf(db, agencyId);
  const channels = await db
    .selectFrom('notify_channel')
    .select(['id', 'window_ms as windowMs', 'routing', 'agency_id as agencyId'])
    .where('enabled', '=', 1)
    .where('kind', '=', 'email')
    .where('agency_id', 'in', path)
    .orderBy('id')
    .execute();
  return path.flatMap((id) => channels.filter((one) => one.agencyId === id)).at(0);
}
