/**
 * The steps of a summary with the empty ones between them, as the server leaves those out. Invariant: at most `barsMax`;
 * of a time without a beginning only what lies between the first and the last event.
 */
export type StepBar = { readonly atMs: number; readonly count: number };

const barsMax = 400;

type Summed = {
  readonly stepSeconds: number;
  readonly byTime: readonly { readonly from: string; readonly count: number }[];
};

export function histogramBars(
  { stepSeconds, byTime }: Summed,
  from: string,
  to: string | undefined,
  nowMs: number,
): readonly StepBar[] {
  const stepMs = Math.max(1, stepSeconds) * 1_000;
  const counts = new Map(byTime.map((step) => [Math.floor(Date.parse(step.from) / stepMs), step.count]));
  const steps = [...counts.keys()];
  const last = Math.floor(((to === undefined ? nowMs : Date.parse(to)) - 1) / stepMs);
  const first = Math.floor(Date.parse(from) / stepMs);
  const isLong = last - first >= barsMax;
  const begin = isLong ? Math.max(last - barsMax + 1, Math.min(last, ...steps)) : first;
  return Array.from({ length: Math.max(1, last - begin + 1) }, (_none, index) => ({
    atMs: (begin + index) * stepMs,
    count: counts.get(begin + index) ?? 0,
  }));
}
