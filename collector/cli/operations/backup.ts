/** Backups: begin one in the running collector, or make one beside an idle data folder; and how far it is. */
import { z } from 'zod';
import { backupName } from '../../backup/create-backup.ts';
import { type BackupParts, backupSize, makeBackup } from '../../services/backup/backup-source.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { writeAudit } from '../../registry/audit.ts';
import { openStore } from '../../store/open-store.ts';
import { defineOperation, type OperationContext } from './operation.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

const stateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('idle') }),
  z.object({
    state: z.literal('running'),
    name: z.string(),
    progress: z
      .object({
        step: z.enum(['control-plane', 'events', 'digests']),
        files: z.number(),
        bytes: z.number(),
        bytesTotal: z.number().optional(),
      })
      .optional(),
  }),
  z.object({
    state: z.literal('done'),
    name: z.string(),
    bytes: z.number(),
    eventsMin: z.number(),
    eventsMax: z.number(),
  }),
  z.object({ state: z.literal('failed'), name: z.string(), message: z.string() }),
]);

const inputSchema = z.strictObject({
  /** The caller's backup folder, used when no collector runs. */
  folder: z.string().min(1).max(4_096),
  version: z.string().max(64),
});

/** Runs `work` on what a backup of an idle data folder is made of. */
async function beside<T>(
  { registry, dataDir, homes }: OperationContext,
  { folder, version }: z.infer<typeof inputSchema>,
  work: (parts: BackupParts) => Promise<T>,
): Promise<T> {
  if (homes === undefined) throw new Error('beside an idle data folder the homes are known');
  const { registry: home, clickhouse: server } = homes;
  const opened = await openStore({
    dataDir,
    log: quiet,
    backupFolder: folder,
    server,
    beforeMigrating: async (pending) => {
      if (pending.length > 0) throw new RefusalError('upgrade-first', pending.join(), UPGRADE_FIRST);
    },
  });
  try {
    const { backups } = opened;
    if (backups === undefined) throw new RefusalError('backup-impossible', '', NO_BACKUPS);
    return await work({ dataDir, registry, home, backups, version });
  } finally {
    await opened.close();
  }
}

const UPGRADE_FIRST =
  'this version changes the event store: start the collector first, which makes a backup before';

const NO_BACKUPS =
  'the events lie on a ClickHouse server: name the disk, S3 collection or folder where it may put backups, e.g. VONGGAC_CLICKHOUSE_BACKUP=disk:backups (docs/homes.md)';

export const backupCreate = defineOperation({
  name: 'backup.create',
  needs: 'data',
  input: inputSchema,
  output: z.object({ name: z.string(), folder: z.string(), outcome: stateSchema }),
  async run(context, input) {
    const { registry, actor, live } = context;
    const name = backupName(registry.now());
    await writeAudit(registry.db, registry.now(), { actor, action: 'backup.create', target: name });
    if (live === undefined) {
      const { folder } = input;
      const { onProgress = () => undefined } = context;
      const outcome = await beside(context, input, (parts) =>
        makeBackup(parts, { folder, name, onProgress }),
      );
      return { name, folder, outcome: { state: 'done' as const, name, ...outcome } };
    }
    const { backups } = live;
    if (backups === undefined) throw new RefusalError('backup-impossible', name, NO_BACKUPS);
    if (!backups.begin(name)) {
      throw new RefusalError('backup-running', name, 'a backup is being made already; wait until it is done');
    }
    return { name, folder: backups.folder, outcome: backups.state };
  },
});

/** What `backup.create` would take, and where. */
export const backupPlan = defineOperation({
  name: 'backup.plan',
  needs: 'data',
  input: inputSchema,
  output: z.object({
    folder: z.string(),
    folderBytes: z.number(),
    heldBytes: z.number(),
    place: z.string().optional(),
  }),
  async run(context, input) {
    const { live } = context;
    if (live === undefined) {
      return { folder: input.folder, ...(await beside(context, input, backupSize)) };
    }
    if (live.backups === undefined) throw new RefusalError('backup-impossible', '', NO_BACKUPS);
    return { folder: live.backups.folder, ...(await live.backups.size()) };
  },
});

export const backupProgress = defineOperation({
  name: 'backup.progress',
  needs: 'collector',
  input: z.strictObject({}),
  output: stateSchema,
  run: async ({ live }): Promise<z.infer<typeof stateSchema>> => live?.backups?.state ?? { state: 'idle' },
});

/** Where the running collector keeps its backups; without one, where this caller would look. */
export const backupFolder = defineOperation({
  name: 'backup.folder',
  needs: 'data',
  input: z.strictObject({ folder: z.string().min(1).max(4_096) }),
  output: z.object({ folder: z.string() }),
  run: async ({ live }, { folder }) => ({ folder: live?.backups?.folder ?? folder }),
});
