/** What the doctor says of rights, limits and surroundings, in English. */
import type { SourceKind } from '../source-kind.ts';

/** What each kind of source reads. */
export const sourceKindsEn = {
  file: 'log files',
  audit: 'audit log',
  journald: 'journal',
  'windows-event-log': 'Windows event log',
  'windows-registry': 'Windows registry',
  syslog: 'syslog receiver',
  command: 'command output',
  integrity: 'watched files',
  inventory: 'inventory',
  posture: 'configuration assessment',
  activity: 'what happens',
  probe: 'probes',
  other: 'other source',
} satisfies Record<SourceKind, string>;

export const doctorNamesEn = {
  protector: 'guards',
  system: 'system',
  time: 'time',
  names: 'names',
  proxy: 'proxy',
  sources: 'sources',
  place: 'folder',
  rights: 'rights',
  limits: 'limits',
  'access-control': 'control',
  command: 'commands',
  inventory: 'inventory',
  posture: 'posture',
  activity: 'activity',
  probe: 'probes',
  'event-log': 'event log',
  registry: 'registry',
};

export const doctorEn = {
  registryOk: (users: number) => `keys of the system and of ${users} signed-in users are compared`,
  registryUnread: (reason: string) =>
    `${reason}; where a program blocks it, allow reg.exe to the agent, or set "windowsRegistry": { "enabled": false }`,
  rightsOk: (user: string) => `runs as ${user}: nothing is kept from it`,
  noReadAll:
    'not root and without CAP_DAC_READ_SEARCH: files of others stay unseen (/etc/shadow, logs, homes); run the agent as root, or give the service that capability',
  noOtherProcesses:
    'without CAP_SYS_PTRACE: which program holds a port or a file of another user stays unseen; run the agent as root, or give the service that capability',
  noLowPorts:
    'without CAP_NET_BIND_SERVICE: ports below 1024 cannot be listened on; choose a higher port, or give the service that capability',
  inotifyOk: (max: number) => `${max} folders may be watched (fs.inotify.max_user_watches)`,
  inotifyLow: (name: string, value: number, wanted: number) =>
    `${name} is ${value}: when it is used up, changes are found by scanning only; write "${name} = ${wanted}" into /etc/sysctl.d/60-vonggac.conf and run: sysctl --system`,
  filesOk: (count: string) => `${count} files may be open at once`,
  filesLow: (count: number, wanted: number) =>
    `only ${count} files may be open at once; set LimitNOFILE=${wanted} in the service`,
  placeOk: (folder: string, type: string) => `${folder} is on a local file system (${type}) with room`,
  readOnly: (folder: string, mount: string) =>
    `${folder} is on a file system mounted read-only (${mount}): nothing can be kept; mount it writable, or choose another folder with --state`,
  networkPlace: (folder: string, type: string) =>
    `${folder} is on a network share (${type}): the spool needs a local disk; choose another folder with --state`,
  memoryPlace: (folder: string, type: string) =>
    `${folder} is in memory (${type}): what waits is lost at a restart; choose another folder with --state`,
  inodesLow: (count: number, folder: string) =>
    `only ${count} inodes are free at ${folder}: no more files can be made; delete small files there`,
  timeKept: (service: string) => `kept by ${service}`,
  timeNotYet: (service: string) =>
    `${service} runs, but has not set the clock yet; check whether it reaches its servers`,
  timeUnknown: (service: string, reason: string) => `kept by ${service}; how well is not known: ${reason}`,
  nobodyKeepsTime:
    'nobody keeps the clock of this machine (no chrony, systemd-timesyncd or ntpd); install one, unless its host does it',
  namesOk: (name: string, addresses: string) => `${name} is ${addresses}`,
  namesFail: (name: string, reason: string, where: string) =>
    `${name} is not resolved: ${reason}; check the name servers (${where}) and the spelling of the address`,
  namesLate: (name: string, seconds: number, where: string) =>
    `no name server answered for ${name} within ${seconds} s; check the name servers (${where}), and whether a firewall lets DNS pass`,
  proxyUsed: (proxy: string) => `the way to the collector leads through ${proxy}`,
  nothingDenied: (name: string) => `${name} is on, and refused the agent nothing that its logs show`,
  denied: (name: string, count: number, line: string) =>
    `${name} refused the agent something ${count} ${count === 1 ? 'time' : 'times'}; the last: ${line}`,
  sourcesOk: (count: number) => `${count} at work, none with a problem`,
  moreProblems: (count: number) => `${count} more; vonggac-agent status shows all`,
  activityOn: (parts: string) => `looked at now and then: ${parts}; what lives shorter than a look is missed`,
  activity: {
    processes: 'starts of processes',
    network: 'new ports and destinations',
    logons: 'logons',
    devices: 'USB devices',
  },
  inventoryOn: 'is taken; what cannot be read of it is said under sources',
  commandOk: (name: string) => `${name}: allowed, and can be run`,
  commandNotAllowed: (name: string, line: string) =>
    `${name}: "${line}" is not among commands.allow of this host's own settings; write it there, or take it from commands.run`,
  commandNotRun: (name: string, reason: string) => `${name}: is not run: ${reason}`,
  summaryWarn: (count: number) => `${count} ${count === 1 ? 'needs' : 'need'} attention.`,
};

export type DoctorMessages = typeof doctorEn;
