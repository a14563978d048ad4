/** A layer for MITRE's ATT&CK Navigator: format 4.5, techniques scored by rules. Pure. */
import { ATTACK_VERSION } from '../sigma/index.ts';

export const LAYER_VERSION = '4.5' as const;
const NAVIGATOR_VERSION = '5.1.0';

export interface LayerTechnique {
  /** e.g. `T1059.001` */
  technique: string;
  /** Rules that are on. */
  rules: number;
  /** Of these, those whose logs arrive; undefined where nobody looked. */
  withData?: number | undefined;
  matches?: number | undefined;
}

export interface Layer {
  name: string;
  versions: { attack: string; navigator: string; layer: typeof LAYER_VERSION };
  domain: 'enterprise-attack';
  description: string;
  sorting: number;
  hideDisabled: boolean;
  techniques: {
    techniqueID: string;
    score: number;
    comment: string;
    enabled: true;
    showSubtechniques: boolean;
    metadata: { name: string; value: string }[];
  }[];
  gradient: { colors: string[]; minValue: number; maxValue: number };
  legendItems: { label: string; color: string }[];
}

const NONE = '#ffffff';
const MOST = '#0b6e62';

/** The score is the number of rules whose logs arrive, or of all that are on where that is not known. */
export function navigatorLayer(
  techniques: readonly LayerTechnique[],
  { name, description }: { name: string; description: string },
): Layer {
  const scored = techniques.map((one) => ({ ...one, score: one.withData ?? one.rules }));
  const subsOf = new Set(
    techniques.flatMap(({ technique }) => (technique.includes('.') ? [technique.split('.')[0]] : [])),
  );
  return {
    name,
    versions: {
      attack: ATTACK_VERSION.split('.')[0] ?? ATTACK_VERSION,
      navigator: NAVIGATOR_VERSION,
      layer: LAYER_VERSION,
    },
    domain: 'enterprise-attack',
    description,
    sorting: 3,
    hideDisabled: false,
    techniques: scored.map(({ technique, rules, withData, matches, score }) => ({
      techniqueID: technique,
      score,
      comment: [
        `rules: ${rules}`,
        ...(withData === undefined ? [] : [`with data: ${withData}`]),
        ...(matches === undefined ? [] : [`matches: ${matches}`]),
      ].join('; '),
      enabled: true,
      showSubtechniques: subsOf.has(technique),
      metadata: [
        { name: 'rules', value: String(rules) },
        ...(matches === undefined ? [] : [{ name: 'matches', value: String(matches) }]),
      ],
    })),
    gradient: {
      colors: [NONE, MOST],
      minValue: 0,
      maxValue: Math.max(1, ...scored.map(({ score }) => score)),
    },
    legendItems: [{ label: 'rules that see', color: MOST }],
  };
}

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/i;

/** Techniques that tags name, each with the number of rules. */
export function techniquesOf(rules: readonly { tags: readonly string[] }[]): LayerTechnique[] {
  const counts = new Map<string, number>();
  for (const { tags } of rules) {
    for (const technique of new Set(tags.flatMap((tag) => TECHNIQUE.exec(tag)?.[1]?.toUpperCase() ?? [])))
      counts.set(technique, (counts.get(technique) ?? 0) + 1);
  }
  return [...counts]
    .map(([technique, count]) => ({ technique, rules: count }))
    .toSorted((a, b) => (a.technique < b.technique ? -1 : 1));
}
