/** The form of what one is told, and the settings that it stands for; pure. */
import type { Severity } from '../api/types.ts';
import type { NewsSettings } from './account-api.ts';

export type NewsDraft = {
  readonly about: NewsSettings['about'];
  readonly when: 'channel' | 'own';
  readonly quietFrom: string;
  readonly quietTo: string;
  readonly quietMin: Severity;
  /** Times with commas between. */
  readonly digest: string;
};

const time = /^(?:[01]\d|2[0-3]):[0-5]\d$/u;
const everyDay = [1, 2, 3, 4, 5, 6, 7];
const digestsMax = 24;

export const timesIn = (typed: string): readonly string[] =>
  typed
    .split(/[\s,;]+/u)
    .filter((part) => part !== '')
    .map((part) => (/^\d:/u.test(part) ? `0${part}` : part));

export function draftOf({ about, routing }: NewsSettings): NewsDraft {
  return {
    about,
    when: routing === null ? 'channel' : 'own',
    quietFrom: routing?.quiet?.window.from ?? '',
    quietTo: routing?.quiet?.window.to ?? '',
    quietMin: routing?.quiet?.severityMin ?? 'critical',
    digest: routing?.digestAt.join(', ') ?? '',
  };
}

export const quietHolds = ({ quietFrom, quietTo }: NewsDraft): boolean =>
  (quietFrom === '') === (quietTo === '') && (quietFrom === '' || quietFrom !== quietTo);

export const digestHolds = ({ digest }: NewsDraft): boolean => {
  const times = timesIn(digest);
  return times.length <= digestsMax && times.every((one) => time.test(one));
};

/** @param days on which the quiet time begins, as they were */
export function settingsOf(draft: NewsDraft, days: readonly number[] = everyDay): NewsSettings {
  const { about, when, quietFrom, quietTo, quietMin, digest } = draft;
  if (when === 'channel') return { about, routing: null };
  const quiet =
    quietFrom === ''
      ? null
      : { window: { days: [...days], from: quietFrom, to: quietTo }, severityMin: quietMin };
  return { about, routing: { quiet, digestAt: [...timesIn(digest)] } };
}
