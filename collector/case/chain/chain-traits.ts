/**
 * What an event has that another event may have, too: the process that did it, a file, a name, an address, an account.
 * Pure. Invariant: what every machine has (system programs, shared accounts, loopback) is no trait.
 */
import { isIP } from 'node:net';

export const TRAIT_KINDS = ['process', 'file', 'domain', 'address', 'user'] as const;
export type TraitKind = (typeof TRAIT_KINDS)[number];

export interface Trait {
  kind: TraitKind;
  /** Equal values are the same thing, whichever host tells. */
  value: string;
  /** For people. */
  label: string;
}

type Fields = Readonly<Record<string, unknown>>;

const VALUE_MAX = 512;
/** Of one event: a host chooses what it tells. */
const TRAITS_MAX = 24;

function text(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' && value.length <= VALUE_MAX && value !== '-' ? value.trim() : '';
}

/** Programs that each Windows starts by the dozen: to have come of the same one says nothing. */
const COMMON_PARENT =
  /\\(?:explorer|services|svchost|wininit|winlogon|userinit|taskhostw|wmiprvse|lsass|sqlservr|w3wp)\.exe$/i;
/** Files that belong to the system or were installed for all. */
const SYSTEM_FILE =
  /^(?:[a-z]:\\windows\\(?:system32|syswow64|winsxs|explorer\.exe)|[a-z]:\\program files(?: \(x86\))?\\|\/(?:usr\/)?(?:s?bin|lib|lib64)\/)/i;
const LOG_FILE = /^(?:\/var\/log\/|[a-z]:\\windows\\system32\\winevt\\)/i;
const nameOf = (file: string): string =>
  file.slice(Math.max(file.lastIndexOf('\\'), file.lastIndexOf('/')) + 1);

/** @param hostname of the host that tells: what is known on one host only is kept apart by it */
export function traitsOf(fields: Fields, hostname: string): Trait[] {
  const found = new Map<string, Trait>();
  const add = (kind: TraitKind, value: string, label: string): void => {
    if (value === '' || found.size >= TRAITS_MAX) return;
    found.set(`${kind}/${value}`, {
      kind,
      value: value.slice(0, VALUE_MAX),
      label: label.slice(0, VALUE_MAX),
    });
  };
  for (const [guid, label] of processesOf(fields, hostname)) add('process', guid, label);
  for (const [file, label] of filesOf(fields, hostname)) add('file', file, label);
  for (const name of domainsOf(fields)) add('domain', name, name);
  for (const address of addressesOf(fields)) add('address', address, address);
  for (const account of accountsOf(fields, hostname)) add('user', account, account);
  return [...found.values()];
}

function processesOf(fields: Fields, hostname: string): [guid: string, label: string][] {
  const found: [string, string][] = [];
  const note = (guid: string, image: string): void => {
    if (image === '' || COMMON_PARENT.test(image) || !/^\{[0-9a-f-]{36}\}$/i.test(guid)) return;
    // Cloned machines give the same ids.
    found.push([`${hostname} ${guid}`.toLowerCase(), nameOf(image)]);
  };
  note(text(fields, 'ProcessGuid'), text(fields, 'Image'));
  note(text(fields, 'ParentProcessGuid'), text(fields, 'ParentImage'));
  note(text(fields, 'SourceProcessGUID'), text(fields, 'SourceImage'));
  return found;
}

const FILE_FIELDS = [
  'TargetFilename',
  'ImageLoaded',
  'Image',
  'ParentImage',
  'SourceImage',
  'file.path',
] as const;

function filesOf(fields: Fields, hostname: string): [value: string, label: string][] {
  const found: [string, string][] = [];
  for (const field of FILE_FIELDS) {
    const file = text(fields, field);
    if (file === '' || SYSTEM_FILE.test(file) || LOG_FILE.test(file)) continue;
    // A path is a place on one host.
    found.push([`${hostname.toLowerCase()} ${file.toLowerCase()}`, nameOf(file)]);
  }
  const own = text(fields, 'ImageLoaded') || text(fields, 'Image') || text(fields, 'file.path');
  const [, hash = ''] = /SHA256=([0-9a-f]{64})/i.exec(text(fields, 'Hashes')) ?? [];
  const known = hash || text(fields, 'file.hash.sha256');
  // The same content is the same on all hosts.
  if (known !== '' && own !== '' && !SYSTEM_FILE.test(own)) found.push([known.toLowerCase(), nameOf(own)]);
  return found;
}

function domainsOf(fields: Fields): string[] {
  return ['QueryName', 'DestinationHostname', 'source.domain', 'url.domain']
    .map((field) => text(fields, field).toLowerCase().replace(/\.$/, ''))
    .filter((name) => name.includes('.') && isIP(name) === 0);
}

const INNER =
  /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/i;
const NOBODYS = /^(?:127\.|0\.|169\.254\.|22[4-9]\.|23\d\.|24\d\.|25[0-5]\.|::1?$|fe80:|ff)/i;
const FROM_FIELDS = ['source.ip', 'IpAddress', 'c-ip', 'SourceIp', 'ClientAddress', 'client.ip'] as const;
const TO_FIELDS = ['DestinationIp', 'destination.ip'] as const;

function addressesOf(fields: Fields): string[] {
  const tidy = (field: string): string =>
    text(fields, field)
      .replace(/^::ffff:/i, '')
      .toLowerCase();
  const from = FROM_FIELDS.map(tidy);
  // Where everybody goes inside (proxy, mail, names) connects nobody; what lies outside does.
  const to = TO_FIELDS.map(tidy).filter((address) => !INNER.test(address));
  return [...from, ...to].filter((address) => isIP(address) !== 0 && !NOBODYS.test(address));
}

/** Field of an account, and of its domain. */
const ACCOUNT_FIELDS: readonly (readonly [name: string, domain: string])[] = [
  ['User', ''],
  ['SourceUser', ''],
  ['TargetUserName', 'TargetDomainName'],
  ['SubjectUserName', 'SubjectDomainName'],
  ['TargetOutboundUserName', 'TargetOutboundDomainName'],
  ['user.name', ''],
  ['user.actor.name', ''],
];
/** Events whose target is a group. */
const OF_GROUPS = new Set([4_727, 4_728, 4_729, 4_730, 4_731, 4_732, 4_733, 4_756, 4_757]);
const SHARED =
  /^(?:-|system|root|nobody|daemon|www-data|administrator|guest|local service|network service|anonymous logon|dwm-\d+|umfd-\d+|.*\$)$/i;
const HOUSE_DOMAIN = /^(?:nt authority|nt service|iis apppool|builtin|window manager|font driver host)$/i;

function accountsOf(fields: Fields, hostname: string): string[] {
  const found: string[] = [];
  const isOfGroup = OF_GROUPS.has(Number(fields['EventID']));
  for (const [name, domainField] of ACCOUNT_FIELDS) {
    if (isOfGroup && name === 'TargetUserName') continue;
    const whole = text(fields, name);
    const cut = whole.lastIndexOf('\\');
    const account = whole.slice(cut + 1);
    if (account === '' || SHARED.test(account)) continue;
    const domain = cut > 0 ? whole.slice(0, cut) : text(fields, domainField);
    if (HOUSE_DOMAIN.test(domain)) continue;
    // An account without a domain is one of its host: others have accounts of the same name.
    const [place = ''] = (domain === '' ? hostname : domain).split('.');
    found.push(`${place}\\${account}`.toLowerCase());
  }
  return found;
}
