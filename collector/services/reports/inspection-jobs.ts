/** Inspection packs as a kind of jobs: some papers a step, then the pack; one that was killed goes on after its last whole step. */
import { z } from 'zod';
import { legalDaySchema } from '../../agency/legal-day.ts';
import { writeAudit } from '../../registry/audit.ts';
import type { Registry } from '../../registry/database.ts';
import type { PackReader } from '../../registry/inspection/build-pack.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { anyJobKind, type AnyJobKind } from '../jobs/job-runner.ts';
import { PACK_LIMITS, type PackBuilder } from './pack-builder.ts';

export const PACK_KIND = 'inspection.pack';
const ACCESS = { read: 'inspection:read', run: 'inspection:read', approve: 'inspection:read' } as const;

export const packParamsSchema = z.strictObject({
  asOf: legalDaySchema,
  agencyId: z.int().min(1).nullable(),
  systemId: z.int().min(1).nullable(),
  papers: z.boolean(),
  masked: z.boolean(),
  actor: z.string().max(512),
});

const cursorSchema = z.object({ next: z.int().min(0) }).nullable();

export function inspectionJobs(
  { db }: Pick<Registry, 'db'>,
  builder: PackBuilder,
  events: PackReader['events'],
): AnyJobKind[] {
  const requireSpace = async (): Promise<void> => {
    const built = (await builder.folders.ids()).filter(({ isBuilt }) => isBuilt).length;
    const waiting = await db
      .selectFrom('job')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('kind', '=', PACK_KIND)
      .where('state', 'in', ['queued', 'running'])
      .executeTakeFirstOrThrow();
    if (built + waiting.count < PACK_LIMITS.kept) return;
    const said = `${PACK_LIMITS.kept} packs are kept or being built: fetch and drop some, or wait until they are over their time`;
    throw new RefusalError('inspection-packs-full', String(built), said);
  };
  const kind = anyJobKind({
    name: PACK_KIND,
    access: ACCESS,
    params: packParamsSchema,
    preview: async ({ papers: withPapers, ...wanted }, { scope }) => {
      await requireSpace();
      const size = await builder.size(wanted, { scope }, withPapers);
      return { total: size.papers + 1, changes: 0, skipped: {}, sample: [size], needsApproval: [] };
    },
    step: async ({ papers: withPapers, masked, actor, ...wanted }, { job, scope, nowMs, signal }) => {
      const { id, cursor } = job;
      const planned = cursor === null ? undefined : await builder.planned(id);
      const papers = planned ?? (await builder.plan(id, wanted, { scope }, withPapers));
      const from = planned === undefined ? 0 : (cursorSchema.parse(cursor)?.next ?? 0);
      const next = await builder.copySome(id, papers, from, signal);
      // What was copied before a folder was lost is not counted twice.
      const done = Math.max(0, next - job.done);
      if (next < papers.length || planned === undefined)
        return () => Promise.resolve({ cursor: { next }, done, changed: 0, isEnd: false });
      const reader = { scope, actor, seesPersonal: !masked, events };
      const made = await builder.finish(id, withPapers ? papers : undefined, { wanted, reader, signal });
      const { files, name, manifestSha256 } = made;
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return async (trx) => {
        await writeAudit(trx, nowMs, {
          actor,
          action: 'inspection.pack',
          target: `${made.kind}:${made.of}`,
          detail: {
            asOf: made.asOf,
            masked,
            files: files.length,
            papers: papers.length,
            manifest: manifestSha256,
            job: id,
          },
        });
        const result = { name, manifestSha256, files: files.length, bytes };
        return { cursor: { next }, done: done + 1, changed: 1, isEnd: true, result };
      };
    },
  });
  return [kind];
}
