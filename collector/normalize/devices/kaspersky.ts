/**
 * Kaspersky Security Center's own export: RFC 5424 with an `event@23668` element, whose values the header's reader put
 * into `syslog.sd.*`. What the numbered values mean depends on the event; those of found threats are named here.
 */
import { logSources, put } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putCode, putFileHash } from '../put-more.ts';
import { ANTIVIRUS } from './vendors.ts';

const SOURCES = logSources({ product: 'kaspersky' }, ANTIVIRUS);
/** 23668 is the maker's enterprise number. */
export const KASPERSKY_ELEMENT = 'event@23668';

const THREATS = new Set([
  'GNRL_EV_VIRUS_FOUND',
  'GNRL_EV_VIRUS_FOUND_AND_BLOCKED',
  'GNRL_EV_SUSPICIOUS_OBJECT_FOUND',
  'GNRL_EV_OBJECT_BLOCKED',
  'GNRL_EV_OBJECT_CURED',
  'GNRL_EV_OBJECT_DELETED',
  'GNRL_EV_OBJECT_NOTCURED',
  'GNRL_EV_OBJECT_QUARANTINED',
]);

const THREAT_FIELDS: readonly (readonly [value: string, field: string])[] = [
  ['p2', 'file.path'],
  ['p5', 'threat.name'],
  ['p7', 'user.name'],
  ['hip', 'host.ip'],
];

const textOf = (event: NormalEvent, name: string): string => {
  const value = event.fields.get(`syslog.sd.${name}`);
  return typeof value === 'string' ? value : '';
};

/** Gives the element's values their names. */
export function readKaspersky(event: NormalEvent): void {
  event.logsources = SOURCES;
  put(event, 'observer.vendor', 'Kaspersky');
  const code = textOf(event, 'et');
  putCode(event, code);
  const host = textOf(event, 'hdn') || textOf(event, 'hn');
  // The header's host is the administration server or the host; this is always the host.
  if (host !== '') put(event, 'host.name', host);
  if (!THREATS.has(code)) return;
  put(event, 'event.action', 'malware_found');
  for (const [name, field] of THREAT_FIELDS) {
    const value = textOf(event, name);
    if (value !== '') put(event, field, value);
  }
  putFileHash(event, textOf(event, 'p1'));
}
