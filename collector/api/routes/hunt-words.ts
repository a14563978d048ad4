/** What helps to write a hunt: what is wrong with a query and where, and which fields there are. */
import { HuntQueryError } from '../../hunt/hunt-query.ts';
import { HuntRuleError } from '../../hunt/hunt-rule.ts';
import {
  huntCheckBodySchema,
  huntCheckSchema,
  huntFieldsQuerySchema,
  huntFieldsSchema,
} from '../contract-hunts.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { goneSignal, huntFault, huntSpanOf } from '../hunt-request.ts';
import { principalOf } from '../principal.ts';
import type { Turns } from '../turns.ts';

const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const FIELDS_SECONDS_MAX = 5;

/** @param turns of all that search the events */
export function addHuntWordRoutes(app: ApiServer, deps: ApiDependencies, turns: Turns): void {
  const { hunts, registry } = deps;
  app.post(
    '/hunts/check',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary: 'What is wrong with a query, and where',
        body: huntCheckBodySchema,
        response: { 200: huntCheckSchema, ...ERRORS },
      },
    },
    async ({ body }) => {
      try {
        hunts.check({ query: body.query });
        return { fault: null };
      } catch (error) {
        if (error instanceof HuntQueryError)
          return { fault: { code: error.code, at: error.at, message: error.message } };
        if (error instanceof HuntRuleError)
          return { fault: { code: 'rule' as const, at: null, message: error.message } };
        throw error;
      }
    },
  );

  app.get(
    '/hunts/fields',
    {
      config: { access: 'hunt:run' },
      schema: {
        summary: 'Names of fields that events of a time have',
        querystring: huntFieldsQuerySchema,
        response: { 200: huntFieldsSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const signal = goneSignal(reply);
      const asked = { ...request.query, seconds: FIELDS_SECONDS_MAX };
      const span = await huntSpanOf(registry.db, principal, asked, deps.now());
      try {
        return await turns.run(principal.actor, () => hunts.fields({ ...span, signal }));
      } catch (error) {
        throw huntFault(error, {});
      }
    },
  );
}
