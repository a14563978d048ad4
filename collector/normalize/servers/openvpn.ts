/** OpenVPN's server: logons, refusals, addresses given, disconnects. */
import { put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putNumber, putText } from '../put-more.ts';

/** `user/203.0.113.9:50123 ` or `203.0.113.9:50123 `, also with the family before the address. */
const PEER =
  /^(?:([^\s/]{1,256})\/)?(?:(?:tcp|udp)[46](?:-server)?:)?(?:\[(?:AF_INET6?\])?)?([0-9A-Fa-f.:]{2,45}?)\]?:(\d{1,5}) /;
const INITIATED =
  /^\[([^\]]{0,256})\] Peer Connection Initiated with (?:\[AF_INET6?\])?([0-9A-Fa-f.:]{2,45}?):(\d{1,5})/;
const POOL =
  /^(?:MULTI_sva: pool returned|MULTI: primary virtual IP for .{1,320}?:) (?:IPv4=)?([0-9A-Fa-f.:]{2,45})/;
const PASSWORD = /^TLS: Username\/Password authentication (succeeded|deferred) for username '([^']{0,256})'/;
const TOLD =
  /^(?:openvpn server '[^']{0,64}' )?user '([^']{0,256})' (authenticated|could not authenticate|address '[^']{0,64}' - (?:connected|disconnected|connecting))/;
const TOLD_ADDRESS = /address '([^']{0,64})'/;
const FAILED =
  /^(TLS Auth Error: Auth Username\/Password verification failed for peer|AUTH_FAILED|TLS Error: TLS handshake failed|TLS Error: TLS key negotiation failed|VERIFY (?:KU |EKU |X509NAME )?ERROR: .{0,512}|TLS Error: cannot locate HMAC|TLS Error: incoming packet authentication failed|tls-crypt unwrap error)/s;
const ENDED =
  /^(SIGTERM\[[^\]]{1,64}\] received, client-instance exiting|SIGUSR1\[[^\]]{1,64}\] received, client-instance restarting|Connection reset, restarting)/;

function readSaid(event: NormalEvent, text: string): boolean {
  const initiated = INITIATED.exec(text);
  if (initiated !== null) {
    putAction(event, 'vpn_login_succeeded', 'success');
    putText(event, 'user.name', initiated[1]);
    putSource(event, initiated[2] ?? '');
    putNumber(event, 'source.port', initiated[3]);
    return true;
  }
  const password = PASSWORD.exec(text);
  if (password !== null) {
    const isDone = password[1] === 'succeeded';
    putAction(
      event,
      isDone ? 'authentication_succeeded' : 'authentication_deferred',
      isDone ? 'success' : undefined,
    );
    putText(event, 'user.name', password[2]);
    return true;
  }
  const failed = FAILED.exec(text);
  if (failed !== null) {
    const isLogin =
      text.startsWith('TLS Auth Error') || text.startsWith('AUTH_FAILED') || text.startsWith('VERIFY');
    putAction(event, isLogin ? 'vpn_login_failed' : 'vpn_handshake_failed', 'failure');
    putText(event, 'event.reason', failed[1]);
    return true;
  }
  const pool = POOL.exec(text);
  if (pool !== null) {
    putAction(event, 'vpn_address_assigned');
    putText(event, 'client.nat.ip', pool[1]?.replace(/,$/, ''));
    return true;
  }
  const ended = ENDED.exec(text);
  if (ended === null) return false;
  putAction(event, 'vpn_disconnected');
  putText(event, 'event.reason', ended[1]);
  return true;
}

/** pfSense's own sentences about its users. */
function readTold(event: NormalEvent, text: string): boolean {
  const told = TOLD.exec(text);
  if (told === null) return false;
  const [, user, what = ''] = told;
  if (what === 'authenticated') putAction(event, 'authentication_succeeded', 'success');
  else if (what === 'could not authenticate') putAction(event, 'vpn_login_failed', 'failure');
  else if (what.endsWith(' - connected')) putAction(event, 'vpn_login_succeeded', 'success');
  else putAction(event, what.endsWith(' - disconnected') ? 'vpn_disconnected' : 'vpn_connecting');
  putText(event, 'user.name', user);
  putSource(event, TOLD_ADDRESS.exec(what)?.[1]?.replace(/:\d{1,5}$/, '') ?? '');
  return true;
}

/** @returns false when the form is not known */
export function readOpenvpn(event: NormalEvent, message: string): boolean {
  const peer = PEER.exec(message);
  if (peer === null) return readSaid(event, message) || readTold(event, message);
  const [whole, user, address = '', port] = peer;
  putSource(event, address);
  putNumber(event, 'source.port', port);
  if (user !== undefined) put(event, 'user.name', user);
  return readSaid(event, message.slice(whole.length));
}
