/** How many events there were over time; dragging over it, or Enter, asks for that time alone. */
import { useMemo } from 'react';
import { useText } from '../i18n/use-text.ts';
import { TimeChart } from '../ui/time-chart.tsx';
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
  const text = useText(messages);
  const bars = useMemo(() => histogramBars(summary, from, to, Date.now()), [summary, from, to]);
  const stepMs = summary.stepSeconds * 1_000;
  const isoOf = (ms: number) => new Date(ms).toISOString();
  return (
    <TimeChart
      label={text('hunt.histogram')}
      height={96}
      times={bars.map(({ atMs }) => atMs)}
      series={[
        {
          key: 'events',
          label: text('hunt.histogram'),
          tone: 'accent',
          values: bars.map(({ count }) => count),
        },
      ]}
      shape="bars"
      stepMs={stepMs}
      onSpan={({ fromMs, toMs }) => onSpan(isoOf(fromMs), isoOf(toMs))}
      testId="hunt-histogram"
    />
  );
}
