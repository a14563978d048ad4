/** What the commands for systems, holds and retention say, in English. The Vietnamese part has the same shape. */
import type { SystemProofView } from '../../api/contract-retention.ts';

const many = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;

const reasons: Record<SystemProofView['reason'], string> = {
  kept: 'everything since then is kept',
  young: 'everything is kept; its hosts are not here that long yet',
  deleted: 'rows of the required time are deleted',
  unexplained: 'what is there begins later, and no deletion says why',
  'level-unknown': 'its level is not decided: everything is kept longest',
  'no-law': 'the law states no number for this level',
  'no-hosts': 'no host belongs to it',
  'no-events': 'its hosts have sent nothing yet',
};

export const retentionEn = {
  locale: 'en',
  columns: {
    level: 'LEVEL',
    law: 'LAW',
    hosts: 'HOSTS',
    subject: 'ABOUT',
    from: 'FROM',
    to: 'TO',
    reason: 'REASON',
    released: 'RELEASED',
    basis: 'BY',
    months: 'MONTHS',
    lawMonths: 'LAW',
    source: 'SOURCE',
    run: 'RUN',
    started: 'STARTED',
    deleted: 'DELETED',
    message: 'MESSAGE',
    events: 'EVENTS',
    bytes: 'BYTES',
    day: 'DAY',
    budget: 'BUDGET',
    required: 'REQUIRED FROM',
    oldest: 'OLDEST KEPT',
    met: 'MET',
    why: 'WHY',
  },
  undecided: 'not decided',
  unknownLevel: 'unknown level or no system',
  runStates: { running: 'running', done: 'done', unfinished: 'not finished', failed: 'failed' },
  subjects: { agent: 'host', system: 'system', agency: 'agency' },
  yes: 'yes',
  no: 'NO',
  over: 'OVER',
  reasons,
  proofLaw: (months: number, source: string) => `${many(months, 'month')} (${source})`,
  missing: (missing: { hosts: number; from: string; to: string; rows: number }) =>
    `${many(missing.rows, 'row')} of ${many(missing.hosts, 'host')} from ${missing.from} to ${missing.to}`,
  noProofs: 'no proof is written yet: the next run writes them ("vonggac retention run")',
  systemCreated: (system: { id: number; name: string }) => `System ${system.id} is added: ${system.name}`,
  levelSet: (system: { id: number; name: string; level: string }) =>
    `System ${system.id} (${system.name}): level ${system.level}. It holds from the next run on; what was received under a higher level is kept as that asks.`,
  assigned: (changed: number, unchanged: number, name: string) =>
    `${many(changed, 'host')} assigned to ${name}, ${unchanged} already there.`,
  unassigned: (changed: number, unchanged: number, name: string) =>
    `${many(changed, 'host')} taken out of ${name}, ${unchanged} not in it.`,
  hostsMissing: 'say which hosts: --agent, --host or --group',
  subjectMissing: 'say what the hold is about: exactly one of --agent, --system, --agency',
  holdCreated: (id: number) => `Legal hold ${id} is in force: what it is about is deleted by nobody.`,
  holdReleased: (id: number) => `Legal hold ${id} is released: what it held follows the rules again.`,
  monthsSet: (basis: string, months: number) => `${basis}: ${many(months, 'month')} are kept.`,
  budgetSet: (agencyId: number) => `The budget of agency ${agencyId} is set.`,
  confirm: 'this deletes events for good: look with --dry-run, then say --yes',
  progress: (done: number, days: number, rows: number) =>
    `${done} of ${many(days, 'day')}, ${many(rows, 'row')}`,
  dryRun: 'Dry run: nothing was deleted.',
  clockHeldBack: (today: string) =>
    `The date has moved on by more than a week since the last run: ${today} was taken for today. If the clock is right, add --trust-clock.`,
  ran: (run: {
    rows: number;
    hostDays: number;
    dropped: number;
    kept: number;
    held: number;
    unread: number;
  }) =>
    `${many(run.rows, 'row')} deleted (${many(run.hostDays, 'host-day')}, ${many(run.dropped, 'whole day')}); of the days looked at ${many(run.kept, 'row')} are kept, ${run.held.toLocaleString('en')} held, ${run.unread.toLocaleString('en')} not read yet.`,
  wouldRun: (run: {
    rows: number;
    hostDays: number;
    dropped: number;
    kept: number;
    held: number;
    unread: number;
  }) =>
    `${many(run.rows, 'row')} would be deleted (${many(run.hostDays, 'host-day')}, ${many(run.dropped, 'whole day')}); of the days looked at ${many(run.kept, 'row')} stay, ${run.held.toLocaleString('en')} held.`,
  unfinished: 'Not every day was looked at; the next run goes on.',
  failed: (message: string) => `the run failed: ${message}; the next one goes on`,
  runs: 'Last runs:',
  rules: 'How long events are kept:',
  usage: 'Stored by agencies:',
  holds: (count: number) => `${many(count, 'legal hold')} in force.`,
  deletedRows: (rows: number) => `${many(rows, 'row')} deleted so far.`,
  disk: (disk: { free: string; total: string; reserve: string }) =>
    `Disk: ${disk.free} of ${disk.total} free, ${disk.reserve} must stay free.`,
  cold: (cold: { days: number; bytes: string; free: string; total: string }) =>
    `Second disk: ${cold.days} old days (${cold.bytes}), ${cold.free} of ${cold.total} free.`,
  diskFull: 'The disk is nearly full: no events are taken, they wait on the hosts.',
  forecast: (days: number) => `At the growth of the last days it is full in ${many(days, 'day')}.`,
};

export type RetentionMessages = typeof retentionEn;

export const retentionHelpEn = {
  system: 'information systems: their security level decides how long events are kept',
  systemCreate: 'add an information system',
  systemList: 'list information systems',
  systemSetLevel: 'decide the security level of a system; "none" takes the decision back',
  systemAssign: 'say which hosts belong to a system',
  systemUnassign: 'take hosts out of a system; that they were in it stays on record',
  systemName: 'name of the system',
  systemId: 'id of the system, as listed',
  systemAgency: 'id of the agency that owns it (default: the root)',
  level: 'security level, 1 to 5',
  lawProfile: 'law the level was decided under',
  hostAgent: 'host by agent id or its first characters; repeatable',
  hostName: 'host by name; repeatable',
  hostGroup: 'all hosts of an agent group; repeatable',
  since: 'since when (default: now; from its enrolment for a host that was in no system)',
  hold: 'legal holds: what must not be deleted',
  holdCreate: 'put a legal hold on a host, a system or an agency',
  holdList: 'list legal holds, released ones too',
  holdRelease: 'release a legal hold',
  holdId: 'id of the hold, as listed',
  holdAgent: 'the host: agent id or its first characters',
  holdSystem: 'the system',
  holdAgency: 'the agency and everything below it',
  holdFrom: 'events from this time on (default: all before)',
  holdTo: 'events up to this time (default: all after)',
  holdReason: 'why',
  retention: 'how long events are kept, and the proof of it',
  retentionStatus: 'rules, last runs, room on the disk, what agencies store',
  retentionRun: 'delete now what nobody needs; runs daily by itself',
  retentionProof: 'of each system the oldest events kept, what the law requires, and whether that is met',
  retentionDeletions: 'what was deleted, newest first',
  retentionSet: 'keep a level longer than the law asks',
  retentionBudget: 'what an agency may store a day before it is told; nothing is deleted for it',
  retentionDryRun: 'say what would be deleted, and delete nothing',
  yes: 'really delete',
  trustClock: 'the date is right, however far it has moved since the last run',
  proofDay: 'proofs of this day, YYYY-MM-DD (default: the newest)',
  basis: 'LAW/LEVEL, e.g. vn-2026/3, or unknown',
  months: 'months',
  eventsPerDay: 'events a day',
  bytesPerDay: 'bytes on disk a day',
  limit: 'how many',
};
