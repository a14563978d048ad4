/** Sophos Firewall (SFOS 16 and later) in keys and values; keys without an ECS name stay as `sophos.xg.KEY`. */
import { type DeviceReading, UNKNOWN_FORM } from './device-reading.ts';
import { type LineClock, parseDeviceTime } from './device-time.ts';
import { logSources, numberOrText, put } from '../draft.ts';
import type { LogSource, NormalEvent } from '../event.ts';
import { readKeyValues } from './key-values.ts';
import { firewallAction, putCode, putConnection, putDeviceName, putNumber, putText } from '../put-more.ts';
import { ANTIVIRUS, FIREWALL } from './vendors.ts';

type Pairs = ReadonlyMap<string, string>;

const sophos = (service: string, ...more: readonly LogSource[]): readonly LogSource[] =>
  logSources({ product: 'sophos', service }, ...more);
const SOURCES_OF: ReadonlyMap<string, readonly LogSource[]> = new Map([
  ['Firewall', sophos('firewall', FIREWALL)],
  ['IDP', sophos('ips', FIREWALL)],
  ['Content Filtering', sophos('web', FIREWALL)],
  ['Anti-Virus', sophos('antivirus', ANTIVIRUS)],
  ['Event', sophos('event')],
]);
const OTHER = sophos('other');

const TEXT_OF: ReadonlyMap<string, string> = new Map([
  ['device_serial_id', 'observer.serial_number'],
  ['device_id', 'observer.serial_number'],
  ['device_model', 'observer.product'],
  ['severity', 'log.level'],
  ['priority', 'log.level'],
  ['fw_rule_id', 'rule.id'],
  ['fw_rule_name', 'rule.name'],
  ['in_interface', 'network.interface_in'],
  ['out_interface', 'network.interface_out'],
  ['src_mac', 'source.mac'],
  ['user_name', 'user.name'],
  ['user_gp', 'group.name'],
  ['user_group', 'group.name'],
  ['url', 'url.original'],
  ['domain', 'url.domain'],
  ['message', 'event.reason'],
  ['reason', 'event.reason'],
  ['virus', 'threat.name'],
  ['signature_msg', 'threat.name'],
  ['file_name', 'file.name'],
  ['filename', 'file.name'],
  ['app_name', 'network.application'],
  ['application', 'network.application'],
]);
const NUMBER_OF: ReadonlyMap<string, string> = new Map([
  ['sent_bytes', 'source.bytes'],
  ['bytes_sent', 'source.bytes'],
  ['recv_bytes', 'destination.bytes'],
  ['bytes_received', 'destination.bytes'],
  ['sent_pkts', 'source.packets'],
  ['recv_pkts', 'destination.packets'],
]);
const APART = new Set([
  'device',
  'device_name',
  'date',
  'time',
  'timestamp',
  'timezone',
  'log_id',
  'src_ip',
  'src_port',
  'dst_ip',
  'dst_port',
  'protocol',
]);

/** Who logs on where, by the component that says so. */
function logonOf(component: string): string | undefined {
  if (component.includes('VPN')) return 'vpn_login';
  if (component.startsWith('GUI') || component === 'CLI') return 'admin_login';
  return component.includes('Authentication') ? 'authentication' : undefined;
}

function putAction(event: NormalEvent, pairs: Pairs): void {
  const subtype = pairs.get('log_subtype') ?? '';
  const component = pairs.get('log_component') ?? '';
  const status = (pairs.get('status') ?? '').toLowerCase();
  const outcome = status.startsWith('success')
    ? 'success'
    : status.startsWith('fail')
      ? 'failure'
      : undefined;
  const logon = pairs.get('log_type') === 'Event' && outcome !== undefined ? logonOf(component) : undefined;
  if (logon !== undefined) {
    put(event, 'event.action', `${logon}_${outcome === 'success' ? 'succeeded' : 'failed'}`);
    put(event, 'event.outcome', outcome);
    return;
  }
  const decision = firewallAction(subtype);
  putText(event, 'event.action', decision ?? (subtype === '' ? component : subtype));
  put(event, 'event.outcome', decision === 'firewall_blocked' ? 'failure' : outcome);
}

function timeOf(pairs: Pairs, clock: LineClock): number | undefined {
  const stamp = pairs.get('timestamp');
  if (stamp !== undefined) return parseDeviceTime(stamp, clock);
  const date = pairs.get('date');
  const time = pairs.get('time');
  const zone = pairs.get('timezone');
  return date === undefined || time === undefined
    ? undefined
    : parseDeviceTime(`${date} ${time}`, clock, zone);
}

/** A line that begins with `device=` or `device_name=`. */
export function readSophos(event: NormalEvent, text: string, clock: LineClock): DeviceReading {
  const { pairs, left } = readKeyValues(text);
  const type = pairs.get('log_type');
  if (type === undefined || !pairs.has('log_id')) return UNKNOWN_FORM;
  event.logsources = SOURCES_OF.get(type) ?? OTHER;
  put(event, 'observer.vendor', 'Sophos');
  putDeviceName(event, pairs.get('device_name'));
  putCode(event, pairs.get('log_id') ?? '');
  putAction(event, pairs);
  putConnection(
    event,
    pairs.get('src_ip'),
    pairs.get('src_port'),
    pairs.get('dst_ip'),
    pairs.get('dst_port'),
  );
  putText(event, 'network.transport', pairs.get('protocol')?.toLowerCase());
  for (const [key, value] of pairs) {
    if (value === '' || APART.has(key)) continue;
    const field = TEXT_OF.get(key);
    const number = NUMBER_OF.get(key);
    if (field !== undefined && !event.fields.has(field)) put(event, field, value);
    else if (number !== undefined) putNumber(event, number, value);
    else put(event, `sophos.xg.${key}`, numberOrText(value));
  }
  if (left > 0) put(event, 'sophos.xg.keys_left', left);
  return { known: true, timeMs: timeOf(pairs, clock) };
}
