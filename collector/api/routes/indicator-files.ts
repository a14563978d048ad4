/** Files of indicators, in and out, and what is said of their sources and of what is never to be one. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { writeCsvRow } from '../../agency/csv-text.ts';
import { IndicatorFileError, INDICATOR_LIMITS } from '../../indicator/indicator.ts';
import { IndicatorFaultError } from '../../indicator/one-indicator.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { addAllowed, allowedOf, listAllowed, removeAllowed } from '../../registry/indicator/allowed.ts';
import { IMPORT_KIND } from '../../registry/indicator/import-job.ts';
import {
  INDICATOR_PAGE_MAX,
  listIndicators,
  type IndicatorQuery,
} from '../../registry/indicator/list-indicators.ts';
import { listSources, readSource, setSource } from '../../registry/indicator/sources.ts';
import { standingOf } from '../../registry/indicator/stored.ts';
import { isoTime } from '../../registry/iso-time.ts';
import {
  allowedListSchema,
  allowedSchema,
  importAnswerSchema,
  indicatorFilterSchema,
  indicatorImportQuerySchema,
  indicatorSourceListSchema,
  indicatorSourceNameSchema,
  indicatorSourceSchema,
  indicatorSourceWantedSchema,
  newAllowedSchema,
} from '../contract-indicators.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { viewAllowed, viewReport, viewSource } from '../indicator-view.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';
import { mustSeeAll, seesWholeTree } from './indicators.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs' | 'indicators'>;

const DAY_MS = 86_400_000;
const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
/** A file is read by a thread of its own with up to a gigabyte. */
const TURNS = { runningMax: 1, runningPerKeyMax: 1, waitingPerKeyMax: 2 } as const;
/** As feeds come; what is in them decides, not what it is called. */
const TYPES = [
  'text/csv',
  'text/plain',
  'application/json',
  'application/stix+json',
  'application/vnd.oasis.stix+json',
  'application/taxii+json',
  'application/octet-stream',
];

export function addIndicatorFileRoutes(app: ApiServer, deps: Deps): void {
  void app.register(async (files: ApiServer) => {
    files.removeAllContentTypeParsers();
    files.addContentTypeParser(
      TYPES,
      { parseAs: 'buffer', bodyLimit: INDICATOR_LIMITS.fileBytesMax },
      (_request, body, done) => done(null, body),
    );
    addImport(files, deps);
  });
  addExport(app, deps);
  addSources(app, deps);
  addAllowedRoutes(app, deps);
}

function addImport(app: ApiServer, { registry, jobs, indicators }: Deps): void {
  const turns = new Turns(TURNS);
  app.post(
    '/indicators/import',
    {
      bodyLimit: INDICATOR_LIMITS.fileBytesMax,
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Take a file of indicators in (CSV or a plain list, STIX 2.1, MISP): the body is the file',
        consumes: TYPES,
        querystring: indicatorImportQuerySchema,
        body: z.unknown().describe('the file'),
        response: { 200: importAnswerSchema, 201: importAnswerSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = mustSeeAll(principalOf(request));
      const { form, name, source, confidence, days, tlp, dryRun } = request.query;
      const bytes = request.body;
      if (!(bytes instanceof Uint8Array) || bytes.length === 0)
        throw new ApiError('bad-request', { message: 'the body is to be the file', field: 'body' });
      const validUntilMs = days === undefined ? null : registry.now() + days * DAY_MS;
      const file = { bytes, form, defaults: { source, confidence, validUntilMs, tlp } };
      return turns.run(actor, async () => {
        try {
          if (dryRun === 'true') {
            const { report, counts } = await indicators.tryFile(file);
            return await reply.code(200).send({ report: viewReport(report), counts, job: null });
          }
          const { uploadId, report } = await indicators.stageFile(file, actor);
          if (uploadId === undefined)
            return await reply.code(200).send({ report: viewReport(report), counts: null, job: null });
          const wanted = { params: { uploadId, name, actor }, reason: name === '' ? source : name, agencyId };
          const job = await jobs.request(IMPORT_KIND, wanted, { actor, scope });
          const answer = { report: viewReport(report), counts: null, job: viewJobDetail(job) };
          return await reply.code(201).send(answer);
        } catch (error) {
          if (!(error instanceof IndicatorFileError)) throw error;
          throw new ApiError('bad-request', { message: error.message, field: 'body', cause: error });
        }
      });
    },
  );
}

const COLUMNS = [
  'id',
  'type',
  'value',
  'source',
  'confidence',
  'valid until',
  'tlp',
  'tags',
  'description',
  'state',
  'added',
];

/** A page at a time, so that the register is never in memory. */
async function* csvLines(db: RegistryDb, filter: Omit<IndicatorQuery, 'after' | 'limit'>) {
  yield `\ufeff${writeCsvRow(COLUMNS)}`;
  let after: number | undefined;
  for (;;) {
    const page = await listIndicators(db, { ...filter, after, limit: INDICATOR_PAGE_MAX });
    const rows = page.map((one) =>
      writeCsvRow([
        one.id,
        one.kind,
        one.value,
        one.source,
        one.confidence,
        one.validUntilMs === null ? '' : isoTime(one.validUntilMs),
        one.tlp,
        one.tags.join('|'),
        one.description,
        standingOf(one, filter.nowMs),
        isoTime(one.addedMs),
      ]),
    );
    if (rows.length > 0) yield rows.join('');
    if (page.length < INDICATOR_PAGE_MAX) return;
    after = page.at(-1)?.id;
  }
}

function addExport(app: ApiServer, { registry }: Deps): void {
  const turns = new Turns({ runningMax: 2, runningPerKeyMax: 1, waitingPerKeyMax: 2 });
  app.get(
    '/indicators/export',
    {
      config: { access: 'indicator:read' },
      schema: {
        summary: 'Indicators as a CSV file for Excel (UTF-8, semicolons), as import reads it',
        querystring: indicatorFilterSchema,
        produces: ['text/csv'],
        response: { 200: z.unknown().describe('CSV'), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { type: kind, state: standing, ...filter } = request.query;
      const viewer = { seesAll: seesWholeTree(principal), nowMs: registry.now() };
      await turns.run(principal.actor, async () => {
        const lines = Readable.from(csvLines(registry.db, { ...filter, ...viewer, kind, standing }));
        const over = new Promise((resolve) => void lines.once('close', resolve));
        void reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="indicators.csv"')
          .send(lines);
        await over;
      });
      return reply;
    },
  );
}

function addSources(app: ApiServer, { registry }: Deps): void {
  const params = z.strictObject({ name: indicatorSourceNameSchema });
  app.get(
    '/indicators/sources',
    {
      config: { access: 'indicator:read' },
      schema: {
        summary: 'Sources of indicators: what each has in the register, and its defaults',
        response: { 200: indicatorSourceListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const seesAll = seesWholeTree(principalOf(request));
      return { sources: (await listSources(registry.db)).map((source) => viewSource(source, seesAll)) };
    },
  );
  app.get(
    '/indicators/sources/:name',
    {
      config: { access: 'indicator:read' },
      schema: { summary: 'One source', params, response: { 200: indicatorSourceSchema, ...ERRORS } },
    },
    async (request, reply) => {
      const source = await readSource(registry.db, request.params.name);
      sendVersion(reply, source.version);
      return viewSource(source, seesWholeTree(principalOf(request)));
    },
  );
  app.put(
    '/indicators/sources/:name',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'How sure a source is, for how long what it says holds, how far it goes: from now on',
        params,
        body: indicatorSourceWantedSchema,
        response: { 200: indicatorSourceSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor } = mustSeeAll(principalOf(request));
      const which = { name: request.params.name, version: versionWanted(request) };
      const source = await setSource(registry, which, request.body, actor);
      sendVersion(reply, source.version);
      return viewSource(source, true);
    },
  );
}

function addAllowedRoutes(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/indicators/allowed',
    {
      config: { access: 'indicator:read' },
      schema: {
        summary: 'Names and addresses that are never to be indicators',
        response: { 200: allowedListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const seesAll = seesWholeTree(principalOf(request));
      return { allowed: (await listAllowed(registry.db)).map((one) => viewAllowed(one, seesAll)) };
    },
  );
  app.post(
    '/indicators/allowed',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Say that a name (with all below it) or a network is the house’s own',
        body: newAllowedSchema,
        response: { 201: allowedSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor } = mustSeeAll(principalOf(request));
      const { value, reason } = request.body;
      try {
        const added = await addAllowed(registry, { ...allowedOf(value), reason }, actor);
        return await reply.code(201).send(viewAllowed(added, true));
      } catch (error) {
        if (!(error instanceof IndicatorFaultError)) throw error;
        throw new ApiError('bad-request', { message: error.message, field: 'value', cause: error });
      }
    },
  );
  app.delete(
    '/indicators/allowed/:id',
    {
      config: { access: 'indicator:write' },
      schema: {
        summary: 'Take an entry off that list',
        params: z.strictObject({ id: z.coerce.number().int().min(1).max(2_147_483_647) }),
        response: { 204: z.null(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor } = mustSeeAll(principalOf(request));
      await removeAllowed(registry, request.params.id, actor);
      return reply.code(204).send(null);
    },
  );
}
