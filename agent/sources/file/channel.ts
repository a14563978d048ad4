/**
 * What a log is: by its path where the name is well known, otherwise by its first lines. One answer per file.
 */
import type { LogChannel } from '#protocol/record-names.ts';

/** Matched against the path with forward slashes. */
const BY_PATH: readonly { pattern: RegExp; channel: LogChannel }[] = [
  { pattern: /(^|\/)(auth\.log|secure|syslog|messages)$/, channel: 'linux-syslog' },
  // Its own form is told apart by the collector, by its name.
  { pattern: /\/exim4?\/(main|reject|panic)\.?log$/, channel: 'linux-syslog' },
  { pattern: /(^|\/)dpkg\.log$/, channel: 'dpkg' },
  { pattern: /(^|\/)audit\/audit\.log$/, channel: 'linux-audit' },
  { pattern: /access[^/]*\.log$|access_log$/, channel: 'web-access' },
  // Many programs call a log error.log: only a web server's own folder says whose it is.
  { pattern: /\/(nginx|apache2|httpd)\/[^/]*error[^/]*(\.log|_log)$/, channel: 'web-error' },
  { pattern: /\/(postgresql|pgsql)\/([^/]*\/)*[^/]*\.(log|csv|json)$/, channel: 'postgresql' },
  {
    pattern: /\/(mysql|mariadb)\/[^/]*\.(log|err)$|\/(mysqld|mariadb|mysql)(-slow)?\.log$/,
    channel: 'mysql',
  },
  { pattern: /\.xml$/i, channel: 'windows-xml' },
];

const DPKG_LINE =
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (startup|status|install|upgrade|remove|purge|configure|trigproc|conffile|disappear) /;
const ACCESS_LINE = /^\S+ \S+ .{1,256} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "/;
/** What Apache (2.2 and 2.4) and nginx write into their error logs. */
const WEB_ERROR_LINE =
  /^(?:\[[A-Z][a-z]{2} [A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d(?:\.\d{1,9})? \d{4}\] \[|\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d \[[a-z]{1,16}\] \d{1,10}#\d{1,10}: )/;
const SSHD_LINE = /\bsshd(-session|-auth)?\[\d+\]:/;

const AUDIT_LINE = /^(?:node=\S{1,255} )?type=[A-Z0-9_[\]]{1,64} msg=audit\(\d/;
/** A host and a program behind the time, or a priority before it. */
const SYSLOG_LINE =
  /^(?:<\d{1,3}>|(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\S{0,16}) \S{1,255} [\w./()@ -]{1,64}(?:\[\d{1,10}\])?: )/;
/** A level at its place behind `log_line_prefix`, two spaces after it; a row of CSV; an object of JSON. */
const POSTGRESQL_LINE =
  /^(?:[^\n]{0,256}?(?:LOG|ERROR|FATAL|PANIC|DETAIL|HINT|STATEMENT|WARNING|CONTEXT): {2}|\t|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S{1,6},(?:"[^"]{0,64}")?,(?:"[^"]{0,64}")?,\d{1,10},|\{"timestamp":"[^"]{1,64}",[^\n]{0,512}"error_severity":)/;
const MYSQL_LINE =
  /^(?:\d{4}-\d\d-\d\d[T ] ?\d{1,2}:\d\d:\d\d\S{0,16} \d{1,20} \[(?:Note|Warning|ERROR|System)\] |# (?:Time|User@Host|Query_time): |\d{6} {1,2}\d{1,2}:\d\d:\d\d[ \t]|\d{4}-\d\d-\d\dT\S{8,24}\t {0,8}\d{1,20} [A-Z])/;
/** A time with a level near it, a level alone, or an object with one. */
const APPLICATION_LINE =
  /^(?:\[?(?:\d{4}[-/]\d\d[-/]\d\d|\d{1,2}[-/](?:\d{1,2}|[A-Z][a-z]{2})[-/]\d{4}|\d\d:\d\d:\d\d)[^\n]{0,96}?\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|FATAL|CRITICAL|trace|debug|info|warn|warning|error|fatal)\b|\[?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b|\{[^\n]{0,512}"(?:level|severity|levelname)":|(?:time|ts|level)=\S)/;
/** What belongs to the record before it. */
const TRACE_LINE = /^(?:\s|Caused by: |Traceback \(|[\w$.]{1,256}(?:Exception|Error)(?::|$))/;

/** undefined when the name says nothing. */
export function channelByPath(file: string): LogChannel | undefined {
  const place = file.replaceAll('\\', '/');
  return BY_PATH.find(({ pattern }) => pattern.test(place))?.channel;
}

/** @param sample the beginning of the file as text; its last line may be incomplete. */
export function channelByContent(sample: string): LogChannel {
  if (/<Event[\s>]/.test(sample)) return 'windows-xml';
  const lines = sample.split('\n').filter((line) => line.trim() !== '');
  const share = (pattern: RegExp): number => lines.filter((line) => pattern.test(line)).length / lines.length;
  if (lines.length === 0) return 'linux-syslog';
  if (share(DPKG_LINE) > 0.5) return 'dpkg';
  if (share(AUDIT_LINE) > 0.5) return 'linux-audit';
  if (share(ACCESS_LINE) > 0.5) return 'web-access';
  if (share(WEB_ERROR_LINE) > 0.5) return 'web-error';
  if (share(SSHD_LINE) > 0.9) return 'sshd';
  if (share(SYSLOG_LINE) > 0.5) return 'linux-syslog';
  if (share(POSTGRESQL_LINE) > 0.5 && !lines.every((line) => line.startsWith('\t'))) return 'postgresql';
  // Their statements have lines of their own.
  if (share(MYSQL_LINE) > 0.3) return 'mysql';
  const heads = lines.filter((line) => !TRACE_LINE.test(line));
  const known = heads.filter((line) => APPLICATION_LINE.test(line)).length;
  return known > 0 && known / heads.length > 0.5 ? 'application' : 'linux-syslog';
}
