/** What hosts see and the Navigator's layer, as the API and the command line say them. */
import { z } from 'zod';
import type { Sight } from '../services/content/rule-coverage.ts';
import type { RuleSight } from './contract-rule-sight.ts';

export function viewSight({ kind, rules, blind, lines }: Sight): RuleSight {
  return {
    kind,
    rules,
    blind,
    logs: lines.map(({ need, state, rules: those, blind: without }) => ({
      id: need.id,
      title: need.title,
      how: need.how,
      state,
      rules: those.length,
      blind: without.map(({ id, title, titleVi, level }) => ({
        id,
        title,
        titleVi: titleVi ?? null,
        level: level ?? null,
      })),
    })),
  };
}

/** Format 4.5 of the ATT&CK Navigator. */
export const ruleLayerSchema = z.object({
  name: z.string(),
  versions: z.object({ attack: z.string(), navigator: z.string(), layer: z.literal('4.5') }),
  domain: z.literal('enterprise-attack'),
  description: z.string(),
  sorting: z.number(),
  hideDisabled: z.boolean(),
  techniques: z.array(
    z.object({
      techniqueID: z.string(),
      score: z.number(),
      comment: z.string(),
      enabled: z.literal(true),
      showSubtechniques: z.boolean(),
      metadata: z.array(z.object({ name: z.string(), value: z.string() })),
    }),
  ),
  gradient: z.object({ colors: z.array(z.string()), minValue: z.number(), maxValue: z.number() }),
  legendItems: z.array(z.object({ label: z.string(), color: z.string() })),
});
