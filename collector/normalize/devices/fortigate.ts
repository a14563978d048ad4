/**
 * FortiGate's lines of keys and values (FortiOS 5 to 7: traffic, utm, event). Keys without an ECS name stay as
 * `fortinet.firewall.KEY`, as other collectors call them, so that rules for `action` and `cfgpath` find them.
 */
import { type LineClock, parseDeviceTime } from './device-time.ts';
import { type DeviceReading, UNKNOWN_FORM } from './device-reading.ts';
import { logSources, numberOrText, put } from '../draft.ts';
import type { LogSource, NormalEvent } from '../event.ts';
import { readKeyValues } from './key-values.ts';
import { firewallAction, putCode, putConnection, putDeviceName, putNumber, putText } from '../put-more.ts';
import { ANTIVIRUS, FIREWALL } from './vendors.ts';

type Pairs = ReadonlyMap<string, string>;

const PREFIX = 'fortinet.firewall.';

const fortigate = (service: string, ...more: readonly LogSource[]): readonly LogSource[] =>
  logSources({ product: 'fortigate', service }, { product: 'fortios', service }, ...more);
const SSL_VPN: LogSource = { product: 'fortios', service: 'sslvpnd' };
const TRAFFIC = fortigate('traffic', FIREWALL);
const UTM = fortigate('utm', FIREWALL);
const VIRUS = fortigate('utm', FIREWALL, ANTIVIRUS);
const EVENT = fortigate('event');
const VPN = fortigate('event', SSL_VPN);
const OTHER = fortigate('other');

/** Keys whose values become ECS fields as they are. */
const TEXT_OF: ReadonlyMap<string, string> = new Map([
  ['devid', 'observer.serial_number'],
  ['vd', 'observer.vdom'],
  ['level', 'log.level'],
  ['policyid', 'rule.id'],
  ['policyname', 'rule.name'],
  ['poluuid', 'rule.uuid'],
  ['srcintf', 'network.interface_in'],
  ['dstintf', 'network.interface_out'],
  ['srcmac', 'source.mac'],
  ['mastersrcmac', 'source.nat.mac'],
  ['srcname', 'source.domain'],
  ['dstname', 'destination.domain'],
  ['hostname', 'url.domain'],
  ['url', 'url.original'],
  ['agent', 'user_agent.original'],
  ['httpmethod', 'http.request.method'],
  ['transip', 'source.nat.ip'],
  ['tranip', 'destination.nat.ip'],
  ['assignip', 'client.nat.ip'],
  ['tunnelip', 'client.nat.ip'],
  ['filename', 'file.name'],
  ['user', 'user.name'],
  ['group', 'group.name'],
  ['reason', 'event.reason'],
  ['msg', 'event.reason'],
  ['attack', 'threat.name'],
  ['virus', 'threat.name'],
  ['qname', 'dns.question.name'],
  ['app', 'network.application'],
  ['tz', 'event.timezone'],
]);

const NUMBER_OF: ReadonlyMap<string, string> = new Map([
  ['sentbyte', 'source.bytes'],
  ['rcvdbyte', 'destination.bytes'],
  ['sentpkt', 'source.packets'],
  ['rcvdpkt', 'destination.packets'],
  ['transport', 'source.nat.port'],
  ['tranport', 'destination.nat.port'],
  ['filesize', 'file.size'],
]);

/** Read apart. */
const APART = new Set([
  'date',
  'time',
  'eventtime',
  'logid',
  'log_id',
  'devname',
  'srcip',
  'srcport',
  'dstip',
  'dstport',
  'proto',
  'remip',
  'itime',
  'timestamp',
]);

const TRANSPORT_OF: ReadonlyMap<string, string> = new Map([
  ['1', 'icmp'],
  ['6', 'tcp'],
  ['17', 'udp'],
  ['47', 'gre'],
  ['50', 'esp'],
  ['58', 'ipv6-icmp'],
  ['132', 'sctp'],
]);

const SUCCEEDED = new Set(['success', 'succeeded', 'successful']);
const FAILED = new Set(['failed', 'failure', 'fail', 'error']);

function outcomeOf(status: string): 'success' | 'failure' | undefined {
  const word = status.toLowerCase();
  return SUCCEEDED.has(word) ? 'success' : FAILED.has(word) ? 'failure' : undefined;
}

/** Logons of administrators, of VPN users and of users of the network; undefined for other events. */
function logonOf(
  pairs: Pairs,
): readonly [action: string, outcome: 'success' | 'failure' | undefined] | undefined {
  const action = pairs.get('action') ?? '';
  const subtype = pairs.get('subtype');
  const outcome = outcomeOf(pairs.get('status') ?? '');
  const named = (start: string): readonly [string, 'success' | 'failure' | undefined] =>
    outcome === undefined
      ? [`${start}_logged`, undefined]
      : [`${start}_${outcome === 'success' ? 'succeeded' : 'failed'}`, outcome];
  if (subtype === 'system' && action === 'login') return named('admin_login');
  if (subtype === 'system' && action === 'logout') return ['admin_logged_out', undefined];
  if (subtype === 'user' && (action === 'authentication' || action === 'auth-logon'))
    return named('authentication');
  if (subtype !== 'vpn') return undefined;
  const isSsl = pairs.get('tunneltype')?.startsWith('ssl') === true;
  switch (action) {
    case 'ssl-login-fail':
      return ['vpn_login_failed', 'failure'];
    case 'tunnel-up':
      return isSsl ? ['vpn_login_succeeded', 'success'] : ['vpn_tunnel_up', undefined];
    case 'tunnel-down':
      return [isSsl ? 'vpn_disconnected' : 'vpn_tunnel_down', undefined];
    default:
      return undefined;
  }
}

function putAction(event: NormalEvent, pairs: Pairs, type: string): void {
  const action = pairs.get('action') ?? '';
  if (type === 'event') {
    const [logon, outcome] = logonOf(pairs) ?? [];
    putText(event, 'event.action', logon ?? (action === '' ? pairs.get('subtype') : action));
    put(event, 'event.outcome', outcome ?? outcomeOf(pairs.get('status') ?? ''));
    return;
  }
  const decision = SESSION_ENDS.has(action) ? 'firewall_allowed' : firewallAction(action);
  putText(event, 'event.action', decision ?? (action === '' ? pairs.get('subtype') : action));
  if (decision === 'firewall_blocked') put(event, 'event.outcome', 'failure');
}

/** FortiOS's words beside the usual ones: sessions that ended were allowed. */
const SESSION_ENDS = new Set([
  'client-rst',
  'server-rst',
  'timeout',
  'ip-conn',
  'passthrough',
  'monitored',
  'detected',
]);

function sourcesOf(type: string, subtype: string): readonly LogSource[] {
  if (type === 'traffic') return TRAFFIC;
  if (type === 'utm') return subtype === 'virus' ? VIRUS : UTM;
  if (type === 'event') return subtype === 'vpn' ? VPN : EVENT;
  // FortiOS before 6.2 names utm's kinds in the type.
  if (type === 'virus') return VIRUS;
  return type === '' ? OTHER : UTM;
}

function timeOf(pairs: Pairs, clock: LineClock): number | undefined {
  const count = pairs.get('eventtime');
  const counted = count === undefined ? undefined : parseDeviceTime(count, clock);
  if (counted !== undefined) return counted;
  const date = pairs.get('date');
  const time = pairs.get('time');
  return date === undefined || time === undefined
    ? undefined
    : parseDeviceTime(`${date} ${time}`, clock, pairs.get('tz'));
}

/** A line that begins with one of FortiOS's first keys. */
export function readFortiGate(event: NormalEvent, text: string, clock: LineClock): DeviceReading {
  const { pairs, left } = readKeyValues(text);
  const type = pairs.get('type');
  if (
    type === undefined ||
    !(pairs.has('devid') || pairs.has('devname') || pairs.has('logid') || pairs.has('log_id'))
  )
    return UNKNOWN_FORM;
  const subtype = pairs.get('subtype') ?? '';
  event.logsources = sourcesOf(type, subtype);
  put(event, 'observer.vendor', 'Fortinet');
  putDeviceName(event, pairs.get('devname'));
  putCode(event, pairs.get('logid') ?? pairs.get('log_id') ?? '');
  putAction(event, pairs, type);
  putConnection(
    event,
    pairs.get('srcip') ?? pairs.get('remip'),
    pairs.get('srcport'),
    pairs.get('dstip'),
    pairs.get('dstport'),
  );
  const proto = pairs.get('proto');
  if (proto !== undefined) put(event, 'network.transport', TRANSPORT_OF.get(proto) ?? proto);
  for (const [key, value] of pairs) {
    if (value === '' || value === 'N/A' || APART.has(key)) continue;
    const field = TEXT_OF.get(key);
    if (field !== undefined && !event.fields.has(field)) put(event, field, value);
    else if (NUMBER_OF.has(key)) putNumber(event, NUMBER_OF.get(key) ?? key, value);
    else put(event, PREFIX + key, numberOrText(value));
  }
  if (left > 0) put(event, `${PREFIX}keys_left`, left);
  return { known: true, timeMs: timeOf(pairs, clock) };
}
