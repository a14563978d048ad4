/** Pages of exports from the command line, which sees everything; the first one of an export is on record. */
import { z } from 'zod';
import { toAlertFilter } from '../../api/alert-query.ts';
import { alertQuerySchema, alertSchema } from '../../api/contract-alerts.ts';
import { toApiEvent } from '../../api/event-view.ts';
import { writeAudit } from '../../registry/audit.ts';
import { pageAlerts } from '../../registry/alert-book.ts';
import { eventSchema } from '../../api/contract.ts';
import { huntRun, orProblem, wrongSchema } from './hunt.ts';
import { defineOperation, liveOf, type OperationContext } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
const PAGE_ROWS_MAX = 500;

function note({ registry, actor }: OperationContext, name: string, asked: object): Promise<void> {
  const detail = { format: 'csv', masked: false, asked };
  return writeAudit(registry.db, registry.now(), { actor, action: `${name}.export`, detail });
}

const placeSchema = z.object({ keys: z.array(z.number()).min(1).max(2), id: z.string() });

export const alertExport = defineOperation({
  name: 'alert.export',
  needs: 'data',
  input: z.strictObject({
    query: z.record(z.string().max(32), z.union([z.string().max(512), z.number()])),
    after: placeSchema.optional(),
  }),
  output: z.object({ alerts: z.array(alertSchema), next: placeSchema.optional() }),
  async run(context, { query, after }) {
    const { registry } = context;
    const { after: _after, limit: _limit, sort, order, ...words } = alertQuerySchema.parse(query);
    const filter = await toAlertFilter(registry, words, { scope: EVERYWHERE, username: undefined });
    if (after === undefined) await note(context, 'alert', query);
    const page = { filter, sort, order, limit: PAGE_ROWS_MAX, after };
    const { alerts, next } = await pageAlerts(registry.db, page, EVERYWHERE, registry.now());
    return { alerts, ...(next === undefined ? {} : { next: { ...next, keys: [...next.keys] } }) };
  },
});

export const huntExport = defineOperation({
  name: 'hunt.export',
  needs: 'collector',
  input: huntRun.input,
  output: z.union([
    wrongSchema,
    z.object({
      events: z.array(eventSchema),
      /** Where the next page goes on; left out after the last one. */
      next: z.object({ timeMs: z.number(), id: z.string() }).optional(),
    }),
  ]),
  run: (context, input) =>
    orProblem(async () => {
      const limit = Math.min(input.limit, PAGE_ROWS_MAX);
      const found = await liveOf(context).hunts.run({ ...input, limit, scope: EVERYWHERE });
      if (input.after === undefined) await note(context, 'hunt', input.asked);
      const last = found.hasMore ? found.events.at(-1) : undefined;
      return {
        events: found.events.map(toApiEvent),
        ...(last === undefined ? {} : { next: { timeMs: last.timeMs, id: last.id } }),
      };
    }),
});
