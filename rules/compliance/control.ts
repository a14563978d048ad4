/** What is asked of a system at its level, and what of it is not confirmed. */
import type { CatalogueControl, Profile } from './load.ts';
import type { Control, Evidence, Level, ThresholdValue } from './schema.ts';

export function controlsAt({ controls }: Profile, level: Level): CatalogueControl[] {
  return controls.filter(({ levels }) => levels.includes(level));
}

/** What is looked at on a level. */
export function evidenceAt({ evidence }: Pick<Control, 'evidence'>, level: Level): Evidence[] {
  return evidence.filter(({ levels }) => levels?.includes(level) ?? true);
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
