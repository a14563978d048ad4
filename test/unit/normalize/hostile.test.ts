/** Long lines built against the readers' patterns: each must be read in time linear to its length. */
import { describe, expect, it } from 'vitest';
import { LOG_CHANNELS, type LogChannel } from '../../../collector/protocol/record-names.ts';
import { readLine } from './helpers.ts';

const SIZE = 262_144;
const fill = (piece: string): string => piece.repeat(Math.ceil(SIZE / piece.length)).slice(0, SIZE);
const HEAD = 'Jun 15 09:00:00 srv ';

const SSHD_STARTS = [
  'Failed password for ',
  'Accepted password for ',
  'Invalid user ',
  'User ',
  'Disconnecting ',
  'Disconnected from ',
  'Connection closed by ',
  'Received disconnect from ',
  'Bad protocol version identification ',
  'PAM: Authentication failure for ',
  'Nasty PTR record ',
  'Starting session: ',
  'reverse mapping checking getaddrinfo for ',
  'message repeated 5 times: [ ',
  'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser=',
  'maximum authentication attempts exceeded for ',
  'pam_unix(sshd:session): session opened for user ',
  'Unable to negotiate with ',
  'Timeout before authentication for ',
];
const PIECES = [
  ' from ',
  ' from 1.2.3.4 port 5',
  ' from a port 1 ssh2: ',
  ' for ',
  ' user ',
  ' rhost=',
  ' by ',
  ' port 1',
  ' ',
  'a',
  '0',
  ':',
  '(',
  '[',
  ' [preauth]',
  '\\',
  '"',
  '\\"',
  ' not allowed because ',
  ' is set up for ',
  ' on ',
  '%25',
  '&amp;',
  '<a>',
  '<',
  '\u{0}',
  '\n',
  '/../',
  ' a=',
  '\\=',
  'k=v\t',
  '|',
  '\\|',
  ' cs1Label=x',
  ' status=sent (',
  ', a=<',
  'FATAL:  ',
  ' H=(a) [1.2.3.4]',
  ': a FOUND',
  ',',
];

function slowest(channel: LogChannel, starts: readonly string[]): number {
  let worst = 0;
  for (const start of starts) {
    for (const piece of PIECES) {
      const text = (start + fill(piece)).slice(0, SIZE);
      const began = process.threadCpuUsage();
      const event = readLine(channel, text);
      const { user, system } = process.threadCpuUsage(began);
      worst = Math.max(worst, (user + system) / 1000);
      expect(event.parsed || event.message === text).toBe(true);
    }
  }
  return worst;
}

/** Time of the processor, so that a busy machine does not matter. Quadratic work on 256 KiB takes minutes, linear work a few ms. */
const LIMIT_MS = 500;

describe('256 KiB lines', () => {
  it('sshd', () => {
    expect(
      slowest(
        'sshd',
        SSHD_STARTS.map((start) => `${HEAD}sshd[1]: ${start}`),
      ),
    ).toBeLessThan(LIMIT_MS);
  }, 60_000);

  it('other programs', () => {
    const starts = [
      'sudo: an : TTY=',
      'sudo: ',
      'CRON[1]: (root) CMD (',
      'CRON[1]: (root) ',
      'su: (to ',
      'useradd: new user: name=',
      "usermod: add '",
      "usermod: change user '",
      'kernel: traps: ',
      'kernel: ',
      'kernel: IN=eth0 SRC=1.2.3.4 DST=',
      'systemd[1]: Started ',
      'systemd[1]: Stopping ',
      'date=2025-06-15 devname="a" type="event" x="',
      'device="SFW" log_id="1" log_type="Event" ',
      '%ASA-4-302013: Built inbound TCP connection 1 for a:',
      '%ASA-4-302014: Teardown TCP connection 1 for a:1.2.3.4/5 to b:1.2.3.4/5 duration 0:00:30 bytes 1 ',
      '%ASA-4-106023: Deny tcp src ',
      '%ASA-4-113015: AAA user authentication Rejected : reason = a : local database : user = ',
      '%ASA-4-113019: Group = ',
      "%ASA-4-111010: User '",
      '%FTD-1-430003: SrcIP: 1.2.3.4',
      '42: %SEC_LOGIN-4-LOGIN_FAILED: Login failed [user: ',
      'filterlog: 5,,,1,igb0,match,block,in,4,',
      'firewall,info ',
      'firewall,info forward: in:',
      'system,info,account user ',
      'ppp,info a',
      'CEF:0|a|b|c|d|e|5|',
      'CEF:0|',
      'CEF:0|a|b|c|d|e|5|cs1Label=',
      'LEEF:1.0|a|b|c|d|',
      'LEEF:2.0|a|b|c|d|x5E|',
      'LEEF:1.0|a|b|c|d|devTime=',
      'systemd-logind: New session 1 of user ',
      'rsyslogd: [origin software="rsyslogd"',
      'app: ',
      '',
    ];
    expect(
      slowest(
        'linux-syslog',
        starts.map((start) => HEAD + start),
      ),
    ).toBeLessThan(LIMIT_MS);
  }, 60_000);

  it('servers', () => {
    const starts = [
      'postfix/smtpd[1]: NOQUEUE: reject: RCPT from a[1.2.3.4]: 554 5.7.1 ',
      'postfix/smtp[1]: 7B2C41F0A3: to=<',
      'postfix/smtp[1]: 7B2C41F0A3: to=<a>, relay=none, status=sent (',
      'postfix/smtpd[1]: warning: a[1.2.3.4]: SASL LOGIN authentication failed: ',
      'postfix/smtpd[1]: Anonymous TLS connection established from ',
      'exim[1]: 1uQaBc-0001Xy-2z <= a ',
      'exim[1]: 1uQaBc-0001Xy-2z ** a',
      'exim[1]: a authenticator failed for (',
      'exim[1]: H=(a) [1.2.3.4] ',
      'dovecot: imap-login: Login: user=<',
      'dovecot: imap-login: Disconnected: ',
      'dovecot: auth: a(',
      'postgres[1]: [1-1] ',
      'postgres[1]: user=',
      'postgres[1]: LOG:  connection authorized: user=',
      'postgres[1]: LOG:  disconnection: session time: 0:00 user=',
      'postgres[1]: FATAL:  no pg_hba.conf entry for host "a", user "',
      'postgres[1]: LOG:  statement: ',
      'postgres[1]: LOG:  statement: (/*',
      'postgres[1]: LOG:  AUDIT: SESSION,1,1,DDL,CREATE TABLE,TABLE,x,"',
      "mysqld[1]: Access denied for user '",
      "mysqld[1]: Aborted connection 1 to db: '",
      'mysql-server_auditing: a,',
      'dhcpd: DHCPACK on ',
      'dnsmasq-dhcp: DHCPACK(a) ',
      'dnsmasq: query[A] ',
      'kea-dhcp4: DHCP4_LEASE_ALLOC ',
      'openvpn: ',
      'openvpn: a/1.2.3.4:5 ',
      "openvpn: user '",
      'charon: 12[IKE] IKE_SA a[1] established between ',
      "charon: 12[IKE] authentication of '",
      'kernel: wireguard: wg0: ',
      'clamd: /',
      'clamav-milter: Message a from <',
      'app: {"event_type":"Threat_Event","a":"',
      'app: {"event_type":"Threat_Event","a":[[[[[[[[[[',
    ];
    expect(
      slowest(
        'linux-syslog',
        starts.map((start) => HEAD + start),
      ),
    ).toBeLessThan(LIMIT_MS);
  }, 60_000);

  it('headers', () => {
    const starts = [
      '',
      '<34>',
      '<34>1 ',
      '<34>1 2025-06-15T02:00:00Z h a 1 - [x a="',
      '2025-06-15T09:00:00',
      'Jun 15 09:00:00 ',
      '-- ',
    ];
    for (const channel of LOG_CHANNELS) expect(slowest(channel, starts)).toBeLessThan(LIMIT_MS);
  }, 60_000);

  it('web and XML', () => {
    const head = '1.2.3.4 - - [15/Jun/2025:09:00:00 +0700] "';
    expect(
      slowest('web-access', [
        head,
        `${head}GET `,
        `${head}GET / HTTP/1.1" 200 5 "`,
        '1.2.3.4 - ',
        '[Sun Dec 04 04:47:44 2005] [',
        '2025/06/15 09:00:00 [error] 1#1: , client: ',
      ]),
    ).toBeLessThan(LIMIT_MS);
    expect(
      slowest('windows-xml', ['<Event>', '<Event ', "<Event a='", '<!--', '<![CDATA[', '<?', '</', '&']),
    ).toBeLessThan(LIMIT_MS);
    expect(slowest('dpkg', ['2025-06-15 09:00:00 install ', '2025-06-15 09:00:00 conffile '])).toBeLessThan(
      LIMIT_MS,
    );
  }, 60_000);

  it('files of servers and applications', () => {
    const apache = '[Sun Jun 15 09:00:00.1 2025] [security2:error] [pid 1] [client 1.2.3.4:5] ';
    const nginx = '2025/06/15 09:00:00 [error] 1#1: *5 ';
    expect(
      slowest('web-error', [
        apache,
        `${apache}ModSecurity: Access denied [id "`,
        `${apache}AH01617: user `,
        `${apache}x, referer: `,
        nginx,
        `${nginx}user "`,
        `${nginx}x, client: 1.2.3.4, server: , request: "`,
      ]),
    ).toBeLessThan(LIMIT_MS);
    expect(
      slowest('postgresql', [
        '2025-06-15 09:00:00.123 +07 [4242] lan@app LOG:  ',
        '2025-06-15 09:00:00.123 +07,"',
        '{"error_severity":"LOG","message":"',
        '"a","b',
      ]),
    ).toBeLessThan(LIMIT_MS);
    expect(
      slowest('mysql', [
        '# Time: 2025-06-15T02:00:00.1Z\n# User@Host: ',
        '# User@Host: a[a] @ b [1.2.3.4]\n# ',
        '2025-06-15T02:00:00.1Z\t   42 Connect\t',
        '2025-06-15T02:00:00.1Z 1 [Note] [MY-010926] [Server] ',
      ]),
    ).toBeLessThan(LIMIT_MS);
    expect(
      slowest('application', [
        '2025-06-15 09:00:00,123 ERROR [',
        '2025-06-15 09:00:00,123 ERROR x\n\tat ',
        'Traceback (most recent call last):\n',
        'level=info ',
        '{"level":"',
        'Exception in thread "',
        'java.lang.',
      ]),
    ).toBeLessThan(LIMIT_MS);
    expect(slowest('command', ['{"run":1}\n', '{"run":'])).toBeLessThan(LIMIT_MS);
  }, 60_000);
});
