/** Notes at the end of a shift: looked at before, written, read, printed, acknowledged. */
import { z } from 'zod';
import { handoverBodySchema, handoverHtml, handoverText } from '../../case/handover.ts';
import {
  acknowledgeHandover,
  composeHandover,
  listHandovers,
  readHandover,
  writeHandover,
  type Handover,
} from '../../registry/cases/handovers.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { isoOrNull } from '../case-view.ts';
import {
  handoverDetailSchema,
  handoverListSchema,
  handoverParams,
  handoverQuery,
  handoverWantedSchema,
  printQuery,
} from '../contract-case-parts.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf, type Principal } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;
const ERRORS = { '4xx': errorSchema } as const;
const cursor = cursorCodec('handovers', z.strictObject({ id: z.int() }));

const headOf = ({ atMs, acknowledgedMs, body, ...rest }: Handover) => ({
  ...rest,
  at: isoTime(atMs),
  acknowledgedAt: isoOrNull(acknowledgedMs),
  cases: body.cases.length,
});
const detailOf = (handover: Handover) => ({ ...headOf(handover), body: handover.body });
const usernameOf = (principal: Principal): string | undefined =>
  principal.kind === 'user' ? principal.username : undefined;

export function addHandoverRoutes(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/handovers/preview',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'What a hand-over note would say now',
        body: handoverWantedSchema.pick({ hours: true, nextSteps: true }),
        response: { 200: handoverBodySchema, ...ERRORS },
      },
    },
    async (request) => composeHandover(registry.db, request.body, principalOf(request).scope, registry.now()),
  );
  app.post(
    '/handovers',
    {
      config: { access: 'case:write' },
      schema: {
        summary:
          'Hand over at the end of a shift: what is open, what changed, what comes next, who takes over',
        body: handoverWantedSchema,
        response: { 201: handoverDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) =>
      reply.code(201).send(detailOf(await writeHandover(registry, request.body, principalOf(request)))),
  );
  app.get(
    '/handovers',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'Hand-over notes, the newest first; `waiting=me` for those that wait for oneself',
        querystring: handoverQuery,
        response: { 200: handoverListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { limit, after, waiting } = request.query;
      const waitingFor = waiting === undefined ? undefined : usernameOf(principal);
      if (waiting !== undefined && waitingFor === undefined)
        throw new ApiError('bad-request', { field: 'waiting', message: '`me` is for people who sign in' });
      const beforeId = after === undefined ? undefined : cursor.decode(after).id;
      const page = { limit: limit + 1, beforeId, waitingFor };
      const found = await listHandovers(registry.db, principal.scope, page);
      const shown = found.slice(0, limit);
      const last = found.length > limit ? shown.at(-1) : undefined;
      return {
        handovers: shown.map(headOf),
        next: last === undefined ? null : cursor.encode({ id: last.id }),
      };
    },
  );
  app.get(
    '/handovers/:id',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'One hand-over note',
        params: handoverParams,
        response: { 200: handoverDetailSchema, ...ERRORS },
      },
    },
    async (request) =>
      detailOf(await readHandover(registry.db, request.params.id, principalOf(request).scope)),
  );
  app.get(
    '/handovers/:id/print',
    {
      config: { access: 'case:read' },
      schema: {
        summary: 'A hand-over note for paper, as a page or as text',
        params: handoverParams,
        querystring: printQuery,
        response: { 200: z.string(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const handover = await readHandover(registry.db, request.params.id, principalOf(request).scope);
      const { format, language } = request.query;
      const isPage = format === 'html';
      return reply
        .header('content-type', isPage ? 'text/html; charset=utf-8' : 'text/plain; charset=utf-8')
        .header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals",
        )
        .send((isPage ? handoverHtml : handoverText)(handover, handover.body, language));
    },
  );
  app.post(
    '/handovers/:id/acknowledge',
    {
      config: { access: 'case:write' },
      schema: {
        summary: 'Take over: by whom the note names',
        params: handoverParams,
        response: { 200: handoverDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const by = { ...principal, username: usernameOf(principal) };
      return detailOf(await acknowledgeHandover(registry, request.params.id, by));
    },
  );
}
