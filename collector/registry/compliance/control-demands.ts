/** What the catalogue asks of attestations: which controls a profile has, and when a person's word is due again. */
import { parsePeriod, periodAfter } from '../../compliance/iso-period.ts';
import {
  attestationEveryAt,
  type CatalogueControl,
  type Level,
  LEVELS,
} from '../../../rules/compliance/index.ts';
import type { RegistryDb } from '../database.ts';
import { profilesAt } from './overrides.ts';

/** Controls of a profile with what administrators put in place of doubtful facts, by id. */
export type ControlDemands = ReadonlyMap<string, CatalogueControl>;

export async function controlDemands(
  db: RegistryDb,
  profile: string,
  nowMs: number,
): Promise<ControlDemands> {
  const controls = (await profilesAt(db, nowMs)).get(profile)?.profile.controls ?? [];
  return new Map(controls.map((control) => [control.id, control]));
}

/**
 * The first day on which the word counts no longer: the earliest of its controls; undefined where none of them says one. A system
 * whose level is not decided, and an agency with systems of many, are held to the shortest.
 */
export function dueOnOf(
  demands: ControlDemands,
  { level, controls, signedOn }: { level: number | null; controls: readonly string[]; signedOn: string },
): string | undefined {
  const signedMs = Date.parse(`${signedOn}T00:00:00Z`);
  const levels: readonly Level[] = LEVELS.filter((one) => level === null || one === level);
  const days = controls.flatMap((id) => {
    const control = demands.get(id);
    if (control === undefined) return [];
    return levels.flatMap((one) => {
      const period = parsePeriod(attestationEveryAt(control, one) ?? '');
      return period === undefined ? [] : [new Date(periodAfter(signedMs, period)).toISOString().slice(0, 10)];
    });
  });
  return days.toSorted()[0];
}
