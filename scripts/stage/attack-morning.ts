/**
 * A made-up morning at an agency: what its hosts log while somebody breaks in. Addresses are those kept for
 * documentation, names belong to nobody.
 */

export interface DemoHost {
  hostname: string;
  /** Name of the agency, or undefined for the root. */
  agency: string;
  records: (nowMs: number) => string[];
}

const MINUTE_MS = 60_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const syslog = (hostname: string, atMs: number, text: string): string =>
  JSON.stringify({
    kind: 'log',
    at: atMs,
    channel: 'linux-syslog',
    origin: '/var/log/auth.log',
    text: `${new Date(atMs).toISOString().replace('Z', '+00:00')} ${hostname} ${text}`,
  });

function access(atMs: number, client: string, request: string, status: number, agent: string): string {
  const at = new Date(atMs);
  const day = String(at.getUTCDate()).padStart(2, '0');
  const time = at.toISOString().slice(11, 19);
  const when = `${day}/${MONTHS[at.getUTCMonth()] ?? ''}/${at.getUTCFullYear()}:${time} +0000`;
  return JSON.stringify({
    kind: 'log',
    at: atMs,
    channel: 'web-access',
    origin: '/var/log/nginx/access.log',
    text: `${client} - - [${when}] "${request} HTTP/1.1" ${status} 512 "-" "${agent}"`,
  });
}

const fileState = (size: number, atMs: number, sha256: string): Record<string, unknown> => ({
  type: 'file',
  size,
  mode: 0o644,
  uid: 0,
  gid: 0,
  mtimeMs: atMs,
  sha256: sha256.repeat(64),
});

const created = (atMs: number, path: string): string =>
  JSON.stringify({
    kind: 'integrity',
    at: atMs,
    change: 'created',
    path,
    after: fileState(1_024, atMs, 'a'),
  });

const modified = (atMs: number, path: string): string =>
  JSON.stringify({
    kind: 'integrity',
    at: atMs,
    change: 'modified',
    path,
    before: fileState(1_204, atMs - 86_400_000, 'b'),
    after: fileState(1_311, atMs, 'c'),
  });

const SCANNER = 'Mozilla/5.0 (compatible; Nuclei)';
const BROWSER = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/140.0';
const GUESSER = '203.0.113.50';
const USERS = ['root', 'admin', 'invalid user test', 'invalid user oracle', 'root', 'quantri'];

function serviceHost(nowMs: number): string[] {
  const hostname = 'srv-dichvucong';
  const begin = nowMs - 7 * MINUTE_MS;
  const at = (seconds: number): number => begin + seconds * 1_000;
  const guesses = Array.from({ length: 36 }, (_, index) => {
    const user = USERS[index % USERS.length] ?? 'root';
    return syslog(
      hostname,
      at(index * 4),
      `sshd[${4_210 + index}]: Failed password for ${user} from ${GUESSER} port ${50_112 + index} ssh2`,
    );
  });
  return [
    ...guesses,
    syslog(hostname, at(150), `sshd[4301]: Accepted password for quantri from ${GUESSER} port 50190 ssh2`),
    syslog(
      hostname,
      at(190),
      'sudo:  quantri : TTY=pts/1 ; PWD=/home/quantri ; USER=root ; COMMAND=/usr/bin/apt-get purge -y auditd',
    ),
    syslog(
      hostname,
      at(260),
      'useradd[4377]: new user: name=sysupdate, UID=0, GID=0, home=/home/sysupdate, shell=/bin/bash, from=/dev/pts/1',
    ),
    modified(at(261), '/etc/passwd'),
  ];
}

function portalHost(nowMs: number): string[] {
  const begin = nowMs - 19 * MINUTE_MS;
  const at = (seconds: number): number => begin + seconds * 1_000;
  const client = '198.51.100.23';
  return [
    access(at(0), '192.0.2.14', 'GET /tin-tuc/lich-tiep-cong-dan', 200, BROWSER),
    access(at(20), client, 'GET /.env', 404, SCANNER),
    access(at(22), client, 'GET /.git/config', 404, SCANNER),
    access(
      at(40),
      client,
      'GET /van-ban?id=1%27%20UNION%20SELECT%20username,password%20FROM%20users--',
      200,
      BROWSER,
    ),
    access(at(61), client, 'GET /tai-ve?tep=../../../../etc/passwd', 400, BROWSER),
    created(at(120), '/var/www/cong-tttdt/uploads/anh-2026.php'),
    access(at(150), client, 'POST /uploads/anh-2026.php', 200, BROWSER),
  ];
}

function archiveHost(nowMs: number): string[] {
  const hostname = 'srv-luutru';
  const at = (seconds: number): number => nowMs - 34 * MINUTE_MS + seconds * 1_000;
  return [
    syslog(hostname, at(0), 'sshd[811]: Accepted publickey for thu.ha from 192.0.2.31 port 40100 ssh2'),
    modified(at(30), '/etc/ssh/sshd_config'),
    modified(at(75), '/etc/cron.d/sao-luu'),
  ];
}

function officeHost(nowMs: number): string[] {
  const hostname = 'pc-motcua-07';
  const at = (seconds: number): number => nowMs - 27 * MINUTE_MS + seconds * 1_000;
  return [
    syslog(
      hostname,
      at(0),
      'sudo:     lan : user NOT in sudoers ; TTY=pts/0 ; PWD=/home/lan ; USER=root ; COMMAND=/usr/bin/cat /etc/shadow',
    ),
    created(at(60), '/usr/local/bin/may-in-ho-tro'),
  ];
}

export const DEMO_HOSTS: readonly DemoHost[] = [
  { hostname: 'srv-dichvucong', agency: 'Trung tâm Phục vụ hành chính công', records: serviceHost },
  { hostname: 'srv-congthongtin', agency: 'Sở Khoa học và Công nghệ', records: portalHost },
  { hostname: 'srv-luutru', agency: 'Sở Nội vụ', records: archiveHost },
  { hostname: 'pc-motcua-07', agency: 'UBND phường An Khánh', records: officeHost },
];
