/** The timeline of a case with the lines that people write into it, and its history. */
import { z } from 'zod';
import { addEntry, removeEntry } from '../../registry/cases/case-notes.ts';
import { readTimeline, TIMELINE_KINDS } from '../../registry/cases/case-timeline.ts';
import { findCase, withMerged } from '../../registry/cases/find-case.ts';
import { listActs } from '../../registry/cases/read-case.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { byOf, cutPage, idCursor } from '../case-route.ts';
import { detailOfCase, viewLine } from '../case-view.ts';
import {
  caseHistorySchema,
  entryBodySchema,
  pageQuery,
  partParams,
  timelineQuery,
  timelineSchema,
} from '../contract-case-parts.ts';
import { caseDetailSchema, caseParams } from '../contract-cases.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const timelineCursor = cursorCodec(
  'case-timeline',
  z.strictObject({ timeMs: z.int(), kind: z.enum(TIMELINE_KINDS), id: z.string().max(300) }),
);

export function addCaseTimelineRoutes(app: ApiServer, deps: Deps): void {
  const { registry, cases } = deps;
  app.get(
    '/cases/:id/timeline',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Everything of a case in the order of time, the oldest first',
        params: caseParams,
        querystring: timelineQuery,
        response: { 200: timelineSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { scope } = principal;
      const { row } = await findCase(registry.db, request.params.id, scope);
      const { limit, after, kind } = request.query;
      const { lines, next } = await readTimeline(registry.db, {
        caseId: row.id,
        caseIds: await withMerged(registry.db, row.id),
        scope,
        kinds: kind,
        limit,
        after: after === undefined ? undefined : timelineCursor.decode(after),
      });
      return {
        lines: lines.map((line) => viewLine(line, seesPersonal(principal))),
        next: next === undefined ? null : timelineCursor.encode(next),
      };
    },
  );
  app.post(
    '/cases/:id/timeline',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Write a line into the timeline, at the time of what happened',
        params: caseParams,
        body: entryBodySchema,
        response: { 201: caseDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { at, ...entry } = request.body;
      const wanted = { ...entry, timeMs: Date.parse(at) };
      const caseId = await addEntry(registry, request.params.id, wanted, byOf(request));
      await cases.changed([caseId]);
      return reply.code(201).send(await detailOfCase(registry, caseId, principalOf(request).scope));
    },
  );
  app.delete(
    '/cases/:id/timeline/:partId',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Take a line that a person wrote out of the timeline; the history keeps what it said',
        params: partParams,
        response: { 200: caseDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { id, partId } = request.params;
      const caseId = await removeEntry(registry, id, partId, byOf(request));
      await cases.changed([caseId]);
      return detailOfCase(registry, caseId, principalOf(request).scope);
    },
  );
  app.get(
    '/cases/:id/history',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'What was done to a case and to those that were merged into it, the newest first',
        params: caseParams,
        querystring: pageQuery,
        response: { 200: caseHistorySchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const { row } = await findCase(registry.db, request.params.id, scope);
      const { limit, after } = request.query;
      const beforeId = after === undefined ? undefined : idCursor.decode(after).id;
      const ids = await withMerged(registry.db, row.id);
      const { page, next } = cutPage(
        await listActs(registry.db, ids, scope, { limit: limit + 1, beforeId }),
        limit,
      );
      return { acts: page.map(({ atMs, ...act }) => ({ ...act, at: isoTime(atMs) })), next };
    },
  );
}
