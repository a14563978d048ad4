/** The form of a link, pure: what a link says as fields, and fields as what the API takes. */
import type { ExchangeLink, LinkSecrets, LinkSettings } from './exchange-api.ts';

export type LinkForm = {
  readonly name: string;
  readonly agencyId: string;
  readonly variant: LinkSettings['variant'];
  readonly organisationId: string;
  readonly organisationName: string;
  readonly email: string;
  readonly address: string;
  readonly every: NonNullable<LinkSettings['schedule']>['every'] | '';
  readonly day: string;
  readonly at: string;
  readonly onReports: readonly NonNullable<LinkSettings['onReports']>[number][];
  readonly authority: string;
  readonly pins: string;
  readonly certificate: string;
  readonly key: string;
  readonly clientCertificate: string;
  readonly clientKey: string;
  readonly username: string;
  readonly password: string;
  readonly namespace: string;
  readonly names: string;
  readonly soapAction: string;
};

export const emptyLink: LinkForm = {
  name: '',
  agencyId: '',
  variant: 'soap-2026',
  organisationId: '',
  organisationName: '',
  email: '',
  address: '',
  every: '',
  day: '1',
  at: '06:00',
  onReports: [],
  authority: '',
  pins: '',
  certificate: '',
  key: '',
  clientCertificate: '',
  clientKey: '',
  username: '',
  password: '',
  namespace: '',
  names: '',
  soapAction: '',
};

/** Secrets are never told: their fields begin empty. */
export function formOf({ name, agencyId, settings }: ExchangeLink): LinkForm {
  const { organisation, schedule } = settings;
  return {
    ...emptyLink,
    name,
    agencyId: String(agencyId),
    variant: settings.variant,
    organisationId: organisation.id,
    organisationName: organisation.name,
    email: organisation.email,
    address: settings.address ?? '',
    every: schedule?.every ?? '',
    day: String(schedule?.day ?? 1),
    at: schedule?.at ?? '06:00',
    onReports: settings.onReports,
    authority: settings.authority ?? '',
    pins: settings.pins.join('\n'),
    certificate: settings.certificate ?? '',
    clientCertificate: settings.clientCertificate ?? '',
    username: settings.username ?? '',
    namespace: settings.namespace,
    names: Object.entries(settings.names)
      .map(([ours, theirs]) => `${ours}=${theirs}`)
      .join('\n'),
    soapAction: settings.soapAction,
  };
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** `AVReport=BaoCao`, one a line; what is no pair is said by the server. */
const namesOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    linesOf(text).map((line) => {
      const [ours = '', ...theirs] = line.split('=');
      return [ours.trim(), theirs.join('=').trim()];
    }),
  );

const filled = <Key extends string>(key: Key, value: string): Partial<Record<Key, string>> => {
  const found: Partial<Record<Key, string>> = {};
  if (value.trim() !== '') found[key] = value.trim();
  return found;
};

/** @param before settings that the form does not show stay as they are */
export function settingsOf(form: LinkForm, before?: ExchangeLink['settings']): LinkSettings {
  return {
    ...filled('address', form.address),
    ...filled('authority', form.authority),
    ...filled('certificate', form.certificate),
    ...filled('clientCertificate', form.clientCertificate),
    ...filled('username', form.username),
    ...filled('namespace', form.namespace),
    variant: form.variant,
    organisation: {
      ...before?.organisation,
      id: form.organisationId.trim(),
      name: form.organisationName.trim(),
      email: form.email.trim(),
    },
    ...(before === undefined ? {} : { subject: before.subject, reportName: before.reportName }),
    names: namesOf(form.names),
    soapAction: form.soapAction.trim(),
    pins: linesOf(form.pins).map((pin) => pin.toLowerCase().replaceAll(':', '')),
    ...(form.every === ''
      ? {}
      : { schedule: { every: form.every, day: form.every === 'day' ? 1 : Number(form.day), at: form.at } }),
    onReports: [...form.onReports],
  };
}

/** Undefined: none was typed, those that the link has stay. */
export function secretsOf(form: LinkForm): LinkSecrets | undefined {
  const secrets = {
    ...filled('key', form.key),
    ...filled('clientKey', form.clientKey),
    ...(form.password === '' ? {} : { password: form.password }),
  };
  return Object.keys(secrets).length === 0 ? undefined : secrets;
}

/** Settings that lead elsewhere: secrets are to be given again. */
export const goesElsewhere = (form: LinkForm, { settings }: ExchangeLink): boolean =>
  JSON.stringify([form.address.trim(), form.authority.trim(), linesOf(form.pins), form.username.trim()]) !==
  JSON.stringify([
    settings.address ?? '',
    (settings.authority ?? '').trim(),
    settings.pins,
    settings.username ?? '',
  ]);
