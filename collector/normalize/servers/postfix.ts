/**
 * Postfix's daemons. One message's lines share the queue id (`email.local_id`): who sent it, who gets it, by way of whom,
 * and what became of it; beside them the logins, refusals and disconnects of clients.
 */
import { numberOrText, put, putAction } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { mailPairs, putClient, putRelay } from './mail-addresses.ts';
import { putText } from '../put-more.ts';

// Short ids are hexadecimal, long ones have no vowels.
const QUEUE_ID = /^([0-9A-F]{6,15}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,32}|NOQUEUE): /;
const LEVEL = /^(warning|error|fatal|panic): /;
const SASL_FAILED =
  /^SASL ([A-Za-z0-9_-]{1,32}) authentication (?:failed|aborted)(?:: ([^,]{0,512}))?(?:, sasl_username=(.{0,256}))?/s;
const REJECT =
  /^(?:milter-)?(reject|hold|discard|warn|redirect|filter)(?:_warning)?: ([A-Za-z-]{1,24}) from /;
const REPLY = /^: (\d{3}) (?:(\d\.\d{1,3}\.\d{1,3}) )?/;
const STATUS = / status=([a-z]{1,16})(?: \((.{0,2048}))?/sy;
const NOT_DELIVERED =
  /^(sender|postmaster) (?:non-delivery|delivery status|delay) notification: ([0-9A-Za-z]{6,32})/;
const LOST =
  /^(?:(lost connection|timeout|too many errors) after ([A-Za-z-]{1,24})(?: \([^)]{1,64}\))?|(improper command pipelining) after ([A-Za-z-]{1,24})) from /;
const TLS =
  /^(Anonymous|Untrusted|Trusted|Verified) TLS connection established (from|to) ([^:]{1,320}(?::[^:]{1,45}){0,8}?): (TLSv[\d.]{1,4}|SSLv\d) with cipher (\S{1,64})/;
const SCREENED =
  /^(CONNECT|PREGREET|DNSBL|PASS NEW|PASS OLD|DISCONNECT|HANGUP|BLACKLISTED|DENYLISTED|WHITELISTED|ALLOWLISTED)\b/;
const SCREENED_PEER = /\[([0-9A-Fa-f.:]{2,45})\]:(\d{1,5})/;

const DELIVERY: ReadonlyMap<string, readonly [action: string, outcome: 'success' | 'failure']> = new Map([
  ['sent', ['mail_delivered', 'success']],
  ['deliverable', ['mail_delivered', 'success']],
  ['bounced', ['mail_bounced', 'failure']],
  ['undeliverable', ['mail_bounced', 'failure']],
  ['expired', ['mail_bounced', 'failure']],
  ['deferred', ['mail_deferred', 'failure']],
]);

const REFUSALS: Readonly<Record<string, string>> = {
  reject: 'mail_rejected',
  hold: 'mail_held',
  discard: 'mail_discarded',
  warn: 'mail_warned',
  redirect: 'mail_redirected',
  filter: 'mail_filtered',
};

function putEnvelope(event: NormalEvent, pairs: ReadonlyMap<string, string>): void {
  putText(event, 'email.from.address', pairs.get('from'));
  putText(event, 'email.to.address', pairs.get('to'));
  putText(event, 'postfix.orig_to', pairs.get('orig_to'));
  putText(event, 'network.protocol', pairs.get('proto')?.toLowerCase());
  putText(event, 'postfix.helo', pairs.get('helo'));
}

function readDelivery(event: NormalEvent, text: string): boolean {
  // Behind the recipient, who may be called anything; the first status there is Postfix's own.
  const at = text.indexOf(' status=', Math.max(0, text.indexOf('>, ')));
  if (at === -1) return false;
  STATUS.lastIndex = at;
  const status = STATUS.exec(text);
  if (status === null) return false;
  const [, word = '', reason] = status;
  const pairs = mailPairs(text.slice(0, at));
  const [action, outcome] = DELIVERY.get(word) ?? [`mail_${word}`, undefined];
  putAction(event, action, outcome);
  putEnvelope(event, pairs);
  putRelay(event, pairs.get('relay'), 'postfix.relay');
  putText(event, 'postfix.dsn', pairs.get('dsn'));
  putText(event, 'postfix.delay', pairs.get('delay'));
  putText(event, 'event.reason', reason?.replace(/\)$/, ''));
  return true;
}

function readReject(event: NormalEvent, text: string): boolean {
  const match = REJECT.exec(text);
  if (match === null) return false;
  const [whole, verb = '', stage] = match;
  putAction(
    event,
    REFUSALS[verb] ?? 'mail_rejected',
    verb === 'reject' || verb === 'discard' ? 'failure' : undefined,
  );
  putText(event, 'postfix.stage', stage);
  const rest = putClient(event, text.slice(whole.length));
  if (rest === undefined) return true;
  const reply = REPLY.exec(rest);
  if (reply !== null) {
    put(event, 'postfix.reply', numberOrText(reply[1] ?? ''));
    putText(event, 'postfix.dsn', reply[2]);
  }
  const envelope = rest.indexOf('; from=<');
  putText(
    event,
    'event.reason',
    rest.slice(reply?.[0].length ?? 2, envelope === -1 ? rest.length : envelope),
  );
  if (envelope !== -1) putEnvelope(event, mailPairs(rest.slice(envelope + 2)));
  return true;
}

/** Lines that begin with a queue id. */
function readQueued(event: NormalEvent, text: string): boolean {
  if (text === 'removed') {
    putAction(event, 'mail_removed');
    return true;
  }
  if (text.startsWith('client=')) {
    const pairs = mailPairs(text);
    const user = pairs.get('sasl_username');
    if (user === undefined) putAction(event, 'mail_received');
    else putAction(event, 'mail_login_succeeded', 'success');
    putText(event, 'user.name', user);
    putText(event, 'postfix.sasl_method', pairs.get('sasl_method'));
    putClient(event, text.slice('client='.length));
    return true;
  }
  if (text.startsWith('message-id=') || text.startsWith('resent-message-id=')) {
    putAction(event, 'mail_identified');
    putText(event, 'email.message_id', text.slice(text.indexOf('=') + 1).replace(/^<(.*)>$/s, '$1'));
    return true;
  }
  if (text.startsWith('from=<') || text.startsWith('uid=')) {
    const pairs = mailPairs(text);
    putAction(event, text.startsWith('uid=') ? 'mail_submitted' : 'mail_queued');
    putEnvelope(event, pairs);
    putText(event, 'user.id', pairs.get('uid'));
    const size = pairs.get('size');
    if (size !== undefined) put(event, 'email.size', numberOrText(size));
    const recipients = pairs.get('nrcpt');
    if (recipients !== undefined) put(event, 'email.recipients', numberOrText(recipients));
    return true;
  }
  const notice = NOT_DELIVERED.exec(text);
  if (notice !== null) {
    putAction(event, 'mail_notified');
    putText(event, 'postfix.notification_id', notice[2]);
    return true;
  }
  return (text.startsWith('to=<') && readDelivery(event, text)) || readReject(event, text);
}

/** `warning: host[address]: SASL LOGIN authentication failed: ...` */
function readSasl(event: NormalEvent, text: string): boolean {
  const rest = putClient(event, text);
  const match = rest?.startsWith(': ') === true ? SASL_FAILED.exec(rest.slice(2)) : null;
  if (match === null) return false;
  putAction(event, 'mail_login_failed', 'failure');
  putText(event, 'postfix.sasl_method', match[1]);
  putText(event, 'event.reason', match[2]);
  putText(event, 'user.name', match[3]);
  return true;
}

function readConnection(event: NormalEvent, text: string): boolean {
  if (text.startsWith('connect from ')) {
    putAction(event, 'mail_client_connected');
    return putClient(event, text.slice('connect from '.length)) !== undefined;
  }
  if (text.startsWith('disconnect from ')) {
    putAction(event, 'mail_client_disconnected');
    const rest = putClient(event, text.slice('disconnect from '.length));
    if (rest !== undefined) putText(event, 'postfix.commands', rest.trim());
    return rest !== undefined;
  }
  const lost = LOST.exec(text);
  if (lost !== null) {
    const [whole, what, stage, pipelining, pipelined] = lost;
    putAction(event, 'mail_client_disconnected');
    putText(event, 'event.reason', what ?? pipelining);
    putText(event, 'postfix.stage', stage ?? pipelined);
    putClient(event, text.slice(whole.length));
    return true;
  }
  const tls = TLS.exec(text);
  if (tls === null) return false;
  const [, trust, direction, peer = '', version, cipher] = tls;
  putAction(event, 'mail_tls_established');
  putText(event, 'postfix.tls_trust', trust);
  putText(event, 'tls.version', version);
  putText(event, 'tls.cipher', cipher);
  if (direction === 'from') putClient(event, peer);
  else putRelay(event, peer, 'postfix.relay');
  return true;
}

function readScreened(event: NormalEvent, text: string): boolean {
  const match = SCREENED.exec(text);
  const peer = match === null ? null : SCREENED_PEER.exec(text.slice(0, 256));
  if (match === null || peer === null) return false;
  putAction(event, `mail_screen_${(match[1] ?? '').toLowerCase().replace(' ', '_')}`);
  putClient(event, `[${peer[1] ?? ''}]:${peer[2] ?? ''}`);
  return true;
}

/** Reads what a daemon of Postfix said. @returns false when the form is not known */
export function readPostfix(event: NormalEvent, message: string): boolean {
  const queued = QUEUE_ID.exec(message);
  if (queued !== null) {
    const [whole, id = ''] = queued;
    if (id !== 'NOQUEUE') put(event, 'email.local_id', id);
    if (readQueued(event, message.slice(whole.length))) return true;
    return readReject(event, message.slice(whole.length));
  }
  const level = LEVEL.exec(message);
  if (level === null) return readConnection(event, message) || readScreened(event, message);
  put(event, 'log.level', level[1]);
  return readSasl(event, message.slice(level[0].length));
}
