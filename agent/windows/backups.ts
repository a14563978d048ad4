/**
 * Backups that a Windows host makes: Windows Server Backup by its own word, File History by what it leaves in profiles, products by
 * their services, tasks that save something. That there is none is worth knowing too.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { BackupJob } from '../host/backup-jobs.ts';
import { isoDay } from '../iso-time.ts';
import { maskSecrets } from '../mask/secret-mask.ts';
import { listOf, textOf, timeMsOf, type CimRow } from './cim-look.ts';

/** By the name of the service that does the work. */
const PRODUCTS: Readonly<Record<string, string>> = {
  veeamendpointbackupsvc: 'veeam',
  veeambackupsvc: 'veeam',
  acrsch2svc: 'acronis',
  'mms-acronis': 'acronis',
  macriumservice: 'macrium',
  reflectservice: 'macrium',
  urbackupclientbackend: 'urbackup',
  'bacula-fd': 'bacula',
  bareosfd: 'bareos',
  'bareos-fd': 'bareos',
  backupexecagentaccelerator: 'backup-exec',
  dpmra: 'data-protection-manager',
  obengine: 'azure-backup',
  'synology active backup for business service': 'synology-active-backup',
  duplicati: 'duplicati',
  cobianreflectorservice: 'cobian',
  nakivotransporter: 'nakivo',
  arcserveudpagent: 'arcserve',
  easeusagent: 'easeus',
};

const CALLS =
  /\b(wbadmin|restic|borg|duplicati|rclone|robocopy|xcopy|sqlcmd|mysqldump|mariadb-dump|pg_dump(?:all)?|mongodump|7z|rar|backup\w*)(?:\.exe)?\b/i;
/** Of what also does other things, only what says that it saves. */
const AMBIGUOUS = /^(rclone|robocopy|xcopy|sqlcmd|7z|rar)$/i;
const SAVES = /backup|sao.?l[uư]u|archive|snapshot/i;
/** Windows copies its own registry and settings by tasks there: that saves nothing of the host's. */
const OF_WINDOWS = /^\\Microsoft\\/i;
/** Of a policy that was never run Windows tells the year 1. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
const FILE_HISTORY = 'AppData\\Local\\Microsoft\\Windows\\FileHistory\\Configuration';
/** The settings, and the books that it writes after each run. */
const SETTINGS = /^config\d\.xml$/i;
const BOOKS = /^catalog\d\.edb$/i;

const job = (tool: string, place: string, rest: Partial<BackupJob> = {}): BackupJob => ({
  tool,
  place,
  schedule: '',
  command: '',
  lastRunAt: '',
  evidence: '',
  ...rest,
});

const dayOf = (ms: number | undefined): string => (ms === undefined || ms < EARLIEST_MS ? '' : isoDay(ms));

/** @param rows what Get-WBSummary tells: one where Windows Server Backup is installed */
export function serverBackups(rows: readonly CimRow[]): BackupJob[] {
  return rows.flatMap((row) => {
    const next = timeMsOf(textOf(row, 'NextBackupTime'));
    const last = dayOf(timeMsOf(textOf(row, 'LastSuccessfulBackupTime')));
    const isPlanned = next !== undefined && next >= EARLIEST_MS;
    if (!isPlanned && last === '') return [];
    const place = textOf(row, 'LastSuccessfulBackupTargetLabel') || 'wbadmin';
    const schedule = isPlanned ? 'planned' : '';
    return [
      job('windows-server-backup', place, { schedule, lastRunAt: last, evidence: last && 'Get-WBSummary' }),
    ];
  });
}

export function productBackups(services: readonly CimRow[]): BackupJob[] {
  return services.flatMap((row) => {
    const name = textOf(row, 'Name');
    const tool = PRODUCTS[name.toLowerCase()];
    return tool === undefined || textOf(row, 'StartMode') === 'Disabled'
      ? []
      : [job(tool, `service ${name}`)];
  });
}

export function taskBackups(tasks: readonly CimRow[]): BackupJob[] {
  return tasks.flatMap((row) => {
    const file = `${textOf(row, 'TaskPath')}${textOf(row, 'TaskName')}`;
    const command = listOf(row, 'Actions').filter(Boolean).join(' && ');
    const tool = CALLS.exec(command)?.[1]?.toLowerCase();
    if (tool === undefined || textOf(row, 'State') === 'Disabled' || OF_WINDOWS.test(file)) return [];
    if (AMBIGUOUS.test(tool) && !SAVES.test(`${file} ${command}`.normalize('NFC'))) return [];
    const schedule = listOf(row, 'Triggers')
      .map((name) => name.replace(/^MSFT_Task|Trigger$/g, ''))
      .join(' ');
    return [job(tool, `task ${file}`, { schedule, command: maskSecrets(command) })];
  });
}

/** @param profiles folders of people */
export function fileHistories(profiles: readonly string[]): BackupJob[] {
  return profiles.flatMap((profile) => {
    const folder = path.join(profile, ...FILE_HISTORY.split('\\'));
    if (!fs.existsSync(folder)) return [];
    const names = fs.readdirSync(folder);
    if (!names.some((name) => SETTINGS.test(name))) return [];
    const times = names
      .filter((name) => BOOKS.test(name))
      .map((name) => fs.statSync(path.join(folder, name)).mtimeMs);
    const lastRunAt = times.length === 0 ? '' : isoDay(Math.max(...times));
    return [job('file-history', profile, { lastRunAt, evidence: lastRunAt && folder })];
  });
}
