/** Answers that are kept a moment for everybody who sees the same part of the tree: however often they are asked, the work is done once. */
import type { AgencyScope } from '../registry/agencies.ts';

export interface Asked {
  agencyId: number;
  scope: AgencyScope;
}

interface Kept<Answer> {
  scope: AgencyScope;
  untilMs: number;
  answer: Promise<Answer>;
}

/**
 * By agency, and anew when the tree below it is another (its scope then is another object).
 * @param keptMs how old an answer may be
 * @param name what else the answer depends on
 */
export function keptAnswers<Answer, Wish extends Asked>(
  keptMs: number,
  now: () => number,
  work: (wish: Wish) => Promise<Answer>,
  name: (wish: Wish) => string = () => '',
): (wish: Wish) => Promise<Answer> {
  const kept = new Map<string, Kept<Answer>>();
  return (wish) => {
    const nowMs = now();
    const key = `${wish.agencyId}/${name(wish)}`;
    const found = kept.get(key);
    if (found !== undefined && found.scope === wish.scope && found.untilMs > nowMs) return found.answer;
    for (const [other, { untilMs }] of kept) if (untilMs <= nowMs) kept.delete(other);
    const answer = work(wish);
    const entry: Kept<Answer> = { scope: wish.scope, untilMs: nowMs + keptMs, answer };
    kept.set(key, entry);
    // Who asked is told; who asks next tries again.
    answer.catch(() => {
      if (kept.get(key) === entry) kept.delete(key);
    });
    return answer;
  };
}
