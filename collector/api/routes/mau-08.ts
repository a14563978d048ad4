/** Mẫu 08 as data, who answers for agencies in it, and agencies' word for their rows. */
import { legalDayAt } from '../../agency/legal-day.ts';
import { officePatchSchema } from '../../compliance/dossier/office.ts';
import { confirmRows } from '../../registry/compliance/confirmations.ts';
import { mau08Span, readMau08Facts } from '../../registry/compliance/mau-08-facts.ts';
import { readOffices, setOffice } from '../../registry/compliance/offices.ts';
import { readAgency } from '../../registry/agencies.ts';
import { mau08Body } from '../../report/mau-08-body.ts';
import { idParams } from '../contract-dossiers.ts';
import {
  confirmBodySchema,
  confirmedSchema,
  mau08Query,
  mau08Schema,
  officeListSchema,
  officeParams,
  officeSchema,
} from '../contract-mau-08.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;
const ERRORS = { '4xx': errorSchema } as const;

export function addMau08Routes(app: ApiServer, deps: Deps): void {
  addBody(app, deps);
  addOffices(app, deps);
}

function addBody(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/compliance/mau-08',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Mẫu 08 of an agency and all below it as data: of a year, or as of a day',
        querystring: mau08Query,
        response: { 200: mau08Schema, ...ERRORS },
      },
    },
    async (request) => {
      const { scope, agencyId: own } = principalOf(request);
      const nowMs = registry.now();
      const { agencyId = own } = request.query;
      const span = mau08Span(request.query, legalDayAt(nowMs));
      return mau08Body(await readMau08Facts(registry.db, { agencyId, ...span, scope, nowMs }));
    },
  );
  app.post(
    '/compliance/mau-08/confirm',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'The agency says that the rows of its systems are right as they are now',
        body: confirmBodySchema,
        response: { 201: confirmedSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: own } = principalOf(request);
      const { agencyId = own, ...wanted } = request.body;
      return reply.code(201).send(await confirmRows(registry, { agencyId, ...wanted }, { actor, scope }));
    },
  );
}

function addOffices(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agencies/:id/offices',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Who answers for an agency’s systems: the owner, and its specialised unit',
        params: idParams,
        response: { 200: officeListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { id } = await readAgency(registry.db, request.params.id, principalOf(request).scope);
      return { offices: await readOffices(registry.db, [id]) };
    },
  );
  app.patch(
    '/agencies/:id/offices/:role',
    {
      config: { access: 'compliance:write' },
      schema: {
        summary: 'Write down who answers for an agency’s systems',
        params: officeParams,
        body: officePatchSchema,
        response: { 200: officeSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { id, role } = request.params;
      const by = { actor, scope, version: versionWanted(request) };
      const office = await setOffice(registry, id, role, request.body, by);
      sendVersion(reply, office.version);
      return office;
    },
  );
}
