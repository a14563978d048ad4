/** What keeps the collector itself: room on its disk, copies, proofs kept elsewhere, and word of how it is. */
import type { DiskState, Health, HealthCheck } from '../api/ports.ts';
import { type AuditDesk, startAuditDesk } from '../services/upkeep/audit-desk.ts';
import { backupSize, makeBackup } from '../services/backup/backup-source.ts';
import { BackupRunner } from '../backup/runner.ts';
import { Heartbeat } from '../notify/heartbeat.ts';
import type { Pipeline } from '../pipeline.ts';
import { type RetentionDesk, startRetentionDesk } from '../services/upkeep/retention-desk.ts';
import { parseReserve } from '../retention/disk-watch.ts';
import { defaultReserveBytes } from '../retention/forecast.ts';
import { version } from '../version.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

const HEARTBEAT_MS = 60_000;
const HEARTBEAT_TIMEOUT_MS = 15_000;

export interface Upkeep {
  retention: RetentionDesk;
  audit: AuditDesk;
  health: Health;
  /** Undefined where the events lie on a server that has no place for copies. */
  backups: BackupRunner | undefined;
}

export async function startUpkeep(
  ground: Ground,
  stores: Stores,
  { pipeline, news }: { pipeline: Pipeline; news: News },
): Promise<Upkeep> {
  const { config, folder, log, metrics, parts } = ground;
  const { registry, store } = stores;
  const retention = await startRetentionDesk({
    registry,
    store,
    pipeline,
    metrics,
    log,
    dataDir: folder.path,
    isEmbedded: config.clickhouseUrl === undefined,
    reserveOf: parseReserve(config.diskReserve ?? '') ?? defaultReserveBytes,
    hour: config.retentionHour,
    coldAfterDays: config.coldAfterDays,
    diskAlertDays: config.diskAlertDays,
    onAlerts: news.onAlerts,
  });
  parts.runs('retention', () => retention.stop());
  const audit = startAuditDesk({
    registry,
    targets: config.auditHeads,
    everyMs: config.auditHeadMinutes * 60_000,
    caFile: config.auditHeadsCaFile,
    log,
    onAlerts: news.onAlerts,
  });
  parts.runs("audit trail's heads", () => audit.stop());
  const health = healthOf(stores, pipeline, retention.disk);
  if (config.heartbeatUrl !== undefined)
    await parts.start('heartbeat', heartbeat(ground, config.heartbeatUrl, health));
  return { retention, audit, health, backups: backupRunner(ground, stores) };
}

function healthOf({ store }: Stores, pipeline: Pipeline, disk: DiskState): Health {
  return {
    live: () => true,
    ready: async () => {
      const message = pipeline.isBehind() ? 'the event store is behind' : undefined;
      const checks = [
        await check('event store', () => store.ping()),
        { name: 'writer', ok: message === undefined, message },
        diskCheck(disk),
      ];
      return { ok: checks.every(({ ok }) => ok), checks };
    },
  };
}

async function check(name: string, probe: () => Promise<void>): Promise<HealthCheck> {
  try {
    await probe();
    return { name, ok: true };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Events wait on the hosts while the disk is nearly full. */
function diskCheck({ isFull, room }: DiskState): HealthCheck {
  if (!isFull || room === undefined) return { name: 'disk', ok: true };
  const gib = (bytes: number): string => (bytes / 1_073_741_824).toFixed(1);
  const message = `${gib(room.freeBytes)} GiB free, ${gib(room.reserveBytes)} GiB must stay free: events wait on the hosts`;
  return { name: 'disk', ok: false, message };
}

function heartbeat({ log }: Ground, url: string, health: Health): Heartbeat {
  return new Heartbeat({
    url,
    everyMs: HEARTBEAT_MS,
    timeoutMs: HEARTBEAT_TIMEOUT_MS,
    isWell: async () => (await health.ready()).ok,
    onChange: (problem) => {
      if (problem === undefined) log.info('the watch outside hears the heartbeat again');
      else log.warn({ problem }, 'the watch outside does not hear the heartbeat');
    },
  });
}

function backupRunner({ folder, fault }: Ground, stores: Stores): BackupRunner | undefined {
  const { backups, backupFolder, registry, home } = stores;
  if (backups === undefined) return undefined;
  const made = { dataDir: folder.path, registry, home, backups, version: version() };
  return new BackupRunner({
    folder: backupFolder,
    size: () => backupSize(made),
    make: (name, onProgress) => makeBackup(made, { folder: backupFolder, name, onProgress }),
    onFailure: fault('the backup failed'),
  });
}
