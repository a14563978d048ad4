/**
 * The audit rules we ask for, as auditctl(8) reads them. Invariants: the more special rule stands first, since the kernel
 * takes the first that fits and its key; nothing is asked for a path that is not there, since one such line would stop
 * auditctl at it; what a process does that cannot be told from its own work (name look-ups of a shell) is left out.
 */
import path from 'node:path';

export interface RuleSetOptions {
  /** As process.arch says. */
  architecture: string;
  /** Whether a path is there, and what. */
  kindOf: (file: string) => 'file' | 'folder' | undefined;
  /** Folders and files, no patterns, whose changes are reported: who made them is to be known. */
  watch: readonly string[];
  /** The agent's own folders, and the program that may change them. */
  own: { folders: readonly string[]; program: string };
  /** Also connections that programs open; costs an event for each. */
  connections: boolean;
}

/** What all our rules are called by. */
export const KEY_PREFIX = 'vonggac-';

/** Files whose changes are told under a key of their own. */
const WATCHED: readonly { key: string; title: string; paths: readonly string[] }[] = [
  {
    key: 'audit',
    title: 'The audit itself',
    paths: [
      '/etc/audit',
      '/etc/libaudit.conf',
      '/etc/audisp',
      '/sbin/auditctl',
      '/sbin/auditd',
      '/sbin/augenrules',
    ],
  },
  {
    key: 'identity',
    title: 'Accounts and groups',
    paths: [
      '/etc/passwd',
      '/etc/shadow',
      '/etc/group',
      '/etc/gshadow',
      '/etc/security/opasswd',
      '/etc/subuid',
      '/etc/subgid',
    ],
  },
  {
    key: 'sudoers',
    title: 'Who may become root',
    paths: ['/etc/sudoers', '/etc/sudoers.d', '/etc/doas.conf', '/etc/polkit-1'],
  },
  {
    key: 'sshd',
    title: 'Logging in from afar, and the keys of root',
    paths: ['/etc/ssh', '/root/.ssh'],
  },
  {
    key: 'login',
    title: 'How logins are checked',
    paths: ['/etc/pam.d', '/etc/security', '/etc/login.defs', '/etc/nsswitch.conf', '/etc/securetty'],
  },
  {
    key: 'cron',
    title: 'What is started by the clock',
    paths: [
      '/etc/crontab',
      '/etc/cron.d',
      '/etc/cron.hourly',
      '/etc/cron.daily',
      '/etc/cron.weekly',
      '/etc/cron.monthly',
      '/etc/cron.allow',
      '/etc/cron.deny',
      '/etc/anacrontab',
      '/var/spool/cron',
      '/var/spool/at',
    ],
  },
  {
    key: 'systemd',
    title: 'What is started with the system',
    paths: [
      '/etc/systemd',
      '/usr/local/lib/systemd',
      '/etc/init.d',
      '/etc/rc.local',
      '/etc/profile',
      '/etc/profile.d',
      '/etc/bash.bashrc',
      '/etc/bashrc',
      '/etc/xdg/autostart',
    ],
  },
  {
    key: 'loader',
    title: 'What every program loads',
    paths: ['/etc/ld.so.preload', '/etc/ld.so.conf', '/etc/ld.so.conf.d'],
  },
  {
    key: 'modules',
    title: 'Kernel modules and settings',
    paths: ['/etc/modules', '/etc/modules-load.d', '/etc/modprobe.d', '/etc/sysctl.conf', '/etc/sysctl.d'],
  },
  {
    key: 'network',
    title: 'Names, addresses and the firewall',
    paths: [
      '/etc/hosts',
      '/etc/hostname',
      '/etc/resolv.conf',
      '/etc/network',
      '/etc/netplan',
      '/etc/NetworkManager',
      '/etc/sysconfig/network',
      '/etc/sysconfig/network-scripts',
      '/etc/nftables.conf',
      '/etc/nftables',
      '/etc/iptables',
      '/etc/ufw',
      '/etc/firewalld',
    ],
  },
  {
    key: 'time',
    title: 'The clock',
    paths: ['/etc/localtime', '/etc/chrony', '/etc/chrony.conf', '/etc/ntp.conf'],
  },
  {
    key: 'logging',
    title: 'Where logs go',
    paths: ['/etc/rsyslog.conf', '/etc/rsyslog.d', '/etc/syslog-ng'],
  },
];

/** System calls by key; each filter makes a rule of its own. */
const CALLS: readonly {
  key: string;
  title: string;
  calls: readonly string[];
  /** Calls that x86 has and arm64 never had. */
  x86?: readonly string[];
  filters: readonly (readonly string[])[];
  /** Left out: both. */
  arches?: readonly string[];
}[] = [
  {
    key: 'modules',
    title: 'Kernel modules loaded and unloaded',
    calls: ['init_module', 'finit_module', 'delete_module'],
    filters: [[]],
  },
  // libaudit has another name for it on 32-bit x86.
  { key: 'modules', title: 'Another kernel started', calls: ['kexec_load'], filters: [[]], arches: ['b64'] },
  { key: 'time', title: 'The clock set', calls: ['settimeofday'], filters: [[]] },
  // CLOCK_REALTIME.
  { key: 'time', title: 'The clock set', calls: ['clock_settime'], filters: [['a0=0x0']] },
  {
    key: 'mount',
    title: 'File systems mounted by people',
    calls: ['mount', 'umount2'],
    filters: [['auid>=1000', 'auid!=unset']],
  },
  {
    key: 'ptrace',
    title: "Other processes' memory changed, and processes taken over",
    calls: ['ptrace'],
    // PTRACE_POKETEXT, POKEDATA, POKEUSR, ATTACH, SEIZE.
    filters: [['a0=0x4'], ['a0=0x5'], ['a0=0x6'], ['a0=0x10'], ['a0=0x4206']],
  },
  { key: 'ptrace', title: "Other processes' memory written", calls: ['process_vm_writev'], filters: [[]] },
  // The bits set-user-ID and set-group-ID.
  {
    key: 'setid',
    title: 'Programs given the rights of their owner',
    calls: ['fchmod'],
    x86: ['chmod'],
    filters: [['a1&0xC00']],
  },
  {
    key: 'setid',
    title: 'Programs given the rights of their owner',
    calls: ['fchmodat'],
    filters: [['a2&0xC00']],
  },
  { key: 'network', title: 'The host renamed', calls: ['sethostname', 'setdomainname'], filters: [[]] },
];

const HEAD = `## Written by vonggac-agent ("vonggac-agent audit install"); "vonggac-agent audit uninstall" takes it away.
## Changes made here are lost at the next install: rules of your own belong into a file of their own.`;

/** Characters that a rule's path may hold: auditctl splits its lines at blanks and knows no quotes. */
const PLAIN_PATH = /^\/[\x21\x23-\x26\x28-\x5b\x5d-\x7e]*$/;

/** Whole text of the rules file. */
export function ruleSet(options: RuleSetOptions): string {
  const { kindOf, connections } = options;
  const isX86 = options.architecture === 'x64' || options.architecture === 'ia32';
  const arches = ['b64', 'b32'];
  const watched = new Set<string>();
  const sections: string[] = [HEAD];
  const section = (title: string, rules: readonly string[]): void => {
    if (rules.length > 0) sections.push(`# ${title}\n${rules.join('\n')}`);
  };
  const watchRules = (paths: readonly string[], key: string, filters: readonly string[] = []): string[] =>
    paths.flatMap((file) => {
      const kind = kindOf(file);
      if (kind === undefined || !PLAIN_PATH.test(file) || watched.has(file)) return [];
      watched.add(file);
      const place = `${kind === 'folder' ? 'dir' : 'path'}=${file}`;
      return arches.map((arch) => rule(arch, [], [place, 'perm=wa', ...filters], key));
    });
  section(
    "The agent's own files, changed by others",
    watchRules(options.own.folders, 'self', ownProgram(options.own.program)),
  );
  for (const { key, title, paths } of WATCHED) section(title, watchRules(paths, key));
  for (const { key, title, calls, x86 = [], filters, arches: own = arches } of CALLS) {
    const names = isX86 ? [...calls, ...x86] : calls;
    section(
      title,
      filters.flatMap((fields) => own.map((arch) => rule(arch, names, fields, key))),
    );
  }
  section(
    'Programs that run as root for somebody else',
    arches.map((arch) => rule(arch, ['execve', 'execveat'], ['success=1', 'euid=0'], 'setid', ['uid!=euid'])),
  );
  section(
    'Programs started; a shell that looks for one along its PATH is left out',
    arches.map((arch) => rule(arch, ['execve', 'execveat'], ['success=1'], 'exec')),
  );
  if (connections) {
    section(
      'Connections opened, IPv4 and IPv6',
      // Under way (EINPROGRESS) is no success yet.
      ['2', '10'].flatMap((family) =>
        arches.map((arch) => rule(arch, ['connect'], [`saddr_fam=${family}`], 'connect')),
      ),
    );
  }
  section('Watched by the integrity of files', watchRules(foldersOf(options.watch), 'fim'));
  return `${sections.join('\n\n')}\n`;
}

function ownProgram(program: string): string[] {
  return PLAIN_PATH.test(program) ? [`exe!=${program}`] : [];
}

function rule(
  arch: string,
  calls: readonly string[],
  filters: readonly string[],
  key: string,
  compared: readonly string[] = [],
): string {
  return [
    '-a always,exit',
    `-F arch=${arch}`,
    ...(calls.length === 0 ? [] : [`-S ${calls.join(',')}`]),
    ...compared.map((fields) => `-C ${fields}`),
    ...filters.map((filter) => `-F ${filter}`),
    `-F key=${KEY_PREFIX}${key}`,
  ].join(' ');
}

/** Without what lies in another of them. */
function foldersOf(watch: readonly string[]): string[] {
  const unique = [...new Set(watch.map((file) => path.posix.normalize(file)))]
    .filter((file) => file !== '/')
    .sort();
  return unique.filter((file) => !unique.some((other) => other !== file && file.startsWith(`${other}/`)));
}
