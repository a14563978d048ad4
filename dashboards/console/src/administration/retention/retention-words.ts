/** What keeping goes by, in words. */
import type { LabelOf } from '../../i18n/messages.ts';
import type { MonthsRule, Proof, Retention } from './retention-api.ts';
import type { messages } from './retention-messages.ts';

type Label = LabelOf<typeof messages>;

export const reasonLabel: Readonly<Record<Proof['reason'], Label>> = {
  kept: 'keepWhy.kept',
  young: 'keepWhy.young',
  deleted: 'keepWhy.deleted',
  unexplained: 'keepWhy.unexplained',
  'level-unknown': 'keepWhy.level-unknown',
  'no-law': 'keepWhy.no-law',
  'no-hosts': 'keepWhy.no-hosts',
  'no-events': 'keepWhy.no-events',
};

export const runLabel: Readonly<Record<Retention['runs'][number]['state'], Label>> = {
  running: 'keep.running',
  done: 'keep.done',
  unfinished: 'keep.unfinished',
  failed: 'keep.failed',
};

/** The law and the level of a basis such as `vn-2026/3`; undefined: not known. */
export function levelOf(
  basis: string,
): { readonly law: 'vn-2026' | 'vn-2022'; readonly level: number } | undefined {
  const found = /^(vn-2026|vn-2022)\/([1-5])$/u.exec(basis);
  if (found === null) return undefined;
  return { law: found[1] === 'vn-2022' ? 'vn-2022' : 'vn-2026', level: Number(found[2]) };
}

/** The rules that somebody goes by: those of the present law, what is set longer, and what is not known. */
export const isOfNow = ({ basis, months, monthsMin }: MonthsRule): boolean =>
  !basis.startsWith('vn-2022/') || months !== monthsMin;
