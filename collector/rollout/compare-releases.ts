/** Order of the agent's versions: `0.2.0-rc.1` is before `0.2.0`. */
import { compareVersions } from '../inventory/compare-versions.ts';

/** @returns below, at or above 0 as the first is older, the same or newer */
export function compareReleases(left: string, right: string): number {
  return compareVersions(left.replace('-', '~'), right.replace('-', '~'), 'dpkg');
}
