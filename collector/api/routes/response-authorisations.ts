/** Authorisations signed beforehand: asked for and approved by two people, ended by one at once. */
import { z } from 'zod';
import {
  findAuthorisation,
  listAuthorisations,
  moveAuthorisation,
  requestAuthorisation,
  type AuthorisationMove,
} from '../../registry/authorisations/authorisations.ts';
import { toNewAuthorisation, viewAuthorisation, viewAuthorisationDetail } from '../authorisation-view.ts';
import {
  authorisationDetailSchema,
  authorisationListSchema,
  authorisationReasonSchema,
  authorisationSchema,
  newAuthorisationSchema,
} from '../contract-authorisations.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;

const params = z.strictObject({ id: z.uuid() });

export function addAuthorisationRoutes(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/response-authorisations',
    {
      config: { access: 'response:read' },
      schema: {
        summary: 'Authorisations signed beforehand, by which rules act on hosts without a person',
        response: { 200: authorisationListSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({
      authorisations: (await listAuthorisations(registry.db, principalOf(request).scope)).map(
        viewAuthorisation,
      ),
    }),
  );
  app.get(
    '/response-authorisations/:id',
    {
      config: { access: 'response:read' },
      schema: {
        summary: 'One authorisation with what was done by it',
        params,
        response: { 200: authorisationDetailSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      return viewAuthorisationDetail(
        registry.db,
        await findAuthorisation(registry.db, request.params.id, scope),
      );
    },
  );
  app.post(
    '/response-authorisations',
    {
      config: { access: 'response:request' },
      schema: {
        summary: 'Write down a signed authorisation; it waits for a second person',
        body: newAuthorisationSchema,
        response: { 201: authorisationSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const made = await requestAuthorisation(registry, toNewAuthorisation(request.body), { actor, scope });
      return reply.code(201).send(viewAuthorisation(made));
    },
  );
  for (const { move, access, summary } of MOVES) {
    const brings = move === 'approve' || move === 'resume';
    app.post(
      `/response-authorisations/:id/${move}`,
      {
        config: { access, ...(brings ? { stepUp: 'person' as const } : {}) },
        schema: {
          summary,
          params,
          body: authorisationReasonSchema,
          response: { 200: authorisationSchema, '4xx': errorSchema },
        },
      },
      async (request) => {
        const { actor, scope } = principalOf(request);
        const { reason } = request.body;
        return viewAuthorisation(
          await moveAuthorisation(registry, request.params.id, move, reason, { actor, scope }),
        );
      },
    );
  }
}

const MOVES: readonly {
  move: AuthorisationMove;
  access: 'response:approve' | 'response:request';
  summary: string;
}[] = [
  {
    move: 'approve',
    access: 'response:approve',
    summary: 'Bring it into force: another person than who asked',
  },
  { move: 'reject', access: 'response:approve', summary: 'Reject it' },
  { move: 'resume', access: 'response:approve', summary: 'Let it go on after it stopped itself' },
  { move: 'revoke', access: 'response:request', summary: 'End it at once' },
];
