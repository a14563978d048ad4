/** Dovecot's logins, failures and disconnects (2.2 to 2.4). */
import { numberOrText, put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { mailPairs } from './mail-addresses.ts';
import { putDestination, putText } from '../put-more.ts';

const LOGIN_SERVICE = /^(imap|pop3|submission|managesieve|lmtp)-login: /;
const VERDICT =
  /^(Login|Logged in|Disconnected|Aborted login)(?:: ([A-Za-z ]{1,64}?))?(?: by logging out)?(?: \(([^)]{1,256})\))?: (?=user=<|rip=|method=)/;
const ATTEMPTS = /(\d{1,9}) attempts/;
const PASSWORD_DATABASE =
  /^auth(?:-worker)?(?:\([^)]{1,64}\))?: (?:Info: |Debug: |Error: )?(?:conn [^:]{1,64}: auth-worker<\d{1,10}>: )?([a-z0-9-]{1,32})\(([^,()]{0,256}),([0-9A-Fa-f.:]{2,45})(?:,[^)]{0,128})?\): (.{0,512})/s;
const FAILURES =
  /^(?:unknown user|Password mismatch|pam_authenticate\(\) failed|invalid credentials|Authentication failure)/i;
const SESSION =
  /^(imap|pop3|lmtp|managesieve|submission)\(([^()]{1,256})\)(?:<[^>]{0,128}>){0,2}: (.{0,1024})/s;

function readVerdict(event: NormalEvent, service: string, text: string): boolean {
  const match = VERDICT.exec(text);
  if (match === null) return false;
  const [whole, verdict = '', how, detail = ''] = match;
  const pairs = mailPairs(text.slice(whole.length));
  const isLogin = verdict === 'Login' || verdict === 'Logged in';
  const attempts = ATTEMPTS.exec(detail)?.[1];
  const isFailure =
    detail.startsWith('auth failed') || (verdict === 'Aborted login' && attempts !== undefined);
  if (isLogin) putAction(event, 'mail_login_succeeded', 'success');
  else if (isFailure) putAction(event, 'mail_login_failed', 'failure');
  else putAction(event, 'mail_client_disconnected');
  put(event, 'network.protocol', service);
  putText(event, 'user.name', pairs.get('user'));
  putSource(event, pairs.get('rip') ?? '');
  putDestination(event, pairs.get('lip') ?? '');
  putText(event, 'dovecot.method', pairs.get('method'));
  putText(event, 'session.id', pairs.get('session'));
  putText(event, 'event.reason', detail === '' ? how : detail);
  if (isFailure && attempts !== undefined) put(event, 'repeat.count', numberOrText(attempts));
  return true;
}

/** @returns false when the form is not known */
export function readDovecot(event: NormalEvent, text: string): boolean {
  const login = LOGIN_SERVICE.exec(text);
  if (login !== null)
    return readVerdict(event, login[1] ?? '', text.slice(login[0].length).replace(/^Info: /, ''));
  const checked = PASSWORD_DATABASE.exec(text);
  if (checked !== null) {
    const [, database, user, address = '', reason = ''] = checked;
    // The login process tells of the same attempt in a line of its own; this one says why.
    if (FAILURES.test(reason)) putAction(event, 'mail_password_refused', 'failure');
    else putAction(event, 'mail_password_checked');
    putText(event, 'dovecot.database', database);
    putText(event, 'user.name', user);
    putSource(event, address);
    putText(event, 'event.reason', reason);
    return true;
  }
  const session = SESSION.exec(text);
  if (session === null) return false;
  const [, service, user, words = ''] = session;
  const isEnd = words.startsWith('Logged out') || words.startsWith('Disconnected');
  putAction(
    event,
    isEnd ? 'mail_session_closed' : words.includes('saved mail to') ? 'mail_delivered' : 'mail_session',
  );
  putText(event, 'network.protocol', service);
  putText(event, 'user.name', user);
  putText(event, 'event.reason', words);
  return true;
}
