/** What people do in a case: tasks, notes, links. */
import { z } from 'zod';
import { addCaseNote, linkCases, listCaseNotes } from '../../registry/cases/case-notes.ts';
import { addTask, changeTask, listTasks, useChecklist } from '../../registry/cases/case-tasks.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { byOf, cutPage, idCursor, openedCase } from '../case-route.ts';
import { detailOfCase, viewTask } from '../case-view.ts';
import {
  noteBodySchema,
  noteListSchema,
  pageQuery,
  partParams,
  taskBodySchema,
  taskListSchema,
  taskPatchSchema,
} from '../contract-case-parts.ts';
import { caseDetailSchema, caseIdSchema, caseLinkSchema, caseParams } from '../contract-cases.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'cases'>;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;

export function addCaseWorkRoutes(app: ApiServer, deps: Deps): void {
  addTaskRoutes(app, deps);
  addNoteRoutes(app, deps);
}

const dueMsOf = (text: string | null | undefined): number | null | undefined =>
  typeof text === 'string' ? Date.parse(text) : text;

function addTaskRoutes(app: ApiServer, deps: Deps): void {
  const { registry, cases } = deps;
  const listOf = async (id: string, principal: Principal) => {
    const { row, hidden } = await openedCase(registry, id, principal, 'tasks');
    return { tasks: (await listTasks(registry.db, row.id, principal.scope)).map(viewTask), hidden };
  };
  app.get(
    '/cases/:id/tasks',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Tasks of a case',
        params: caseParams,
        response: { 200: taskListSchema, ...ERRORS },
      },
    },
    async (request) => listOf(request.params.id, principalOf(request)),
  );
  app.post(
    '/cases/:id/tasks',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Add a task',
        params: caseParams,
        body: taskBodySchema,
        response: { 201: taskListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { dueAt, ...task } = request.body;
      const wanted = { ...task, dueMs: dueAt === undefined ? undefined : Date.parse(dueAt) };
      const caseId = await addTask(registry, request.params.id, wanted, byOf(request));
      await cases.changed([caseId]);
      return reply.code(201).send(await listOf(caseId, principalOf(request)));
    },
  );
  app.post(
    '/cases/:id/checklist',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Add the tasks of the checklist of its class that it has not yet',
        params: caseParams,
        response: { 201: taskListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const caseId = await useChecklist(registry, request.params.id, cases.rules.checklists, byOf(request));
      await cases.changed([caseId]);
      return reply.code(201).send(await listOf(caseId, principalOf(request)));
    },
  );
  app.patch(
    '/cases/:id/tasks/:partId',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Change a task, or say that it is done',
        params: partParams,
        body: taskPatchSchema,
        response: { 200: taskListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { dueAt, ...change } = request.body;
      const { id, partId } = request.params;
      const caseId = await changeTask(
        registry,
        id,
        partId,
        { ...change, dueMs: dueMsOf(dueAt) },
        byOf(request),
      );
      await cases.changed([caseId]);
      return listOf(caseId, principalOf(request));
    },
  );
}

function addNoteRoutes(app: ApiServer, deps: Deps): void {
  const { registry, cases } = deps;
  const pageOf = async (id: string, principal: Principal, query: z.infer<typeof pageQuery>) => {
    const { row, hidden } = await openedCase(registry, id, principal, 'notes');
    const beforeId = query.after === undefined ? undefined : idCursor.decode(query.after).id;
    const limit = query.limit + 1;
    const found = await listCaseNotes(registry.db, row.id, principal.scope, { limit, beforeId });
    const { page, next } = cutPage(found, query.limit);
    return { notes: page.map(({ atMs, ...note }) => ({ ...note, at: isoTime(atMs) })), hidden, next };
  };
  app.get(
    '/cases/:id/notes',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Notes, the newest first',
        params: caseParams,
        querystring: pageQuery,
        response: { 200: noteListSchema, ...ERRORS },
      },
    },
    async (request) => pageOf(request.params.id, principalOf(request), request.query),
  );
  app.post(
    '/cases/:id/notes',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Add a note; who is mentioned watches the case',
        params: caseParams,
        body: noteBodySchema,
        response: { 201: noteListSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { caseId } = await addCaseNote(registry, request.params.id, request.body, byOf(request));
      await cases.changed([caseId]);
      return reply.code(201).send(await pageOf(caseId, principalOf(request), { limit: 50 }));
    },
  );
  for (const linked of [true, false]) {
    app.route({
      method: linked ? 'POST' : 'DELETE',
      url: linked ? '/cases/:id/links' : '/cases/:id/links/:other',
      config: { access: 'case:write' },
      schema: {
        summary: linked ? 'Link a case to another' : 'Take a link away',
        params: linked ? caseParams : z.strictObject({ id: caseIdSchema, other: caseIdSchema }),
        ...(linked ? { body: caseLinkSchema } : {}),
        response: { 200: caseDetailSchema, ...ERRORS },
      },
      handler: async (request) => {
        const { id, other } = z
          .object({ id: caseIdSchema, other: caseIdSchema.optional() })
          .parse(request.params);
        const { case: named, note } =
          other === undefined ? caseLinkSchema.parse(request.body) : { case: other, note: '' };
        const caseId = await linkCases(registry, id, { other: named, note, linked }, byOf(request));
        await cases.changed([caseId]);
        return detailOfCase(registry, caseId, principalOf(request).scope);
      },
    });
  }
}
