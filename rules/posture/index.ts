/** The posture policies that come with the product, and the way to read others: this folder's only door. */
import { loadPolicies } from './load.ts';
import type { LoadedPolicies } from './load.ts';

export { loadPolicies } from './load.ts';
export type { LoadedPolicies } from './load.ts';

export const POSTURE_FOLDER: string = import.meta.dirname;

let known: LoadedPolicies | undefined;

/**
 * Those of this folder, read once.
 * @throws Error when one is wrong: the installation is broken
 */
export function builtInPolicies(): LoadedPolicies {
  known ??= loadPolicies(POSTURE_FOLDER);
  const [first] = known.problems;
  if (first !== undefined)
    throw new Error(
      `the policies in ${POSTURE_FOLDER} are damaged, install again: ${first.file}:${first.line}: ${first.field}: ${first.message}`,
    );
  return known;
}
