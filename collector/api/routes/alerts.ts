/** Alerts: list, facets, detail, what people do to them, and what was done. */
import { z } from 'zod';
import { addNote, changeAlert, listNotes, watchAlert } from '../../registry/alert-acts.ts';
import { pageAlerts, readAlert } from '../../registry/alert-book.ts';
import { readFacets } from '../../registry/alert-facets.ts';
import { readHistory } from '../../registry/alert-history.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { toAlertFilter } from '../alert-query.ts';
import {
  alertDetailSchema,
  alertFacetsSchema,
  alertFilterSchema,
  alertHistoryQuerySchema,
  alertHistorySchema,
  alertNoteBodySchema,
  alertNoteListSchema,
  alertPageSchema,
  alertPatchSchema,
  alertQuerySchema,
  type AlertDetail,
} from '../contract-alerts.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'alerts'>;

const cursor = cursorCodec(
  'alerts',
  z.strictObject({
    sort: z.string().max(32),
    order: z.string().max(8),
    keys: z.array(z.int()).min(1).max(2),
    id: z.string().min(1).max(256),
  }),
);
const historyCursor = cursorCodec('alert-history', z.strictObject({ id: z.int() }));
const params = z.strictObject({ id: z.string().min(1).max(256) });

/** The user name of who asks; undefined for tokens. */
function usernameOf(principal: Principal): string | undefined {
  return principal.kind === 'user' ? principal.username : undefined;
}

function whoOf(principal: Principal) {
  return { scope: principal.scope, username: usernameOf(principal) };
}

const noAlert = (): ApiError => new ApiError('not-found', { message: 'there is no such alert' });

export function addAlertRoutes(app: ApiServer, deps: Deps): void {
  addLists(app, deps);
  addOne(app, deps);
  addNotes(app, deps);
  addWatching(app, deps);
}

async function detailOf({ registry }: Deps, id: string, { scope }: Principal): Promise<AlertDetail> {
  const alert = await readAlert(registry.db, id, scope, registry.now());
  if (alert === undefined) throw noAlert();
  return alert;
}

function addLists(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/alerts',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Alerts, by default those of the highest risk first; folded ones are left out',
        querystring: alertQuerySchema,
        response: { 200: alertPageSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { after, limit, sort, order, ...wanted } = request.query;
      const filter = await toAlertFilter(registry, wanted, whoOf(principal));
      const place = after === undefined ? undefined : cursor.decode(after);
      if (place !== undefined && (place.sort !== sort || place.order !== order)) {
        throw new ApiError('bad-request', { field: 'after', message: 'this cursor is of another order' });
      }
      const query = { filter, sort, order, limit, after: place };
      const { alerts, next } = await pageAlerts(registry.db, query, principal.scope, registry.now());
      return {
        alerts,
        next: next === undefined ? null : cursor.encode({ sort, order, ...next, keys: [...next.keys] }),
      };
    },
  );

  app.get(
    '/alerts/facets',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'How many alerts there are by state, severity, rule, agency and so on',
        querystring: alertFilterSchema,
        response: { 200: alertFacetsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const filter = await toAlertFilter(registry, request.query, whoOf(principal));
      return readFacets(registry.db, filter, principal.scope, registry.now());
    },
  );
}

function addOne(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.get(
    '/alerts/:id',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'One alert with the events that prove it; its ETag is its version',
        params,
        response: { 200: alertDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const alert = await detailOf(deps, request.params.id, principalOf(request));
      sendVersion(reply, alert.version);
      return alert;
    },
  );

  app.patch(
    '/alerts/:id',
    {
      config: { access: 'alert:write' },
      schema: {
        summary: 'Change state, assignee, tags or due time; with If-Match only if nobody else did meanwhile',
        params,
        body: alertPatchSchema,
        response: { 200: alertDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope } = principal;
      const { dueAt, ...change } = request.body;
      const dueMs = dueAt === undefined || dueAt === null ? dueAt : Date.parse(dueAt);
      const by = { actor, scope, version: versionWanted(request) };
      await deps.alerts.changed(await changeAlert(registry, request.params.id, { ...change, dueMs }, by));
      const alert = await detailOf(deps, request.params.id, principal);
      sendVersion(reply, alert.version);
      return alert;
    },
  );

  app.get(
    '/alerts/:id/history',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'What was done to an alert, the newest first',
        params,
        querystring: alertHistoryQuerySchema,
        response: { 200: alertHistorySchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      await detailOf(deps, request.params.id, principalOf(request));
      const { limit, after } = request.query;
      const beforeId = after === undefined ? undefined : historyCursor.decode(after).id;
      const found = await readHistory(registry.db, request.params.id, { limit: limit + 1, beforeId });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        entries: page.map(({ id, version, atMs, actor, action, changes, reason, jobId }) => ({
          id,
          version,
          at: isoTime(atMs),
          actor,
          action,
          changes: Object.fromEntries(
            Object.entries(changes).map(([field, [before, now]]) => [field, { before, after: now }]),
          ),
          reason: reason ?? null,
          jobId: jobId ?? null,
        })),
        next: last === undefined ? null : historyCursor.encode({ id: last.id }),
      };
    },
  );
}

function addNotes(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  const notesOf = async (id: string, { scope }: Principal) => ({
    notes: (await listNotes(registry, id, scope)).map(({ atMs, ...note }) => ({
      ...note,
      at: isoTime(atMs),
    })),
  });
  app.get(
    '/alerts/:id/notes',
    {
      config: { access: 'alert:read' },
      schema: {
        summary: 'Notes of people, the oldest first',
        params,
        response: { 200: alertNoteListSchema, '4xx': errorSchema },
      },
    },
    async (request) => notesOf(request.params.id, principalOf(request)),
  );

  app.post(
    '/alerts/:id/notes',
    {
      config: { access: 'alert:write' },
      schema: {
        summary: 'Add a note',
        params,
        body: alertNoteBodySchema,
        response: { 201: alertNoteListSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope } = principal;
      const { id } = request.params;
      await addNote(registry, id, request.body.text, { actor, scope, version: versionWanted(request) });
      await deps.alerts.changed([id]);
      return reply.code(201).send(await notesOf(id, principal));
    },
  );
}

function addWatching(app: ApiServer, deps: Deps): void {
  for (const watches of [true, false]) {
    app.route({
      method: watches ? 'PUT' : 'DELETE',
      url: '/alerts/:id/watch',
      config: { access: 'alert:read' },
      schema: {
        summary: watches ? 'Watch an alert: its watcher is told of it' : 'Watch an alert no more',
        params,
        response: { 200: alertDetailSchema, '4xx': errorSchema },
      },
      handler: async (request) => {
        const principal = principalOf(request);
        const username = usernameOf(principal);
        if (username === undefined) {
          throw new ApiError('bad-request', { message: 'only people who sign in watch alerts' });
        }
        const { actor, scope } = principal;
        await watchAlert(deps.registry, request.params.id, { username, watches }, { actor, scope });
        await deps.alerts.changed([request.params.id]);
        return detailOf(deps, request.params.id, principal);
      },
    });
  }
}
