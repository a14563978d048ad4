/**
 * What a channel is: its open settings, and its secrets apart from them. Invariant: settings hold no secret, so they may
 * be shown and logged; secrets are only ever written, sealed (registry/notify-channels.ts) and used.
 */
import { z } from 'zod';
import { parseSyslogTarget } from '../audit/syslog-target.ts';
import { NOTICE_LANGUAGES } from './notice-text.ts';
import { checkTemplate } from './webhook-template.ts';

const LIMIT = { recipients: 50, pem: 65_536, template: 8_192, url: 2_000 } as const;

const host = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9A-Fa-f:]+$/, 'a host name or an address');
const address = z.email().max(254);
const language = z.enum(NOTICE_LANGUAGES).default('vi');
const caPem = z.string().max(LIMIT.pem).startsWith('-----BEGIN CERTIFICATE-----').optional();

const emailSchema = z.strictObject({
  kind: z.literal('email'),
  host,
  port: z.int().min(1).max(65_535).default(587),
  /** `none` sends in the clear, and never a password. */
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  user: z.string().min(1).max(254).optional(),
  from: address,
  to: z.array(address).min(1).max(LIMIT.recipients),
  language,
  caPem,
});

const isSecureUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return url.protocol === 'https:' && url.username === '' && url.password === '';
};

const webhookSchema = z.strictObject({
  kind: z.literal('webhook'),
  url: z.string().max(LIMIT.url).refine(isSecureUrl, 'an https:// address without a name or password in it'),
  /** JSON with placeholders (webhook-template.ts) for gateways of chat, SMS and voice; else the notice itself. */
  template: z
    .string()
    .max(LIMIT.template)
    .superRefine((text, context) => {
      const problem = checkTemplate(text);
      if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
    })
    .optional(),
  /** Addresses of private networks may be gone to. */
  allowPrivate: z.boolean().default(false),
  language,
  caPem,
});

const isTarget = (text: string): boolean => {
  try {
    return parseSyslogTarget(text).kind === 'syslog';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

const syslogSchema = z.strictObject({
  kind: z.literal('syslog'),
  /** e.g. `syslog+tls://siem.example.vn:6514`. */
  target: z
    .string()
    .max(300)
    .refine(isTarget, 'syslog+tls://HOST:6514, syslog+tcp://HOST:514 or syslog+udp://HOST:514'),
  caPem,
});

export const channelSettingsSchema = z
  .discriminatedUnion('kind', [emailSchema, webhookSchema, syslogSchema])
  .refine(
    (settings) => settings.kind !== 'email' || settings.security !== 'none' || settings.user === undefined,
    { path: ['security'], message: 'a password is not sent in the clear: take starttls or tls' },
  );
export type ChannelSettings = z.infer<typeof channelSettingsSchema>;
export type SettingsOf<Kind extends ChannelSettings['kind']> = Extract<ChannelSettings, { kind: Kind }>;

/** What is written and never shown. */
export const channelSecretsSchema = z.strictObject({
  /** Of the mail account. */
  password: z.string().min(1).max(1_024).optional(),
  /** Webhooks are signed with it: `whsec_` and base64 of 24 to 64 bytes. */
  signingKey: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, 'whsec_ and base64 of 24 to 64 bytes')
    .optional(),
  /** Header of a gateway that wants one, e.g. `Bearer ...`. */
  authorization: z
    .string()
    .regex(/^[\x21-\x7e]+( [\x21-\x7e]+)*$/, 'printable characters')
    .max(2_048)
    .optional(),
});
export type ChannelSecrets = z.infer<typeof channelSecretsSchema>;
