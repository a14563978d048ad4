/** Dossiers of systems' levels: their facts, answers to the criteria, history, what does not fit and what is due. */
import { z } from 'zod';
import { answerCriteria, readAnswers } from '../../registry/compliance/answers.ts';
import { readDeadlines } from '../../registry/compliance/deadlines.ts';
import { readDossierHistory } from '../../registry/compliance/dossier-history.ts';
import {
  createDossier,
  type DossierBy,
  findDossier,
  listDossiers,
  patchDossier,
} from '../../registry/compliance/dossiers.ts';
import { readFindings } from '../../registry/compliance/read-findings.ts';
import { holds } from '../access.ts';
import {
  answeredSchema,
  answersBodySchema,
  answersViewSchema,
  deadlinePageSchema,
  deadlineQuery,
  dossierBodySchema,
  dossierChangeSchema,
  dossierHistoryQuery,
  dossierHistorySchema,
  dossierListSchema,
  dossierSchema,
  findingPageSchema,
  findingQuery,
  idParams,
} from '../contract-dossiers.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { toAnswersView, toDossierView, toOutcomeView, toVersionView } from '../dossier-view.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;
const ERRORS = { '4xx': errorSchema } as const;
const historyCursor = cursorCodec('dossier-history', z.strictObject({ version: z.int() }));
const findingCursor = cursorCodec('dossier-findings', z.strictObject({ from: z.int().min(0) }));
const deadlineCursor = cursorCodec('dossier-deadlines', z.strictObject({ from: z.int().min(0) }));

/** Approving takes a person: a machine never does. */
export function dossierByOf(principal: Principal): DossierBy {
  const { actor, scope, kind } = principal;
  return { actor, scope, approves: kind === 'user' && holds(principal, 'compliance:approve') };
}

/** One page of a list that is made anew each time. */
function pageOf<T>(
  all: readonly T[],
  { limit, after }: { limit: number; after?: string | undefined },
  cursor: typeof findingCursor,
): { page: T[]; total: number; next: string | null } {
  const from = after === undefined ? 0 : cursor.decode(after).from;
  const to = from + limit;
  return {
    page: all.slice(from, to),
    total: all.length,
    next: to < all.length ? cursor.encode({ from: to }) : null,
  };
}

export function addDossierRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addWriting(app, deps);
  addAnswers(app, deps);
  addChecks(app, deps);
}

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/systems/:id/dossiers',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Dossiers of a system, the oldest first',
        params: idParams,
        response: { 200: dossierListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      return { dossiers: (await listDossiers(registry.db, request.params.id, scope)).map(toDossierView) };
    },
  );
  app.get(
    '/dossiers/:id',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'One dossier; its ETag is its version',
        params: idParams,
        response: { 200: dossierSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { dossier } = await findDossier(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, dossier.version);
      return toDossierView(dossier);
    },
  );
  app.get(
    '/dossiers/:id/history',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'All versions of a dossier, the newest first: who, when, why',
        params: idParams,
        querystring: dossierHistoryQuery,
        response: { 200: dossierHistorySchema, ...ERRORS },
      },
    },
    async (request) => {
      const { limit, after } = request.query;
      const found = await readDossierHistory(registry.db, request.params.id, principalOf(request).scope, {
        limit: limit + 1,
        before: after === undefined ? undefined : historyCursor.decode(after).version,
      });
      const versions = found.slice(0, limit).map(toVersionView);
      const last = versions.at(-1);
      const next =
        found.length > limit && last !== undefined ? historyCursor.encode({ version: last.version }) : null;
      return { versions, next };
    },
  );
}

function addWriting(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/systems/:id/dossiers',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Begin a dossier; one that is approved takes compliance:approve, and a person',
        params: idParams,
        body: dossierBodySchema,
        response: { 201: dossierSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const by = dossierByOf(principalOf(request));
      const dossier = await createDossier(registry, request.params.id, request.body, by);
      sendVersion(reply, dossier.version);
      return reply.code(201).send(toDossierView(dossier));
    },
  );
  app.patch(
    '/dossiers/:id',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Change a dossier: approval, and changes after it, take compliance:approve, and a person',
        params: idParams,
        body: dossierChangeSchema,
        response: { 200: dossierSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { reason, ...patch } = request.body;
      const by = { ...dossierByOf(principalOf(request)), version: versionWanted(request), reason };
      const dossier = await patchDossier(registry, request.params.id, patch, by);
      sendVersion(reply, dossier.version);
      return toDossierView(dossier);
    },
  );
}

function addAnswers(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/dossiers/:id/answers',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'The newest answers to the criteria of levels, and what they led to',
        params: idParams,
        response: { 200: answersViewSchema, ...ERRORS },
      },
    },
    async (request) =>
      toAnswersView(await readAnswers(registry.db, request.params.id, principalOf(request).scope)),
  );
  app.post(
    '/dossiers/:id/answers',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Answer the criteria: the highest level that they give is proposed',
        params: idParams,
        body: answersBodySchema,
        response: { 200: answeredSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const by = { ...dossierByOf(principalOf(request)), version: versionWanted(request) };
      const done = await answerCriteria(registry, request.params.id, request.body.answers, by);
      sendVersion(reply, done.dossier.version);
      return { dossier: toDossierView(done.dossier), outcome: toOutcomeView(done.outcome) };
    },
  );
}

function addChecks(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/compliance/dossier-findings',
    {
      config: { access: 'system:read' },
      schema: {
        summary:
          'What does not fit together in dossiers of the systems that the caller’s agencies own or run',
        querystring: findingQuery,
        response: { 200: findingPageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      const all = await readFindings(registry, scope, request.query);
      const { page, ...rest } = pageOf(all, request.query, findingCursor);
      return { findings: page.map(({ args, ...finding }) => ({ ...finding, args: { ...args } })), ...rest };
    },
  );
  app.get(
    '/compliance/dossier-deadlines',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'By when something is due for dossiers and attestations, the earliest first',
        querystring: deadlineQuery,
        response: { 200: deadlinePageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { withinDays } = request.query;
      const all = await readDeadlines(registry, principalOf(request).scope);
      const due = all.filter(({ daysLeft }) => daysLeft <= withinDays);
      const { page, ...rest } = pageOf(due, request.query, deadlineCursor);
      return { deadlines: page, ...rest };
    },
  );
}
