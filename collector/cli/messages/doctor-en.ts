/** `vonggac doctor` and `vonggac size` in English. */
import type { FindingName, Level } from '../../doctor/verdicts.ts';

type Sentence = (level: Level, args: readonly (string | number)[]) => string;

const findings: Record<FindingName, Sentence> = {
  running: (level, [version]) =>
    level === 'ok'
      ? `the collector runs, version ${version}`
      : 'no collector runs on this data folder; some things were not looked at',
  store: (level, [why]) =>
    level === 'ok' ? 'the event store answers' : `the event store does not answer: ${why}`,
  writer: (level, [why]) => (level === 'ok' ? 'events are stored as they come' : `agents wait: ${why}`),
  projector: (level, [lag]) =>
    level === 'ok'
      ? 'alerts are up to date'
      : `alerts are ${lag} batches behind the events; if it lasts, rules or processor are too heavy`,
  workers: (level, [running, wanted]) => {
    if (wanted === 0) return 'the main thread makes rows of events (VONGGAC_WORKERS)';
    return level === 'ok'
      ? `${running} workers make rows of events`
      : `${running} of ${wanted} workers work; others are being started, and the log says why they ended`;
  },
  'data-folder': (level, [mode]) =>
    level === 'ok'
      ? 'the data folder is private'
      : `other users may look into the data folder (mode ${mode}): run chmod 700 on it`,
  disk: (level, [free, share]) =>
    `${free} GiB free (${share} %)${level === 'ok' ? '' : ': make room, shorten retention or add a disk'}`,
  files: (level, [have, need]) =>
    `${have} open files allowed, ${need} needed${level === 'ok' ? '' : ': raise LimitNOFILE of the service'}`,
  memory: (level, [gib]) =>
    `${gib} GiB of memory${level === 'ok' ? '' : ': little for an embedded engine, 4 GiB is the least'}`,
  clock: (level) =>
    level === 'ok'
      ? 'the clock is synchronised'
      : 'the clock is not synchronised: set up NTP, since events are timed against it',
  certificate: (level, [days]) =>
    Number(days) < 0
      ? 'the certificate has expired: agents that pin it go on, browsers and CA users do not'
      : `the certificate is valid for ${days} days${level === 'ok' ? '' : ': plan its rotation'}`,
  'control-plane': (level, [fault]) =>
    level === 'ok'
      ? 'the control plane is sound'
      : `the control plane is damaged: ${fault}; restore a backup`,
  rules: (level, [count]) =>
    level === 'ok' ? 'every rule was loaded' : `${count} rules were rejected; "vonggac sigma check" says why`,
  backup: (level, [days]) =>
    days === undefined
      ? 'there is no backup: "vonggac backup create"'
      : `the last backup is ${days} days old${level === 'ok' ? '' : ': make one'}`,
  'agents-skew': (level, [skewed, all]) =>
    level === 'ok'
      ? `the clocks of all ${all} agents are right`
      : `${skewed} of ${all} agents have a wrong clock; "vonggac agent list" shows them`,
  'agents-version': (level, [other, all]) =>
    level === 'ok' ? `all ${all} agents have this version` : `${other} of ${all} agents have another version`,
  scanner: (level, [state, message]) =>
    level === 'warn'
      ? `files are not scanned: ${message}; look at clamd, or at VONGGAC_CLAMD`
      : state === 'off'
        ? 'none is set up: files that people attach are marked "not scanned" (VONGGAC_CLAMD)'
        : 'clamd answers',
};

export const doctorEn = {
  levels: { ok: 'ok', warn: 'look', fail: 'BAD', unknown: '-' },
  names: {
    running: 'collector',
    store: 'event store',
    writer: 'writing',
    projector: 'alerts',
    workers: 'workers',
    'data-folder': 'data folder',
    disk: 'disk',
    files: 'open files',
    memory: 'memory',
    clock: 'clock',
    certificate: 'certificate',
    'control-plane': 'control plane',
    rules: 'rules',
    backup: 'backup',
    'agents-skew': 'agent clocks',
    'agents-version': 'agent versions',
    scanner: 'virus scanner',
  } satisfies Record<FindingName, string>,
  findings,
  unknown: 'could not be looked at here',
  good: 'Nothing is wrong.',
  bad: (count: number) => `${count} ${count === 1 ? 'thing needs' : 'things need'} mending.`,
};

export const sizeEn = {
  hosts: 'Hosts',
  rate: 'Events',
  rateLine: (average: string, peak: string) => `${average}/s on average, planned for ${peak}/s`,
  cores: 'Processor',
  coresLine: (cores: number) => `${cores} cores`,
  memory: 'Memory',
  memoryLine: (gib: string, workers: number, each: string) =>
    workers === 0 ? `${gib} GiB` : `${gib} GiB, of it ${workers} workers of ${each} each`,
  disk: 'Disk',
  diskLine: (bytes: string, months: number, year: string) =>
    `${bytes} for ${months} months (events grow by ${year} a year)`,
  line: 'Line',
  lineLine: (bits: string) => `${bits} at the collector at the peak`,
  spool: 'Spool',
  spoolLine: (pc: string, server: string, controller: string) =>
    `seven days without a line fill ${pc} on a PC, ${server} on a server, ${controller} on a domain controller`,
  assumed: (pc: string, server: string, controller: string) =>
    `Assumed events a day: PC ${pc}, server ${server}, domain controller ${controller}. Measure a week and say it with --eps.`,
  nothing: 'say how many hosts: --pcs, --servers, --domain-controllers',
};

export type DoctorMessages = typeof doctorEn;
export type SizeMessages = typeof sizeEn;

export const doctorHelpEn = {
  doctor: 'look at everything a collector needs and say what to mend; exit code 1 when something is bad',
  size: 'what a collector needs for so many hosts: processor, memory, disk, line',
  sizePcs: 'office computers',
  sizeServers: 'servers',
  sizeControllers: 'domain controllers',
  sizeEps: 'measured events per second, average over the day, instead of the assumption',
  sizeMonths: 'months that events are kept (level 3: at least 3, level 4: 6, level 5: 12)',
};
