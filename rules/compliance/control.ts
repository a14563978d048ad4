/** What is asked of a system at its level, and what of it is not confirmed. */
import type { CatalogueControl, Profile } from './load.ts';
import { thresholdReferenceSchema } from './schema.ts';
import type { Control, Evidence, Level, ThresholdValue } from './schema.ts';

export function controlsAt({ controls }: Profile, level: Level): CatalogueControl[] {
  return controls.filter(({ levels }) => levels.includes(level));
}

/** What is looked at on a level. */
export function evidenceAt({ evidence }: Control, level: Level): Evidence[] {
  return evidence.filter(({ levels }) => levels?.includes(level) ?? true);
}

/**
 * An evidence entry's parameters with the values of a level. A threshold that says nothing of the level becomes
 * undefined: there is no demand.
 */
export function parametersAt(
  { parameters }: Evidence,
  { thresholds }: Pick<Control, 'thresholds'>,
  level: Level,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const reference = thresholdReferenceSchema.safeParse(value);
      return [name, reference.success ? thresholds[reference.data.threshold]?.[level] : value];
    }),
  );
}

/** How often a person must confirm the control: an ISO 8601 duration; undefined: once, until something changes. */
export function attestationEveryAt(
  { attestation, thresholds }: Pick<Control, 'attestation' | 'thresholds'>,
  level: Level,
): string | undefined {
  const every = attestation?.every;
  if (every === undefined || typeof every === 'string') return every;
  const value: ThresholdValue | undefined = thresholds[every.threshold]?.[level];
  return typeof value === 'string' ? value : undefined;
}

/** @param field as dots: `thresholds.keep.2`; a marked field marks what is in it */
export function isUnconfirmed(
  { confidence, unconfirmed }: Pick<Control, 'confidence' | 'unconfirmed'>,
  field: string,
): boolean {
  return (
    confidence === 'D' || unconfirmed.some((marked) => field === marked || field.startsWith(`${marked}.`))
  );
}
