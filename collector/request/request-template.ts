/**
 * What is written to an agency, by the kind of finding: templates are data (rules/requests), their placeholders are filled
 * with facts of the finding. Invariant: a placeholder that nothing fills is a fault of the template, found when it is read.
 */
import { z } from 'zod';
import { REQUEST_LIMITS, SUBJECT_KINDS, type SubjectKind } from './request-words.ts';

export const PLACEHOLDERS = [
  'agency',
  'hosts',
  'count',
  'finding',
  'detail',
  'advice',
  'severity',
  'first',
  'last',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type Facts = Readonly<Record<Placeholder, string>>;

const PLACE = /\{\{([a-z-]+)\}\}/g;

function isPlaceholder(name: string): name is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(name);
}

const template = (charsMax: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charsMax)
    .refine((text) => [...text.matchAll(PLACE)].every(([, name = '']) => isPlaceholder(name)), {
      message: `an unknown placeholder: there are ${PLACEHOLDERS.map((name) => `{{${name}}}`).join(', ')}`,
    });

export const requestTemplateSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** What people choose it by. */
  name: z.string().trim().min(1).max(120),
  /** Where several fit, the highest is taken. */
  rank: z.int().min(0).max(1_000).default(0),
  /** What it is for: any of the kinds, and (where given) any of the tags or ids of rules. None: only when chosen. */
  for: z
    .strictObject({
      kinds: z.array(z.enum(SUBJECT_KINDS)).min(1),
      /** Tags of the rule; a tactic or technique holds what stands below it. */
      tags: z.array(z.string().min(1).max(128)).max(100).default([]),
      rules: z.array(z.string().min(1).max(128)).max(500).default([]),
    })
    .optional(),
  title: template(REQUEST_LIMITS.titleChars),
  body: template(REQUEST_LIMITS.bodyChars),
  steps: z.array(template(REQUEST_LIMITS.stepChars)).min(1).max(REQUEST_LIMITS.stepsMax),
});
export type RequestTemplate = z.infer<typeof requestTemplateSchema>;

/** What a template is chosen by. */
export interface Finding {
  kind: SubjectKind;
  ruleId: string;
  tags: readonly string[];
}

/** 0: it does not fit; more for a rule that is named than for a tag. */
function fit({ for: wanted }: RequestTemplate, { kind, ruleId, tags }: Finding): number {
  if (wanted === undefined || !wanted.kinds.includes(kind)) return 0;
  if (wanted.rules.length + wanted.tags.length === 0) return 1;
  if (wanted.rules.includes(ruleId)) return 3;
  return wanted.tags.some((one) => tags.some((tag) => tag === one || tag.startsWith(`${one}.`))) ? 2 : 0;
}

/** The template for a finding: by how well it fits, then by rank; there is always one for alerts. */
export function chooseTemplate(
  templates: readonly RequestTemplate[],
  finding: Finding,
): RequestTemplate | undefined {
  const fitting = templates
    .map((one) => ({ one, fits: fit(one, finding) }))
    .filter(({ fits }) => fits > 0)
    .toSorted((a, b) => b.fits - a.fits || b.one.rank - a.one.rank || (a.one.id < b.one.id ? -1 : 1));
  return fitting[0]?.one;
}

export interface RequestText {
  title: string;
  body: string;
  steps: string[];
}

const fill = (text: string, facts: Facts, charsMax: number): string =>
  text
    .replaceAll(PLACE, (whole, name: string) => (isPlaceholder(name) ? facts[name] : whole))
    .trim()
    .slice(0, charsMax);

/** What facts say is put in as it is: whoever shows the text escapes it. */
export function fillTemplate({ title, body, steps }: RequestTemplate, facts: Facts): RequestText {
  return {
    title: fill(title.replaceAll(/\s+/g, ' '), facts, REQUEST_LIMITS.titleChars).replaceAll(/\s+/g, ' '),
    // A paragraph without anything in it was of a placeholder that had nothing to say.
    body: fill(body, facts, REQUEST_LIMITS.bodyChars).replaceAll(/\n{3,}/g, '\n\n'),
    steps: steps.map((step) => fill(step, facts, REQUEST_LIMITS.stepChars)).filter((step) => step !== ''),
  };
}
