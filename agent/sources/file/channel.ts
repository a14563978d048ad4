/**
 * What a log is: by its path where the name is well known, otherwise by its first lines. One answer per file.
 */
import type { LogChannel } from '#protocol/record.ts';

/** Matched against the path with forward slashes. */
const BY_PATH: readonly { pattern: RegExp; channel: LogChannel }[] = [
  { pattern: /(^|\/)(auth\.log|secure|syslog|messages)$/, channel: 'linux-syslog' },
  { pattern: /(^|\/)dpkg\.log$/, channel: 'dpkg' },
  { pattern: /(^|\/)audit\/audit\.log$/, channel: 'linux-audit' },
  { pattern: /access[^/]*\.log$|access_log$/, channel: 'web-access' },
  // Many programs call a log error.log: only a web server's own folder says whose it is.
  { pattern: /\/(nginx|apache2|httpd)\/[^/]*error[^/]*(\.log|_log)$/, channel: 'web-access' },
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
  if (share(ACCESS_LINE) > 0.5 || share(WEB_ERROR_LINE) > 0.5) return 'web-access';
  return share(SSHD_LINE) > 0.9 ? 'sshd' : 'linux-syslog';
}
