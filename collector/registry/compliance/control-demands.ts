/** When a person's word is due again, by what the catalogue asks with what was put right in it. */
import { parsePeriod, periodAfter } from '../../compliance/iso-period.ts';
import {
  attestationEveryAt,
  type CatalogueControl,
  type Level,
  LEVELS,
} from '../../../rules/compliance/index.ts';

/**
 * The first day on which the word counts no longer: the earliest of its controls; undefined where none of them says one.
 * @param level null (not decided yet, or an agency with systems of many): held to the shortest
 */
export function dueOnOf(
  controls: readonly CatalogueControl[],
  level: number | null,
  signedOn: string,
): string | undefined {
  const signedMs = Date.parse(`${signedOn}T00:00:00Z`);
  const levels: readonly Level[] = LEVELS.filter((one) => level === null || one === level);
  const days = controls.flatMap((control) =>
    levels.flatMap((one) => {
      const period = parsePeriod(attestationEveryAt(control, one) ?? '');
      return period === undefined ? [] : [new Date(periodAfter(signedMs, period)).toISOString().slice(0, 10)];
    }),
  );
  return days.toSorted()[0];
}
