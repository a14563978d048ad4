/** The plan for controls that are not met: who mends what until when. */
import { z } from 'zod';
import { requestGap, setGap, showGaps, showOneGap } from '../compliance-gap-view.ts';
import {
  gapBodySchema,
  gapSchema,
  gapsQuerySchema,
  gapsSchema,
  systemControlParamsSchema,
} from '../contract-compliance-assessment.ts';
import { errorSchema } from '../contract.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

const URL = '/compliance/systems/:id/gaps/:control';
const cursor = cursorCodec('gaps', z.number().int().min(1));

export function addComplianceGapRoutes(
  app: ApiServer,
  deps: Pick<ApiDependencies, 'registry' | 'compliance' | 'requestTemplates'>,
): void {
  const params = systemControlParamsSchema;

  app.get(
    '/compliance/gaps',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'What is planned for controls that are not met, also only what is late',
        querystring: gapsQuerySchema,
        response: { 200: gapsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { after, limit, state, late, systemId } = request.query;
      const found = await showGaps(deps, principalOf(request).scope, {
        systemId,
        states: state === undefined ? undefined : [state],
        late: late === 'true',
        afterId: after === undefined ? undefined : cursor.decode(after),
        limit: limit + 1,
      });
      const gaps = found.slice(0, limit);
      const last = gaps.at(-1);
      return { gaps, next: found.length > limit && last !== undefined ? cursor.encode(last.id) : null };
    },
  );

  app.get(
    URL,
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'What is planned for one control of a system',
        params,
        response: { 200: gapSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { id: systemId, control } = request.params;
      const gap = await showOneGap(deps, { systemId, control }, principalOf(request).scope);
      sendVersion(reply, gap.version);
      return gap;
    },
  );

  app.put(
    URL,
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Plan who mends it until when, in place of what was planned',
        params,
        body: gapBodySchema,
        response: { 200: gapSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { id: systemId, control } = request.params;
      const { actor, scope } = principalOf(request);
      const by = { actor, scope, version: versionWanted(request) };
      const gap = await setGap(deps, { systemId, control }, request.body, by);
      sendVersion(reply, gap.version);
      return gap;
    },
  );

  app.post(
    `${URL}/request`,
    {
      config: { access: 'request:write' },
      schema: {
        summary: 'Write a draft to the agency that runs the system: what is asked, why, and until when',
        params,
        response: { 201: gapSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { id: systemId, control } = request.params;
      const { actor, scope, agencyId } = principalOf(request);
      const by = { actor, scope, agencyId, version: versionWanted(request) };
      const ports = { ...deps, templates: deps.requestTemplates };
      const gap = await requestGap(ports, { systemId, control }, by);
      sendVersion(reply, gap.version);
      return reply.code(201).send(gap);
    },
  );
}
