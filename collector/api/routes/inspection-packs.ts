/** Inspection packs: all that was kept of a system or an agency as of a day, as one ZIP; on record with the hash of its manifest. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { textEntry, zipStream } from '../../case/zip-stream.ts';
import { startOfDayMs } from '../../agency/legal-day.ts';
import { makePack } from '../../services/reports/inspection-desk.ts';
import { writeAudit } from '../../registry/audit.ts';
import { findJob } from '../../registry/jobs.ts';
import { PACK_KIND, packParamsSchema } from '../../services/reports/inspection-jobs.ts';
import { PACK_LIMITS } from '../../services/reports/pack-builder.ts';
import { packBodySchema, packJobBodySchema, packJobSchema } from '../contract-inspection.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { viewJobDetail } from '../job-view.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf, type Principal } from '../principal.ts';
import { Turns } from '../turns.ts';

/** Each goes through the whole audit trail. */
const PACKS = { runningMax: 1, runningPerKeyMax: 1, waitingPerKeyMax: 2 } as const;
const MANIFEST_HEADER = 'x-manifest-sha256';

type Deps = Pick<ApiDependencies, 'registry' | 'store' | 'jobs' | 'packs'>;

export function addInspectionRoutes(app: ApiServer, deps: Deps): void {
  const { registry, store } = deps;
  addBuilt(app, deps);
  const turns = new Turns(PACKS);
  app.post(
    '/inspection-packs',
    {
      config: { access: 'inspection:read' },
      schema: {
        summary:
          'What was kept of a system or an agency as of a day, for inspectors: a ZIP with a page, JSON, CSV and hashes; on record',
        body: packBodySchema,
        response: { 200: z.unknown(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { asOf, systemId = null, agencyId = principal.agencyId } = request.body;
      const wanted = { asOf, systemId, agencyId: systemId === null ? agencyId : null };
      const { actor, scope } = principal;
      const reader = { actor, scope, seesPersonal: seesPersonal(principal), events: store };
      const { name, files, manifestSha256 } = await turns.run(actor, () =>
        makePack(registry, wanted, reader),
      );
      // The day's, so that the same files give the same archive.
      const timeMs = startOfDayMs(asOf);
      const entries = files.map((file) => textEntry(`${name}/${file.name}`, file.text, timeMs));
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', attachmentHeader(`${name}.zip`))
        .header(MANIFEST_HEADER, manifestSha256)
        .send(Readable.from(zipStream(entries)));
    },
  );
}

const params = z.strictObject({ id: z.uuid() });
const REASON = 'inspection pack';

/** Whoever asked for it, or who may read all that is in it. @throws RefusalError job-unknown, inspection-pack-unknown; ApiError forbidden */
async function packOf({ registry, packs }: Deps, id: string, principal: Principal) {
  const job = await findJob(registry.db, id, principal.scope);
  if (job.kind !== PACK_KIND || job.state !== 'done')
    throw new ApiError('not-found', { message: 'there is no such pack, or it is not built yet' });
  const { masked } = packParamsSchema.parse(job.params);
  if (job.requestedBy !== principal.actor && !masked && !seesPersonal(principal))
    throw new ApiError('forbidden', { message: 'personal data is not masked in it: build one of your own' });
  return packs.folders.built(job.id);
}

function addBuilt(app: ApiServer, deps: Deps): void {
  const { registry, jobs, packs } = deps;
  app.post(
    '/inspection-packs/jobs',
    {
      config: { access: 'inspection:read' },
      schema: {
        summary:
          'Build a pack with the contents of its papers as a job; dryRun says how large they are. It is kept for seven days',
        body: packJobBodySchema,
        response: { 200: packJobSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const principal = principalOf(request);
      const { actor, scope } = principal;
      const { asOf, papers, dryRun, systemId = null, agencyId = principal.agencyId } = request.body;
      const wanted = { asOf, systemId, agencyId: systemId === null ? agencyId : null };
      const size = { ...(await packs.size(wanted, { scope }, papers)), bytesMax: PACK_LIMITS.papersBytes };
      if (dryRun) return { job: null, size };
      const asked = { ...wanted, papers, masked: !seesPersonal(principal), actor };
      const job = await jobs.request(
        PACK_KIND,
        { params: asked, reason: REASON, agencyId: principal.agencyId },
        { actor, scope },
      );
      return { job: viewJobDetail(job), size };
    },
  );

  app.get(
    '/inspection-packs/:id',
    {
      config: { access: 'inspection:read' },
      schema: {
        summary: 'A pack that was built, as a ZIP; by the id of its job',
        params,
        response: { 200: z.unknown(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor } = principalOf(request);
      const built = await packOf(deps, request.params.id, principalOf(request));
      const { manifestSha256, name } = built;
      const detail = { manifest: manifestSha256 };
      const target = `job:${request.params.id}`;
      await writeAudit(registry.db, registry.now(), { actor, action: 'inspection.fetch', target, detail });
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', attachmentHeader(`${name}.zip`))
        .header(MANIFEST_HEADER, manifestSha256)
        .send(Readable.from(zipStream(packs.folders.entries(built, registry.now()))));
    },
  );

  app.delete(
    '/inspection-packs/:id',
    {
      config: { access: 'inspection:read' },
      schema: {
        summary: 'Let a pack go before its time; that it was made stays on record',
        params,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await packOf(deps, id, principalOf(request));
      await packs.folders.drop(id);
      return reply.code(204).send(null);
    },
  );
}
