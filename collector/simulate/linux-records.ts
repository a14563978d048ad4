/** Lines of Linux servers on an ordinary day: people log in with their keys, services start, web servers serve. */
import type { MadeUp } from './made-up.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const PATHS = [
  '/',
  '/dich-vu-cong/ho-so',
  '/api/v1/tra-cuu?ma=',
  '/static/app.js?v=',
  '/login',
  '/van-ban/den',
];
const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0',
];
const PACKAGES = ['openssl:amd64', 'libc6:amd64', 'nginx:amd64', 'tzdata:all', 'linux-image-amd64:amd64'];

function stamp(ms: number): string {
  const time = new Date(ms);
  const day = String(time.getUTCDate()).padStart(2, ' ');
  return `${MONTHS[time.getUTCMonth()] ?? ''} ${day} ${time.toISOString().slice(11, 19)}`;
}

/** One line in a hundred tells of a login that failed; most tell of sessions and connections. */
export function sshdLine(made: MadeUp): string {
  const head = `${stamp(made.nowMs)} ${made.server()} sshd[${made.number(60_000)}]:`;
  const from = `from ${made.ip()} port ${1_024 + made.number(60_000)}`;
  if (made.chance(0.01)) return `${head} Failed password for ${made.person()} ${from} ssh2`;
  switch (made.number(5)) {
    case 0:
      return `${head} Accepted publickey for ${made.person()} ${from} ssh2: ED25519 SHA256:${made.hex(43)}`;
    case 1:
      return `${head} pam_unix(sshd:session): session opened for user ${made.person()}(uid=${1_000 + made.number(50)}) by (uid=0)`;
    case 2:
      return `${head} pam_unix(sshd:session): session closed for user ${made.person()}`;
    case 3:
      return `${head} Received disconnect ${from}:11: disconnected by user`;
    default:
      return `${head} Disconnected from user ${made.person()} ${from.slice(5)}`;
  }
}

export function syslogLine(made: MadeUp): string {
  const head = `${stamp(made.nowMs)} ${made.server()}`;
  switch (made.number(4)) {
    case 0:
      return `${head} systemd[1]: Started session-${made.number(100_000)}.scope - Session ${made.number(100_000)} of User ${made.person()}.`;
    case 1:
      return `${head} CRON[${made.number(60_000)}]: (root) CMD (   cd / && run-parts --report /etc/cron.hourly)`;
    case 2:
      return `${head} kernel: [${made.number(900_000)}.${made.number(1_000_000)}] [UFW ALLOW] IN=eth0 OUT= MAC=${made.hex(12)} SRC=${made.ip()} DST=${made.ip()} LEN=60 TOS=0x00 PREC=0x00 TTL=64 ID=${made.number(60_000)} DF PROTO=TCP SPT=${made.number(60_000)} DPT=443 WINDOW=64240 RES=0x00 SYN URGP=0`;
    default:
      return `${head} audit[${made.number(60_000)}]: SYSCALL arch=c000003e syscall=59 success=yes exit=0 a0=${made.hex(12)} a1=${made.hex(12)} a2=${made.hex(12)} a3=8 items=2 ppid=${made.number(60_000)} pid=${made.number(60_000)} auid=1000 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=3 comm="ls" exe="/usr/bin/ls" subj=unconfined key="exec"`;
  }
}

/** One request in fifty is for what is not there. */
export function accessLine(made: MadeUp): string {
  const time = new Date(made.nowMs);
  const when = `${String(time.getUTCDate()).padStart(2, '0')}/${MONTHS[time.getUTCMonth()] ?? ''}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
  const status = made.chance(0.02) ? '404' : made.pick(['200', '200', '304']);
  return `${made.ip()} - - [${when}] "GET ${made.pick(PATHS)}${made.number(1_000_000)} HTTP/1.1" ${status} ${made.number(90_000)} "https://dichvucong.tinh.gov.vn/" "${made.pick(BROWSERS)}"`;
}

export function dpkgLine(made: MadeUp): string {
  const when = made.iso().slice(0, 19).replace('T', ' ');
  const name = made.pick(PACKAGES);
  return `${when} upgrade ${name} 3.0.${made.number(20)}-1 3.0.${made.number(20)}-1+deb12u${made.number(9)}`;
}
