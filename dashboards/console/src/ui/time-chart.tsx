/**
 * Bars or lines over time: the drawing (uPlot, a chunk of its own) with its keys, and the same numbers as a table for who does
 * not see it. Where `onSpan` is given, a brush, a click on a bar, or a button in the table chooses a span.
 */
import { lazy, Suspense, useState } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import '../styles/chart.css';
import { stepOf, type ChartSeries, type Span } from './chart-data.ts';
import { messages } from './chart-messages.ts';

const TimePlot = lazy(() => import('./time-plot.tsx'));

const tableRowsMax = 400;
const hourMs = 3_600_000;

type Props = {
  /** Names the chart to screen readers. */
  readonly label: string;
  /** When each span begins, ascending, milliseconds since 1970. */
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly shape: 'bars' | 'lines';
  /** Series stand on top of each other. */
  readonly stack?: boolean;
  /** Pixels. */
  readonly height?: number;
  /** How long the spans are, where the times do not tell. */
  readonly stepMs?: number;
  /** How numbers are written; the language's way when left out. */
  readonly format?: (value: number) => string;
  readonly onSpan?: ((span: Span) => void) | undefined;
  readonly testId?: string;
};

function Table({ props, stepMs }: { readonly props: Props; readonly stepMs: number }) {
  const { label, times, series, onSpan } = props;
  const { number, dateTime } = useI18n();
  const text = useText(messages);
  const format = props.format ?? number;
  const first = Math.max(0, times.length - tableRowsMax);
  return (
    // It scrolls: the keyboard must reach it.
    <div
      className="vg-chart-table"
      role="region"
      aria-label={`${text('chart.table')}: ${label}`}
      tabIndex={0}
    >
      {first > 0 ? <p className="vg-hint">{text('chart.cut', { n: tableRowsMax })}</p> : null}
      <table className="vg-table">
        <caption className="vg-sr">{label}</caption>
        <thead>
          <tr>
            <th scope="col">{text('chart.time')}</th>
            {series.map(({ key, label: name }) => (
              <th key={key} scope="col" className="vg-num">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {times.slice(first).map((time, index) => (
            <tr key={time}>
              <th scope="row">
                {onSpan === undefined ? (
                  dateTime(new Date(time).toISOString())
                ) : (
                  <button
                    type="button"
                    className="vg-link"
                    title={text('chart.choose')}
                    onClick={() => onSpan({ fromMs: time, toMs: time + stepMs })}
                  >
                    {dateTime(new Date(time).toISOString())}
                  </button>
                )}
              </th>
              {series.map(({ key, values }) => {
                const value = values[first + index] ?? null;
                return (
                  <td key={key} className="vg-num">
                    {value === null ? '–' : format(value)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function TimeChart(props: Props) {
  const { label, times, series, shape, stack = false, height = 140, onSpan, testId } = props;
  const { number } = useI18n();
  const text = useText(messages);
  const [open, setOpen] = useState(false);
  const stepMs = props.stepMs ?? stepOf(times, hourMs);
  return (
    <figure className="vg-chart" aria-label={label} data-testid={testId}>
      <div className="vg-chart-plot" title={onSpan === undefined ? undefined : text('chart.brush')}>
        <Suspense fallback={<svg aria-hidden="true" width="1" height={height} />}>
          <TimePlot
            times={times}
            series={series}
            shape={shape}
            stack={stack}
            height={height}
            stepMs={stepMs}
            format={props.format ?? number}
            onSpan={onSpan}
          />
        </Suspense>
      </div>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{text('chart.table')}</summary>
        {open ? <Table props={props} stepMs={stepMs} /> : null}
      </details>
    </figure>
  );
}
