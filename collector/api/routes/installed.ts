/** Which machines are to have an agent, which have one, and why the others do not. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CSV_LIMITS } from '../../agency/csv-text.ts';
import { inScope, unknownAgency } from '../../registry/agencies.ts';
import {
  importMachines,
  removeMachine,
  setExpectedCount,
} from '../../registry/installed/expected-machines.ts';
import { holds } from '../access.ts';
import {
  enrolRefusalListSchema,
  expectedCountSchema,
  importedMachinesSchema,
  installedQuerySchema,
  installedSchema,
  machineExportSchema,
  machineImportQuerySchema,
  machineListSchema,
  machineQuerySchema,
} from '../contract-installed.ts';
import { errorSchema } from '../contract.ts';
import { csvSender } from '../csv-export.ts';
import { cursorCodec } from '../cursor.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { listInstalled, showInstalled, showRefusals } from '../installed-view.ts';
import { INSTALLED_COLUMNS, inWords } from '../installed-words.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry'>;

/** A character of Vietnamese has up to three bytes. */
const BODY_BYTES_MAX = CSV_LIMITS.charsMax * 3;
const PAGE_ROWS = 500;
const cursor = cursorCodec('installed-machines', z.int().min(0));

/** Who keeps the list sees whose machine it is; others who may read personal data. */
function seesPeople(request: FastifyRequest): boolean {
  const principal = principalOf(request);
  return seesPersonal(principal) || holds(principal, 'agent:write');
}

export function addInstalledRoutes(app: ApiServer, deps: Deps): void {
  addReading(app, deps);
  addExport(app, deps);
  addWriting(app, deps);
}

function addReading(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/installed',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'How many of the machines that agencies have or list have an agent',
        querystring: installedQuerySchema,
        response: { 200: installedSchema, '4xx': errorSchema },
      },
    },
    async (request) => showInstalled(registry, principalOf(request).scope, request.query.agencyId),
  );
  app.get(
    '/installed/machines',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Machines of the list and hosts beside it, each with its state and why',
        querystring: machineQuerySchema,
        response: { 200: machineListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { limit, after, ...filter } = request.query;
      const from = after === undefined ? 0 : cursor.decode(after);
      const all = await listInstalled(registry, principalOf(request).scope, filter, seesPeople(request));
      const to = from + limit;
      const next = to < all.length ? cursor.encode(to) : null;
      return { machines: all.slice(from, to), total: all.length, next };
    },
  );
  app.get(
    '/installed/refusals',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'Hosts that were not let in, by what they said of themselves',
        querystring: installedQuerySchema,
        response: { 200: enrolRefusalListSchema, '4xx': errorSchema },
      },
    },
    async (request) => showRefusals(registry, principalOf(request).scope, request.query.agencyId),
  );
}

function addExport(app: ApiServer, { registry }: Deps): void {
  const send = csvSender(registry);
  app.get(
    '/installed/export',
    {
      config: { access: 'agent:read' },
      schema: {
        summary: 'The list of machines with their states as a CSV file for Excel, as import reads it',
        querystring: machineExportSchema,
        produces: ['text/csv'],
        response: { 200: z.unknown().describe('CSV'), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { lang: language, ...asked } = request.query;
      const principal = principalOf(request);
      const rows = await listInstalled(registry, principal.scope, asked, seesPeople(request));
      async function* pages() {
        for (let from = 0; from < rows.length; from += PAGE_ROWS)
          yield rows.slice(from, from + PAGE_ROWS).map((row) => inWords(row, language));
      }
      const limit = Math.max(1, rows.length);
      return send(principal, reply, {
        name: 'machine',
        columns: INSTALLED_COLUMNS,
        language,
        limit,
        asked,
        pages: pages(),
        masks: false,
      });
    },
  );
}

function addWriting(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/installed/import',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'agent:write' },
      schema: {
        summary:
          'Machines that are to have an agent, from a CSV file (content-type text/csv): all or nothing, faults by line and column',
        querystring: machineImportQuerySchema,
        body: z.string(),
        response: { 200: importedMachinesSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope, agencyId: own } = principalOf(request);
      const { agencyId = own, dryRun, replace } = request.query;
      if (!inScope(scope, agencyId)) throw unknownAgency(agencyId);
      const options = { dryRun: dryRun === 'true', replace: replace === 'true' };
      return importMachines(registry, request.body, { actor, scope, agencyId }, options);
    },
  );
  app.put(
    '/installed/counts',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'How many machines an agency says it has',
        body: expectedCountSchema,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      await setExpectedCount(registry, request.body, principalOf(request));
      return reply.code(204).send(null);
    },
  );
  app.delete(
    '/installed/machines/:id',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'Take a machine off the list',
        params: z.strictObject({ id: z.coerce.number().int().min(1) }),
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      await removeMachine(registry, request.params.id, principalOf(request));
      return reply.code(204).send(null);
    },
  );
}
