/** Channels of notices that carry nothing for long. */
import type { HouseCondition } from '../alert/house-finding.ts';
import { houseFacts } from './house-rules.ts';

const FAILING_MS = 30 * 60_000;

export interface CarryingChannel {
  name: string;
  agencyId: number;
  enabled: boolean;
  /** Null while it carries messages. */
  failingSinceMs: number | null;
  problem: string | null;
}

export function failingChannels(channels: readonly CarryingChannel[], nowMs: number): HouseCondition[] {
  return channels.map(({ name, agencyId, enabled, failingSinceMs, problem }) => ({
    holds: enabled && failingSinceMs !== null && nowMs - failingSinceMs >= FAILING_MS,
    about: {
      rule: houseFacts('vonggac:notify-failing', 'high', { en: name, vi: name }),
      entity: { channel: name },
      agencyId,
      agentId: null,
      hostname: null,
      message: problem ?? '',
      matched: {},
    },
  }));
}
