/** Leases as ISC dhcpd, Kea and dnsmasq tell of them (who has which address), and dnsmasq's DNS queries. */
import { numberOrText, put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putCode, putText } from '../put-more.ts';

const ACTIONS: ReadonlyMap<string, readonly [action: string, outcome?: 'success' | 'failure']> = new Map([
  ['DISCOVER', ['dhcp_discover']],
  ['OFFER', ['dhcp_offer']],
  ['REQUEST', ['dhcp_request']],
  ['ACK', ['dhcp_lease_assigned', 'success']],
  ['NAK', ['dhcp_lease_refused', 'failure']],
  ['RELEASE', ['dhcp_lease_released']],
  ['DECLINE', ['dhcp_lease_declined', 'failure']],
  ['INFORM', ['dhcp_inform']],
  ['SOLICIT', ['dhcp_discover']],
  ['ADVERTISE', ['dhcp_offer']],
  ['REPLY', ['dhcp_lease_assigned', 'success']],
]);

const KIND = /^DHCP(DISCOVER|OFFER|REQUEST|ACK|NAK|RELEASE|DECLINE|INFORM)\b/;
const LEASED = / (?:on|for|of|from|to) (\d{1,3}(?:\.\d{1,3}){3})\b/;
const HARDWARE = /\b([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5})\b/;
const NAMED = /\b[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5} \(([^()]{1,255})\)/;
const VIA = / via ([^\s:]{1,64})/;
const REASON = / via [^\s:]{1,64}: (.{1,256})/;
const CHARS_MAX = 1_024;

function putClient(
  event: NormalEvent,
  ip: string | undefined,
  mac: string | undefined,
  name: string | undefined,
): void {
  putText(event, 'client.ip', ip);
  putText(event, 'client.mac', mac?.toLowerCase());
  putText(event, 'client.domain', name);
}

function putKind(event: NormalEvent, kind: string): void {
  const [action, outcome] = ACTIONS.get(kind) ?? [`dhcp_${kind.toLowerCase()}`];
  putAction(event, action, outcome);
}

/** ISC dhcpd. @returns false when the form is not known */
export function readDhcpd(event: NormalEvent, message: string): boolean {
  const text = message.slice(0, CHARS_MAX);
  const kind = KIND.exec(text)?.[1];
  if (kind === undefined) return false;
  putKind(event, kind);
  putClient(event, LEASED.exec(text)?.[1], HARDWARE.exec(text)?.[1], NAMED.exec(text)?.[1]);
  putText(event, 'network.interface_in', VIA.exec(text)?.[1]);
  putText(event, 'event.reason', REASON.exec(text)?.[1]);
  return true;
}

/** `123 DHCPACK(eth0) 10.0.0.5 aa:bb:cc:dd:ee:ff name` */
const DNSMASQ =
  /^(?:\d{1,10} )?DHCP(?:v6)?(DISCOVER|OFFER|REQUEST|ACK|NAK|RELEASE|DECLINE|INFORM|SOLICIT|ADVERTISE|REPLY)\(([^)]{1,64})\)(?: ([0-9a-fA-F.:]{2,45}))?(?: ([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5,19}))?(?: (\S.{0,255}))?$/s;

/** Lines of dnsmasq-dhcp. An ACK ends with the client's name, a NAK with the reason. */
export function readDnsmasqDhcp(event: NormalEvent, text: string): boolean {
  const match = DNSMASQ.exec(text);
  if (match === null) return false;
  const [, kind = '', device, first, second, rest] = match;
  // DHCPDISCOVER names no address, or the one wanted; hardware addresses look like IPv6.
  const isHardware = first !== undefined && HARDWARE.test(first) && first.length === 17;
  putKind(event, kind);
  putClient(
    event,
    isHardware ? undefined : first,
    isHardware ? first : second,
    kind === 'NAK' ? undefined : rest,
  );
  putText(event, 'network.interface_in', device);
  if (kind === 'NAK') putText(event, 'event.reason', rest);
  return true;
}

const QUERY =
  /^(?:\d{1,10} )?(?:([0-9a-fA-F.:]{2,45})\/\d{1,5} )?query\[([A-Z0-9=]{1,16})\] (\S{1,512}) from ([0-9a-fA-F.:]{2,45})/;
const ANSWER =
  /^(?:\d{1,10} )?(?:[0-9a-fA-F.:]{2,45}\/\d{1,5} )?(reply|cached|config|\/etc\/hosts|forwarded) (\S{1,512}) (is|to) (\S{1,512})/;

/** Lines of dnsmasq with `log-queries`. */
export function readDnsmasq(event: NormalEvent, message: string): boolean {
  const text = message.slice(0, CHARS_MAX * 2);
  const query = QUERY.exec(text);
  if (query !== null) {
    putAction(event, 'dns_query');
    put(event, 'dns.question.type', query[2]);
    put(event, 'dns.question.name', query[3]);
    putSource(event, query[4] ?? '');
    return true;
  }
  const answer = ANSWER.exec(text);
  if (answer === null) return false;
  const [, source = '', name, verb, value] = answer;
  putAction(event, verb === 'to' ? 'dns_forwarded' : 'dns_answer');
  put(event, 'dns.question.name', name);
  if (verb === 'to') putText(event, 'destination.ip', value);
  else put(event, 'dns.answers.data', value);
  putText(event, 'dns.answer_source', source);
  return true;
}

const KEA =
  /^(?:[A-Z]{4,6} {1,2})?(?:\[[^\]]{1,128}\] )?(?:\d{1,20}\.\d{1,20} )?((?:DHCP[46]|DHCPSRV|HOSTS|EVAL|COMMAND|DCTL)_[A-Z0-9_]{2,64})\b/;
const KEA_HARDWARE = /hwtype=\d{1,3} ([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5})/;
const KEA_LEASE = /\b(?:lease|address) ([0-9a-fA-F.:]{2,45}) (?:has been|will be|was|is) /;
const KEA_SECONDS = / for (\d{1,12}) seconds/;
const KEA_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['LEASE_ALLOC', 'ACK'],
  ['LEASE_RENEW', 'ACK'],
  ['LEASE_REUSE', 'ACK'],
  ['LEASE_OFFER', 'OFFER'],
  ['LEASE_ADVERT', 'OFFER'],
  ['RELEASE', 'RELEASE'],
  ['RELEASE_NA', 'RELEASE'],
  ['DECLINE_LEASE', 'DECLINE'],
  ['INIT_REBOOT', 'REQUEST'],
]);

/** Kea's DHCPv4 and DHCPv6 servers. */
export function readKea(event: NormalEvent, message: string): boolean {
  const text = message.slice(0, CHARS_MAX);
  const code = KEA.exec(text)?.[1];
  if (code === undefined) return false;
  putCode(event, code);
  const kind = KEA_ACTIONS.get(code.slice(code.indexOf('_') + 1));
  if (kind === undefined) return true;
  putKind(event, kind);
  putClient(event, KEA_LEASE.exec(text)?.[1], KEA_HARDWARE.exec(text)?.[1], undefined);
  const seconds = KEA_SECONDS.exec(text)?.[1];
  if (seconds !== undefined) put(event, 'dhcp.lease_seconds', numberOrText(seconds));
  return true;
}
