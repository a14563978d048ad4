/**
 * MITRE ATT&CK tags of Sigma rules ("attack.credential-access", "attack.t1110.001"), and the advice that goes with a
 * tactic. Invariant: an unknown tag is kept as it is.
 */

export const tactics = [
  'reconnaissance',
  'resource-development',
  'initial-access',
  'execution',
  'persistence',
  'privilege-escalation',
  'stealth',
  'defense-impairment',
  'credential-access',
  'discovery',
  'lateral-movement',
  'collection',
  'command-and-control',
  'exfiltration',
  'impact',
] as const;
/** Of earlier versions of ATT&CK: rules and alerts may still name them. */
export const formerTactics = ['defense-evasion'] as const;
export const knownTactics = [...tactics, ...formerTactics] as const;
export type Tactic = (typeof knownTactics)[number];

export type Tag =
  | { readonly kind: 'tactic'; readonly tactic: Tactic }
  /** `url` of the technique at attack.mitre.org. */
  | { readonly kind: 'technique'; readonly id: string; readonly url: string }
  | { readonly kind: 'other'; readonly text: string };

/** Reads one tag; underscores and case do not matter. */
export function parseTag(tag: string): Tag {
  const name = tag.toLowerCase().replaceAll('_', '-');
  const tactic = knownTactics.find((known) => name === `attack.${known}`);
  if (tactic !== undefined) return { kind: 'tactic', tactic };
  const technique = /^attack\.(t\d{4})(?:\.(\d{3}))?$/u.exec(name);
  const [, main, sub] = technique ?? [];
  if (main === undefined) return { kind: 'other', text: tag };
  const id = main.toUpperCase();
  return sub === undefined
    ? { kind: 'technique', id, url: `https://attack.mitre.org/techniques/${id}/` }
    : { kind: 'technique', id: `${id}.${sub}`, url: `https://attack.mitre.org/techniques/${id}/${sub}/` };
}

/** The tactics of an alert, in the order of an attack, each once. */
export function tacticsOf(tags: readonly string[]): readonly Tactic[] {
  const found = new Set<Tactic>();
  for (const tag of tags) {
    const parsed = parseTag(tag);
    if (parsed.kind === 'tactic') found.add(parsed.tactic);
  }
  return knownTactics.filter((tactic) => found.has(tactic));
}
