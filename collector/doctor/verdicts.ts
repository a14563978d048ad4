/** What the facts of a collector mean: one finding for each thing that can go wrong, pure. */

export type Level = 'ok' | 'warn' | 'fail' | 'unknown';

export const FINDINGS = [
  'running',
  'store',
  'writer',
  'projector',
  'workers',
  'data-folder',
  'disk',
  'files',
  'memory',
  'clock',
  'certificate',
  'control-plane',
  'rules',
  'backup',
  'agents-skew',
  'agents-version',
  'scanner',
] as const;
export type FindingName = (typeof FINDINGS)[number];

export interface Finding {
  name: FindingName;
  level: Level;
  /** For the catalogue's sentence: numbers and short texts. */
  args: readonly (string | number)[];
}

/** Of a collector that runs. */
export interface LiveFacts {
  checks: readonly { name: string; ok: boolean; message?: string | undefined }[];
  storedBatch: number;
  projectedBatch: number;
  /** Threads that make rows of what agents send; none where the main thread does it. */
  workersWanted: number;
  workersRunning: number;
  /** The virus scanner for what people attach. */
  scanner: { state: 'off' | 'ok' | 'away'; message: string };
}

export interface CollectorFacts {
  nowMs: number;
  version: string;
  live: LiveFacts | undefined;
  /** Permission bits of the data folder; undefined where the system has none. */
  folderMode: number | undefined;
  diskFreeBytes: number;
  diskBytes: number;
  openFilesMax: number | undefined;
  memoryBytes: number;
  /** Undefined where the system does not say. */
  clockSynchronised: boolean | undefined;
  certificateExpiresMs: number;
  /** What SQLite finds wrong; empty when nothing, undefined where there is no such file. */
  registryFault: string | undefined;
  rejectedRules: number | undefined;
  lastBackupMs: number | undefined;
  agents: number;
  /** Agents whose clock is off by more than SKEW_MS_MAX. */
  agentsSkewed: number;
  /** Agents of another version than the collector's. */
  agentsOtherVersion: number;
}

const DAY_MS = 86_400_000;
const GIB = 1_073_741_824;
export const SKEW_MS_MAX = 60_000;
const DISK_WARN = 0.15;
const DISK_FAIL = 0.05;
const LAG_BATCHES_WARN = 100;
const CERTIFICATE_WARN_DAYS = 60;
const BACKUP_WARN_DAYS = 7;
const MEMORY_BYTES_MIN = 4 * GIB;
/** Sockets, parts of the engine and files of the console come on top of one descriptor for each agent. */
const FILES_SPARE = 1_024;
const OTHERS_ANY = 0o077;

function daysUntil(ms: number, nowMs: number): number {
  return Math.floor((ms - nowMs) / DAY_MS);
}

type Verdict = (facts: CollectorFacts) => Omit<Finding, 'name'>;

function liveCheck(name: string): Verdict {
  return ({ live }) => {
    const check = live?.checks.find((one) => one.name === name);
    if (check === undefined) return { level: 'unknown', args: [] };
    return check.ok ? { level: 'ok', args: [] } : { level: 'fail', args: [check.message ?? ''] };
  };
}

const VERDICTS: Readonly<Record<FindingName, Verdict>> = {
  running: ({ live, version }) => ({ level: live === undefined ? 'warn' : 'ok', args: [version] }),
  store: liveCheck('event store'),
  writer: liveCheck('writer'),
  projector: ({ live }) => {
    if (live === undefined) return { level: 'unknown', args: [] };
    const lag = Math.max(0, live.storedBatch - live.projectedBatch);
    return { level: lag > LAG_BATCHES_WARN ? 'warn' : 'ok', args: [lag] };
  },
  workers: ({ live }) => {
    if (live === undefined) return { level: 'unknown', args: [] };
    const { workersWanted, workersRunning } = live;
    return { level: workersRunning < workersWanted ? 'warn' : 'ok', args: [workersRunning, workersWanted] };
  },
  'data-folder': ({ folderMode }) => {
    if (folderMode === undefined) return { level: 'unknown', args: [] };
    const open = (folderMode & OTHERS_ANY) !== 0;
    return { level: open ? 'fail' : 'ok', args: [(folderMode & 0o777).toString(8)] };
  },
  disk: ({ diskFreeBytes, diskBytes }) => {
    const share = diskBytes === 0 ? 0 : diskFreeBytes / diskBytes;
    const level = share < DISK_FAIL ? 'fail' : share < DISK_WARN ? 'warn' : 'ok';
    return { level, args: [Math.round(diskFreeBytes / GIB), Math.round(share * 100)] };
  },
  files: ({ openFilesMax, agents }) => {
    if (openFilesMax === undefined) return { level: 'unknown', args: [] };
    const needed = agents + FILES_SPARE;
    return { level: openFilesMax < needed ? 'fail' : 'ok', args: [openFilesMax, needed] };
  },
  memory: ({ memoryBytes }) => ({
    level: memoryBytes < MEMORY_BYTES_MIN ? 'warn' : 'ok',
    args: [Math.round(memoryBytes / GIB)],
  }),
  clock: ({ clockSynchronised }) => {
    if (clockSynchronised === undefined) return { level: 'unknown', args: [] };
    return { level: clockSynchronised ? 'ok' : 'fail', args: [] };
  },
  certificate: ({ certificateExpiresMs, nowMs }) => {
    const days = daysUntil(certificateExpiresMs, nowMs);
    return { level: days < 0 ? 'fail' : days < CERTIFICATE_WARN_DAYS ? 'warn' : 'ok', args: [days] };
  },
  'control-plane': ({ registryFault }) => {
    if (registryFault === undefined) return { level: 'unknown', args: [] };
    return registryFault === '' ? { level: 'ok', args: [] } : { level: 'fail', args: [registryFault] };
  },
  rules: ({ rejectedRules }) => {
    if (rejectedRules === undefined) return { level: 'unknown', args: [] };
    return { level: rejectedRules > 0 ? 'warn' : 'ok', args: [rejectedRules] };
  },
  backup: ({ lastBackupMs, nowMs }) => {
    if (lastBackupMs === undefined) return { level: 'warn', args: [] };
    const days = Math.floor((nowMs - lastBackupMs) / DAY_MS);
    return { level: days > BACKUP_WARN_DAYS ? 'warn' : 'ok', args: [days] };
  },
  'agents-skew': ({ agentsSkewed, agents }) => ({
    level: agentsSkewed > 0 ? 'warn' : 'ok',
    args: [agentsSkewed, agents],
  }),
  'agents-version': ({ agentsOtherVersion, agents }) => ({
    level: agentsOtherVersion > 0 ? 'warn' : 'ok',
    args: [agentsOtherVersion, agents],
  }),
  scanner: ({ live }) => {
    if (live === undefined) return { level: 'unknown', args: [] };
    const { state, message } = live.scanner;
    return { level: state === 'away' ? 'warn' : 'ok', args: [state, message] };
  },
};

export function findings(facts: CollectorFacts): Finding[] {
  return FINDINGS.map((name) => ({ name, ...VERDICTS[name](facts) }));
}
