/** Kept hunts that run by themselves: scheduled by whoever may keep hunts, with what they may see; their runs are shown. */
import { z } from 'zod';
import { listRuns } from '../../registry/hunt-schedules/hunt-runs.ts';
import { scheduleHunt, unscheduleHunt } from '../../registry/hunt-schedules/hunt-schedules.ts';
import { errorSchema } from '../contract.ts';
import { huntRunsSchema, huntScheduleBodySchema, huntScheduleSchema } from '../contract-hunt-schedules.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { toRunView, toScheduleView, toWanted } from '../hunt-schedule-view.ts';
import { principalOf } from '../principal.ts';

const params = z.strictObject({ id: z.string().min(1).max(64) });
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

export function addHuntScheduleRoutes(app: ApiServer, { registry }: ApiDependencies): void {
  app.put(
    '/hunts/:id/schedule',
    {
      config: { access: 'hunt:save' },
      schema: {
        summary: 'Runs a kept hunt by itself, with what the caller may see then',
        params,
        body: huntScheduleBodySchema,
        response: { 200: huntScheduleSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const change = {
        huntId: request.params.id,
        wanted: toWanted(request.body),
        version: versionWanted(request),
      };
      const schedule = await scheduleHunt(registry, change, actor, scope);
      sendVersion(reply, schedule.version);
      return toScheduleView(schedule);
    },
  );

  app.delete(
    '/hunts/:id/schedule',
    {
      config: { access: 'hunt:save' },
      schema: {
        summary: 'Runs a kept hunt by itself no more',
        params,
        response: { 204: z.null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const which = { huntId: request.params.id, version: versionWanted(request) };
      await unscheduleHunt(registry, which, actor, scope);
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/hunts/:id/runs',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary: 'What a scheduled hunt found, run by run, newest first',
        params,
        response: { 200: huntRunsSchema, ...ERRORS },
      },
    },
    async (request) => {
      const runs = await listRuns(registry.db, request.params.id, principalOf(request).scope);
      return { runs: runs.map(toRunView) };
    },
  );
}
