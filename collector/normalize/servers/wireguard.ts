/** WireGuard's lines in the kernel's log (dynamic debugging): handshakes, and packets that were refused. */
import { putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putNumber, putText } from '../put-more.ts';

export const WIREGUARD = 'wireguard: ';

const INTERFACE = /^(\S{1,32}): /;
const PEER = /peer (\d{1,10})/;
const ENDPOINT = /(?:\[([0-9A-Fa-f.:]{2,45})(?:%\S{1,32})?\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})\)?/;
const CHARS_MAX = 512;

const ACTIONS: readonly (readonly [start: string, action: string, outcome?: 'failure'])[] = [
  ['Receiving handshake initiation', 'vpn_handshake'],
  ['Receiving handshake response', 'vpn_handshake'],
  ['Sending handshake', 'vpn_handshake'],
  ['Keypair ', 'vpn_key_changed'],
  ['Invalid handshake', 'vpn_handshake_failed', 'failure'],
  ['Invalid MAC of handshake', 'vpn_handshake_failed', 'failure'],
  ['Handshake for peer', 'vpn_handshake_failed', 'failure'],
  ['Packet has ', 'vpn_packet_refused', 'failure'],
  ['No peer has allowed IPs', 'vpn_packet_refused', 'failure'],
  ['Peer ', 'vpn_peer_changed'],
];

/** Reads what follows `wireguard: `. @returns false when the form is not known */
export function readWireguard(event: NormalEvent, message: string): boolean {
  const line = message.slice(0, CHARS_MAX);
  const device = INTERFACE.exec(line);
  const text = device === null ? line : line.slice(device[0].length);
  const known = ACTIONS.find(([start]) => text.startsWith(start));
  if (known === undefined) return false;
  putAction(event, known[1], known[2]);
  putText(event, 'network.interface_in', device?.[1]);
  putText(event, 'wireguard.peer', PEER.exec(text)?.[1]);
  // The address of a refused packet stands before its sender's: the sender is the last.
  const from = text.lastIndexOf('from ');
  const endpoint = ENDPOINT.exec(from === -1 ? text : text.slice(from));
  if (endpoint === null) return true;
  putSource(event, endpoint[1] ?? endpoint[2] ?? '');
  putNumber(event, 'source.port', endpoint[3]);
  return true;
}
