/** What people are told themselves of what they watch: each their own settings, and nobody those of others. */
import {
  carrierFor,
  readPersonalSettings,
  setPersonalSettings,
  type KeptPersonalSettings,
} from '../../registry/personal-news/personal-settings.ts';
import { personalSettingsSchema } from '../../notify/personal-settings.ts';
import { errorSchema } from '../contract.ts';
import { personalSettingsViewSchema } from '../contract-personal-news.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { personOf, type Principal } from '../principal.ts';

const ERRORS = { '4xx': errorSchema } as const;

export function addPersonalNewsRoutes(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  const view = async (
    { username, agencyId }: Extract<Principal, { kind: 'user' }>,
    { settings, version }: KeptPersonalSettings,
  ) => {
    const { email } = await registry.db
      .selectFrom('user_account')
      .select('email')
      .where('username', '=', username)
      .executeTakeFirstOrThrow();
    const isCarried = (await carrierFor(registry.db, agencyId)) !== undefined;
    return { ...settings, email, isCarried, version };
  };

  app.get(
    '/notifications/personal',
    {
      config: { access: 'self' },
      schema: {
        summary: 'What you are told yourself, by mail, of alerts and cases that you watch',
        response: { 200: personalSettingsViewSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const kept = (await readPersonalSettings(registry.db, [person.username]))(person.username);
      sendVersion(reply, kept.version);
      return view(person, kept);
    },
  );

  app.put(
    '/notifications/personal',
    {
      config: { access: 'self' },
      schema: {
        summary: 'Set what you are told yourself and when; `about: nothing` ends it',
        body: personalSettingsSchema,
        response: { 200: personalSettingsViewSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const change = { settings: request.body, version: versionWanted(request) };
      const kept = await setPersonalSettings(registry, person.username, change, person.actor);
      sendVersion(reply, kept.version);
      return view(person, kept);
    },
  );
}
