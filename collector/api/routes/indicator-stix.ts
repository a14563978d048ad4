/** Indicators as a STIX 2.1 bundle for others, streamed; who takes it out, and what, is on record before it leaves. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { stixBundle } from '../../indicator/write-stix.ts';
import { writeAudit } from '../../registry/audit.ts';
import { sharedPages } from '../../registry/indicator/shared-pages.ts';
import { indicatorStixSchema } from '../contract-indicators.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';
import { seesWholeTree } from './indicators.ts';

export function addIndicatorStix(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  const turns = new Turns({ runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 2 });
  app.get(
    '/indicators/stix',
    {
      config: { access: 'indicator:read' },
      schema: {
        summary:
          'Indicators as a STIX 2.1 bundle, with markings, confidence and end; retired ones are revoked',
        querystring: indicatorStixSchema,
        produces: ['application/stix+json'],
        response: {
          200: z.unknown().describe('STIX 2.1 bundle'),
          '4xx': errorSchema,
          '5xx': errorSchema,
        },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { type: kind, state: standing, tlpMax, ...filter } = request.query;
      const nowMs = registry.now();
      const query = { ...filter, kind, standing, seesAll: seesWholeTree(principal), nowMs };
      await turns.run(principal.actor, async () => {
        await writeAudit(registry.db, nowMs, {
          actor: principal.actor,
          action: 'indicator.export',
          agencyId: principal.agencyId,
          detail: { format: 'stix', asked: request.query },
        });
        const text = Readable.from(stixBundle(sharedPages(registry.db, query), { tlpMax, nowMs }));
        const over = new Promise((resolve) => void text.once('close', resolve));
        void reply
          .type('application/stix+json; version=2.1; charset=utf-8')
          .header('content-disposition', 'attachment; filename="indicators.json"')
          .send(text);
        await over;
      });
      return reply;
    },
  );
}
