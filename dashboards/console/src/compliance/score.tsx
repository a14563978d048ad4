/** A score as people read it: the share, the bar of its parts, and the sum it comes from. */
import { useI18n } from '../i18n/use-i18n.ts';
import { useWords } from '../i18n/use-text.ts';
import { ShareBar } from '../ui/stat.tsx';
import type { Tone } from '../ui/badge.tsx';
import type { Score } from './compliance-api.ts';
import { countedAs, statuses, statusTone, statusWords } from './compliance-words.ts';

const barOrder = ['met', 'provider', 'partly', 'excepted', 'not-met', 'not-assessed'] as const;

type WritePercent = (percent: number | null) => string;

export function usePercent(): WritePercent {
  const { number } = useI18n();
  return (percent) => (percent === null ? '—' : `${number(percent)} %`);
}

export function ScoreBar({ score }: { readonly score: Score }) {
  const words = useWords();
  const { number } = useI18n();
  return (
    <ShareBar
      label={statuses
        .map((status) => `${words(statusWords[status])}: ${number(score[countedAs[status]])}`)
        .join(', ')}
      parts={barOrder.map((key): { key: string; tone: Tone; value: number } => ({
        key,
        tone: statusTone[key],
        value: score[countedAs[key]],
      }))}
    />
  );
}

/** The counts of several systems together. */
export function sumOf(scores: readonly Score[]): Readonly<Record<(typeof statuses)[number], number>> {
  const total = (status: (typeof statuses)[number]) =>
    scores.reduce((sum, score) => sum + score[countedAs[status]], 0);
  return {
    met: total('met'),
    partly: total('partly'),
    'not-met': total('not-met'),
    excepted: total('excepted'),
    'not-assessed': total('not-assessed'),
    'not-applicable': total('not-applicable'),
    provider: total('provider'),
  };
}
