/** Inspection packs from the command line: over all agencies, as the agency at the top of the tree makes them. */
import { z } from 'zod';
import { legalDaySchema } from '../../agency/legal-day.ts';
import { AttachmentFiles } from '../../case/attachment-files.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { writeAudit } from '../../registry/audit.ts';
import { dataFolder } from '../../registry/data-folder.ts';
import { PACK_KIND } from '../../services/reports/inspection-jobs.ts';
import { PackBuilder } from '../../services/reports/pack-builder.ts';
import { PackFolders } from '../../services/reports/pack-folders.ts';
import { ReportDesk } from '../../services/reports/report-desk.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const scope = { kind: 'all' } as const;
const REASON = 'inspection pack';

function builderOf({ registry, dataDir }: OperationContext): PackBuilder {
  const folder = dataFolder(dataDir);
  return new PackBuilder({
    registry,
    files: new AttachmentFiles(folder.attachments),
    reports: new ReportDesk({ registry, dataDir }),
    folders: new PackFolders(folder.inspectionPacks),
  });
}

const foldersOf = ({ dataDir }: OperationContext): PackFolders =>
  new PackFolders(dataFolder(dataDir).inspectionPacks);

/** By a job of the collector; beside an idle data folder at once. */
export const inspectionBegin = defineOperation({
  name: 'inspection.begin',
  needs: 'data',
  input: z.strictObject({
    asOf: legalDaySchema,
    agencyId: z.int().min(1).optional(),
    systemId: z.int().min(1).optional(),
    masked: z.boolean(),
    papers: z.boolean(),
    isDryRun: z.boolean(),
  }),
  output: z.object({
    /** Of the pack; empty: a dry run. */
    id: z.string(),
    /** A job builds it. */
    isJob: z.boolean(),
    size: z.object({ papers: z.number(), bytes: z.number() }),
  }),
  async run(context, { asOf, agencyId, systemId, masked, papers: withPapers, isDryRun }) {
    const { registry, actor, live } = context;
    const root = await rootAgencyId(registry.db);
    const wanted = {
      asOf,
      agencyId: agencyId ?? (systemId === undefined ? root : null),
      systemId: systemId ?? null,
    };
    const builder = builderOf(context);
    const size = await builder.size(wanted, { scope }, withPapers);
    if (isDryRun) return { id: '', isJob: false, size };
    if (live !== undefined) {
      const params = { ...wanted, papers: withPapers, masked, actor };
      const asked = { params, reason: REASON, agencyId: root };
      const { id } = await live.jobs.request(PACK_KIND, asked, { actor, scope });
      return { id, isJob: true, size };
    }
    const id = registry.random(16).toString('hex');
    const reader = { scope, actor, seesPersonal: !masked, events: undefined };
    const papers = await builder.plan(id, wanted, reader, withPapers);
    for (let next = 0; next < papers.length;) next = await builder.copySome(id, papers, next);
    const made = await builder.finish(id, withPapers ? papers : undefined, { wanted, reader });
    await writeAudit(registry.db, registry.now(), {
      actor,
      action: 'inspection.pack',
      target: `${made.kind}:${made.of}`,
      detail: {
        asOf,
        masked,
        files: made.files.length,
        papers: papers.length,
        manifest: made.manifestSha256,
      },
    });
    return { id, isJob: false, size };
  },
});

/** Where a pack lies that was built: who may read the data folder copies it. */
export const inspectionBuilt = defineOperation({
  name: 'inspection.built',
  needs: 'data',
  input: z.strictObject({ id: z.string().min(4).max(64) }),
  output: z.object({
    folder: z.string(),
    manifestSha256: z.string(),
    files: z.array(z.object({ name: z.string(), bytes: z.number() })),
  }),
  run: (context, { id }) => foldersOf(context).built(id),
});

export const inspectionDrop = defineOperation({
  name: 'inspection.drop',
  needs: 'data',
  input: z.strictObject({ id: z.string().min(4).max(64) }),
  output: z.null(),
  async run(context, { id }) {
    const folders = foldersOf(context);
    await folders.built(id);
    await folders.drop(id);
    return null;
  },
});
