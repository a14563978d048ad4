/** News of threats and weaknesses came in within a period: indicators and advisories, each from a source of its own. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { ofCentre } from '../centre-findings.ts';
import type { FeedFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'followed' | 'too-few' | 'nothing-yet';

const schema = z.strictObject({
  within: periodSchema,
  /** So many feeds have to be fresh. */
  sources: z.int().min(1).max(20).default(1),
});

export const threatFeedsKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, readonly FeedFact[], Own>({
  kind: 'threat-feeds',
  history: 'events',
  schema,
  reasons: {
    followed: {
      vi: '{fresh} nguồn tin được cập nhật trong {within}, gần nhất {last}',
      en: '{fresh} feeds were brought up to date within {within}, the last at {last}',
    },
    'too-few': {
      vi: 'Trong {within} chỉ có {fresh} nguồn tin được cập nhật; gần nhất {last}',
      en: 'Only {fresh} feeds were brought up to date within {within}; the last at {last}',
    },
    'nothing-yet': {
      vi: 'Chưa nhập nguồn tin nào về lỗ hổng hay mối đe doạ',
      en: 'No feed of weaknesses or threats was imported yet',
    },
  },
  outside: {
    followed: {
      vi: 'Nguồn tin về lỗ hổng, mối đe doạ được cập nhật trong chu kỳ',
      en: 'Feeds of weaknesses and threats were brought up to date within the time',
    },
    'too-few': {
      vi: 'Số nguồn tin được cập nhật ít hơn yêu cầu',
      en: 'Fewer feeds were brought up to date than are asked for',
    },
  },
  gather: ({ centre }, { atMs }) => centre.feeds(atMs),
  judge({ within, sources }, feeds, _system, { atMs }) {
    const lastMs = Math.max(...feeds.map((feed) => feed.lastMs));
    if (feeds.length === 0)
      return ofCentre<Own>({ result: 'not-met', reason: { code: 'nothing-yet', args: {} }, atMs });
    const sinceMs = periodBefore(atMs, within);
    const fresh = feeds.filter((feed) => feed.lastMs >= sinceMs).length;
    const args = { fresh, within: within.iso, last: showTime(lastMs) };
    const observed = feeds.map(({ name, lastMs: at }) => `${name} ${showTime(at)}`).join(', ');
    return fresh >= sources
      ? ofCentre<Own>({ result: 'met', reason: { code: 'followed', args }, observed, atMs: lastMs })
      : ofCentre<Own>({ result: 'not-met', reason: { code: 'too-few', args }, observed, atMs: lastMs });
  },
  explain: ({ within, sources }) => ({
    vi: `Ít nhất ${sources} nguồn chỉ dấu hoặc lỗ hổng được nhập trong ${within.iso} (vonggac job list, vonggac vulnerability feeds)`,
    en: `At least ${sources} feeds of indicators or advisories were imported within ${within.iso} (vonggac job list, vonggac vulnerability feeds)`,
  }),
});
