/**
 * RouterOS: `topic,topic text` (firewall, logins, leases, tunnels), with or without a syslog header before it.
 * RouterOS does not say what became of a packet; a log prefix of the administrator's that says it is believed.
 */
import { type DeviceReading, KNOWN_FORM } from './device-reading.ts';
import { logSources, put } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { phraseTable, readPhrase } from '../phrases.ts';
import { putConnection, putText } from '../put-more.ts';
import { FIREWALL } from './vendors.ts';

const TOPICS =
  /^(firewall|system|dhcp|ppp|pptp|l2tp|sstp|ovpn|ipsec|wireguard|wireless|hotspot|interface|script|certificate|dns|radius|account|info|warning|error|critical)((?:,!?[a-z0-9]{2,16}){1,6}) /;
const SOURCES = logSources({ product: 'mikrotik', service: 'syslog' });
const FIREWALL_SOURCES = logSources({ product: 'mikrotik', service: 'firewall' }, FIREWALL);

const PACKET =
  /^(?:(.{1,128}?) )?(input|forward|output|prerouting|postrouting|srcnat|dstnat): in:(.{0,64}?) out:(.{0,64}?),(?: connection-state:(\S{1,64}))?(?: src-mac ([0-9A-Fa-f:]{17}),)?/s;
const ENDS =
  /proto ([A-Za-z0-9-]{1,16})(?: \(([^)]{1,64})\))?, (?:\[([0-9A-Fa-f:]{2,45})\]|([0-9A-Fa-f.:]{2,45}?))(?::(\d{1,5}))?->(?:\[([0-9A-Fa-f:]{2,45})\]|([0-9A-Fa-f.:]{2,45}?))(?::(\d{1,5}))?(?:,|$)/;
const PACKET_CHARS_MAX = 1_024;
const UNKNOWN_INTERFACE = '(unknown 0)';

function readPacket(event: NormalEvent, text: string): boolean {
  const packet = text.slice(0, PACKET_CHARS_MAX);
  const match = PACKET.exec(packet);
  const ends = ENDS.exec(packet);
  if (match === null || ends === null) return false;
  const [, prefix, chain, into = '', out = '', state, mac] = match;
  const [, transport = '', flags, source6, source4, sourcePort, destination6, destination4, destinationPort] =
    ends;
  const isBlocked = /drop|block|deny|reject/i.test(prefix ?? '');
  const isAllowed = !isBlocked && /accept|allow|permit/i.test(prefix ?? '');
  put(
    event,
    'event.action',
    isBlocked ? 'firewall_blocked' : isAllowed ? 'firewall_allowed' : 'firewall_logged',
  );
  if (isBlocked) put(event, 'event.outcome', 'failure');
  putText(event, 'rule.name', prefix);
  putText(event, 'mikrotik.chain', chain);
  if (into !== UNKNOWN_INTERFACE) putText(event, 'network.interface_in', into);
  if (out !== UNKNOWN_INTERFACE) putText(event, 'network.interface_out', out);
  putText(event, 'mikrotik.connection_state', state?.replace(/,$/, ''));
  putText(event, 'source.mac', mac);
  putText(event, 'network.transport', transport.toLowerCase());
  putText(event, 'mikrotik.tcp_flags', flags);
  putConnection(event, source6 ?? source4, sourcePort, destination6 ?? destination4, destinationPort);
  return true;
}

const SENTENCES = phraseTable([
  {
    first: 'user',
    pattern: /^user (.{1,256}) logged in (?:from (\S{1,64}) )?via (\S{1,32})/s,
    action: 'admin_login_succeeded',
    outcome: 'success',
    groups: ['user.name', 'source.address', 'network.protocol'],
  },
  {
    first: 'user',
    pattern: /^user (.{1,256}) logged out (?:from (\S{1,64}) )?via (\S{1,32})/s,
    action: 'admin_logged_out',
    groups: ['user.name', 'source.address', 'network.protocol'],
  },
  {
    first: 'user',
    pattern: /^user (.{1,256}) (?:added|changed) by (\S{1,128})/s,
    action: 'user_changed',
    groups: ['user.name', 'user.actor.name'],
  },
  {
    first: 'login',
    pattern: /^login failure for user (.{0,256}) from (\S{1,64}) via (\S{1,32})/s,
    action: 'admin_login_failed',
    outcome: 'failure',
    groups: ['user.name', 'source.address', 'network.protocol'],
  },
]);

const LEASE =
  /^(\S{1,64}) (assigned|deassigned) (\S{1,45}) (?:to|for|from) ([0-9A-Fa-f:]{17})(?: (\S{1,255}))?/;
const TUNNEL = /^(.{1,256}) logged (in|out), (?:(\S{1,45}) from (\S{1,45})|)/s;
const TUNNEL_FAILED = /^<?(\S{1,128}?)>?: user (.{1,256}) authentication failed/s;

function readSentence(event: NormalEvent, first: string, text: string): void {
  if (readPhrase(SENTENCES, event, text)) return;
  if (first === 'dhcp') {
    const match = LEASE.exec(text);
    if (match === null) return;
    put(event, 'event.action', match[2] === 'assigned' ? 'dhcp_lease_assigned' : 'dhcp_lease_released');
    putText(event, 'client.ip', match[3]);
    putText(event, 'client.mac', match[4]?.toLowerCase());
    putText(event, 'client.domain', match[5]);
    return;
  }
  const failed = TUNNEL_FAILED.exec(text);
  if (failed !== null) {
    put(event, 'event.action', 'vpn_login_failed');
    put(event, 'event.outcome', 'failure');
    putText(event, 'user.name', failed[2]);
    return;
  }
  const tunnel = TUNNEL.exec(text);
  if (tunnel === null) return;
  const isIn = tunnel[2] === 'in';
  put(event, 'event.action', isIn ? 'vpn_login_succeeded' : 'vpn_disconnected');
  if (isIn) put(event, 'event.outcome', 'success');
  putText(event, 'user.name', tunnel[1]);
  putText(event, 'client.nat.ip', tunnel[3]);
  putConnection(event, tunnel[4], undefined, undefined, undefined);
}

/** @returns undefined when the text does not begin with RouterOS's topics */
export function readMikroTik(event: NormalEvent, text: string): DeviceReading | undefined {
  const match = TOPICS.exec(text);
  if (match === null) return undefined;
  const [whole, first = '', others = ''] = match;
  const body = text.slice(whole.length);
  event.logsources = first === 'firewall' ? FIREWALL_SOURCES : SOURCES;
  put(event, 'observer.vendor', 'MikroTik');
  put(event, 'mikrotik.topics', [first, ...others.slice(1).split(',')]);
  if (first !== 'firewall' || !readPacket(event, body)) readSentence(event, first, body);
  return KNOWN_FORM;
}
