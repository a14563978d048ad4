/** The form of a command: what is typed, and the command that it makes when it is right. Pure. */
import type { Action, Command } from './responses-types.ts';

export const actions = [
  'collect-bundle',
  'isolate',
  'release',
  'kill-process',
  'quarantine-file',
  'restore-file',
  'disable-account',
  'enable-account',
] as const satisfies readonly Action[];

/** Each of these names something of one host. */
export const oneHostActions: ReadonlySet<Action> = new Set(['kill-process', 'restore-file']);

/** These wait for a second person. */
export const takingActions: ReadonlySet<Action> = new Set([
  'isolate',
  'kill-process',
  'quarantine-file',
  'disable-account',
]);

export const expiries = ['hour', 'day', 'week'] as const;
export type Expiry = (typeof expiries)[number];
export const expiryMs: Readonly<Record<Expiry, number>> = {
  hour: 3_600_000,
  day: 86_400_000,
  week: 7 * 86_400_000,
};

export type CommandForm = {
  readonly action: Action;
  readonly minutes: string;
  readonly pid: string;
  /** As `datetime-local` has it. */
  readonly started: string;
  readonly executable: string;
  readonly path: string;
  readonly sha256: string;
  readonly user: string;
  readonly quarantineId: string;
  readonly dryRun: boolean;
  readonly reason: string;
  readonly expiry: Expiry;
};

export const emptyForm: CommandForm = {
  action: 'collect-bundle',
  minutes: '60',
  pid: '',
  started: '',
  executable: '',
  path: '',
  sha256: '',
  user: '',
  quarantineId: '',
  dryRun: false,
  reason: '',
  expiry: 'hour',
};

export const minutesMax = 7 * 24 * 60;
export const pidMax = 4_194_304;

export type CommandField =
  'minutes' | 'pid' | 'started' | 'executable' | 'path' | 'sha256' | 'user' | 'quarantineId';

const whole = (text: string, min: number, max: number): number | null => {
  const value = Number(text);
  return /^\d+$/u.test(text.trim()) && value >= min && value <= max ? value : null;
};
const isPath = (text: string): boolean => /^(?:\/|[A-Za-z]:\\[^:]*$)/.test(text) && text.length <= 4_096;

/** Fields of the chosen action that will not do. */
export function faultsOf(form: CommandForm): readonly CommandField[] {
  const faults: CommandField[] = [];
  const need = (field: CommandField, good: boolean) => {
    if (!good) faults.push(field);
  };
  switch (form.action) {
    case 'isolate':
      need('minutes', whole(form.minutes, 1, minutesMax) !== null);
      break;
    case 'kill-process':
      need('pid', whole(form.pid, 2, pidMax) !== null);
      need('started', !Number.isNaN(Date.parse(form.started)));
      need('executable', isPath(form.executable));
      break;
    case 'quarantine-file':
      need('path', isPath(form.path));
      need('sha256', /^[0-9a-f]{64}$/u.test(form.sha256.trim().toLowerCase()));
      break;
    case 'restore-file':
      need('quarantineId', form.quarantineId !== '');
      break;
    case 'disable-account':
    case 'enable-account':
      need('user', /^[a-z_][a-z0-9_.-]{0,31}\$?$/iu.test(form.user.trim()));
      break;
    case 'release':
    case 'collect-bundle':
      break;
  }
  return faults;
}

/** What to send; null while a field will not do. */
export function commandOf(form: CommandForm): Command | null {
  if (faultsOf(form).length > 0) return null;
  const { action } = form;
  switch (action) {
    case 'isolate':
      return { action, durationMs: Number(form.minutes) * 60_000 };
    case 'kill-process':
      return {
        action,
        pid: Number(form.pid),
        startedMs: Date.parse(form.started),
        executable: form.executable,
      };
    case 'quarantine-file':
      return { action, path: form.path, sha256: form.sha256.trim().toLowerCase() };
    case 'restore-file':
      return { action, quarantineId: form.quarantineId };
    case 'disable-account':
    case 'enable-account':
      return { action, user: form.user.trim() };
    case 'release':
    case 'collect-bundle':
      return { action };
  }
}

/** What takes a done command back; undefined where nothing does. */
export function undoOf(command: Command, id: string): Partial<CommandForm> | undefined {
  if (command.action === 'isolate') return { action: 'release' };
  if (command.action === 'quarantine-file') return { action: 'restore-file', quarantineId: id };
  if (command.action === 'disable-account') return { action: 'enable-account', user: command.user };
  return undefined;
}

/** What the command is about, beside its action. */
export function subjectOf(command: Command): string {
  switch (command.action) {
    case 'kill-process':
      return `${command.executable} (${command.pid})`;
    case 'quarantine-file':
      return command.path;
    case 'disable-account':
    case 'enable-account':
      return command.user;
    case 'isolate':
      return `${Math.round(command.durationMs / 60_000)}′`;
    case 'restore-file':
    case 'release':
    case 'collect-bundle':
      return '';
  }
}
