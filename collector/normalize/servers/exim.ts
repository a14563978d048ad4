/** What Exim logs: arrivals, deliveries, refusals, failed logins, sessions. One message's lines share its id. */
import { numberOrText, put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putDestination, putMore, putNumber, putText } from '../put-more.ts';
import { readEximSession } from './exim-session.ts';

const OWN_TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(?: [+-]\d{4})? (?:\[\d{1,10}\] )?/;
const MESSAGE_ID = /^([0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})) /;
const FLAGS: Readonly<Record<string, readonly [action: string, outcome: 'success' | 'failure' | undefined]>> =
  {
    '<=': ['mail_received', undefined],
    '=>': ['mail_delivered', 'success'],
    '->': ['mail_delivered', 'success'],
    '>>': ['mail_delivered', 'success'],
    '*>': ['mail_suppressed', undefined],
    '**': ['mail_bounced', 'failure'],
    '==': ['mail_deferred', 'failure'],
  };
const FLAGGED = /^(<=|=>|->|>>|\*>|\*\*|==) (\S{1,512})(?: <([^>]{0,512})>)?/;
/** ` H=host (helo) [address]:port`; the name and what it called itself may be missing. */
const HOST = / ?\bH=(?:([^\s([]{1,255}) )?(?:\(([^)]{0,255})\) )?\[([0-9A-Fa-f.:]{2,45})\](?::(\d{1,5}))?/;
const VALUE = / (R|T|P|X|A|S|C|id|F|U)=("(?:[^"\\]|\\.){0,1024}"|<[^>]{0,512}>|\S{0,512})/g;
const LOGIN_FAILED =
  /^(\S{1,64}) authenticator failed for (?:([^\s([]{1,255}) )?(?:\(([^)]{0,255})\) )?\[([0-9A-Fa-f.:]{2,45})\](?::(\d{1,5}))?(?: I=\[[^\]]{1,45}\]:\d{1,5})?(?: U=\S{1,128})?: (.{0,512})/s;
const SET_ID = /\(set_id=([^()]{0,256})\)/;
const REJECTED =
  /(?:^| )(?:temporarily )?rejected ([A-Z]{2,8}|after DATA|connection|EHLO or HELO)(?: <?([^\s>:]{1,512})>?)?(?:: (.{0,1024}))?/s;
/** A subject may hold whatever its sender likes. */
const SUBJECT = / T="(?:[^"\\]|\\.){0,1024}"/s;
/** ` from <sender> for one two`, at the end of an arrival. */
const RECIPIENTS = / from <[^>]{0,512}> for (.{1,4096})$/s;
const RECIPIENTS_MAX = 32;
const OUTGOING_FAILED = /^H=\S{1,255} \[[0-9A-Fa-f.:]{2,45}\](?::\d{1,5})? (.{1,512})/s;
const HELD: readonly (readonly [RegExp, string])[] = [
  [/^(?:Message is frozen|[Ff]rozen\b)/, 'mail_frozen'],
  [/^[Uu]nfrozen\b/, 'mail_unfrozen'],
  [/^(?:removed by|cancelled by)\b/, 'mail_removed'],
];
const TEXT_CHARS_MAX = 8_192;

const VALUE_FIELDS: Readonly<Record<string, string>> = {
  R: 'exim.router',
  T: 'exim.transport',
  P: 'network.protocol',
  X: 'tls.cipher',
  id: 'email.message_id',
  F: 'email.from.address',
  C: 'event.reason',
};

const unwrap = (value: string): string => (/^["<].*[">]$/s.test(value) ? value.slice(1, -1) : value);

function putValues(event: NormalEvent, text: string, isArrival: boolean): void {
  for (const [, key = '', raw = ''] of text.slice(0, TEXT_CHARS_MAX).matchAll(VALUE)) {
    const value = unwrap(raw);
    if (key === 'A') {
      // `plain_server:user`
      const colon = value.indexOf(':');
      putText(event, 'exim.authenticator', colon === -1 ? value : value.slice(0, colon));
      if (colon !== -1) putText(event, 'user.name', value.slice(colon + 1));
    } else if (key === 'S') put(event, 'email.size', numberOrText(value));
    else if (key === 'U') putText(event, isArrival ? 'user.name' : 'exim.user', value);
    else if (key === 'T' && isArrival) putText(event, 'email.subject', unescape(value));
    else if (key === 'P' && !isArrival) putText(event, 'email.from.address', value);
    else if (key === 'R' && isArrival) putText(event, 'exim.caused_by', value);
    else putText(event, VALUE_FIELDS[key] ?? `exim.${key}`, key === 'T' ? value.replace(/:$/, '') : value);
  }
}

/** Bytes that are no ASCII stand as `\303\241`, quotes behind a backslash. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  const bytes = text.replaceAll(/\\([0-7]{3}|[^])/g, (_, what: string) =>
    what.length === 3 ? String.fromCharCode(Number.parseInt(what, 8) & 0xff) : what,
  );
  // What is ASCII or was escaped are bytes of UTF-8; a log that holds other letters escapes none.
  return /[^\p{ASCII}\u0080-\u00ff]/u.test(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8');
}

function putClient(event: NormalEvent, text: string): boolean {
  const host = HOST.exec(text.slice(0, TEXT_CHARS_MAX));
  if (host === null) return false;
  putSource(event, host[3] ?? '');
  putText(event, 'source.domain', host[1]);
  putText(event, 'exim.helo', host[2]);
  putNumber(event, 'source.port', host[4]);
  return true;
}

function readFlagged(event: NormalEvent, text: string): boolean {
  const match = FLAGGED.exec(text);
  if (match === null) return false;
  const [whole, flag = '', address = '', original] = match;
  const [action, outcome] = FLAGS[flag] ?? ['mail_logged', undefined];
  const rest = text.slice(whole.length);
  const isArrival = flag === '<=';
  putAction(event, action, outcome);
  // What tells of a failure comes from nobody.
  if (!isArrival || address !== '<>')
    put(event, isArrival ? 'email.from.address' : 'email.to.address', original ?? address.replace(/:$/, ''));
  putValues(event, rest, isArrival);
  if (isArrival) {
    putClient(event, rest.replace(SUBJECT, ''));
    const recipients = RECIPIENTS.exec(rest.slice(0, TEXT_CHARS_MAX))?.[1]?.split(' ') ?? [];
    for (const recipient of recipients.slice(0, RECIPIENTS_MAX))
      putMore(event, 'email.to.address', recipient);
    if (event.fields.has('exim.authenticator')) putAction(event, 'mail_login_succeeded', 'success');
    return true;
  }
  const host = HOST.exec(rest.slice(0, TEXT_CHARS_MAX));
  if (host !== null) {
    putDestination(event, host[3] ?? '');
    putText(event, 'destination.domain', host[1]);
    putNumber(event, 'destination.port', host[4]);
  }
  const reason = flag === '**' || flag === '==' ? rest.indexOf(': ') : -1;
  if (reason !== -1) putText(event, 'event.reason', rest.slice(reason + 2));
  return true;
}

function readLoginFailed(event: NormalEvent, text: string): boolean {
  const match = LOGIN_FAILED.exec(text);
  if (match === null) return false;
  const [, authenticator, name, helo, address = '', port, reason = ''] = match;
  putAction(event, 'mail_login_failed', 'failure');
  putSource(event, address);
  putText(event, 'source.domain', name);
  putText(event, 'exim.helo', helo);
  putNumber(event, 'source.port', port);
  putText(event, 'exim.authenticator', authenticator);
  putText(event, 'event.reason', reason);
  putText(event, 'user.name', SET_ID.exec(reason)?.[1]);
  return true;
}

function readRejected(event: NormalEvent, text: string): boolean {
  const match = REJECTED.exec(text.slice(0, TEXT_CHARS_MAX));
  if (match === null || !putClient(event, text)) return false;
  putAction(event, 'mail_rejected', 'failure');
  putText(event, 'exim.stage', match[1]);
  putText(event, match[1] === 'RCPT' ? 'email.to.address' : 'exim.argument', match[2]);
  putText(event, 'event.reason', match[3]);
  putText(event, 'email.from.address', / F=<([^>]{0,512})>/.exec(text.slice(0, TEXT_CHARS_MAX))?.[1]);
  return true;
}

/** What is said of a message that is neither its way nor a refusal. */
function readAboutMessage(event: NormalEvent, text: string): boolean {
  const held = HELD.find(([pattern]) => pattern.test(text));
  if (held !== undefined) {
    putAction(event, held[1]);
    return true;
  }
  const failed = OUTGOING_FAILED.exec(text);
  const host = HOST.exec(text.slice(0, TEXT_CHARS_MAX));
  if (failed === null || host === null) return false;
  putAction(event, 'mail_server_unreachable', 'failure');
  putDestination(event, host[3] ?? '');
  putText(event, 'destination.domain', host[1]);
  putNumber(event, 'destination.port', host[4]);
  putText(event, 'event.reason', failed[1]);
  return true;
}

/** @returns false when the form is not known */
export function readExim(event: NormalEvent, message: string): boolean {
  const text = message.replace(OWN_TIME, '');
  const id = MESSAGE_ID.exec(text);
  if (id === null)
    return readLoginFailed(event, text) || readEximSession(event, text) || readRejected(event, text);
  put(event, 'email.local_id', id[1]);
  const rest = text.slice(id[0].length);
  if (rest.startsWith('Completed')) {
    putAction(event, 'mail_removed');
    return true;
  }
  return (
    readFlagged(event, rest) ||
    readRejected(event, rest) ||
    readEximSession(event, rest) ||
    readAboutMessage(event, rest)
  );
}
