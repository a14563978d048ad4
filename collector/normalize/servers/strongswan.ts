/** strongSwan's charon: associations with whom from where, and failed authentications. */
import type { NormalEvent } from '../event.ts';
import { put } from '../draft.ts';
import { phraseTable, readPhrase } from '../phrases.ts';

/** `12[IKE] ` or `12[IKE] <gw|3> `: thread, part, connection. */
const HEAD = /^\d{1,4}\[([A-Z]{2,4})\] (?:<([^>]{1,128})> )?/;
const ENDS = [
  'strongswan.connection',
  'destination.address',
  'strongswan.local_id',
  'source.address',
  'user.name',
];

const SENTENCES = phraseTable([
  {
    first: 'IKE_SA',
    pattern:
      /^IKE_SA ([^\s[]{1,128})\[\d{1,10}\] established between ([0-9A-Fa-f.:]{2,45}?)\[([^\]]{0,256})\]\.\.\.([0-9A-Fa-f.:]{2,45}?)\[(.{0,256})\]$/s,
    action: 'vpn_login_succeeded',
    outcome: 'success',
    groups: ENDS,
  },
  {
    first: 'deleting',
    pattern:
      /^deleting IKE_SA ([^\s[]{1,128})\[\d{1,10}\] between ([0-9A-Fa-f.:]{2,45}?)\[([^\]]{0,256})\]\.\.\.([0-9A-Fa-f.:]{2,45}?)\[(.{0,256})\]$/s,
    action: 'vpn_disconnected',
    groups: ENDS,
  },
  {
    first: 'assigning',
    pattern: /^assigning virtual IP (\S{1,45}) to peer '(.{0,256})'$/s,
    action: 'vpn_address_assigned',
    groups: ['client.nat.ip', 'user.name'],
  },
  {
    first: 'authentication',
    pattern: /^authentication of '(.{0,256})' with (.{1,64}) successful$/s,
    action: 'authentication_succeeded',
    outcome: 'success',
    groups: ['user.name', 'strongswan.method'],
  },
  {
    first: 'authentication',
    pattern: /^authentication of '(.{0,256})' with (.{1,64}) failed/s,
    action: 'vpn_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'strongswan.method'],
  },
  {
    first: 'XAuth',
    pattern: /^XAuth authentication of '(.{0,256})' (?:\([^)]{1,64}\) )?successful/s,
    action: 'authentication_succeeded',
    outcome: 'success',
    groups: ['user.name'],
  },
  {
    first: 'XAuth',
    pattern: /^XAuth authentication of '(.{0,256})' failed/s,
    action: 'vpn_login_failed',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'EAP',
    pattern: /^EAP method (\S{1,64}) succeeded, /,
    action: 'authentication_succeeded',
    outcome: 'success',
    groups: ['strongswan.method'],
  },
  {
    first: 'EAP',
    pattern: /^EAP method (\S{1,64}) failed for peer (.{1,256})$/s,
    action: 'vpn_login_failed',
    outcome: 'failure',
    groups: ['strongswan.method', 'user.name'],
  },
  {
    first: 'EAP-MS-CHAPv2',
    pattern: /^(EAP-MS-CHAPv2) verification failed/,
    action: 'vpn_login_failed',
    outcome: 'failure',
    groups: ['strongswan.method'],
  },
  {
    first: 'no',
    pattern:
      /^(no (?:IKE|matching peer|matching CHILD_SA) config found)(?: for (?:[0-9A-Fa-f.:]{2,45}?)\.\.\.([0-9A-Fa-f.:]{2,45}))?/,
    action: 'vpn_handshake_failed',
    outcome: 'failure',
    groups: ['event.reason', 'source.address'],
  },
  {
    first: 'no',
    pattern:
      /^(no (?:shared key|EAP key|XAuth secret|trusted \S{1,16} public key|private key) found for) .{0,256}/s,
    action: 'vpn_login_failed',
    outcome: 'failure',
    groups: ['event.reason'],
  },
  {
    first: 'received',
    pattern: /^received (AUTHENTICATION_FAILED) (?:notify )?error/,
    action: 'vpn_login_failed',
    outcome: 'failure',
    groups: ['event.reason'],
  },
]);

/** @returns false when the form is not known */
export function readStrongswan(event: NormalEvent, message: string): boolean {
  const head = HEAD.exec(message);
  if (head === null) return readPhrase(SENTENCES, event, message);
  put(event, 'strongswan.part', head[1]);
  put(event, 'strongswan.association', head[2]);
  return readPhrase(SENTENCES, event, message.slice(head[0].length));
}
