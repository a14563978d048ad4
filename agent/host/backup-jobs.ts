/**
 * Backups that this host makes: known tools by their settings, tasks that call one, and what shows that one ran. That
 * there is none is worth knowing too. Passwords in commands are masked.
 */
import fs from 'node:fs';
import { at, type Host } from './host.ts';
import { exists, namesIn } from './read-text.ts';
import { addReading, reading, type Reading } from './reading.ts';
import type { ScheduledTask } from './scheduled-tasks.ts';
import { isoDay } from '../iso-time.ts';

export interface BackupJob {
  tool: string;
  /** What shows that it is there: a setting, a folder, a scheduled task. */
  place: string;
  schedule: string;
  command: string;
  /** ISO 8601; empty: nothing tells. */
  lastRunAt: string;
  /** File that tells so. */
  evidence: string;
}

/** Tools by their settings, and the files that they touch when they run. */
const TOOLS: readonly { tool: string; places: readonly string[]; evidence: readonly string[] }[] = [
  {
    tool: 'restic',
    places: ['/etc/restic', '/root/.config/restic', '/root/.cache/restic'],
    evidence: ['/root/.cache/restic'],
  },
  {
    tool: 'borg',
    places: ['/root/.config/borg', '/etc/borgmatic', '/root/.config/borgmatic'],
    evidence: ['/root/.cache/borg', '/root/.local/state/borgmatic'],
  },
  {
    tool: 'bacula',
    places: ['/etc/bacula/bacula-fd.conf', '/opt/bacula/etc/bacula-fd.conf'],
    evidence: ['/var/lib/bacula', '/opt/bacula/working'],
  },
  { tool: 'bareos', places: ['/etc/bareos/bareos-fd.d'], evidence: ['/var/lib/bareos'] },
  {
    tool: 'rsnapshot',
    places: ['/etc/rsnapshot.conf'],
    evidence: ['/var/log/rsnapshot.log', '/var/log/rsnapshot'],
  },
  {
    tool: 'duplicity',
    places: ['/root/.cache/duplicity', '/etc/duply'],
    evidence: ['/root/.cache/duplicity'],
  },
  { tool: 'veeam', places: ['/etc/veeam', '/opt/veeam'], evidence: ['/var/log/veeam', '/var/lib/veeam'] },
  { tool: 'amanda', places: ['/etc/amanda'], evidence: ['/var/lib/amanda'] },
  { tool: 'burp', places: ['/etc/burp'], evidence: ['/var/spool/burp'] },
  {
    tool: 'urbackup',
    places: ['/etc/default/urbackupclient', '/usr/local/etc/urbackup'],
    evidence: ['/var/log/urbackupclient.log'],
  },
  {
    tool: 'proxmox-backup',
    places: ['/etc/proxmox-backup', '/etc/vzdump.conf'],
    evidence: ['/var/log/vzdump', '/var/log/proxmox-backup'],
  },
  { tool: 'timeshift', places: ['/etc/timeshift/timeshift.json'], evidence: ['/var/log/timeshift'] },
  {
    tool: 'pgbackrest',
    places: ['/etc/pgbackrest.conf', '/etc/pgbackrest'],
    evidence: ['/var/log/pgbackrest'],
  },
  { tool: 'barman', places: ['/etc/barman.conf', '/etc/barman.d'], evidence: ['/var/log/barman'] },
];

const CALLS =
  /\b(restic|borg|borgmatic|rsnapshot|duplicity|duply|pg_dump(?:all)?|pg_basebackup|pgbackrest|barman|mysqldump|mariadb-dump|mariabackup|xtrabackup|mongodump|rdiff-backup|rclone|vzdump|veeamconfig|tar|rsync|backup\w*)\b/i;
/** Debian copies the book of its packages every day: that saves nothing of the host's. */
const NO_BACKUP = /\bdpkg-db-backup\b/;
/** Of what also does other things, only what says that it saves. */
const AMBIGUOUS = /^(tar|rsync|rclone)$/i;

export async function readBackupJobs(
  host: Pick<Host, 'root'>,
  tasks: Reading<ScheduledTask>,
): Promise<Reading<BackupJob>> {
  const jobs = reading<BackupJob>();
  // Whoever may not read the tasks does not know which of them are backups.
  addReading(jobs, { items: [], unread: tasks.unread, truncated: tasks.truncated });
  for (const { tool, places, evidence } of TOOLS) {
    let place: string | undefined;
    for (const one of places) if (place === undefined && (await exists(host, one))) place = one;
    if (place === undefined) continue;
    const last = await newest(host, evidence);
    jobs.items.push({
      tool,
      place,
      schedule: '',
      command: '',
      lastRunAt: last === undefined ? '' : dayOf(last.atMs),
      evidence: last?.file ?? '',
    });
  }
  for (const { kind, schedule, command, file, enabled } of tasks.items) {
    const tool = CALLS.exec(command)?.[1]?.toLowerCase();
    if (tool === undefined || !enabled || NO_BACKUP.test(command)) continue;
    if (AMBIGUOUS.test(tool) && !/backup|sao.?luu|archive|snapshot/i.test(command)) continue;
    jobs.items.push({
      tool,
      place: `${kind} ${file}`,
      schedule,
      command,
      lastRunAt: '',
      evidence: '',
    });
  }
  return jobs;
}

/** The day: the moment of every run would be a change of its own. */
function dayOf(atMs: number): string {
  return isoDay(atMs);
}

async function newest(
  host: Pick<Host, 'root'>,
  places: readonly string[],
): Promise<{ file: string; atMs: number } | undefined> {
  let best: { file: string; atMs: number } | undefined;
  for (const place of places) {
    for (const file of [
      place,
      ...(await namesIn(host, place)).slice(0, 1_000).map((name) => `${place}/${name}`),
    ]) {
      const atMs = modified(host, file);
      if (atMs !== undefined && (best === undefined || atMs > best.atMs)) best = { file: place, atMs };
    }
  }
  return best;
}

function modified(host: Pick<Host, 'root'>, file: string): number | undefined {
  try {
    return fs.lstatSync(at(host, file)).mtimeMs;
  } catch {
    // It never ran, or keeps its word elsewhere.
    return undefined;
  }
}
