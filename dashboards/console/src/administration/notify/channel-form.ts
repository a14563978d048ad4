/** A channel as the form of its dialog, and what the form sends; pure. */
import type { Channel, ChannelPatch, ChannelSettings, NewChannel } from './notify-api.ts';
import { hoursForm, hoursOf, quietForm, quietOf, type HoursForm, type QuietForm } from './hours.ts';

type Settings = Channel['settings'];
type Of<Kind extends Settings['kind']> = Extract<Settings, { kind: Kind }>;

export type ChannelForm = {
  readonly name: string;
  readonly agencyId: string;
  readonly severityMin: Channel['severityMin'];
  readonly kind: Settings['kind'];
  readonly host: string;
  readonly port: string;
  readonly security: Of<'email'>['security'];
  readonly user: string;
  readonly from: string;
  readonly to: string;
  readonly language: Of<'email'>['language'];
  readonly caPem: string;
  readonly url: string;
  readonly template: string;
  readonly allowPrivate: boolean;
  readonly target: string;
  readonly password: string;
  readonly signingKey: string;
  readonly authorization: string;
  readonly windowMinutes: string;
  readonly hourly: string;
  readonly hours: HoursForm;
  readonly quiet: QuietForm;
};

const minuteMs = 60_000;
const always = { hours: 'always', quiet: null, digestAt: [] } as const;

export function channelForm(channel: Channel | undefined): ChannelForm {
  const settings = channel?.settings;
  const email = settings?.kind === 'email' ? settings : undefined;
  const webhook = settings?.kind === 'webhook' ? settings : undefined;
  const routing = channel?.routing ?? { ...always, digestAt: [] };
  return {
    name: channel?.name ?? '',
    agencyId: channel === undefined ? '' : String(channel.agencyId),
    severityMin: channel?.severityMin ?? 'high',
    kind: settings?.kind ?? 'email',
    host: email?.host ?? '',
    port: String(email?.port ?? 587),
    security: email?.security ?? 'starttls',
    user: email?.user ?? '',
    from: email?.from ?? '',
    to: email?.to.join('\n') ?? '',
    language: email?.language ?? webhook?.language ?? 'vi',
    caPem: settings?.caPem ?? '',
    url: webhook?.url ?? '',
    template: webhook?.template ?? '',
    allowPrivate: webhook?.allowPrivate ?? false,
    target: settings?.kind === 'syslog' ? settings.target : '',
    password: '',
    signingKey: '',
    authorization: '',
    windowMinutes: String((channel?.windowMs ?? 10 * minuteMs) / minuteMs),
    hourly: String(channel?.messagesPerHourMax ?? 20),
    hours: hoursForm(routing.hours),
    quiet: quietForm(routing),
  };
}

const given = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

export function settingsOf(form: ChannelForm): ChannelSettings {
  const caPem = given(form.caPem);
  const ca = caPem === undefined ? {} : { caPem };
  if (form.kind === 'syslog') return { kind: 'syslog', target: form.target.trim(), ...ca };
  if (form.kind === 'webhook') {
    const template = given(form.template);
    return {
      kind: 'webhook',
      url: form.url.trim(),
      ...(template === undefined ? {} : { template }),
      allowPrivate: form.allowPrivate,
      language: form.language,
      ...ca,
    };
  }
  const user = given(form.user);
  return {
    kind: 'email',
    host: form.host.trim(),
    port: Number(form.port),
    security: form.security,
    ...(user === undefined ? {} : { user }),
    from: form.from.trim(),
    to: form.to.split(/[\s,;]+/u).filter((one) => one !== ''),
    language: form.language,
    ...ca,
  };
}

/** Only those of the kind, and only those that were typed. */
function secretsOf(form: ChannelForm): NonNullable<NewChannel['secrets']> {
  const password = form.kind === 'email' ? given(form.password) : undefined;
  const signingKey = form.kind === 'webhook' ? given(form.signingKey) : undefined;
  const authorization = form.kind === 'webhook' ? given(form.authorization) : undefined;
  return {
    ...(password === undefined ? {} : { password }),
    ...(signingKey === undefined ? {} : { signingKey }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

const shared = (form: ChannelForm) => ({
  name: form.name.trim(),
  severityMin: form.severityMin,
  windowMs: Number(form.windowMinutes) * minuteMs,
  messagesPerHourMax: Number(form.hourly),
  routing: { hours: hoursOf(form.hours), ...quietOf(form.quiet) },
});

/** Whether the form leads elsewhere than the channel does: kept secrets do not go along. */
export function leadsElsewhere(form: ChannelForm, channel: Channel): boolean {
  // Both are written by `settingsOf`, so their keys stand in one order.
  return JSON.stringify(settingsOf(form)) !== JSON.stringify(settingsOf(channelForm(channel)));
}

export function newChannel(form: ChannelForm): NewChannel {
  return {
    ...shared(form),
    agencyId: Number(form.agencyId),
    settings: settingsOf(form),
    secrets: secretsOf(form),
  };
}

export function channelPatch(form: ChannelForm, channel: Channel): ChannelPatch {
  const secrets = secretsOf(form);
  return {
    ...shared(form),
    ...(leadsElsewhere(form, channel) ? { settings: settingsOf(form) } : {}),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
  };
}

/** Bodies that gateways take, to begin from. */
export const templates = [
  { name: 'SMS', body: '{"to": "{{to}}", "from": "VONGGAC", "content": "{{subject|sms}} Ma: {{code}}"}' },
  {
    name: 'Zalo',
    body: '{"recipient": {"user_id": "{{to}}"}, "message": {"text": "{{subject}}\\n{{text}}"}}',
  },
  {
    name: 'Telegram',
    body: '{"chat_id": "-1001234567890", "parse_mode": "MarkdownV2", "text": "{{subject|markdown}}"}',
  },
  {
    name: 'Voice',
    body: '{"phone": "{{to}}", "text_to_speech": "{{subject|voice}}", "voice": "female", "lang": "vi-VN"}',
  },
] as const;
