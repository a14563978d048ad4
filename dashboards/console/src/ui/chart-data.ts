/** What a chart over time is drawn from, pure: sums for stacked bars, whole spans for what was brushed. */

export type ChartTone =
  'accent' | 'critical' | 'high' | 'medium' | 'low' | 'informational' | 'good' | 'quiet';

export type ChartSeries = {
  readonly key: string;
  readonly label: string;
  readonly tone: ChartTone;
  /** One for each time; null: nothing is known. */
  readonly values: readonly (number | null)[];
};

/** Each series on top of those before it, as far as its line or bar reaches. */
export function stacked(series: readonly ChartSeries[]): readonly (readonly (number | null)[])[] {
  const sums: number[] = [];
  return series.map(({ values }) =>
    values.map((value, index) => {
      const sum = (sums[index] ?? 0) + (value ?? 0);
      sums[index] = sum;
      return value === null && sum === 0 ? null : sum;
    }),
  );
}

/** The length of a chart's spans: the least distance between two times. @param fallback for a single time */
export function stepOf(times: readonly number[], fallback: number): number {
  let step = Number.POSITIVE_INFINITY;
  for (let index = 1; index < times.length; index += 1) {
    step = Math.min(step, (times[index] ?? 0) - (times[index - 1] ?? 0));
  }
  return Number.isFinite(step) && step > 0 ? step : fallback;
}

export type Span = { readonly fromMs: number; readonly toMs: number };

/** The whole spans that a brush from one moment to another touches; undefined where it touches none. */
export function spanOf(times: readonly number[], stepMs: number, aMs: number, bMs: number): Span | undefined {
  const from = Math.min(aMs, bMs);
  const to = Math.max(aMs, bMs);
  const touched = times.filter((time) => time + stepMs > from && time < to);
  const first = touched[0];
  const last = touched.at(-1);
  return first === undefined || last === undefined ? undefined : { fromMs: first, toMs: last + stepMs };
}

/** Times of equal steps that cover a span, for series that the server counts. */
export function timesOf(fromMs: number, stepMs: number, count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => fromMs + index * stepMs);
}
