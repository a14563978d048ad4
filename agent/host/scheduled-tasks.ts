/** What runs at a time: crontabs of the system and of users, cron's folders, anacron, systemd's timers, at jobs. */
import { maskSecrets } from '../mask/secret-mask.ts';
import type { Host } from './host.ts';
import { listFolder, readText } from './read-text.ts';
import { reading, type Reading } from './reading.ts';
import { findUnits, wantedUnits } from './services.ts';
import { parseUnit } from './unit-file.ts';
import { isoTime } from '../iso-time.ts';

export interface ScheduledTask {
  kind: 'cron' | 'cron-script' | 'anacron' | 'timer' | 'at';
  /** As it is written, e.g. `17 * * * *`, `@reboot`, `daily`. */
  schedule: string;
  user: string;
  command: string;
  file: string;
  enabled: boolean;
}

const TASKS_MAX = 10_000;
const FILE_BYTES_MAX = 1_048_576;
const COMMAND_CHARS_MAX = 2_000;

/** @param owner of a crontab without a column for users */
export function parseCrontab(text: string, file: string, owner?: string): ScheduledTask[] {
  return text.split('\n').flatMap((raw): ScheduledTask[] => {
    const line = raw.trim();
    // Settings, like MAILTO=root, stand among them.
    if (line === '' || line.startsWith('#') || /^[A-Za-z_][A-Za-z0-9_]*\s*=/.test(line)) return [];
    const time = /^(@\w+|(?:\S+\s+){4}\S+)\s+(.+)$/.exec(line);
    if (time === null) return [];
    const [, schedule = '', rest = ''] = time;
    const [, user = '', command = ''] =
      owner === undefined ? (/^(\S+)\s+(.+)$/.exec(rest) ?? []) : ['', owner, rest];
    if (command === '') return [];
    return [
      {
        kind: 'cron',
        schedule: schedule.replace(/\s+/g, ' '),
        user,
        command: maskSecrets(command).slice(0, COMMAND_CHARS_MAX),
        file,
        enabled: true,
      },
    ];
  });
}

/** @param text of anacrontab(5) */
export function parseAnacrontab(text: string, file: string): ScheduledTask[] {
  return text.split('\n').flatMap((raw): ScheduledTask[] => {
    const match = /^(\d+|@\w+)\s+(\d+)\s+(\S+)\s+(.+)$/.exec(raw.trim());
    if (match === null) return [];
    const [, period = '', , , command = ''] = match;
    const schedule = period.startsWith('@') ? period : `every ${period} days`;
    return [
      {
        kind: 'anacron',
        schedule,
        user: 'root',
        command: maskSecrets(command).slice(0, COMMAND_CHARS_MAX),
        file,
        enabled: true,
      },
    ];
  });
}

export async function readScheduledTasks(host: Pick<Host, 'root'>): Promise<Reading<ScheduledTask>> {
  const tasks = reading<ScheduledTask>();
  await addFile(host, tasks, '/etc/crontab', (text, file) => parseCrontab(text, file));
  await addFile(host, tasks, '/etc/anacrontab', parseAnacrontab);
  await addFolder(host, tasks, '/etc/cron.d', (file) =>
    addFile(host, tasks, file, (text) => parseCrontab(text, file)),
  );
  for (const often of ['hourly', 'daily', 'weekly', 'monthly', 'yearly']) {
    await addFolder(host, tasks, `/etc/cron.${often}`, (file) => {
      tasks.items.push({
        kind: 'cron-script',
        schedule: often,
        user: 'root',
        command: file,
        file,
        enabled: true,
      });
      return Promise.resolve();
    });
  }
  for (const folder of ['/var/spool/cron/crontabs', '/var/spool/cron/tabs', '/var/spool/cron']) {
    await addFolder(host, tasks, folder, (file) =>
      addFile(host, tasks, file, (text) => parseCrontab(text, file, file.slice(folder.length + 1))),
    );
  }
  for (const folder of ['/var/spool/cron/atjobs', '/var/spool/at']) {
    await addFolder(host, tasks, folder, (file) => addAtJob(host, tasks, file));
  }
  await addTimers(host, tasks);
  if (tasks.items.length > TASKS_MAX) {
    tasks.truncated += tasks.items.length - TASKS_MAX;
    tasks.items.length = TASKS_MAX;
  }
  return tasks;
}

async function addFolder(
  host: Pick<Host, 'root'>,
  to: Reading<ScheduledTask>,
  folder: string,
  add: (file: string) => Promise<void>,
): Promise<void> {
  const listed = await listFolder(host, folder, TASKS_MAX);
  if (listed.kind === 'unreadable') to.unread.push({ part: folder, reason: listed.reason });
  if (listed.kind !== 'names') return;
  to.truncated += listed.truncated;
  for (const name of listed.names) {
    // cron leaves out what package managers and editors leave behind.
    if (!name.startsWith('.') && !/~$|\.(dpkg|rpm)/.test(name)) await add(`${folder}/${name}`);
  }
}

async function addFile(
  host: Pick<Host, 'root'>,
  to: Reading<ScheduledTask>,
  file: string,
  parse: (text: string, file: string) => ScheduledTask[],
): Promise<void> {
  const result = await readText(host, file, FILE_BYTES_MAX);
  // Folders stand beside the tables of users.
  if (result.kind === 'unreadable' && result.reason !== 'it is not a file')
    to.unread.push({ part: file, reason: result.reason });
  if (result.kind !== 'text') return;
  if (result.truncated) to.unread.push({ part: file, reason: 'it is too long' });
  to.items.push(...parse(result.text, file));
}

/** A job is a script that sets the environment first; its last lines are what was asked for. */
async function addAtJob(host: Pick<Host, 'root'>, to: Reading<ScheduledTask>, file: string): Promise<void> {
  // Queue, number of the job, and the minute since 1970 in hexadecimal.
  const name = /\/([a-zA-Z=])([0-9a-f]{5})([0-9a-f]{8})$/.exec(file);
  if (name === null) return;
  await addFile(host, to, file, (text) => {
    const user = /^# atrun uid=(\d+)/m.exec(text)?.[1] ?? '';
    const command = text.trimEnd().split('\n').at(-1) ?? '';
    const schedule = isoTime(Number.parseInt(name[3] ?? '0', 16) * 60_000);
    return [
      {
        kind: 'at',
        schedule,
        user,
        command: maskSecrets(command).slice(0, COMMAND_CHARS_MAX),
        file,
        enabled: true,
      },
    ];
  });
}

async function addTimers(host: Pick<Host, 'root'>, to: Reading<ScheduledTask>): Promise<void> {
  const units = await findUnits(host, '.timer');
  to.unread.push(...units.unread);
  const wanted = await wantedUnits(host);
  for (const { name, file } of units.items) {
    await addFile(host, to, file, (text) => {
      const timer = parseUnit(text).get('Timer');
      const schedule = [...(timer ?? [])]
        .filter(([key]) => key.startsWith('On'))
        .map(([key, values]) => `${key}=${values.join(' ')}`)
        .join('; ');
      const command = timer?.get('Unit')?.at(-1) ?? name.replace(/\.timer$/, '.service');
      return [{ kind: 'timer', schedule, user: '', command, file, enabled: wanted.has(name) }];
    });
  }
}
