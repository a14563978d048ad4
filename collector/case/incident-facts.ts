/**
 * What is known of an incident: the facts that notices and reports are filled from. Pure. Invariant: what nobody knows yet is empty
 * or null, never guessed.
 */
import { z } from 'zod';

/** What may make an incident serious (decision 05/2017/QĐ-TTg, article 9). */
export const CONSEQUENCES = [
  'service-interrupted',
  'secret-data',
  'data-destroyed',
  'control-lost',
  'wide-spread',
  'beyond-capacity',
] as const;
export type Consequence = (typeof CONSEQUENCES)[number];

/** Groups of the older forms, circular 20/2017/TT-BTTTT: from memory, to be confirmed. */
export const OLDER_CLASSES = [
  'denial-of-service',
  'forgery',
  'malware',
  'unauthorised-access',
  'defacement',
  'encryption',
  'destruction',
  'theft',
  'several',
  'other',
] as const;
export type OlderClass = (typeof OLDER_CLASSES)[number];

/** `drill` is no word here: that is of the case. */
export const CAUSE_CERTAINTIES = ['unknown', 'hypothesis', 'confirmed'] as const;

export const INCIDENT_LIMITS = { lineChars: 300, textChars: 4_096, countMax: 1_000_000_000 } as const;

const time = z.iso.datetime({ offset: true }).nullable();
const line = z.string().max(INCIDENT_LIMITS.lineChars);
const text = z.string().max(INCIDENT_LIMITS.textChars);
const count = z.int().min(0).max(INCIDENT_LIMITS.countMax).nullable();

export const incidentFactsSchema = z.strictObject({
  occurredAt: time,
  detectedAt: time,
  containedAt: time,
  restoredAt: time,
  /** Signs of harm to national security or public order. */
  nationalSecurity: z.boolean(),
  seriousDisruption: z.boolean(),
  personalData: z.boolean(),
  consequences: z.array(z.enum(CONSEQUENCES)).max(CONSEQUENCES.length),
  /** A person's word, with why; null: the rules say it. */
  serious: z.boolean().nullable(),
  seriousWhy: text,
  /** Null: as the class of the case translates. */
  olderClass: z.enum(OLDER_CLASSES).nullable(),
  signs: text,
  foundBy: line,
  scopeAssets: text,
  scopeData: text,
  outsideParties: text,
  usersAffected: count,
  downtimeMinutes: count,
  causeCertainty: z.enum(CAUSE_CERTAINTIES),
  cause: text,
  vector: text,
  vulnerability: text,
  measuresDone: text,
  measuresDoing: text,
  measuresPlanned: text,
  helpWanted: text,
  evidenceKept: text,
  evidenceKeeper: line,
  consequence: text,
  lessons: text,
  proposals: text,
  contactName: line,
  contactPhone: line,
  contactEmail: line,
  /** Of the older forms. */
  securityProvider: line,
  internetProvider: line,
  platform: text,
  addresses: text,
});
export type IncidentFacts = z.infer<typeof incidentFactsSchema>;

export const incidentPatchSchema = incidentFactsSchema.partial();
export type IncidentPatch = z.infer<typeof incidentPatchSchema>;

export const FACT_NAMES = Object.keys(incidentFactsSchema.shape);

export const NO_FACTS: IncidentFacts = {
  occurredAt: null,
  detectedAt: null,
  containedAt: null,
  restoredAt: null,
  nationalSecurity: false,
  seriousDisruption: false,
  personalData: false,
  consequences: [],
  serious: null,
  seriousWhy: '',
  olderClass: null,
  signs: '',
  foundBy: '',
  scopeAssets: '',
  scopeData: '',
  outsideParties: '',
  usersAffected: null,
  downtimeMinutes: null,
  causeCertainty: 'unknown',
  cause: '',
  vector: '',
  vulnerability: '',
  measuresDone: '',
  measuresDoing: '',
  measuresPlanned: '',
  helpWanted: '',
  evidenceKept: '',
  evidenceKeeper: '',
  consequence: '',
  lessons: '',
  proposals: '',
  contactName: '',
  contactPhone: '',
  contactEmail: '',
  securityProvider: '',
  internetProvider: '',
  platform: '',
  addresses: '',
};

const STEPS = ['occurredAt', 'detectedAt', 'containedAt', 'restoredAt'] as const;

/** Facts as they are kept: times in UTC, texts in one Unicode form without what stands around them. */
export function tidyFacts(patch: IncidentPatch): IncidentPatch {
  const steps: readonly string[] = STEPS;
  return Object.fromEntries(
    Object.entries(patch).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      return [name, steps.includes(name) ? new Date(value).toISOString() : value.normalize('NFC').trim()];
    }),
  );
}

/** Clocks of people and collectors differ a little. */
const FUTURE_MS_MAX = 300_000;

/** What is wrong with the times, by field; undefined: nothing. @param nowMs milliseconds UTC */
export function wrongTime(
  facts: IncidentFacts,
  nowMs: number,
): { field: (typeof STEPS)[number]; message: string } | undefined {
  let before: { field: string; ms: number } | undefined;
  for (const field of STEPS) {
    const at = facts[field];
    if (at === null) continue;
    const ms = Date.parse(at);
    if (ms > nowMs + FUTURE_MS_MAX) return { field, message: `\`${field}\` is in the future` };
    if (before !== undefined && ms < before.ms)
      return { field, message: `\`${field}\` is before \`${before.field}\`` };
    before = { field, ms };
  }
  return undefined;
}

/** What an incident is not closed without (control IR-02). */
export function missingToClose(facts: IncidentFacts, systems: number): string[] {
  const missing: string[] = [];
  if (facts.detectedAt === null) missing.push('detectedAt');
  if (systems === 0) missing.push('systems');
  for (const field of ['signs', 'scopeAssets', 'cause', 'measuresDone', 'evidenceKept'] as const)
    if (facts[field].trim() === '') missing.push(field);
  if (facts.causeCertainty === 'unknown') missing.push('causeCertainty');
  return missing;
}
