/**
 * Which rules are worth having on for hosts of a kind, from measurements alone: whether their logs are there, how often they find
 * something on an ordinary day, whether they found recorded attacks, and whether another rule already says it. Pure.
 */
import type { RuleFigures } from './rule-measure.ts';

export const REASONS = [
  'quiet',
  'finds-attacks',
  'no-log',
  'too-noisy',
  'duplicate',
  'immature',
  'only-informs',
] as const;
export type Reason = (typeof REASONS)[number];

export interface Measured {
  id: string;
  title: string;
  level: string | undefined;
  status: string | undefined;
  /** Its logs are there on hosts of the kind. */
  hasLog: boolean;
  /** A rule that is on already and finds all that it finds. */
  duplicateOf: string | undefined;
  baseline: Pick<RuleFigures, 'hits' | 'hosts'>;
  /** Attack events that it found; undefined where none were given. */
  attackHits: number | undefined;
}

export interface Recommendation {
  id: string;
  title: string;
  level: string | null;
  state: 'on' | 'test' | 'off';
  reason: Reason;
  duplicateOf: string | null;
  hits: number;
  hosts: number;
  hitsPerHostDay: number;
  attackHits: number | null;
}

/** Hits on a host and day above which a rule of the level is only tested: of a high one, one on 1,000 hosts a day. */
export const NOISE_MAX: Readonly<Record<string, number>> = {
  critical: 0.0005,
  high: 0.001,
  medium: 0.005,
  low: 0.05,
};
const IMMATURE: ReadonlySet<string | undefined> = new Set(['deprecated', 'unsupported']);

export function recommend(rules: readonly Measured[], hostDays: number): Recommendation[] {
  return rules.map((rule) => {
    const rate = hostDays === 0 ? 0 : rule.baseline.hits / hostDays;
    const [state, reason] = decide(rule, rate);
    return {
      id: rule.id,
      title: rule.title,
      level: rule.level ?? null,
      state,
      reason,
      duplicateOf: reason === 'duplicate' ? (rule.duplicateOf ?? null) : null,
      hits: rule.baseline.hits,
      hosts: rule.baseline.hosts,
      hitsPerHostDay: Math.round(rate * 1e6) / 1e6,
      attackHits: rule.attackHits ?? null,
    };
  });
}

function decide(rule: Measured, rate: number): readonly [Recommendation['state'], Reason] {
  if (IMMATURE.has(rule.status)) return ['off', 'immature'];
  if (!rule.hasLog) return ['off', 'no-log'];
  const most = NOISE_MAX[rule.level ?? ''];
  if (most === undefined) return ['test', 'only-informs'];
  if (rule.duplicateOf !== undefined) return ['off', 'duplicate'];
  if (rate > most) return ['test', 'too-noisy'];
  return ['on', (rule.attackHits ?? 0) > 0 ? 'finds-attacks' : 'quiet'];
}
