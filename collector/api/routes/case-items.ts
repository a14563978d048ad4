/** What a case is about: hosts, users, indicators, systems, and kept copies of events. */
import { inScope } from '../../registry/agencies.ts';
import {
  addItems,
  keepEvents,
  listItems,
  listKeptEvents,
  removePart,
  type KeptEvent,
} from '../../registry/cases/case-items.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { byOf, cutPage, idCursor, openedCase } from '../case-route.ts';
import { detailOfCase, viewItem } from '../case-view.ts';
import {
  itemBodySchema,
  itemListSchema,
  keepBodySchema,
  keptEventsSchema,
  pageQuery,
  partParams,
} from '../contract-case-parts.ts';
import { caseDetailSchema, caseParams } from '../contract-cases.ts';
import { errorSchema, eventSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { toApiEvent } from '../event-view.ts';
import { principalOf, type Principal } from '../principal.ts';
import { parseEventId } from './events.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'store' | 'cases'>;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

export function addCaseItemRoutes(app: ApiServer, deps: Deps): void {
  addItemRoutes(app, deps);
  addKeptEventRoutes(app, deps);
}

function addItemRoutes(app: ApiServer, deps: Deps): void {
  const { registry, cases } = deps;
  const listOf = async (id: string, principal: Principal) => {
    const { row, hidden } = await openedCase(registry, id, principal, 'items');
    return { items: (await listItems(registry.db, row.id, principal.scope)).map(viewItem), hidden };
  };
  app.get(
    '/cases/:id/items',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Hosts, users, indicators and systems of a case',
        params: caseParams,
        response: { 200: itemListSchema, ...ERRORS },
      },
    },
    async (request) => listOf(request.params.id, principalOf(request)),
  );
  app.post(
    '/cases/:id/items',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Add hosts, users, indicators or systems to a case',
        params: caseParams,
        body: itemBodySchema,
        response: { 201: itemListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const caseId = await addItems(registry, request.params.id, request.body.items, byOf(request));
      await cases.changed([caseId]);
      return reply.code(201).send(await listOf(caseId, principalOf(request)));
    },
  );
  for (const [part, table] of [
    ['items', 'case_item'],
    ['events', 'case_event'],
  ] as const) {
    app.delete(
      `/cases/:id/${part}/:partId`,
      {
        config: { access: 'case:write' },
        schema: {
          summary:
            part === 'items'
              ? 'Take a host, user, indicator or system out'
              : 'Keep a copy of an event no more',
          params: partParams,
          response: { 200: caseDetailSchema, ...ERRORS },
        },
      },
      async (request) => {
        const { id, partId } = request.params;
        const caseId = await removePart(registry, id, { table, id: partId }, byOf(request));
        await cases.changed([caseId]);
        return detailOfCase(registry, caseId, principalOf(request).scope);
      },
    );
  }
}

function addKeptEventRoutes(app: ApiServer, deps: Deps): void {
  const { registry, store, cases } = deps;
  app.get(
    '/cases/:id/events',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Kept copies of events',
        params: caseParams,
        querystring: pageQuery,
        response: { 200: keptEventsSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { row, hidden } = await openedCase(registry, request.params.id, principal, 'events');
      const { limit, after } = request.query;
      const afterId = after === undefined ? undefined : idCursor.decode(after).id;
      const { page, next } = cutPage(
        await listKeptEvents(registry.db, row.id, principal.scope, { limit: limit + 1, afterId }),
        limit,
      );
      return {
        events: page.map(({ id, agencyId, addedBy, addedMs, sha256, event }) => ({
          id,
          agencyId,
          addedBy,
          addedAt: isoTime(addedMs),
          sha256,
          event: eventSchema.parse(JSON.parse(event)),
        })),
        hidden,
        next,
      };
    },
  );
  app.post(
    '/cases/:id/events',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Keep copies of events in a case: retention does not take them',
        params: caseParams,
        body: keepBodySchema,
        response: { 201: caseDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const events: KeptEvent[] = [];
      for (const eventId of new Set(request.body.eventIds)) {
        const name = parseEventId(eventId);
        const event = name === undefined ? undefined : await store.find(name);
        if (event === undefined || !inScope(scope, event.agencyId))
          throw new ApiError('not-found', { field: 'eventIds', message: `there is no event ${eventId}` });
        const { id, timeMs, agencyId, hostname } = event;
        events.push({ id, timeMs, agencyId, hostname, shown: toApiEvent(event) });
      }
      const caseId = await keepEvents(registry, request.params.id, events, byOf(request));
      await cases.changed([caseId]);
      return reply.code(201).send(await detailOfCase(registry, caseId, scope));
    },
  );
}
