/** How searches and hunts walk back through time: in growing steps, so that a page of the newest events costs the newest hours only. */
/** Steps back of a search: an hour, then these; what is older still is the last step. */
const STEPS_MS = [3_600_000, 8 * 3_600_000, 64 * 3_600_000, 21 * 86_400_000, 180 * 86_400_000] as const;

/**
 * The span of a search, both ends in it, cut into steps from the newest back; together they cover it, no two overlap. The first step
 * ends where the span does, be it far in the future, and reaches back from now.
 */
export function* searchSteps(
  query: { fromMs: number; toMs: number; after?: { timeMs: number } | undefined },
  nowMs: number,
): Generator<{ fromMs: number; toMs: number }> {
  let toMs = Math.min(query.toMs, query.after?.timeMs ?? query.toMs);
  let anchorMs = Math.min(toMs, nowMs);
  for (const length of [...STEPS_MS, Infinity]) {
    if (toMs < query.fromMs) return;
    const fromMs = Math.max(query.fromMs, anchorMs - length + 1);
    yield { fromMs, toMs };
    toMs = fromMs - 1;
    anchorMs = toMs;
  }
}
