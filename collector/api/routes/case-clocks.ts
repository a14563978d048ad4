/** Legal clocks of cases, and what may be chosen: classes with their checklists, kinds of clocks. */
import { CASE_CLASSES } from '../../case/case-words.ts';
import { endClock, listClocks, startClock, type ClockEnd } from '../../registry/cases/case-clocks.ts';
import { findCase } from '../../registry/cases/find-case.ts';
import { countParts } from '../../registry/cases/read-case.ts';
import { viewClock } from '../case-view.ts';
import {
  caseRulesSchema,
  clockBodySchema,
  clockListSchema,
  clockMeetSchema,
  partParams,
} from '../contract-case-parts.ts';
import { caseParams, caseReasonSchema } from '../contract-cases.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;
const ERRORS = { '4xx': errorSchema } as const;
type Asking = Parameters<typeof versionWanted>[0];

export function addCaseClockRoutes(app: ApiServer, { registry, cases }: Deps): void {
  const listOf = async (id: string, { scope }: Principal) => {
    const { row } = await findCase(registry.db, id, scope);
    const { hidden } = await countParts(registry.db, row.id, scope);
    const clocks = await listClocks(registry.db, row.id, scope);
    return { clocks: clocks.map((clock) => viewClock(clock, registry.now())), hidden: hidden.clocks };
  };
  const end = async (request: Asking, { id, partId }: { id: string; partId: number }, how: ClockEnd) => {
    const principal = principalOf(request);
    const { actor, scope } = principal;
    const caseId = await endClock(registry, id, partId, how, {
      actor,
      scope,
      version: versionWanted(request),
    });
    await cases.changed([caseId]);
    return listOf(caseId, principal);
  };

  app.get(
    '/case-rules',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Classes of incidents with their checklists, and legal clocks with source and confidence',
        response: { 200: caseRulesSchema, ...ERRORS },
      },
    },
    async () => {
      const { clocks, checklists } = cases.rules;
      return {
        classes: CASE_CLASSES.map((one) => ({
          class: one,
          checklist: (checklists[one] ?? []).map(({ vi, en, withinHours = null }) => ({
            vi,
            en,
            withinHours,
          })),
        })),
        clocks: clocks.clocks.map(({ warnBeforeMinutes: _warn, ...clock }) => ({
          ...clock,
          toBeConfirmed: clock.confidence === 'C' || clock.confidence === 'D',
        })),
      };
    },
  );
  app.get(
    '/cases/:id/clocks',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Legal clocks of a case, the first due first',
        params: caseParams,
        response: { 200: clockListSchema, ...ERRORS },
      },
    },
    async (request) => listOf(request.params.id, principalOf(request)),
  );
  app.post(
    '/cases/:id/clocks',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Start a legal clock on a case',
        params: caseParams,
        body: clockBodySchema,
        response: { 201: clockListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { actor, scope } = principal;
      const { kind, startedAt, note } = request.body;
      const startedMs = startedAt === undefined ? registry.now() : Date.parse(startedAt);
      const by = { actor, scope, version: versionWanted(request) };
      const caseId = await startClock(
        registry,
        request.params.id,
        { kind, startedMs, note },
        cases.rules.clocks,
        by,
      );
      await cases.changed([caseId]);
      return reply.code(201).send(await listOf(caseId, principal));
    },
  );
  app.post(
    '/cases/:id/clocks/:partId/meet',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'What the law asks for was done: when, and what was sent to whom',
        params: partParams,
        body: clockMeetSchema,
        response: { 200: clockListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { metAt, note } = request.body;
      const atMs = metAt === undefined ? registry.now() : Date.parse(metAt);
      return end(request, request.params, { met: { atMs, note } });
    },
  );
  app.post(
    '/cases/:id/clocks/:partId/stop',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'A clock does not apply: why',
        params: partParams,
        body: caseReasonSchema,
        response: { 200: clockListSchema, ...ERRORS },
      },
    },
    async (request) => end(request, request.params, { stopped: { why: request.body.reason } }),
  );
}
