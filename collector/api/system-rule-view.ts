/** Rules of systems, and why a host belongs to one, as the API and the command line show them. */
import { z } from 'zod';
import { hostRuleSchema } from '../agency/host-rule.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { SystemRule } from '../registry/system-rules.ts';

export const systemRuleSchema = z.object({
  id: z.number(),
  rule: hostRuleSchema,
  /** Agency whose hosts, with those below, the rule may reach; null: all. */
  within: z.number().nullable(),
  note: z.string(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
});
export const explanationSchema = z.object({
  member: z.boolean(),
  because: z.enum(['assigned', 'rule', 'excluded', 'no-rule-matches']),
  ruleId: z.number().nullable(),
  rules: z.array(
    z.object({
      ruleId: z.number(),
      matches: z.boolean(),
      conditions: z.array(
        z.object({
          condition: z.string(),
          wanted: z.array(z.string()),
          actual: z.string(),
          /** The value that holds; left out when none does. */
          by: z.string().optional(),
        }),
      ),
    }),
  ),
});

export function toRuleView({
  systemId: _systemId,
  createdMs,
  ...rule
}: SystemRule): z.infer<typeof systemRuleSchema> {
  return { ...rule, createdAt: isoTime(createdMs) };
}
