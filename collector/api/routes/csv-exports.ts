/** Alerts, events and what a hunt finds as CSV files: the filters of their lists, as many rows as are asked for. */
import { z } from 'zod';
import { pageAlerts } from '../../registry/alert-book.ts';
import { toAlertFilter } from '../alert-query.ts';
import { alertExportSchema } from '../contract-alerts.ts';
import { huntExportSchema } from '../contract-hunts.ts';
import { errorSchema, eventExportSchema } from '../contract.ts';
import { ALERT_COLUMNS, EVENT_COLUMNS } from '../csv-columns.ts';
import { csvSender, type SendCsv } from '../csv-export.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { toEventQuery } from '../event-query.ts';
import { toApiEvent } from '../event-view.ts';
import { askedOf, goneSignal, huntFault, huntSpanOf } from '../hunt-request.ts';
import type { HuntRun } from '../ports.ts';
import { principalOf } from '../principal.ts';
import type { Turns } from '../turns.ts';

const PAGE_ROWS = 500;
const ANSWER = { 200: z.unknown().describe('CSV'), '4xx': errorSchema, '5xx': errorSchema } as const;

/** @param searches turns of all that search the events */
export function addCsvExportRoutes(
  app: ApiServer,
  deps: ApiDependencies,
  { searches, hunts }: { searches: Turns; hunts: Turns },
): void {
  const send = csvSender(deps.registry);
  addAlertExport(app, deps, send);
  addEventExport(app, deps, send, searches);
  addHuntExport(app, deps, send, hunts);
}

function addAlertExport(app: ApiServer, { registry }: ApiDependencies, send: SendCsv): void {
  app.get(
    '/alerts/export',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Alerts as a CSV file for Excel (UTF-8, semicolons), by the filter and order of the list',
        querystring: alertExportSchema,
        produces: ['text/csv'],
        response: ANSWER,
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { lang: language, limit, sort, order, ...wanted } = request.query;
      const username = principal.kind === 'user' ? principal.username : undefined;
      const filter = await toAlertFilter(registry, wanted, { scope: principal.scope, username });
      async function* pages() {
        let after: Awaited<ReturnType<typeof pageAlerts>>['next'];
        do {
          const query = { filter, sort, order, limit: Math.min(limit, PAGE_ROWS), after };
          const page = await pageAlerts(registry.db, query, principal.scope, registry.now());
          yield page.alerts;
          after = page.next;
        } while (after !== undefined);
      }
      const asked = { ...wanted, sort, order };
      return send(principal, reply, {
        name: 'alert',
        columns: ALERT_COLUMNS,
        language,
        limit,
        asked,
        pages: pages(),
      });
    },
  );
}

function addEventExport(
  app: ApiServer,
  { registry, store }: ApiDependencies,
  send: SendCsv,
  turns: Turns,
): void {
  app.get(
    '/events/export',
    {
      config: { access: 'event:read' },
      schema: {
        summary:
          'Events as a CSV file for Excel (UTF-8, semicolons), newest first, by the filter of the list',
        querystring: eventExportSchema,
        produces: ['text/csv'],
        response: ANSWER,
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { lang: language, limit, ...asked } = request.query;
      const query = await toEventQuery(registry, asked, principal.scope);
      async function* pages() {
        let after: { timeMs: number; id: string } | undefined;
        do {
          const wanted = { ...query, limit: Math.min(limit, PAGE_ROWS), after };
          const page = await turns.run(principal.actor, () => store.search(wanted));
          yield page.map(toApiEvent);
          after = page.length < wanted.limit ? undefined : page.at(-1);
        } while (after !== undefined);
      }
      return send(principal, reply, {
        name: 'event',
        columns: EVENT_COLUMNS,
        language,
        limit,
        asked,
        pages: pages(),
      });
    },
  );
}

function addHuntExport(
  app: ApiServer,
  { registry, hunts, now }: ApiDependencies,
  send: SendCsv,
  turns: Turns,
): void {
  app.post(
    '/hunts/export',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary: 'What a hunt finds as a CSV file for Excel (UTF-8, semicolons), newest first',
        body: huntExportSchema,
        produces: ['text/csv'],
        response: ANSWER,
      },
    },
    async (request, reply) => {
      const { body } = request;
      const principal = principalOf(request);
      const { lang: language, limit, seconds, ...asked } = body;
      const span = await huntSpanOf(registry.db, principal, body, now());
      const hunt = {
        ...span,
        asked: askedOf(body),
        limit: Math.min(limit, PAGE_ROWS),
        signal: goneSignal(reply),
      };
      const endMs = now() + seconds * 1_000;
      async function* pages() {
        let after: HuntRun['after'];
        do {
          const page = await turns.run(principal.actor, () =>
            hunts.run({ ...hunt, after, secondsMax: Math.max(0, (endMs - now()) / 1_000) }),
          );
          yield page.events.map(toApiEvent);
          after = page.hasMore ? page.events.at(-1) : undefined;
        } while (after !== undefined);
      }
      try {
        return await send(principal, reply, {
          name: 'hunt',
          columns: EVENT_COLUMNS,
          language,
          limit,
          asked,
          pages: pages(),
        });
      } catch (error) {
        throw huntFault(error, body);
      }
    },
  );
}
