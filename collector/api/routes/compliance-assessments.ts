/** Assessments of systems: how they stand, by system, control and host, with evidence; what was kept of them day by day. */
import { z } from 'zod';
import {
  showAssessment,
  showAssessments,
  showControlOf,
  showControls,
  showHost,
} from '../compliance-view.ts';
import { showDayProof, showTrend } from '../compliance-snapshot-view.ts';
import {
  assessmentQuerySchema,
  assessmentSchema,
  assessmentsQuerySchema,
  assessmentsSchema,
  controlsQuerySchema,
  controlsSchema,
  dayParamsSchema,
  dayProofSchema,
  explainQuerySchema,
  explainSchema,
  hostAssessmentSchema,
  snapshotBegunSchema,
  snapshotsQuerySchema,
  snapshotsSchema,
  systemControlParamsSchema,
  systemHostParamsSchema,
  systemParamsSchema,
  trendQuerySchema,
  trendSchema,
} from '../contract-compliance-assessment.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf, type Principal } from '../principal.ts';
import { Turns } from '../turns.ts';
import { listRuns } from '../../registry/compliance/snapshots.ts';
import { isoTime } from '../../registry/iso-time.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'compliance' | 'engineTurns'>;

const TURNS = { runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 4 } as const;
const systemCursor = cursorCodec('assessments', z.number().int().min(1));
const findingCursor = cursorCodec('findings', z.number().int().min(1).max(1_000_000));
const msOf = (text: string | undefined): number | undefined =>
  text === undefined ? undefined : Date.parse(text);

export function addComplianceAssessmentRoutes(app: ApiServer, deps: Deps): void {
  const turns = new Turns(TURNS, deps.engineTurns);
  addKept(app, deps, turns);
  addSystemReading(app, deps, turns);
  addSnapshots(app, deps);
}

function addKept(app: ApiServer, deps: Deps, turns: Turns): void {
  app.get(
    '/compliance/assessments',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'How systems stood on a day, with their scores; the newest day when none is named',
        querystring: assessmentsQuerySchema,
        response: { 200: assessmentsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { day, after, limit } = request.query;
      const afterSystemId = after === undefined ? undefined : systemCursor.decode(after);
      const { scope } = principalOf(request);
      const found = await showAssessments(deps, scope, { day, afterSystemId, limit: limit + 1 });
      const systems = found.systems.slice(0, limit);
      const last = systems.at(-1);
      const next =
        found.systems.length > limit && last !== undefined ? systemCursor.encode(last.systemId) : null;
      return { day: found.day, systems, next };
    },
  );

  app.get(
    '/compliance/assessments/controls',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Control by control, how many systems stood how on a day',
        querystring: controlsQuerySchema,
        response: { 200: controlsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      return turns.run(actor, () => showControls(deps, scope, request.query));
    },
  );

  app.get(
    '/compliance/systems/:id/trend',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'A system’s scores day by day',
        params: systemParamsSchema,
        querystring: trendQuerySchema,
        response: { 200: trendSchema, '4xx': errorSchema },
      },
    },
    async (request) => showTrend(deps, request.params.id, principalOf(request).scope, request.query),
  );
}

function addSystemReading(app: ApiServer, deps: Deps, turns: Turns): void {
  app.get(
    '/compliance/systems/:id/assessment',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'A system against the controls of its level: as it was kept, or asked now or for a moment',
        params: systemParamsSchema,
        querystring: assessmentQuerySchema,
        response: { 200: assessmentSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope, actor } = principalOf(request);
      const { day, at, live } = request.query;
      const asked = { day, atMs: msOf(at), live: live === 'true' };
      const view = await turns.run(actor, () => showAssessment(deps, request.params.id, scope, asked));
      if (view.kept) reply.header('etag', `"${view.digest}"`);
      return view;
    },
  );

  app.get(
    '/compliance/systems/:id/controls/:control',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Why a control stands as it does: what was asked, the answer, and the hosts that fail',
        params: systemControlParamsSchema,
        querystring: explainQuerySchema,
        response: { 200: explainSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const { id: systemId, control } = request.params;
      const { day, at, result, after, limit } = request.query;
      const skip = after === undefined ? 0 : findingCursor.decode(after);
      const page = { day, atMs: msOf(at), result, skip, limit };
      const { view, hasMore } = await turns.run(actor, () =>
        showControlOf(deps, { systemId, control }, scope, page),
      );
      return { ...view, next: hasMore ? findingCursor.encode(skip + limit) : null };
    },
  );

  app.get(
    '/compliance/systems/:id/hosts/:agentId',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'What one host is short of in a system, now',
        params: systemHostParamsSchema,
        response: { 200: hostAssessmentSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request) => {
      const { scope, actor } = principalOf(request);
      const { id: systemId, agentId } = request.params;
      return turns.run(actor, () => showHost(deps, { systemId, agentId }, scope, {}));
    },
  );
}

/** A run is over all systems: it is not for someone who sees a part of them. @throws ApiError forbidden */
function ofEverything(principal: Principal): Principal {
  if (principal.scope.kind === 'all') return principal;
  throw new ApiError('forbidden');
}

function addSnapshots(app: ApiServer, { registry, compliance }: Deps): void {
  app.get(
    '/compliance/snapshots',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Assessments of all systems that were kept, the newest first',
        querystring: snapshotsQuerySchema,
        response: { 200: snapshotsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      ofEverything(principalOf(request));
      const runs = await listRuns(registry.db, request.query.limit);
      return {
        running: compliance.isRunning,
        runs: runs.map(({ atMs, ...run }) => ({ ...run, at: isoTime(atMs) })),
      };
    },
  );

  app.post(
    '/compliance/snapshots',
    {
      config: { access: 'compliance:approve' },
      schema: {
        summary: 'Begin to assess all systems now, and keep it',
        response: { 202: snapshotBegunSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor } = ofEverything(principalOf(request));
      compliance.begin(actor);
      return reply.code(202).send({ running: true });
    },
  );

  app.get(
    '/compliance/snapshots/:day',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Whether what was kept on a day is as it was written, and where the audit trail says so',
        params: dayParamsSchema,
        response: { 200: dayProofSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      ofEverything(principalOf(request));
      return showDayProof({ registry }, request.params.day);
    },
  );
}
