/**
 * Settings of a link to the national centre that the collector serves by itself. Files that the command line reads are texts here;
 * what is secret stands apart and is sealed.
 */
import { z } from 'zod';
import { REPORT_KINDS } from '../report/report-words.ts';
import { exchangeSettingsSchema } from './exchange-settings.ts';
import { scheduleSchema } from './schedule.ts';

const PEM_CHARS_MAX = 65_536;

const pem = z
  .string()
  .max(PEM_CHARS_MAX)
  .regex(/^-----BEGIN [A-Z0-9 ]+-----\r?\n[\s\S]+-----END [A-Z0-9 ]+-----\s*$/, 'PEM text');
const secretLine = z
  .string()
  .min(1)
  .max(1_024)
  .regex(/^[^\p{Cc}]*$/u, 'one line');

export const linkSettingsSchema = exchangeSettingsSchema
  .omit({ authority: true, key: true, certificate: true })
  .extend({
    /** PEM of the authority of that server; left out: those that this machine trusts. */
    authority: pem.optional(),
    /** SHA-256 of the server's own certificate: one of them it must be. `exchange test` says which it is. */
    pins: z
      .array(z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 as 64 lower-case hex digits'))
      .max(8)
      .default([]),
    /** PEM of who signs; its key is a secret. */
    certificate: pem.optional(),
    /** PEM of who connects, where the server asks for it; its key is a secret. */
    clientCertificate: pem.optional(),
    /** HTTP basic; its password is a secret. */
    username: z
      .string()
      .min(1)
      .max(256)
      .regex(/^[^\p{Cc}:]*$/u, 'one line without colon')
      .optional(),
    schedule: scheduleSchema.optional(),
    /** A document goes with each report of these kinds of the link's agency, when its data is locked. */
    onReports: z.array(z.enum(REPORT_KINDS)).max(REPORT_KINDS.length).default([]),
  });
export type LinkSettings = z.infer<typeof linkSettingsSchema>;

export const linkSecretsSchema = z.strictObject({
  /** PEM, RSA, without passphrase. */
  key: pem.optional(),
  clientKey: pem.optional(),
  password: secretLine.optional(),
});
export type LinkSecrets = z.infer<typeof linkSecretsSchema>;

/** Of each public thing the secret that it needs. */
const PAIRS = [
  ['certificate', 'key'],
  ['clientCertificate', 'clientKey'],
  ['username', 'password'],
] as const;

/** What stands without its other half, e.g. `certificate without key`; undefined: nothing. */
export function halfOf(settings: LinkSettings, secrets: LinkSecrets): string | undefined {
  for (const [open, secret] of PAIRS) {
    if (settings[open] !== undefined && secrets[secret] === undefined) return `${open} without ${secret}`;
    if (settings[open] === undefined && secrets[secret] !== undefined) return `${secret} without ${open}`;
  }
  return undefined;
}
