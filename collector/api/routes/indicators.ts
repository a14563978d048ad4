/**
 * Indicators of compromise: looked at by whoever may read them, changed by who sees the whole tree, since they are matched
 * everywhere. Sightings are cut by the caller's part of the tree.
 */
import { z } from 'zod';
import { HINDSIGHT_KIND } from '../../services/indicators/indicator-hindsight.ts';
import { makeIndicator, IndicatorFaultError } from '../../indicator/one-indicator.ts';
import { explainWarning } from '../../indicator/explain.ts';
import { listAllowed } from '../../registry/indicator/allowed.ts';
import { BULK_KIND } from '../../registry/indicator/bulk-job.ts';
import {
  addIndicator,
  changeIndicator,
  restoreIndicator,
  retireIndicator,
} from '../../registry/indicator/indicator-acts.ts';
import { listIndicators } from '../../registry/indicator/list-indicators.ts';
import { listSightings, sumSightings } from '../../registry/indicator/sightings.ts';
import { readSourceDefaults } from '../../registry/indicator/sources.ts';
import { readIndicator, type StoredIndicator } from '../../registry/indicator/stored.ts';
import { jobDetailSchema } from '../contract-jobs.ts';
import {
  addedIndicatorSchema,
  indicatorBulkSchema,
  indicatorChangeSchema,
  indicatorPageSchema,
  indicatorQuerySchema,
  indicatorReasonSchema,
  indicatorRetroSchema,
  indicatorSchema,
  newIndicatorSchema,
  sightingListSchema,
} from '../contract-indicators.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { viewIndicator, viewSightings } from '../indicator-view.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs' | 'indicators' | 'now'>;

const cursor = cursorCodec('indicators', z.strictObject({ id: z.int().min(1) }));
const params = z.strictObject({ id: z.coerce.number().int().min(1).max(2_147_483_647) });
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

export const seesWholeTree = ({ scope }: Principal): boolean => scope.kind === 'all';

/** @throws ApiError forbidden */
export function mustSeeAll(principal: Principal): Principal {
  if (seesWholeTree(principal)) return principal;
  const message =
    'indicators are matched in all agencies: only who sees the whole tree may change them; ask the SOC';
  throw new ApiError('forbidden', { message });
}

/** With its sightings, as the caller may see both. */
async function shown({ registry }: Deps, indicator: StoredIndicator, principal: Principal) {
  const sums = await sumSightings(registry.db, [indicator.id], principal.scope);
  const viewer = { seesAll: seesWholeTree(principal), nowMs: registry.now() };
  return viewIndicator(indicator, sums.get(indicator.id), viewer);
}

export function addIndicatorRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addMaking(app, deps);
  addChanging(app, deps);
  addBulk(app, deps);
}

function addReading(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.get(
    '/indicators',
    {
      config: { access: 'indicator:read' },
      schema: {
        summary: 'Indicators of compromise, in the order in which they came',
        querystring: indicatorQuerySchema,
        response: { 200: indicatorPageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { type: kind, state: standing, after, limit, ...filter } = request.query;
      const principal = principalOf(request);
      const viewer = { seesAll: seesWholeTree(principal), nowMs: registry.now() };
      const found = await listIndicators(registry.db, {
        ...filter,
        ...viewer,
        kind,
        standing,
        after: after === undefined ? undefined : cursor.decode(after).id,
        limit: limit + 1,
      });
      const page = found.slice(0, limit);
      const ids = page.map(({ id }) => id);
      const sums = await sumSightings(registry.db, ids, principal.scope);
      const last = found.length > limit ? page.at(-1) : undefined;
      return {
        indicators: page.map((one) => viewIndicator(one, sums.get(one.id), viewer)),
        next: last === undefined ? null : cursor.encode({ id: last.id }),
      };
    },
  );

  app.get(
    '/indicators/:id',
    {
      config: { access: 'indicator:read' },
      schema: { summary: 'One indicator', params, response: { 200: indicatorSchema, ...ERRORS } },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const found = await readIndicator(registry.db, request.params.id, seesWholeTree(principal));
      sendVersion(reply, found.version);
      return shown(deps, found, principal);
    },
  );

  app.get(
    '/indicators/:id/sightings',
    {
      config: { access: 'indicator:read' },
      schema: {
        summary: 'Which hosts showed an indicator, since when and how often',
        params,
        response: { 200: sightingListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id } = await readIndicator(registry.db, request.params.id, seesWholeTree(principal));
      return viewSightings(await listSightings(registry.db, id, principal.scope));
    },
  );
}

function addMaking(app: ApiServer, deps: Deps): void {
  const { registry, indicators } = deps;
  app.post(
    '/indicators',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Add one indicator; it is matched at once',
        body: newIndicatorSchema,
        response: { 201: addedIndicatorSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = mustSeeAll(principalOf(request));
      const { type: kind, validUntil, ...body } = request.body;
      const [sources, allowed] = await Promise.all([
        readSourceDefaults(registry.db, registry.now()),
        listAllowed(registry.db),
      ]);
      try {
        const validUntilMs = typeof validUntil === 'string' ? Date.parse(validUntil) : validUntil;
        if (typeof validUntilMs === 'number' && validUntilMs <= registry.now()) {
          const message = 'it would be over already: say a later time';
          throw new ApiError('bad-request', { message, field: 'validUntil' });
        }
        const { indicator, warning } = makeIndicator({ ...body, kind, validUntilMs }, sources, allowed);
        const added = await addIndicator(registry, indicator, principal.actor);
        await indicators.look();
        sendVersion(reply, added.version);
        const view = await shown(deps, added, principal);
        return await reply
          .code(201)
          .send({ ...view, warning: warning === undefined ? null : explainWarning(warning) });
      } catch (error) {
        if (!(error instanceof IndicatorFaultError)) throw error;
        throw new ApiError('bad-request', { message: error.message, field: error.field, cause: error });
      }
    },
  );
}

function addChanging(app: ApiServer, deps: Deps): void {
  const { registry, indicators } = deps;
  app.patch(
    '/indicators/:id',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Correct an indicator: how sure, until when, tags',
        params,
        body: indicatorChangeSchema,
        response: { 200: indicatorSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = mustSeeAll(principalOf(request));
      const { validUntil, ...rest } = request.body;
      const validUntilMs = typeof validUntil === 'string' ? Date.parse(validUntil) : validUntil;
      const change = { ...rest, ...(validUntilMs === undefined ? {} : { validUntilMs }) };
      const which = { id: request.params.id, version: versionWanted(request) };
      const changed = await changeIndicator(registry, which, change, principal.actor);
      await indicators.look();
      sendVersion(reply, changed.version);
      return shown(deps, changed, principal);
    },
  );

  for (const [act, change, summary] of [
    ['retire', retireIndicator, 'Take an indicator out: it matches no more, and stays for the record'],
    ['restore', restoreIndicator, 'Put an indicator back, or let one go that is throttled'],
  ] as const) {
    app.post(
      `/indicators/:id/${act}`,
      {
        config: { access: 'indicator:write' },
        schema: {
          summary,
          params,
          body: indicatorReasonSchema,
          response: { 200: indicatorSchema, ...ERRORS },
        },
      },
      async (request, reply) => {
        const principal = mustSeeAll(principalOf(request));
        const which = { id: request.params.id, version: versionWanted(request) };
        const changed = await change(registry, which, request.body.reason, principal.actor);
        await indicators.look();
        sendVersion(reply, changed.version);
        return shown(deps, changed, principal);
      },
    );
  }
}

function addBulk(app: ApiServer, { jobs, now }: Deps): void {
  app.post(
    '/indicators/retro',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Look for indicators in what is stored already, as a job; what is found becomes alerts',
        body: indicatorRetroSchema,
        response: { 201: jobDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = mustSeeAll(principalOf(request));
      const { ids, source, addedSince, from, to, reason } = request.body;
      const fromMs = Date.parse(from);
      const toMs = to === undefined ? now() + 1 : Date.parse(to);
      if (fromMs >= toMs)
        throw new ApiError('bad-request', { message: '`from` is not before `to`', field: 'from' });
      const addedSinceMs = addedSince === undefined ? undefined : Date.parse(addedSince);
      const wanted = { params: { ids, source, addedSinceMs, fromMs, toMs, actor }, reason, agencyId };
      return reply
        .code(201)
        .send(viewJobDetail(await jobs.request(HINDSIGHT_KIND, wanted, { actor, scope })));
    },
  );

  app.post(
    '/indicators/bulk',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Take all indicators of a source out, or put them back, as a job',
        body: indicatorBulkSchema,
        response: { 201: jobDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = mustSeeAll(principalOf(request));
      const { body } = request;
      const wanted = { params: { ...body, actor }, reason: body.reason, agencyId };
      return reply.code(201).send(viewJobDetail(await jobs.request(BULK_KIND, wanted, { actor, scope })));
    },
  );
}
