/** Links to the national centre: where documents go, when they are made, whether the way is open. Secrets are taken and never told. */
import { z } from 'zod';
import { changeLink, createLink, findLink, listLinks, removeLink } from '../../registry/exchange/links.ts';
import {
  linkListSchema,
  linkPatchSchema,
  linkSchema,
  linkTestSchema,
  madeSchema,
  makeSchema,
  newLinkSchema,
} from '../contract-exchange.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { viewLink, viewMessage } from '../exchange-view.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'exchange'>;

const params = z.strictObject({ id: z.coerce.number().int().positive() });
/** Each reads the whole fleet. */
const MAKES = { runningMax: 1, runningPerKeyMax: 1, waitingPerKeyMax: 2 } as const;
/** Each goes out to the network. */
const TESTS = { runningMax: 4, runningPerKeyMax: 1, waitingPerKeyMax: 4 } as const;

const msOf = (iso: string | undefined): number | undefined =>
  iso === undefined ? undefined : Date.parse(iso);

export function addExchangeLinkRoutes(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.get(
    '/exchange/links',
    {
      config: { access: 'exchange:read' },
      schema: {
        summary: 'Links to the national centre',
        response: { 200: linkListSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({ links: (await listLinks(registry.db, principalOf(request).scope)).map(viewLink) }),
  );

  app.get(
    '/exchange/links/:id',
    {
      config: { access: 'exchange:read' },
      schema: { summary: 'One link', params, response: { 200: linkSchema, '4xx': errorSchema } },
    },
    async (request, reply) => {
      const link = await findLink(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, link.version);
      return viewLink(link);
    },
  );
  addChanges(app, deps);
  addActs(app, deps);
}

function addChanges(app: ApiServer, { registry, exchange }: Deps): void {
  app.post(
    '/exchange/links',
    {
      config: { access: 'exchange:write' },
      schema: {
        summary: 'Add a link; its secrets are sealed and never told',
        body: newLinkSchema,
        response: { 201: linkSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const made = await createLink(registry, exchange.key, request.body, { actor, scope });
      return reply.code(201).send(viewLink(made));
    },
  );

  app.patch(
    '/exchange/links/:id',
    {
      config: { access: 'exchange:write' },
      schema: {
        summary: 'Change a link; secrets stay with the place that they were given for',
        params,
        body: linkPatchSchema,
        response: { 200: linkSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { id } = request.params;
      const by = { actor, scope };
      const link = await changeLink(registry, exchange.key, id, request.body, by, versionWanted(request));
      sendVersion(reply, link.version);
      return viewLink(link);
    },
  );

  app.delete(
    '/exchange/links/:id',
    {
      config: { access: 'exchange:write' },
      schema: {
        summary: 'Remove a link with its documents and what became of them',
        params,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await removeLink(registry, request.params.id, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}

function addActs(app: ApiServer, { exchange }: Deps): void {
  const [tests, makes] = [new Turns(TESTS), new Turns(MAKES)];
  app.post(
    '/exchange/links/:id/test',
    {
      config: { access: 'exchange:write' },
      schema: {
        summary: 'Try the way: a TLS handshake by the rules of a delivery. Nothing is sent',
        params,
        response: { 200: linkTestSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      return tests.run(actor, () => exchange.test(request.params.id, { actor, scope }));
    },
  );

  app.post(
    '/exchange/links/:id/documents',
    {
      config: { access: 'exchange:write' },
      schema: {
        summary: 'Make a document now and put it into the queue; dryRun says what would be in it',
        params,
        body: makeSchema,
        response: { 200: madeSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const { from, to, dryRun: isDryRun } = request.body;
      const wanted = { fromMs: msOf(from), toMs: msOf(to), isDryRun };
      const { message, span, ...made } = await makes.run(actor, () =>
        exchange.make(request.params.id, wanted, { actor, scope }),
      );
      return {
        ...made,
        message: message === undefined ? null : viewMessage(message),
        from: isoTime(span.fromMs),
        to: isoTime(span.toMs),
      };
    },
  );
}
