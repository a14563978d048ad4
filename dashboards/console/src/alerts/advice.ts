/** What to do first, by what the attacker seems to be at. Words live in the catalogues. */
import type { Severity } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import type { Tactic } from './attack.ts';

type AdviceKey = Extract<LabelKey, `advice.${string}`>;

const byTactic: Readonly<Partial<Record<Tactic, readonly AdviceKey[]>>> = {
  'initial-access': ['advice.initialAccess'],
  execution: ['advice.execution'],
  persistence: ['advice.persistence'],
  'privilege-escalation': ['advice.privilege'],
  stealth: ['advice.evasion'],
  'defense-impairment': ['advice.evasion'],
  'defense-evasion': ['advice.evasion'],
  'credential-access': ['advice.credentialSource', 'advice.credentialSuccess', 'advice.credentialReset'],
  'lateral-movement': ['advice.lateral'],
  'command-and-control': ['advice.commandAndControl'],
  exfiltration: ['advice.exfiltration'],
  impact: ['advice.impact'],
};

/** Steps that cost an agency its work; for an alert of lower severity the plain question comes first. */
const drastic: ReadonlySet<AdviceKey> = new Set(['advice.impact', 'advice.credentialReset']);
const adviceMax = 5;

/** The first steps for an alert with these tactics; always at least how to judge it. */
export function adviceOf(tactics: readonly Tactic[], severity: Severity): readonly AdviceKey[] {
  const serious = severity === 'critical' || severity === 'high';
  const steps = tactics
    .flatMap((tactic) => byTactic[tactic] ?? [])
    .filter((key) => serious || !drastic.has(key));
  return [...new Set<AdviceKey>([...steps.slice(0, adviceMax - 1), 'advice.judge'])];
}
