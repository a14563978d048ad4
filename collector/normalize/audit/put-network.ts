/** The peer of a connection under the names of Sigma's category, and ECS's. */
import { put } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import type { AuditEvent } from './audit-event.ts';

const OUTWARD: ReadonlySet<string> = new Set(['connect', 'sendto', 'sendmsg', 'sendmmsg']);
const INWARD: ReadonlySet<string> = new Set(['accept', 'accept4', 'recvfrom', 'recvmsg', 'recvmmsg']);
const OWN: ReadonlySet<string> = new Set(['bind', 'getsockname']);

/** @returns the Sigma category of a connection that came about, else undefined. */
export function putNetwork(
  draft: NormalEvent,
  event: AuditEvent,
  outcome: 'success' | 'failure' | undefined,
): string | undefined {
  const { address } = event;
  const call = event.text('SYSCALL');
  if (address?.kind !== 'ip') {
    if (address?.kind === 'path') put(draft, 'destination.path', address.path);
    return undefined;
  }
  put(draft, 'network.type', address.family === 'inet' ? 'ipv4' : 'ipv6');
  if (OWN.has(call)) {
    put(draft, 'server.ip', address.address);
    put(draft, 'server.port', address.port);
    return undefined;
  }
  if (INWARD.has(call)) {
    put(draft, 'Initiated', 'false');
    put(draft, 'SourceIp', address.address);
    put(draft, 'SourcePort', address.port);
    put(draft, 'source.ip', address.address);
  } else if (OUTWARD.has(call)) {
    put(draft, 'Initiated', 'true');
    put(draft, 'DestinationIp', address.address);
    put(draft, 'DestinationPort', address.port);
  } else return undefined;
  return outcome === 'success' ? 'network_connection' : undefined;
}
