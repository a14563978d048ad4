/** What Exim's log says of SMTP sessions, of itself and of its queue; lines about a message are read elsewhere. */
import { put, putAction, putSource } from '../draft.ts';
import type { NormalEvent } from '../event.ts';
import { putNumber, putText } from '../put-more.ts';

/** A peer, as it stands behind `from` or `H=`: name and what it called itself may be missing; then our own end. */
const PEER = String.raw`(?:(?<domain>[^\s([]{1,255}) )?(?:\((?<helo>[^)]{0,255})\) )?\[(?<address>[0-9A-Fa-f.:]{2,45})\](?::(?<port>\d{1,5}))?(?: I=\[[^\]]{1,45}\](?::\d{1,5})?)?`;
const REASON = String.raw`:? ?(?<reason>.{0,1024})`;

interface Form {
  pattern: RegExp;
  action: string;
  outcome?: 'success' | 'failure';
}

const form = (pattern: string, action: string, outcome?: 'success' | 'failure'): Form => ({
  pattern: new RegExp(`^${pattern}`, 's'),
  action,
  ...(outcome === undefined ? {} : { outcome }),
});

const FORMS: readonly Form[] = [
  form(
    String.raw`SMTP connection from ${PEER}(?: D=\S+)? \(TCP\/IP connection count = \d+\)`,
    'mail_client_connected',
  ),
  form(String.raw`SMTP connection from ${PEER}(?: D=\S+)? closed by \w+`, 'mail_client_disconnected'),
  form(
    String.raw`SMTP connection from ${PEER} lost(?: \((?<reason>[^)]{0,256})\))?`,
    'mail_client_disconnected',
    'failure',
  ),
  form(
    `no MAIL in SMTP connection from ${PEER}(?: D=\\S+)?(?: C=(?<commands>\\S{0,512}))?`,
    'mail_client_disconnected',
  ),
  form(`SMTP call from ${PEER} dropped${REASON}`, 'mail_client_disconnected', 'failure'),
  form(
    `(?<reason>unexpected disconnection while reading SMTP command|SMTP (?:command|data) timeout)(?: \\(message abandoned\\))? (?:on connection )?from ${PEER}`,
    'mail_client_disconnected',
    'failure',
  ),
  form(
    String.raw`(?:temporarily )?(?:rejected|refused) (?<stage>[A-Z]{2,8}(?: or [A-Z]{2,8})?|connection) (?:command )?from ${PEER}${REASON}`,
    'mail_rejected',
    'failure',
  ),
  form(
    String.raw`rejected (?<stage>MAIL FROM):<(?<sender>[^>]{0,512})> H=${PEER}${REASON}`,
    'mail_rejected',
    'failure',
  ),
  form(
    String.raw`unqualified \w+ rejected: <(?<argument>[^>]{0,512})> H=${PEER}`,
    'mail_rejected',
    'failure',
  ),
  form(
    String.raw`SMTP (?:syntax|protocol) error in "(?<argument>.{0,512}?)" H=${PEER} ?(?<reason>.{0,512})`,
    'mail_protocol_error',
    'failure',
  ),
  form(
    String.raw`SMTP protocol synchronization error \((?<reason>[^)]{0,256})\): rejected "(?<argument>.{0,512}?)" H=${PEER}`,
    'mail_protocol_error',
    'failure',
  ),
  form(
    String.raw`H=${PEER}(?: F=<(?<sender>[^>]{0,512})>)? incomplete transaction \((?<reason>[^)]{0,256})\)`,
    'mail_incomplete',
    'failure',
  ),
  form(String.raw`(?:H=)?TLS error on connection (?:from|to) ${PEER}${REASON}`, 'mail_tls_failed', 'failure'),
  form(
    String.raw`no host name found for IP address (?<address>[0-9A-Fa-f.:]{2,45})`,
    'mail_client_without_name',
  ),
  form(
    String.raw`exim \S{1,32} daemon started: pid=(?<pid>\d{1,10}), (?<reason>.{0,512})`,
    'service_started',
  ),
  form(String.raw`Start queue run: pid=(?<pid>\d{1,10})`, 'mail_queue_run_started'),
  form(String.raw`End queue run: pid=(?<pid>\d{1,10})`, 'mail_queue_run_ended'),
  form(String.raw`cwd=(?<cwd>.{1,1024}?) \d{1,5} args: (?<commandLine>.{1,4096})`, 'mail_program_called'),
];

const FIELDS: Readonly<Record<string, string>> = {
  domain: 'source.domain',
  helo: 'exim.helo',
  reason: 'event.reason',
  stage: 'exim.stage',
  sender: 'email.from.address',
  argument: 'exim.argument',
  commands: 'exim.commands',
  cwd: 'process.working_directory',
  commandLine: 'process.command_line',
};

/** @param text without its time. @returns false when the form is not known */
export function readEximSession(event: NormalEvent, text: string): boolean {
  for (const { pattern, action, outcome } of FORMS) {
    const found = pattern.exec(text)?.groups;
    if (found === undefined) continue;
    putAction(event, action, outcome);
    putSource(event, found['address'] ?? '');
    putNumber(event, 'source.port', found['port']);
    if (found['pid'] !== undefined) put(event, 'process.pid', Number(found['pid']));
    for (const [name, field] of Object.entries(FIELDS)) putText(event, field, found[name]?.trim());
    return true;
  }
  return false;
}
