/** Links to the national centre over which nothing is accepted. */
import type { HouseCondition } from '../alert/house-finding.ts';
import { houseFacts } from './house-rules.ts';

/** Attempts in a row, or documents that could not be made. */
const FAILURES = 3;

export interface CarryingLink {
  name: string;
  agencyId: number;
  enabled: boolean;
  failures: number;
  problem: string | null;
}

export function failingLinks(links: readonly CarryingLink[]): HouseCondition[] {
  return links.map(({ name, agencyId, enabled, failures, problem }) => ({
    holds: enabled && failures >= FAILURES,
    about: {
      rule: houseFacts('vonggac:exchange-failing', 'high', { en: name, vi: name }),
      entity: { link: name },
      agencyId,
      agentId: null,
      hostname: null,
      message: problem ?? '',
      matched: {},
    },
  }));
}
