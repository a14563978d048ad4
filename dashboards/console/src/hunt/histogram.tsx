/** How many events there were over time; dragging over it, or Enter, asks for that time alone. */
import { useMemo } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Bars } from '../ui/bars.tsx';
import type { HuntSummary } from './hunt-api.ts';
import { histogramBars } from './histogram-bars.ts';
import { messages } from './messages.ts';

type Props = {
  readonly summary: HuntSummary;
  readonly from: string;
  readonly to: string | undefined;
  readonly onSpan: (from: string, to: string) => void;
};

export function Histogram({ summary, from, to, onSpan }: Props) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const bars = useMemo(() => histogramBars(summary, from, to, Date.now()), [summary, from, to]);
  const stepMs = summary.stepSeconds * 1_000;
  const isoOf = (ms: number) => new Date(ms).toISOString();
  return (
    <Bars
      label={text('hunt.histogram')}
      height={64}
      bars={bars.map(({ atMs, count }) => ({
        key: String(atMs),
        label: dateTime(isoOf(atMs)),
        value: count,
      }))}
      ends={[dateTime(isoOf(bars[0]?.atMs ?? 0)), dateTime(isoOf((bars.at(-1)?.atMs ?? 0) + stepMs))]}
      onPick={(first, last) => {
        const [begin, end] = [bars[first], bars[last]];
        if (begin !== undefined && end !== undefined) onSpan(isoOf(begin.atMs), isoOf(end.atMs + stepMs));
      }}
      testId="hunt-histogram"
    />
  );
}
