/**
 * pfSense's and OPNsense's packet filter: values between commas, in an order that depends on the IP version and the
 * protocol (both projects' documentation of the raw filter log).
 */
import { logSources, numberOrText, put } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { firewallAction, putConnection, putText } from '../put-more.ts';
import { FIREWALL } from './vendors.ts';

export const FILTERLOG_SOURCES = logSources({ product: 'pfsense', service: 'filterlog' }, FIREWALL);

const VALUES_MAX = 48;

interface Layout {
  transport: number;
  length: number;
  source: number;
  destination: number;
  /** Where the protocol's own values start. */
  rest: number;
}

const IPV4: Layout = { transport: 16, length: 17, source: 18, destination: 19, rest: 20 };
const IPV6: Layout = { transport: 12, length: 14, source: 15, destination: 16, rest: 17 };

/** @returns false when the line is not of the form */
export function readFilterlog(event: NormalEvent, text: string): boolean {
  const values = text.split(',', VALUES_MAX);
  const [rule = '', , anchor, tracker, device, reason, action = '', direction, version] = values;
  const layout = version === '4' ? IPV4 : version === '6' ? IPV6 : undefined;
  if (layout === undefined || !/^\d{0,10}$/.test(rule)) return false;
  const transport = (values[layout.transport] ?? '').toLowerCase();
  const decision = firewallAction(action);
  putText(event, 'event.action', decision ?? `firewall_${action}`);
  if (decision === 'firewall_blocked') put(event, 'event.outcome', 'failure');
  putText(event, 'rule.id', tracker === '0' || tracker === '' ? rule : tracker);
  putText(event, 'rule.ruleset', anchor);
  putText(event, direction === 'out' ? 'network.interface_out' : 'network.interface_in', device);
  put(event, 'network.direction', direction === 'out' ? 'outbound' : 'inbound');
  putText(event, 'event.reason', reason);
  putText(event, 'network.transport', transport);
  if (values[layout.length] !== undefined)
    put(event, 'network.bytes', numberOrText(values[layout.length] ?? ''));
  const hasPorts = transport === 'tcp' || transport === 'udp';
  const [sourcePort, destinationPort, , flags] = hasPorts ? values.slice(layout.rest) : [];
  putConnection(event, values[layout.source], sourcePort, values[layout.destination], destinationPort);
  if (transport === 'tcp') putText(event, 'pfsense.tcp_flags', flags);
  return true;
}
