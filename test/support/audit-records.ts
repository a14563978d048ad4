/** Records of the audit log as the kernel and auditd write them, of our own making. */

export interface CallOptions {
  serial?: number;
  /** Seconds since 1970 with three digits. */
  time?: string;
  arch?: string;
  syscall: number;
  /** As auditd's enriched format adds it; left out: the raw format. */
  names?: Record<string, string>;
  success?: boolean;
  exit?: number;
  a?: readonly string[];
  exe?: string;
  comm?: string;
  pid?: number;
  ppid?: number;
  uid?: number;
  euid?: number;
  auid?: number;
  ses?: number;
  key?: string;
  cwd?: string;
  argv?: readonly string[];
  proctitle?: string;
  paths?: readonly { name: string; nametype: string }[];
  saddr?: string;
}

const TIME = '1750000000.123';

/** As the kernel writes text from strangers. */
export function untrusted(text: string): string {
  return /^[\x21\x23-\x7e]*$/.test(text) ? `"${text}"` : Buffer.from(text).toString('hex').toUpperCase();
}

/** Without quotes: hexadecimal, whatever it is. */
export function hex(text: string): string {
  return Buffer.from(text).toString('hex').toUpperCase();
}

export function stamp(type: string, serial = 1, time = TIME): string {
  return `type=${type} msg=audit(${time}:${serial}): `;
}

function enriched(names: Record<string, string> | undefined): string {
  if (names === undefined) return '';
  const pairs = Object.entries(names).map(([name, value]) =>
    /^(?:ARCH|SYSCALL)$/.test(name) ? `${name}=${value}` : `${name}="${value}"`,
  );
  return `\x1d${pairs.join(' ')}`;
}

/** The lines of a system call's event. */
export function callLines(options: CallOptions): string[] {
  const { serial = 1, time = TIME, arch = 'c000003e', syscall, names, success = true, exit = 0 } = options;
  const { a = ['7ffe0001', '7ffe0002', '7ffe0003', '8'], exe = '/usr/bin/bash', comm = 'bash' } = options;
  const {
    pid = 4_242,
    ppid = 4_200,
    uid = 1_000,
    euid = uid,
    auid = uid,
    ses = 7,
    key,
    cwd,
    argv,
    paths = [],
  } = options;
  const at = (type: string): string => stamp(type, serial, time);
  const lines = [
    `${at('SYSCALL')}arch=${arch} syscall=${syscall} success=${success ? 'yes' : 'no'} exit=${exit} a0=${a[0] ?? 0} ` +
      `a1=${a[1] ?? 0} a2=${a[2] ?? 0} a3=${a[3] ?? 0} items=${paths.length} ppid=${ppid} pid=${pid} auid=${auid} ` +
      `uid=${uid} gid=${uid} euid=${euid} suid=${euid} fsuid=${euid} egid=${uid} sgid=${uid} fsgid=${uid} tty=pts0 ` +
      `ses=${ses} comm=${untrusted(comm)} exe=${untrusted(exe)} key=${key === undefined ? '(null)' : untrusted(key)}` +
      enriched(names),
  ];
  if (argv !== undefined) {
    lines.push(
      `${at('EXECVE')}argc=${argv.length} ${argv.map((text, index) => `a${index}=${untrusted(text)}`).join(' ')}`,
    );
  }
  if (options.saddr !== undefined) lines.push(`${at('SOCKADDR')}saddr=${options.saddr}`);
  if (cwd !== undefined) lines.push(`${at('CWD')}cwd=${untrusted(cwd)}`);
  for (const [item, { name, nametype }] of paths.entries()) {
    lines.push(
      `${at('PATH')}item=${item} name=${untrusted(name)} inode=${1_000 + item} dev=fe:00 mode=0100644 ouid=0 ogid=0 ` +
        `rdev=00:00 nametype=${nametype} cap_fp=0 cap_fi=0 cap_fe=0 cap_fver=0 cap_frootid=0`,
    );
  }
  const proctitle = options.proctitle ?? argv?.join('\0');
  if (proctitle !== undefined) lines.push(`${at('PROCTITLE')}proctitle=${untrusted(proctitle)}`);
  return lines;
}

/** A program that was started, on x86-64. */
export function execLines(argv: readonly string[], options: Partial<CallOptions> = {}): string[] {
  const name = (argv[0] ?? '').replace(/^.*\//, '');
  const exe = options.exe ?? `/usr/bin/${name}`;
  return callLines({
    syscall: 59,
    comm: name.slice(0, 15),
    exe,
    cwd: '/home/an',
    key: 'vonggac-exec',
    argv,
    paths: [
      { name: exe, nametype: 'NORMAL' },
      { name: '/lib64/ld-linux-x86-64.so.2', nametype: 'NORMAL' },
    ],
    ...options,
  });
}

/** A message of a program, e.g. of login or sudo. */
export function messageLine(
  type: string,
  message: string,
  options: { auid?: number; uid?: number; ses?: number } = {},
): string {
  const { auid = 1_000, uid = 0, ses = 7 } = options;
  return `${stamp(type)}pid=900 uid=${uid} auid=${auid} ses=${ses} msg='${message}'\x1dUID="root" AUID="${auid === 4_294_967_295 ? 'unset' : 'an'}"`;
}
