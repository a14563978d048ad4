/**
 * Long work: list, look, decide, cancel, undo. What a job of a kind takes is the kind's to say; a job of a kind that one
 * may not see is not there.
 */
import { z } from 'zod';
import { cancelJob, decideJob } from '../../registry/job-acts.ts';
import { findJob, listJobs, type Job } from '../../registry/jobs.ts';
import { holds } from '../access.ts';
import { jobDetailSchema, jobListSchema, jobQuerySchema, jobReasonSchema } from '../contract-jobs.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { mustBeFresh } from '../guard.ts';
import { viewJob, viewJobDetail } from '../job-view.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs'>;

const params = z.strictObject({ id: z.string().min(4).max(64) });
const UNDO_REASON = 'undo';

/** @throws RefusalError job-unknown, also for kinds that the principal may not see; ApiError forbidden */
async function jobFor(
  { registry, jobs }: Deps,
  id: string,
  principal: Principal,
  act: 'read' | 'run' | 'approve',
): Promise<Job> {
  const job = await findJob(registry.db, id, principal.scope);
  const { access } = jobs.kind(job.kind);
  if (!holds(principal, access.read)) throw new ApiError('not-found', { message: 'there is no such job' });
  if (!holds(principal, access[act])) throw new ApiError('forbidden');
  return job;
}

export function addJobRoutes(app: ApiServer, deps: Deps): void {
  const { registry, jobs } = deps;
  app.get(
    '/jobs',
    {
      config: { access: 'live:read' },
      schema: {
        summary: 'Long work, the newest first',
        querystring: jobQuerySchema,
        response: { 200: jobListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { kind, state, limit } = request.query;
      const kinds = jobs
        .kinds()
        .filter(({ name, access }) => holds(principal, access.read) && (kind === undefined || kind === name))
        .map(({ name }) => name);
      if (kinds.length === 0) return { jobs: [] };
      const states = state === undefined ? undefined : [state];
      const found = await listJobs(registry.db, { scope: principal.scope, limit, kinds, states });
      return { jobs: found.map(viewJob) };
    },
  );

  app.get(
    '/jobs/:id',
    {
      config: { access: 'live:read' },
      schema: {
        summary: 'One job: how far it is, and what it was asked to do',
        params,
        response: { 200: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => viewJobDetail(await jobFor(deps, request.params.id, principalOf(request), 'read')),
  );
  addDecisions(app, deps);

  app.post(
    '/jobs/:id/cancel',
    {
      config: { access: 'live:read' },
      schema: {
        summary: 'End a job after the step under way; what it did stays',
        params,
        response: { 200: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { id } = await jobFor(deps, request.params.id, principal, 'run');
      const { actor, scope } = principal;
      const job = await cancelJob(registry, id, { actor, scope });
      jobs.kick();
      return viewJobDetail(job);
    },
  );

  app.post(
    '/jobs/:id/undo',
    {
      config: { access: 'live:read' },
      schema: {
        summary: 'Take back what a job did, within 30 days; what others changed since stays',
        params,
        body: jobReasonSchema,
        response: { 201: jobDetailSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { id } = await jobFor(deps, request.params.id, principal, 'run');
      const { actor, scope, agencyId } = principal;
      const job = await jobs.undo(id, request.body.reason ?? UNDO_REASON, agencyId, { actor, scope });
      return reply.code(201).send(viewJobDetail(job));
    },
  );
}

function addDecisions(app: ApiServer, deps: Deps): void {
  for (const approve of [true, false]) {
    app.post(
      approve ? '/jobs/:id/approve' : '/jobs/:id/reject',
      {
        config: { access: 'live:read' },
        schema: {
          summary: approve
            ? 'Let a job run that waits for a second person: another one than who asked'
            : 'Refuse a job that waits; who asked may, too',
          params,
          body: jobReasonSchema,
          response: { 200: jobDetailSchema, '4xx': errorSchema },
        },
      },
      async (request) => {
        const principal = principalOf(request);
        const { id } = await jobFor(deps, request.params.id, principal, 'approve');
        const { actor, scope } = principal;
        if (approve) mustBeFresh(principal, deps.registry.now());
        const decision = { approve, reason: request.body.reason };
        const job = await decideJob(deps.registry, id, decision, { actor, scope });
        deps.jobs.kick();
        return viewJobDetail(job);
      },
    );
  }
}
