/** Detection rules are in force, with correlations among them. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { ofCentre } from '../centre-findings.ts';
import type { RulesFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'in-force' | 'too-few';

const schema = z.strictObject({
  rules: z.int().min(1).max(100_000).default(1),
  correlations: z.int().min(0).max(100_000).default(1),
  /** Alerts of this time are counted beside them. */
  within: periodSchema.default({ iso: 'P1M', months: 1, ms: 0 }),
});
type Asked = z.infer<typeof schema>;

export const rulesOnKind: AnyEvidenceKind = defineKind<Asked, RulesFact, Own>({
  kind: 'rules-on',
  history: 'now',
  schema,
  reasons: {
    'in-force': {
      vi: '{on} luật đang bật, trong đó {correlations} luật tương quan; {alerts} cảnh báo trong {within}',
      en: '{on} rules are on, {correlations} of them correlations; {alerts} alerts within {within}',
    },
    'too-few': {
      vi: '{on} luật đang bật, trong đó {correlations} luật tương quan; cần {rules} và {wanted}',
      en: '{on} rules are on, {correlations} of them correlations; {rules} and {wanted} are asked for',
    },
  },
  outside: {
    'in-force': {
      vi: 'Luật phát hiện đang bật, có luật tương quan',
      en: 'Rules are on, correlations among them',
    },
    'too-few': { vi: 'Số luật đang bật ít hơn yêu cầu', en: 'Fewer rules are on than are asked for' },
  },
  gather: ({ centre }, { atMs, params }) =>
    centre.rules(Math.min(...params.map(({ within }) => periodBefore(atMs, within)))),
  judge({ rules, correlations: wanted, within }, { on, correlations, alerts }, _system, { atMs }) {
    if (on < rules || correlations < wanted)
      return ofCentre<Own>({
        result: 'not-met',
        reason: { code: 'too-few', args: { on, correlations, rules, wanted } },
        atMs,
      });
    const args = { on, correlations, alerts, within: within.iso };
    return ofCentre<Own>({ result: 'met', reason: { code: 'in-force', args }, atMs });
  },
  explain: ({ rules, correlations }) => ({
    vi: `Luật phát hiện đang bật (vonggac rules list): ít nhất ${rules}, trong đó ${correlations} luật tương quan`,
    en: `Detection rules that are on (vonggac rules list): ${rules} at least, ${correlations} of them correlations`,
  }),
});
