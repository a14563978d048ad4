/** Hunts over stored events: run, summed up, turned into a rule, kept. Whoever asks may go away: the store stops then. */
import { z } from 'zod';
import { inScope } from '../../registry/agencies.ts';
import { schedulesOf } from '../../registry/hunt-schedules/hunt-schedules.ts';
import {
  changeHunt,
  deleteHunt,
  listHunts,
  readHunt,
  saveHunt,
  type SavedHunt,
} from '../../registry/hunts.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { errorSchema } from '../contract.ts';
import {
  huntBodySchema,
  huntChangeSchema,
  huntPageSchema,
  huntRuleBodySchema,
  huntRuleSchema,
  huntRunSchema,
  huntSummaryBodySchema,
  huntSummarySchema,
  savedHuntListSchema,
  savedHuntSchema,
} from '../contract-hunts.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { toApiEvent } from '../event-view.ts';
import {
  askedOf,
  goneSignal,
  huntFault,
  huntSpanOf,
  isAll,
  type HuntText,
  type HuntTime,
} from '../hunt-request.ts';
import { viewHunt } from '../hunt-view.ts';
import { type Principal, principalOf } from '../principal.ts';
import type { Turns } from '../turns.ts';

const cursor = cursorCodec('hunt', z.strictObject({ timeMs: z.int(), id: z.string().min(1).max(128) }));
const params = z.strictObject({ id: z.string().min(1).max(64) });
/** A hunt may read for a minute: few at once, so that searches have the rest. */
export const HUNT_TURNS = { runningMax: 3, runningPerKeyMax: 2, waitingPerKeyMax: 4 } as const;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

/** @param turns of all that hunt */
export function addHuntRoutes(app: ApiServer, deps: ApiDependencies, turns: Turns): void {
  const { hunts, registry } = deps;

  const spanOf = (principal: Principal, body: HuntTime) =>
    huntSpanOf(registry.db, principal, body, deps.now());

  /** @throws ApiError for what is wrong with the hunt */
  const inTurn = async <T>({ actor }: Principal, asked: HuntText, work: () => Promise<T>): Promise<T> => {
    try {
      return await turns.run(actor, work);
    } catch (error) {
      throw huntFault(error, asked);
    }
  };

  app.post(
    '/hunts/run',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary: 'Events that a query or a Sigma rule means, newest first',
        body: huntRunSchema,
        response: { 200: huntPageSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const principal = principalOf(request);
      const signal = goneSignal(reply);
      const span = await spanOf(principal, body);
      const after = body.after === undefined ? undefined : cursor.decode(body.after);
      const asked = askedOf(body);
      const { found, unknownFields } = await inTurn(principal, body, async () => {
        const page = await hunts.run({ ...span, asked, limit: body.limit, after, signal });
        const isNothing = page.events.length === 0 && after === undefined;
        return {
          found: page,
          unknownFields: isNothing ? await hunts.unknownFields({ ...span, asked, signal }) : [],
        };
      });
      const last = found.hasMore ? found.events.at(-1) : undefined;
      return {
        events: found.events.map(toApiEvent),
        next: last === undefined ? null : cursor.encode({ timeMs: last.timeMs, id: last.id }),
        exact: found.exact,
        examined: found.examined,
        reachedAt: isoTime(found.reachedMs),
        unknownFields,
      };
    },
  );

  app.post(
    '/hunts/summary',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary:
          'What a hunt comes to: counts over time and by value, and the hosts that told nothing at all',
        body: huntSummaryBodySchema,
        response: { 200: huntSummarySchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const principal = principalOf(request);
      const signal = goneSignal(reply);
      const span = await spanOf(principal, body);
      const { stepMs, byTime, hosts, ...told } = await inTurn(principal, body, async () =>
        hunts.summary({ ...span, asked: isAll(body) ? undefined : askedOf(body), signal }),
      );
      return {
        ...told,
        stepSeconds: stepMs / 1_000,
        byTime: byTime.map(({ fromMs, count }) => ({ from: isoTime(fromMs), count })),
        hosts: {
          ...hosts,
          silent: hosts.silent.map(({ lastSeenMs, ...host }) => ({
            ...host,
            lastSeen: lastSeenMs === null ? null : isoTime(lastSeenMs),
          })),
        },
      };
    },
  );

  app.post(
    '/hunts/rule',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary: 'A query as a Sigma rule',
        body: huntRuleBodySchema,
        response: { 200: huntRuleSchema, ...ERRORS },
      },
    },
    async ({ body }) => {
      try {
        return { sigma: hunts.ruleText(body.query, { title: body.title, level: body.level }) };
      } catch (error) {
        throw huntFault(error, body);
      }
    },
  );

  addSavedHuntRoutes(app, deps);
}

function addSavedHuntRoutes(app: ApiServer, { hunts, registry }: ApiDependencies): void {
  const viewOf = async (hunt: SavedHunt): Promise<z.infer<typeof savedHuntSchema>> =>
    viewHunt(hunt, (await schedulesOf(registry.db, [hunt])).get(hunt.id));

  const contentOf = (body: z.infer<typeof huntChangeSchema>) => {
    const asked = askedOf(body);
    try {
      hunts.check(asked);
    } catch (error) {
      throw huntFault(error, body);
    }
    const { name, description, spanSeconds } = body;
    const text = 'query' in asked ? asked.query : (body.sigma ?? '');
    const kind = 'query' in asked ? ('query' as const) : ('sigma' as const);
    return { name: name.normalize('NFC'), description, kind, text, spanMs: spanSeconds * 1_000 };
  };

  app.get(
    '/hunts',
    {
      config: { access: 'hunt:run' },
      schema: { summary: 'Hunts that are kept, by name', response: { 200: savedHuntListSchema, ...ERRORS } },
    },
    async (request) => {
      const kept = await listHunts(registry.db, principalOf(request).scope);
      const schedules = await schedulesOf(registry.db, kept);
      return { hunts: kept.map((hunt) => viewHunt(hunt, schedules.get(hunt.id))) };
    },
  );

  app.get(
    '/hunts/:id',
    {
      config: { access: 'hunt:run' },
      schema: { summary: 'A hunt that is kept', params, response: { 200: savedHuntSchema, ...ERRORS } },
    },
    async (request, reply) => {
      const hunt = await readHunt(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, hunt.version);
      return viewOf(hunt);
    },
  );

  app.post(
    '/hunts',
    {
      config: { access: 'hunt:save' },
      schema: {
        summary: 'Keeps a hunt',
        body: huntBodySchema,
        response: { 201: savedHuntSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope, actor, agencyId: own } = principalOf(request);
      const agencyId = request.body.agencyId ?? own;
      if (!inScope(scope, agencyId)) {
        throw new ApiError('not-found', { message: 'there is no such agency', field: 'agencyId' });
      }
      const hunt = await saveHunt(registry, { ...contentOf(request.body), agencyId }, actor);
      sendVersion(reply, hunt.version);
      return reply.code(201).send(viewHunt(hunt));
    },
  );

  app.put(
    '/hunts/:id',
    {
      config: { access: 'hunt:save' },
      schema: {
        summary: 'Changes a hunt that is kept',
        params,
        body: huntChangeSchema,
        response: { 200: savedHuntSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { scope, actor } = principalOf(request);
      const change = {
        id: request.params.id,
        content: contentOf(request.body),
        version: versionWanted(request),
      };
      const hunt = await changeHunt(registry, change, actor, scope);
      sendVersion(reply, hunt.version);
      return viewOf(hunt);
    },
  );

  app.delete(
    '/hunts/:id',
    {
      config: { access: 'hunt:save' },
      schema: { summary: 'Deletes a hunt', params, response: { 204: z.null(), ...ERRORS } },
    },
    async (request, reply) => {
      const { scope, actor } = principalOf(request);
      await deleteHunt(registry, { id: request.params.id, version: versionWanted(request) }, actor, scope);
      return reply.code(204).send(null);
    },
  );
}
