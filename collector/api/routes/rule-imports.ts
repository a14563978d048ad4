/** Rules from archives, and back-tests: both are jobs. What is wrong with an archive names the file; nothing is half done. */
import { z } from 'zod';
import { ArchiveError, ARCHIVE_LIMITS } from '../../content/archive-limits.ts';
import { documentsOf } from '../../content/import-report.ts';
import { readArchive } from '../../content/read-import.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { requireHouse } from '../../registry/rules/rule-acts.ts';
import { importReportSchema, readImport, stageImport } from '../../registry/rules/rule-imports.ts';
import { jobDetailSchema } from '../contract-jobs.ts';
import { RULE_LIMITS } from '../contract-rules.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { viewJobDetail } from '../job-view.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'jobs' | 'rules'>;

const ERRORS = { '4xx': errorSchema, '5xx': errorSchema } as const;
const TYPES = ['application/zip', 'application/gzip', 'application/x-gzip', 'application/yaml'];
const DAY_MS = 86_400_000;
const query = z.strictObject({
  name: z.string().min(1).max(256).default('rules.yml'),
  /** How new rules begin; `auto`: by what they say of themselves. */
  state: z.enum(['auto', 'draft', 'test']).default('auto'),
});
const body = z.instanceof(Buffer);

async function filesOf(bytes: Buffer, name: string) {
  try {
    return await readArchive(bytes, name);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    throw new ApiError('bad-request', {
      message: error.message,
      field: error.file === '' ? 'body' : error.file,
      cause: error,
    });
  }
}

export function addRuleImportRoutes(app: ApiServer, deps: Deps): void {
  const { registry, jobs, rules } = deps;
  app.addContentTypeParser(
    TYPES,
    { parseAs: 'buffer', bodyLimit: ARCHIVE_LIMITS.bytesMax },
    (_request, sent, done) => done(null, sent),
  );

  app.post(
    '/rules/imports/preview',
    {
      bodyLimit: ARCHIVE_LIMITS.bytesMax,
      config: { access: 'rule:write' },
      schema: {
        summary: 'What an archive of rules (zip, tar.gz, or one YAML file) would come to; nothing is changed',
        querystring: query,
        body,
        response: { 200: importReportSchema, ...ERRORS },
      },
    },
    async (request) => {
      requireHouse(principalOf(request));
      const files = await filesOf(request.body, request.query.name);
      return rules.lookAtImport(files, request.query.state);
    },
  );

  app.post(
    '/rules/imports',
    {
      bodyLimit: ARCHIVE_LIMITS.bytesMax,
      config: { access: 'rule:write' },
      schema: {
        summary: 'Imports an archive of rules as a job: all of it at its end, or nothing',
        querystring: query,
        body,
        response: { 201: z.object({ importId: z.string(), job: jobDetailSchema }), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      requireHouse(principal);
      const { actor, scope, agencyId } = principal;
      const { name, state } = request.query;
      const documents = documentsOf(await filesOf(request.body, name));
      if (documents.length === 0)
        throw new ApiError('bad-request', { field: 'body', message: 'there are no rules in it' });
      const importId = await stageImport(registry, { name, documents }, actor);
      const wanted = { params: { importId, state }, reason: `import ${name}`, agencyId };
      const job = await jobs.request('rule.import', wanted, { actor, scope });
      return reply.code(201).send({ importId, job: viewJobDetail(job) });
    },
  );

  app.get(
    '/rules/imports/:id',
    {
      config: { access: 'rule:read' },
      schema: {
        summary: 'An import, and what came of it',
        params: z.strictObject({ id: z.string().min(1).max(64) }),
        response: {
          200: z.object({
            id: z.string(),
            name: z.string(),
            madeBy: z.string(),
            madeAt: z.iso.datetime(),
            publishedAt: z.iso.datetime().nullable(),
            report: importReportSchema.nullable(),
          }),
          ...ERRORS,
        },
      },
    },
    async (request) => {
      const { madeMs, publishedMs, ...rest } = await readImport(registry.db, request.params.id);
      return {
        ...rest,
        madeAt: isoTime(madeMs),
        publishedAt: publishedMs === null ? null : isoTime(publishedMs),
      };
    },
  );

  app.post(
    '/rules/:id/back-test',
    {
      bodyLimit: 262_144,
      config: { access: 'hunt:run' },
      schema: {
        summary:
          'What a rule would have found in the last days, and how many alerts it would have opened: a job',
        params: z.strictObject({ id: z.string().min(1).max(1_024) }),
        body: z.strictObject({
          days: z.int().min(1).max(366).default(30),
          /** Left out: the version that counts. */
          version: z.int().min(1).optional(),
          /** A text that is not kept yet. */
          text: z.string().max(RULE_LIMITS.textChars).optional(),
        }),
        response: { 201: jobDetailSchema, ...ERRORS },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId } = principalOf(request);
      const { days, version, text } = request.body;
      const toMs = registry.now();
      const params = { ruleId: request.params.id, version, text, fromMs: toMs - days * DAY_MS, toMs };
      try {
        const wanted = { params, reason: 'back-test', agencyId };
        return await reply
          .code(201)
          .send(viewJobDetail(await jobs.request('rule.back-test', wanted, { actor, scope })));
      } catch (error) {
        if (error instanceof RefusalError && error.code === 'rule-invalid')
          throw new ApiError('bad-request', { message: error.message, field: 'text', cause: error });
        throw error;
      }
    },
  );
}
