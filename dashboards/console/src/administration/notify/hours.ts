/** Hours in which something holds, as a form and back; pure. */
import type { Hours, Routing } from './notify-api.ts';

export const weekDays = [1, 2, 3, 4, 5, 6, 7] as const;

export type HoursForm = {
  readonly kind: 'always' | 'working' | 'off-hours' | 'window';
  readonly days: readonly number[];
  readonly from: string;
  readonly to: string;
};

const noWindow = { days: [...weekDays] as readonly number[], from: '22:00', to: '06:00' };

export function hoursForm(hours: Hours): HoursForm {
  return typeof hours === 'string'
    ? { kind: hours, ...noWindow }
    : { kind: 'window', days: hours.days, from: hours.from, to: hours.to };
}

export const windowOf = ({ days, from, to }: HoursForm) => ({ days: [...days], from, to });

export function hoursOf(form: HoursForm): Hours {
  return form.kind === 'window' ? windowOf(form) : form.kind;
}

export type QuietForm = {
  readonly quiet: boolean;
  readonly quietHours: HoursForm;
  readonly quietSeverity: NonNullable<Routing['quiet']>['severityMin'];
  /** Times of day with commas between them. */
  readonly digest: string;
};

export function quietForm({ quiet, digestAt }: Pick<Routing, 'quiet' | 'digestAt'>): QuietForm {
  return {
    quiet: quiet !== null,
    quietHours: quiet === null ? { kind: 'window', ...noWindow } : hoursForm(quiet.window),
    quietSeverity: quiet?.severityMin ?? 'critical',
    digest: digestAt.join(', '),
  };
}

export function quietOf(form: QuietForm): Pick<Routing, 'quiet' | 'digestAt'> {
  return {
    quiet: form.quiet ? { window: windowOf(form.quietHours), severityMin: form.quietSeverity } : null,
    digestAt: form.digest
      .split(/[\s,;]+/u)
      .filter((time) => time !== '')
      .map((time) => time.padStart(5, '0')),
  };
}
