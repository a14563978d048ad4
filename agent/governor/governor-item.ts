/** What the governor did, as a record of the agent about itself. */
import { agentItem } from '../agent-record.ts';
import type { SourceItem } from '../sources/source.ts';
import type { GovernorNews } from './governor.ts';

/** @param at milliseconds since 1970 */
export function governorItem(at: number, news: GovernorNews): SourceItem {
  switch (news.kind) {
    case 'slowed': {
      const { subject, work, reason, since, waitedMs, turns, over } = news;
      const detail = { work, reason, since, waitedMs: Math.round(waitedMs), turns };
      return agentItem(at, over ? 'unthrottled' : 'throttled', subject, detail);
    }
    case 'paused':
      return agentItem(at, 'paused', 'scans', { reason: news.reason, until: news.until ?? null });
    case 'resumed':
      return agentItem(at, 'resumed', 'scans', { reason: news.reason, pausedMs: Math.round(news.pausedMs) });
    case 'memory-over': {
      const detail = { reason: 'memory', rssBytes: news.rssBytes, relieved: news.relieved.join(', ') };
      return agentItem(at, 'throttled', 'memory', detail);
    }
    case 'memory-within': {
      const detail = { reason: 'memory', rssBytes: news.rssBytes, overMs: Math.round(news.overMs) };
      return agentItem(at, 'unthrottled', 'memory', detail);
    }
  }
}
