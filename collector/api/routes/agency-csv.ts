/** Agencies and systems as CSV files, in and out, and the starter catalogue of systems. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { CSV_LIMITS } from '../../agency/csv-text.ts';
import { legalDayAt } from '../../agency/legal-day.ts';
import { exportAgencies, importAgencies } from '../../registry/agency-import.ts';
import { exportSystems, importSystems } from '../../registry/system-import.ts';
import { addStarterSystems } from '../../registry/system-starter.ts';
import { importedSchema, importedSystemsSchema, starterSchema } from '../contract-agencies.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'sending'>;

/** A character of Vietnamese has up to three bytes. */
const BODY_BYTES_MAX = CSV_LIMITS.charsMax * 3;

const languageQuery = z.strictObject({ language: z.enum(['vi', 'en']).default('vi') });
const importQuery = z.strictObject({ dryRun: z.enum(['true', 'false']).default('false') });

export function addAgencyCsvRoutes(app: ApiServer, deps: Deps): void {
  app.addContentTypeParser(
    'text/csv',
    { parseAs: 'string', bodyLimit: BODY_BYTES_MAX },
    (_request, body, done) => done(null, body),
  );
  addExports(app, deps);
  addImports(app, deps);
  addStarter(app, deps);
}

const sendCsv = (reply: FastifyReply, name: string, text: string) =>
  reply
    .header('content-type', 'text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}.csv"`)
    .send(text);

function addExports(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/agencies/export',
    {
      config: { access: 'agency:read' },
      schema: {
        summary: 'Agencies as a CSV file for Excel (UTF-8, semicolons), as import reads it',
        querystring: languageQuery,
        response: { 200: z.string(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      const today = legalDayAt(registry.now());
      return sendCsv(
        reply,
        'co-quan',
        await exportAgencies(registry.db, scope, today, request.query.language),
      );
    },
  );
  app.get(
    '/systems/export',
    {
      config: { access: 'system:read' },
      schema: {
        summary: 'Information systems as a CSV file for Excel, as import reads it',
        querystring: languageQuery,
        response: { 200: z.string(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { scope } = principalOf(request);
      return sendCsv(reply, 'he-thong', await exportSystems(registry, scope, request.query.language));
    },
  );
}

function addImports(app: ApiServer, { registry, sending }: Deps): void {
  app.post(
    '/agencies/import',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'agency:write' },
      schema: {
        summary:
          'Agencies from a CSV file (content-type text/csv): all or nothing, faults by line and column',
        querystring: importQuery,
        body: z.string(),
        response: { 200: importedSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const dryRun = request.query.dryRun === 'true';
      const done = await importAgencies(registry, request.body, principalOf(request), { dryRun });
      if (!dryRun) await sending.reload();
      return done;
    },
  );
  app.post(
    '/systems/import',
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'system:write' },
      schema: {
        summary: 'Information systems from a CSV file (content-type text/csv): all or nothing',
        querystring: importQuery.extend({ name: z.string().max(256).optional() }),
        body: z.string(),
        response: { 200: importedSystemsSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { dryRun, name } = request.query;
      return importSystems(registry, request.body, principalOf(request), { dryRun: dryRun === 'true', name });
    },
  );
}

function addStarter(app: ApiServer, { registry }: Deps): void {
  app.post(
    '/systems/starter',
    {
      config: { access: 'system:write' },
      schema: {
        summary: 'Begin an agency’s register with the systems that provinces usually have',
        body: z.strictObject({ agencyId: z.int().min(1), dryRun: z.boolean().default(false) }),
        response: { 200: starterSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { agencyId, dryRun } = request.body;
      return addStarterSystems(registry, agencyId, principalOf(request), { dryRun });
    },
  );
}
