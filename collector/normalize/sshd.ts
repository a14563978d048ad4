/**
 * OpenSSH server's sentences, old and new (5.x to 10.x; from 9.8 the program is also called sshd-session).
 * Invariant: one attempt counts once: only `Failed ...` becomes ssh_login_failed; what surrounds an attempt
 * (invalid user, PAM, disconnects) has actions of its own. (Old systems tell of attempts under PAM's tag: linux-syslog.ts.)
 */
import type { NormalEvent } from './event.ts';
import { put } from './draft.ts';
import { readPam, readPamFailure } from './pam.ts';
import { phraseTable, readPhrase, type Phrase } from './phrases.ts';

// User names are the peer's: the greedy `.*` with the end tied down takes the last ` from `, which sshd wrote.
const LOGIN_GROUPS = [
  'ssh.method',
  'ssh.invalid_user',
  'user.name',
  'source.address',
  'source.port',
  'ssh.version',
  'ssh.key',
];

const PHRASES: readonly Phrase[] = [
  {
    first: 'Failed',
    pattern: /^Failed (\S+) for (invalid user )?(.*) from (\S+) port (\d{1,5})(?: (ssh\d?))?(?:: (.*))?$/s,
    action: 'ssh_login_failed',
    outcome: 'failure',
    groups: LOGIN_GROUPS,
  },
  {
    first: 'Accepted',
    pattern: /^Accepted (\S+) for (invalid user )?(.*) from (\S+) port (\d{1,5})(?: (ssh\d?))?(?:: (.*))?$/s,
    action: 'ssh_login_succeeded',
    outcome: 'success',
    groups: LOGIN_GROUPS,
  },
  {
    first: 'Postponed',
    pattern: /^Postponed (\S+) for (invalid user )?(.*) from (\S+) port (\d{1,5})/s,
    action: 'ssh_login_postponed',
    groups: LOGIN_GROUPS,
  },
  {
    first: 'Partial',
    pattern: /^Partial (\S+) for (invalid user )?(.*) from (\S+) port (\d{1,5})/s,
    action: 'ssh_login_postponed',
    groups: LOGIN_GROUPS,
  },
  {
    first: 'Invalid',
    pattern: /^Invalid user (.*) from (\S+)(?: port (\d{1,5}))?$/s,
    action: 'ssh_invalid_user',
    outcome: 'failure',
    groups: ['user.name', 'source.address', 'source.port'],
  },
  {
    first: 'Illegal',
    pattern: /^Illegal user (.*) from (\S+)$/s,
    action: 'ssh_invalid_user',
    outcome: 'failure',
    groups: ['user.name', 'source.address'],
  },
  {
    first: 'input_userauth_request:',
    pattern: /^input_userauth_request: invalid user (.*?)(?: \[preauth\])?$/s,
    action: 'ssh_invalid_user_request',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'User',
    pattern: /^User (.*) from (\S+) not allowed because (.*)$/s,
    action: 'ssh_user_refused',
    outcome: 'failure',
    groups: ['user.name', 'source.address', 'event.reason'],
  },
  {
    first: 'User',
    pattern: /^User (.*) (?:password has expired|not allowed because )/s,
    action: 'ssh_user_refused',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'ROOT',
    pattern: /^ROOT LOGIN REFUSED FROM (\S+)(?: port (\d{1,5}))?/,
    action: 'ssh_user_refused',
    outcome: 'failure',
    groups: ['source.address', 'source.port'],
    facts: { 'user.name': 'root' },
  },
  {
    first: 'maximum',
    pattern: /^maximum authentication attempts exceeded for (invalid user )?(.*) from (\S+) port (\d{1,5})/s,
    action: 'ssh_attempts_exceeded',
    outcome: 'failure',
    groups: ['ssh.invalid_user', 'user.name', 'source.address', 'source.port'],
  },
  {
    first: 'Disconnecting:',
    pattern: /^Disconnecting: Too many authentication failures(?: for (.*?))?(?: \[preauth\])?$/s,
    action: 'ssh_attempts_exceeded',
    outcome: 'failure',
    groups: ['user.name'],
  },
  {
    first: 'Disconnecting:',
    pattern: /^Disconnecting: (.*)$/s,
    action: 'ssh_disconnected',
    groups: ['event.reason'],
  },
  {
    first: 'Disconnecting',
    pattern:
      /^Disconnecting (?:(?:authenticating|invalid) user (.*) )?(\S+) port (\d{1,5}): Too many authentication failures/s,
    action: 'ssh_attempts_exceeded',
    outcome: 'failure',
    groups: ['user.name', 'source.address', 'source.port'],
  },
  {
    first: 'Disconnecting',
    pattern: /^Disconnecting (?:(?:authenticating|invalid) user (.*) )?(\S+) port (\d{1,5}): (.*)$/s,
    action: 'ssh_disconnected',
    groups: ['user.name', 'source.address', 'source.port', 'event.reason'],
  },
  {
    first: 'Disconnected',
    pattern:
      /^Disconnected from (?:(?:authenticating |invalid )?user (.*) )?(\S+) port (\d{1,5})( \[preauth\])?$/s,
    action: 'ssh_disconnected',
    groups: ['user.name', 'source.address', 'source.port', 'ssh.preauth'],
  },
  {
    first: 'Disconnected',
    pattern: /^Disconnected from (\S+)( \[preauth\])?$/,
    action: 'ssh_disconnected',
    groups: ['source.address', 'ssh.preauth'],
  },
  {
    first: 'Connection',
    pattern:
      /^Connection (?:closed|reset) by (?:(?:authenticating |invalid )?user (.*) )?(\S+) port (\d{1,5})( \[preauth\])?$/s,
    action: 'ssh_connection_closed',
    groups: ['user.name', 'source.address', 'source.port', 'ssh.preauth'],
  },
  {
    first: 'Connection',
    pattern: /^Connection (?:closed|reset) by (\S+)( \[preauth\])?$/,
    action: 'ssh_connection_closed',
    groups: ['source.address', 'ssh.preauth'],
  },
  {
    first: 'Connection',
    pattern: /^Connection from (\S+) port (\d{1,5})/,
    action: 'ssh_connection_opened',
    groups: ['source.address', 'source.port'],
  },
  { first: 'Connection', pattern: /^Connection (?:closed|timed out|reset)/, action: 'ssh_connection_closed' },
  {
    first: 'Timeout,',
    pattern: /^Timeout, client not responding(?: from (?:user (.*) )?(\S+) port (\d{1,5}))?/s,
    action: 'ssh_connection_closed',
    groups: ['user.name', 'source.address', 'source.port'],
  },
  {
    first: 'Timeout',
    pattern:
      /^Timeout before authentication for (?:connection from )?(\S+?)(?: to \S+, pid = \d+| port (\d{1,5}))?\.?$/,
    action: 'ssh_connection_closed',
    groups: ['source.address', 'source.port'],
  },
  {
    first: 'Received',
    pattern: /^Received disconnect from (\S+?)(?: port (\d{1,5}))?: ?\d+: (.*?)( \[preauth\])?$/s,
    action: 'ssh_disconnected',
    groups: ['source.address', 'source.port', 'event.reason', 'ssh.preauth'],
  },
  { first: 'Received', pattern: /^Received (?:signal \d+|SIGHUP)/, action: 'ssh_server_stopped' },
  {
    first: 'Server',
    pattern: /^Server listening on (\S+) port (\d{1,5})/,
    action: 'ssh_server_started',
    groups: ['server.address', 'server.port'],
  },
  {
    first: 'Did',
    pattern: /^Did not receive identification string from (\S+)(?: port (\d{1,5}))?/,
    action: 'ssh_no_identification',
    groups: ['source.address', 'source.port'],
  },
  {
    first: 'Bad',
    pattern: /^Bad protocol version identification (.*) from (\S+)(?: port (\d{1,5}))?$/s,
    action: 'ssh_bad_protocol',
    groups: ['ssh.banner', 'source.address', 'source.port'],
  },
  {
    first: 'Bad',
    pattern: /^Bad packet length/,
    action: 'ssh_bad_protocol',
  },
  {
    first: 'banner',
    pattern: /^banner exchange: Connection from (\S+) port (\d{1,5}): (.*)$/s,
    action: 'ssh_bad_protocol',
    groups: ['source.address', 'source.port', 'event.reason'],
  },
  {
    first: 'kex_exchange_identification:',
    pattern: /^kex_exchange_identification: (.*)$/s,
    action: 'ssh_no_identification',
    groups: ['event.reason'],
  },
  {
    first: 'Protocol',
    pattern: /^Protocol major versions differ for (\S+)(?: port (\d{1,5}))?/,
    action: 'ssh_bad_protocol',
    groups: ['source.address', 'source.port'],
  },
  {
    first: 'Unable',
    pattern: /^Unable to negotiate with (\S+?)(?: port (\d{1,5}))?: (.*?)( \[preauth\])?$/s,
    action: 'ssh_negotiation_failed',
    groups: ['source.address', 'source.port', 'event.reason', 'ssh.preauth'],
  },
  {
    first: 'ssh_dispatch_run_fatal:',
    pattern:
      /^ssh_dispatch_run_fatal: Connection from (?:(?:authenticating |invalid )?user (.*) )?(\S+) port (\d{1,5}): (.*)$/s,
    action: 'ssh_connection_closed',
    groups: ['user.name', 'source.address', 'source.port', 'event.reason'],
  },
  {
    first: 'drop',
    pattern: /^drop connection #\d+ from \[(\S+)\]:(\d{1,5}) on \S+ (.*)$/s,
    action: 'ssh_connection_dropped',
    groups: ['source.address', 'source.port', 'event.reason'],
  },
  {
    first: 'beginning',
    pattern: /^beginning MaxStartups throttling/,
    action: 'ssh_connection_dropped',
  },
  {
    first: 'refused',
    pattern: /^refused connect from \S+ \((\S+)\)/,
    action: 'ssh_connection_dropped',
    groups: ['source.address'],
  },
  {
    first: 'reverse',
    pattern: /^reverse mapping checking getaddrinfo for (\S+) \[(\S+)\] failed/,
    action: 'ssh_reverse_mapping_failed',
    groups: ['source.domain', 'source.address'],
  },
  {
    first: 'Address',
    pattern: /^Address (\S+) maps to (\S+?),? but this does not map back to the address/,
    action: 'ssh_reverse_mapping_failed',
    groups: ['source.address', 'source.domain'],
  },
  {
    first: 'Nasty',
    pattern: /^Nasty PTR record .* is set up for (\S+?),/s,
    action: 'ssh_reverse_mapping_failed',
    groups: ['source.address'],
  },
  {
    first: 'PAM',
    pattern: /^PAM service\(\S+\) ignoring max retries; \d+ > \d+/,
    action: 'ssh_attempts_exceeded',
    outcome: 'failure',
  },
  {
    first: 'PAM:',
    pattern: /^PAM: [A-Za-z ]{1,80}? for (illegal user )?(.*) from (\S+)$/s,
    action: 'ssh_pam_failed',
    outcome: 'failure',
    groups: ['ssh.invalid_user', 'user.name', 'source.address'],
  },
  {
    first: 'Accepted',
    pattern: /^Accepted key /,
    action: 'ssh_key_accepted',
  },
  {
    first: 'Authentication',
    pattern: /^Authentication refused: (.*)$/s,
    action: 'ssh_key_refused',
    outcome: 'failure',
    groups: ['event.reason'],
  },
  {
    first: 'Starting',
    pattern: /^Starting session: (.*?)(?: on (\S+))? for (\S+) from (\S+) port (\d{1,5})/s,
    action: 'ssh_session_started',
    groups: ['ssh.session', 'process.tty', 'user.name', 'source.address', 'source.port'],
  },
  {
    first: 'Close',
    pattern: /^Close session: user (.*) from (\S+) port (\d{1,5})/s,
    action: 'ssh_session_closed',
    groups: ['user.name', 'source.address', 'source.port'],
  },
  {
    first: 'subsystem',
    pattern: /^subsystem request for (\S+)/,
    action: 'ssh_subsystem',
    groups: ['ssh.subsystem'],
  },
  {
    first: 'Write',
    pattern: /^Write failed: (.*?)( \[preauth\])?$/s,
    action: 'ssh_connection_closed',
    groups: ['event.reason', 'ssh.preauth'],
  },
  {
    first: 'Read',
    pattern: /^Read from socket failed: (.*?)( \[preauth\])?$/s,
    action: 'ssh_connection_closed',
    groups: ['event.reason', 'ssh.preauth'],
  },
  { first: 'Could', pattern: /^Could not /, action: 'ssh_server_error' },
  { first: 'Exiting', pattern: /^Exiting on signal/, action: 'ssh_server_stopped' },
  { first: 'no', pattern: /^no matching /, action: 'ssh_negotiation_failed' },
];

const TABLE = phraseTable(PHRASES);
const LEVEL = /^(error|fatal|info|debug[1-3]?): /;
const MORE_FAILURES = /^PAM (?=\d{1,9} more authentication failures?;)/;

/** Reads sshd's message (what follows `sshd[1]: `). @returns false when its form is not known. */
export function readSshd(event: NormalEvent, message: string): boolean {
  let text = message;
  const level = LEVEL.exec(text);
  if (level !== null) {
    put(event, 'log.level', level[1]);
    text = text.slice(level[0].length);
  }
  const known =
    readPam(event, text) ??
    (readPhrase(TABLE, event, text) || readPamFailure(event, text.replace(MORE_FAILURES, '')));
  // Groups that only say "the words were there" become facts.
  if (event.fields.has('ssh.invalid_user')) put(event, 'ssh.invalid_user', true);
  if (event.fields.has('ssh.preauth')) put(event, 'ssh.preauth', true);
  return known;
}
