/**
 * Counts in steps of time as bars, without a library: their names and numbers are read by screen readers, and where
 * `onPick` is given a stretch is chosen by dragging, or one step by Enter.
 */
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

export type Bar = {
  readonly key: string;
  /** Said on hover and to screen readers. */
  readonly label: string;
  readonly value: number;
  /** Part of `value` that is marked. */
  readonly marked?: number;
};

type Props = {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** Under the first and the last bar. */
  readonly ends?: readonly [string, string];
  readonly height?: number;
  /** Places of the first and the last chosen bar. */
  readonly onPick?: ((from: number, to: number) => void) | undefined;
  readonly testId?: string;
};

const unit = 10;

export function Bars({ label, bars, ends, height = 72, onPick, testId }: Props) {
  const { number } = useI18n();
  const svg = useRef<SVGSVGElement>(null);
  const [from, setFrom] = useState<number | null>(null);
  const [at, setAt] = useState<number | null>(null);
  const max = Math.max(1, ...bars.map(({ value }) => value));
  const placeOf = (event: PointerEvent): number => {
    const box = svg.current?.getBoundingClientRect();
    if (box === undefined || box.width === 0) return 0;
    const place = Math.floor(((event.clientX - box.left) / box.width) * bars.length);
    return Math.min(bars.length - 1, Math.max(0, place));
  };
  const first = from === null || at === null ? at : Math.min(from, at);
  const last = from === null || at === null ? at : Math.max(from, at);
  const pick = () => {
    if (onPick !== undefined && first !== null && last !== null) onPick(first, last);
    setFrom(null);
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      event.stopPropagation();
      const next = Math.min(bars.length - 1, Math.max(0, (at ?? -1) + step));
      if (event.shiftKey && from === null) setFrom(at ?? next);
      if (!event.shiftKey) setFrom(null);
      setAt(next);
    }
    if (event.key === 'Enter' && at !== null) {
      event.preventDefault();
      event.stopPropagation();
      pick();
    }
    if (event.key === 'Escape') setFrom(null);
  };
  const shown = at === null ? undefined : bars[at];
  return (
    <div className="vg-bars" data-testid={testId}>
      <div className="vg-bars-top" aria-hidden="true">
        <span>{number(max)}</span>
        <span>{shown === undefined ? '' : `${shown.label}: ${number(shown.value)}`}</span>
      </div>
      <svg
        ref={svg}
        viewBox={`0 0 ${Math.max(1, bars.length) * unit} 100`}
        preserveAspectRatio="none"
        style={{ height }}
        role={onPick === undefined ? 'img' : 'application'}
        aria-label={label}
        tabIndex={onPick === undefined ? undefined : 0}
        data-picks={onPick === undefined ? undefined : 'true'}
        onKeyDown={onPick === undefined ? undefined : press}
        onPointerDown={(event) => {
          if (onPick === undefined || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          setFrom(placeOf(event));
          setAt(placeOf(event));
        }}
        onPointerMove={(event) => setAt(placeOf(event))}
        onPointerUp={() => (from === null ? undefined : pick())}
        onPointerLeave={() => (from === null ? setAt(null) : undefined)}
        onBlur={() => {
          setFrom(null);
          setAt(null);
        }}
      >
        {first === null || last === null ? null : (
          <rect
            className="vg-bars-pick"
            x={first * unit}
            y="0"
            width={(last - first + 1) * unit}
            height="100"
          />
        )}
        {bars.map(({ key, value, marked = 0 }, index) => (
          <g key={key}>
            <rect
              className="vg-bars-bar"
              x={index * unit + 1}
              y={100 - Math.max(value === 0 ? 0 : 2, (value / max) * 100)}
              width={unit - 2}
              height={Math.max(value === 0 ? 0 : 2, (value / max) * 100)}
            />
            {marked === 0 ? null : (
              <rect
                className="vg-bars-marked"
                x={index * unit + 1}
                y={100 - Math.max(2, (marked / max) * 100)}
                width={unit - 2}
                height={Math.max(2, (marked / max) * 100)}
              />
            )}
          </g>
        ))}
      </svg>
      {ends === undefined ? null : (
        <div className="vg-bars-ends" aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </div>
      )}
      <ul className="vg-sr">
        {bars
          .filter(({ value }) => value > 0)
          .map((bar) => (
            <li key={bar.key}>{`${bar.label}: ${number(bar.value)}`}</li>
          ))}
      </ul>
    </div>
  );
}
