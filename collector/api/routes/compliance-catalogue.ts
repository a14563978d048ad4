/** The catalogues of graded requirements, the questionnaires of levels, and overrides of what is to be confirmed. */
import { z } from 'zod';
import { dropOverride, setOverride } from '../../registry/compliance/overrides.ts';
import {
  controlListView,
  criteriaOf,
  criteriaView,
  evaluationView,
  overrideListView,
  profileListView,
} from '../compliance-catalogue-view.ts';
import {
  controlListSchema,
  controlQuerySchema,
  criteriaQuerySchema,
  criteriaViewSchema,
  evaluationBodySchema,
  evaluationSchema,
  overrideBodySchema,
  overrideListSchema,
  overridePlaceSchema,
  profileListSchema,
} from '../contract-compliance-catalogue.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;

export function addComplianceCatalogueRoutes(app: ApiServer, deps: Deps): void {
  addCatalogue(app, deps);
  addCriteria(app);
  addOverrides(app, deps);
}

function addCatalogue(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/compliance/profiles',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Profiles of graded requirements: of which law, in force when, with which groups',
        response: { 200: profileListSchema, '4xx': errorSchema },
      },
    },
    async () => profileListView(registry.db, registry.now()),
  );

  app.get(
    '/compliance/controls',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Controls of a profile with clauses, thresholds, doubts and what was overridden',
        querystring: controlQuerySchema,
        response: { 200: controlListSchema, '4xx': errorSchema },
      },
    },
    async (request) => controlListView(registry.db, registry.now(), request.query),
  );
}

function addCriteria(app: ApiServer): void {
  app.get(
    '/compliance/criteria',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'The questionnaire of levels, and who appraises and approves within how many working days',
        querystring: criteriaQuerySchema,
        response: { 200: criteriaViewSchema, '4xx': errorSchema },
      },
    },
    async (request) => criteriaView(criteriaOf(request.query.profile)),
  );

  app.post(
    '/compliance/criteria/evaluation',
    {
      config: { access: 'system:read' },
      schema: {
        summary:
          'The level that answers lead to, what decides it and what is still to be answered; keeps nothing',
        body: evaluationBodySchema,
        response: { 200: evaluationSchema, '4xx': errorSchema },
      },
    },
    async (request) => evaluationView(request.body.profile, request.body.answers),
  );
}

function addOverrides(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/compliance/overrides',
    {
      config: { access: 'system:read' },
      schema: {
        summary:
          'What administrators put in place of facts that are to be confirmed, beside what the product says',
        response: { 200: overrideListSchema, '4xx': errorSchema },
      },
    },
    async () => overrideListView(registry.db, registry.now()),
  );

  app.put(
    '/compliance/overrides',
    {
      config: { access: 'policy:write', stepUp: 'session' },
      schema: {
        summary: 'Put a value in place of one that is to be confirmed; what held on past days stays known',
        body: overrideBodySchema,
        response: { 200: overrideListSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { version } = await setOverride(registry, request.body, {
        actor,
        scope,
        version: versionWanted(request),
      });
      sendVersion(reply, version);
      return overrideListView(registry.db, registry.now());
    },
  );

  app.delete(
    '/compliance/overrides',
    {
      config: { access: 'policy:write', stepUp: 'session' },
      schema: {
        summary: 'What the product says holds again',
        querystring: overridePlaceSchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await dropOverride(registry, request.query, { actor, scope, version: versionWanted(request) });
      return reply.code(204).send(null);
    },
  );
}
