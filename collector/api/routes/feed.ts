/** The feed of an operations centre. Invariant: however often it is asked, the control plane is asked once in half a minute for a scope. */
import { z } from 'zod';
import type { AgencyScope } from '../../registry/agencies.ts';
import { feedQuerySchema, type OperationsFeed, operationsFeedSchema } from '../contract-feed.ts';
import { errorSchema } from '../contract.ts';
import type { ApiServer } from '../dependencies.ts';
import { type FeedDeps, operationsCsv, operationsFeed } from '../operations-feed.ts';
import { principalOf } from '../principal.ts';

const KEPT_MS = 30_000;

interface Kept {
  scope: AgencyScope;
  untilMs: number;
  feed: Promise<OperationsFeed>;
}

/** By agency, and anew when the tree below it is another (its scope then is another object). */
function keptFeeds(deps: FeedDeps) {
  const kept = new Map<number, Kept>();
  return (asked: { agencyId: number; scope: AgencyScope }): Promise<OperationsFeed> => {
    const nowMs = deps.now();
    const found = kept.get(asked.agencyId);
    if (found !== undefined && found.scope === asked.scope && found.untilMs > nowMs) return found.feed;
    for (const [agencyId, { untilMs }] of kept) if (untilMs <= nowMs) kept.delete(agencyId);
    const feed = operationsFeed(deps, asked);
    const entry: Kept = { scope: asked.scope, untilMs: nowMs + KEPT_MS, feed };
    kept.set(asked.agencyId, entry);
    // Who asked is told; who asks next tries again.
    feed.catch(() => {
      if (kept.get(asked.agencyId) === entry) kept.delete(asked.agencyId);
    });
    return feed;
  };
}

const wantsCsv = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/csv\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);

export function addFeedRoute(app: ApiServer, deps: FeedDeps): void {
  const feedOf = keptFeeds(deps);
  app.get(
    '/feed/operations',
    {
      config: { access: 'feed:read' },
      schema: {
        summary:
          'State of an agency and all below it in figures, for the wall of an operations centre; as CSV with format=csv or Accept: text/csv',
        querystring: feedQuerySchema,
        produces: ['application/json', 'text/csv'],
        response: {
          200: z.union([operationsFeedSchema, z.string().describe('CSV')]),
          '4xx': errorSchema,
          '5xx': errorSchema,
        },
      },
    },
    async (request, reply) => {
      const { format, lang } = request.query;
      const { agencyId, scope } = principalOf(request);
      const feed = await feedOf({ agencyId, scope });
      reply.header('vary', 'accept');
      if (format !== 'csv' && (format === 'json' || !wantsCsv(request.headers.accept))) return feed;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="operations.csv"')
        .send(operationsCsv(feed, lang));
    },
  );
}
