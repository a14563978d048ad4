/** The drawing of a chart over time, hidden from screen readers: ui/time-chart.tsx has the numbers as a table. */
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { localeOf } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { themeStore } from '../theme/theme-store.ts';
import { spanOf, stacked, type ChartSeries, type ChartTone, type Span } from './chart-data.ts';
import { messages } from './chart-messages.ts';

type Props = {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly shape: 'bars' | 'lines';
  readonly stack: boolean;
  readonly height: number;
  readonly stepMs: number;
  readonly format: (value: number) => string;
  readonly onSpan: ((span: Span) => void) | undefined;
};

const dayMs = 86_400_000;
const tickSpacePx = 64;

/** A colour of the theme that is shown. */
function colours(element: Element) {
  const style = getComputedStyle(element);
  return (tone: ChartTone | 'ink-3' | 'line') =>
    style.getPropertyValue(tone === 'quiet' ? '--line-strong' : `--${tone}`).trim();
}

function optionsOf(
  element: HTMLElement,
  props: Props,
  locale: string,
  onCursor: (at: number | null) => void,
) {
  const { series, shape, times, stepMs, height, format } = props;
  const colour = colours(element);
  const first = times[0] ?? 0;
  const last = (times.at(-1) ?? first) + (shape === 'bars' ? stepMs : 0);
  const long = last - first > 2 * dayMs;
  const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const two = (value: number) => String(value).padStart(2, '0');
  // The languages here write day before month; some browsers' Vietnamese has a dash between them.
  const day = (at: Date) => `${two(at.getDate())}/${two(at.getMonth() + 1)}`;
  const tick = (at: number) => (long ? day(new Date(at)) : clock.format(at));
  const axis = {
    stroke: colour('ink-3'),
    font: "11px 'Inter Variable', system-ui, sans-serif",
    ticks: { show: false },
  };
  const bars = uPlot.paths.bars?.({ size: [0.82, 48], align: 1 });
  const options: uPlot.Options = {
    width: Math.max(80, element.clientWidth),
    height,
    ms: 1,
    padding: [8, 18, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: shape === 'lines' },
      drag: { x: props.onSpan !== undefined, y: false, setScale: false },
    },
    scales: {
      x: { time: true, range: () => [first, Math.max(last, first + 1)] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, (max ?? 0) * 1.08)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: tickSpacePx,
        size: 24,
        gap: 4,
        // Nothing finer than a day where only days are written.
        ...(long ? { incrs: [1, 2, 3, 7, 14, 30, 60, 90, 180, 365].map((days) => days * dayMs) } : {}),
        values: (_plot, splits) => splits.map(tick),
      },
      {
        ...axis,
        grid: { stroke: colour('line'), width: 1 },
        size: (_plot, values) => 14 + 7 * Math.max(1, ...(values ?? []).map((value) => value.length)),
        space: 26,
        incrs: [1, 2, 5]
          .flatMap((n) => Array.from({ length: 13 }, (_, power) => n * 10 ** power))
          .toSorted((a, b) => a - b),
        values: (_plot, splits) => splits.map((value) => format(value)),
      },
    ],
    series: [
      {},
      // The tallest of a stack is drawn first, the lower ones over it.
      ...(props.stack ? series.toReversed() : series).map(({ tone }): uPlot.Series => {
        const ink = colour(tone);
        return shape === 'bars'
          ? {
              stroke: ink,
              fill: ink,
              width: 0,
              points: { show: false },
              ...(bars === undefined ? {} : { paths: bars }),
            }
          : { stroke: ink, width: 1.6, points: { show: times.length < 2 } };
      }),
    ],
    hooks: { setCursor: [({ cursor }) => onCursor(cursor.idx ?? null)] },
  };
  return options;
}

function dataOf({ times, series, stack }: Props): uPlot.AlignedData {
  const values = stack ? stacked(series).toReversed() : series.map((one) => one.values);
  return [[...times], ...values.map((one) => [...one])];
}

/** What the pointer is at, or the keys' names alone. */
function Keys({ props, at }: { readonly props: Props; readonly at: number | null }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const { series, times, format, stack } = props;
  const time = at === null ? undefined : times[at];
  const of = (one: ChartSeries) => (at === null ? null : (one.values[at] ?? null));
  const total = series.reduce((sum, one) => sum + (of(one) ?? 0), 0);
  if (series.length < 2 && time === undefined) return <p className="vg-chart-keys" aria-hidden="true" />;
  return (
    <p className="vg-chart-keys" aria-hidden="true">
      {series.map((one) => {
        const value = of(one);
        return (
          <span key={one.key} className="vg-chart-key" data-tone={one.tone}>
            {one.label}
            {value === null ? null : <b>{format(value)}</b>}
          </span>
        );
      })}
      {time === undefined ? null : (
        <span className="vg-chart-at">
          {stack && series.length > 1 ? `${text('chart.total')} ${format(total)} · ` : ''}
          {dateTime(new Date(time).toISOString())}
        </span>
      )}
    </p>
  );
}

export default function TimePlot(props: Props) {
  const { language } = useI18n();
  const theme = useSyncExternalStore(themeStore.subscribe, themeStore.get);
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => {
    latest.current = props;
  });
  // Drawn anew when the numbers are others, not when the page is drawn again with the same.
  const drawn = JSON.stringify([props.times, props.series, props.shape, props.stack, props.height]);
  const brushes = props.onSpan !== undefined;
  const redraw = useMemo(() => ({ drawn, theme, language, brushes }), [brushes, drawn, language, theme]);

  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const plot = new uPlot(
      optionsOf(element, latest.current, localeOf[redraw.language], setAt),
      dataOf(latest.current),
      element,
    );
    const choose = (aMs: number, bMs: number) => {
      const { times, stepMs, onSpan } = latest.current;
      const span = spanOf(times, stepMs, aMs, bMs);
      if (span !== undefined) onSpan?.(span);
    };
    // The library keeps the click that ends a drag to itself.
    const brushed = () => {
      const { left, width } = plot.select;
      if (width === 0) return;
      plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      choose(plot.posToVal(left, 'x'), plot.posToVal(left + width, 'x'));
    };
    (plot.hooks.setSelect ??= []).push(brushed);
    const click = (event: MouseEvent) => {
      const atMs = plot.posToVal(event.clientX - plot.over.getBoundingClientRect().left, 'x');
      choose(atMs, atMs + 1);
    };
    const leave = () => setAt(null);
    if (redraw.brushes) plot.over.addEventListener('click', click);
    plot.over.addEventListener('mouseleave', leave);
    const resized = new ResizeObserver(() => {
      if (element.clientWidth > 0 && element.clientWidth !== plot.width) {
        plot.setSize({ width: element.clientWidth, height: plot.height });
      }
    });
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [redraw]);

  return (
    <>
      <Keys props={props} at={at} />
      <div ref={place} className="vg-chart-canvas" data-brush={brushes} aria-hidden="true" />
    </>
  );
}
