/** The feed of an operations centre. Invariant: however often it is asked, the control plane is asked once in half a minute for a scope. */
import { z } from 'zod';
import { feedQuerySchema, operationsFeedSchema } from '../contract-feed.ts';
import { errorSchema } from '../contract.ts';
import type { ApiServer } from '../dependencies.ts';
import { type Asked, keptAnswers } from '../kept-answers.ts';
import { type FeedDeps, operationsCsv, operationsFeed } from '../operations-feed.ts';
import { principalOf } from '../principal.ts';

const KEPT_MS = 30_000;

const wantsCsv = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/csv\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);

export function addFeedRoute(app: ApiServer, deps: FeedDeps): void {
  const feedOf = keptAnswers(KEPT_MS, deps.now, (asked: Asked) => operationsFeed(deps, asked));
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
