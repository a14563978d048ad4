/** Rosters and escalations, who is on duty, and taking alerts on by the code of a message. */
import { z } from 'zod';
import { onDuty, turnsOf } from '../../oncall/roster.ts';
import { readCalendars } from '../../registry/calendars.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { acknowledgeByCode } from '../../registry/oncall/ladders.ts';
import {
  findPlan,
  listPlans,
  type Plan,
  type PlanKind,
  removePlan,
  savePlan,
} from '../../registry/oncall/plans.ts';
import {
  acknowledgeBodySchema,
  acknowledgedSchema,
  escalationPlanSchema,
  newEscalationSchema,
  newRosterSchema,
  onDutyQuerySchema,
  onDutySchema,
  rosterPlanSchema,
  turnsQuerySchema,
  turnsSchema,
} from '../contract-oncall.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';
import { rateLimit } from '../rate-limit.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'alerts' | 'limits'>;

const DAY_MS = 86_400_000;

const params = z.strictObject({ id: z.coerce.number().int().positive() });

type Wanted = Omit<Plan<PlanKind>, 'id' | 'version'>;

const KINDS: Readonly<
  Record<PlanKind, { path: string; wanted: z.ZodType<Wanted>; made: z.ZodType<Plan<PlanKind>> }>
> = {
  roster: { path: '/notifications/rosters', wanted: newRosterSchema, made: rosterPlanSchema },
  escalation: { path: '/notifications/escalations', wanted: newEscalationSchema, made: escalationPlanSchema },
};

export function addOncallRoutes(app: ApiServer, deps: Deps): void {
  addPlans(app, deps, 'roster');
  addPlans(app, deps, 'escalation');
  addDuty(app, deps);
}

function addPlans(app: ApiServer, { registry }: Deps, kind: PlanKind): void {
  const { path, wanted, made } = KINDS[kind];
  const config = { access: 'notify:write' as const };

  app.get(
    path,
    {
      config: { access: 'notify:read' },
      schema: {
        summary: kind === 'roster' ? 'Rosters of who is on duty' : 'Who is told until somebody acknowledges',
        response: { 200: z.object({ plans: z.array(made) }), '4xx': errorSchema },
      },
    },
    async (request) => ({ plans: await listPlans(registry.db, kind, principalOf(request).scope) }),
  );

  app.get(
    `${path}/:id`,
    {
      config: { access: 'notify:read' },
      schema: { summary: `One ${kind}`, params, response: { 200: made, '4xx': errorSchema } },
    },
    async (request, reply) => {
      const plan = await findPlan(registry.db, kind, request.params.id, principalOf(request).scope);
      sendVersion(reply, plan.version);
      return plan;
    },
  );

  app.post(
    path,
    {
      config,
      schema: { summary: `Add a ${kind}`, body: wanted, response: { 201: made, '4xx': errorSchema } },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const plan = await savePlan(registry, kind, request.body, { actor, scope });
      sendVersion(reply, plan.version);
      return reply.code(201).send(plan);
    },
  );

  app.put(
    `${path}/:id`,
    {
      config,
      schema: {
        summary: `Change a ${kind}`,
        params,
        body: wanted,
        response: { 200: made, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { id } = request.params;
      const by = { actor, scope };
      const plan = await savePlan(registry, kind, { ...request.body, id }, by, versionWanted(request));
      sendVersion(reply, plan.version);
      return plan;
    },
  );

  app.delete(
    `${path}/:id`,
    {
      config,
      schema: { summary: `Remove a ${kind}`, params, response: { 204: z.null(), '4xx': errorSchema } },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await removePlan(registry, kind, request.params.id, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}

function addDuty(app: ApiServer, { registry, alerts, limits }: Deps): void {
  app.get(
    '/notifications/rosters/:id/on-duty',
    {
      config: { access: 'notify:read' },
      schema: {
        summary: 'Who is on duty, now or at a moment',
        params,
        querystring: onDutyQuerySchema,
        response: { 200: onDutySchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { settings, agencyId } = await findPlan(registry.db, 'roster', request.params.id, scope);
      const { at } = request.query;
      const atMs = at === undefined ? registry.now() : Date.parse(at);
      const person = onDuty(settings, (await readCalendars(registry.db))(agencyId), atMs);
      return { at: isoTime(atMs), person: person ?? null };
    },
  );

  app.get(
    '/notifications/rosters/:id/turns',
    {
      config: { access: 'notify:read' },
      schema: {
        summary: 'Who is on duty over the coming days, one after the other',
        params,
        querystring: turnsQuerySchema,
        response: { 200: turnsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { settings, agencyId } = await findPlan(registry.db, 'roster', request.params.id, scope);
      const { from, days } = request.query;
      const fromMs = from === undefined ? registry.now() : Date.parse(from);
      const place = (await readCalendars(registry.db))(agencyId);
      const turns = turnsOf(settings, place, fromMs, fromMs + days * DAY_MS);
      return {
        turns: turns.map((turn) => ({
          from: isoTime(turn.fromMs),
          to: isoTime(turn.toMs),
          person: turn.person ?? null,
        })),
      };
    },
  );

  app.post(
    '/notifications/acknowledge',
    {
      config: { access: 'public', ...rateLimit(limits.loginsPerMinute) },
      schema: {
        summary:
          'Take alerts on by the code of a message: for gateways, and people without the console at hand',
        body: acknowledgeBodySchema,
        response: { 200: acknowledgedSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const ids = await acknowledgeByCode(registry, request.body.code);
      if (ids.length > 0) await alerts.changed(ids);
      return { alerts: ids.length };
    },
  );
}
