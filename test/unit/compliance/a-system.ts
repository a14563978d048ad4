/** Hosts, systems and moments for judging: what a test does not name is harmless. */
import type {
  AssessedHost,
  AssessedSystem,
  Moment,
} from '../../../collector/compliance/evidence/evidence-kind.ts';

export const AT_MS = Date.UTC(2026, 10, 26, 3);
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const MOMENT: Moment = { atMs: AT_MS, nowMs: AT_MS };

export function aHost(id: string, facts: Partial<AssessedHost> = {}): AssessedHost {
  return {
    id,
    hostname: `host-${id}`,
    agencyId: 1,
    platform: 'linux',
    osName: 'Debian GNU/Linux',
    osVersion: '12',
    enrolledMs: AT_MS - 100 * DAY_MS,
    seenMs: AT_MS - HOUR_MS,
    clockSkewMs: 0,
    ...facts,
  };
}

export function aSystem(hosts: readonly AssessedHost[], facts: Partial<AssessedSystem> = {}): AssessedSystem {
  return { id: 7, name: 'Một cửa', agencyId: 1, level: 3, profile: 'vn-2026', hosts, ...facts };
}
