/** Wires retention and the watch over the disk into the running collector. */
import { statfs } from 'node:fs/promises';
import os from 'node:os';
import type { DiskState } from '../../api/ports.ts';
import type { Pipeline } from '../../pipeline.ts';
import type { Registry } from '../../registry/database.ts';
import { readProjectorPlace } from '../../registry/projection.ts';
import { type DiskRoom, DiskWatch } from '../../retention/disk-watch.ts';
import { RetentionService } from '../../retention/service.ts';
import { RoomWatch } from './room-watch.ts';
import type { EventStore } from '../../store/store.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';

const RUN_MS_MAX = 4 * 3_600_000;
const DISK_LOOK_MS = 2_000;

export interface RetentionDeskOptions {
  registry: Registry;
  store: EventStore;
  pipeline: Pipeline;
  metrics: Metrics;
  log: Logger;
  /** Folder on the disk that is watched. */
  dataDir: string;
  /** The embedded engine is a process on that disk; a server's disk is its own to tell. */
  isEmbedded: boolean;
  reserveOf: (totalBytes: number) => number;
  hour: number;
  /** Days older than so many go to the cold volume. */
  coldAfterDays: number;
  /** Days before the reserve is reached from which on an alert says so. */
  diskAlertDays: number;
  /** Alerts that are new or changed, after they are durable. */
  onAlerts: (ids: readonly string[]) => void;
}

export interface RetentionDesk {
  service: RetentionService;
  disk: DiskState;
  stop: () => Promise<void>;
}

/** Batches that projector and correlator need no more: those before the cursor and the newest snapshot. */
async function projectedBatch(registry: Registry): Promise<number> {
  const { cursor, snapshot, snapshotBatch } = await readProjectorPlace(registry.db);
  return snapshot === null ? cursor : Math.min(cursor, snapshotBatch);
}

export async function roomOf(folder: string): Promise<DiskRoom> {
  const { bavail, blocks, bsize } = await statfs(folder);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** The disk with the least room in proportion decides. */
async function tightest(rooms: readonly Promise<DiskRoom | undefined>[]): Promise<DiskRoom> {
  const known = (await Promise.all(rooms)).flatMap((room) => room ?? []);
  const share = ({ freeBytes, totalBytes }: DiskRoom): number => freeBytes / Math.max(totalBytes, 1);
  const [first, ...rest] = known;
  if (first === undefined) throw new Error('no disk told its room');
  return rest.reduce((least, room) => (share(room) < share(least) ? room : least), first);
}

export async function startRetentionDesk(options: RetentionDeskOptions): Promise<RetentionDesk> {
  const { registry, store, pipeline, metrics, log, dataDir, isEmbedded } = options;
  const probe = (): Promise<DiskRoom> =>
    tightest([roomOf(dataDir), isEmbedded ? Promise.resolve(undefined) : store.retention.disk()]);
  const roomWatch = new RoomWatch({
    registry,
    store: store.retention,
    disk: () => disk.room && { room: disk.room, isFull: disk.isFull },
    hostname: os.hostname(),
    reserveOf: options.reserveOf,
    alertDays: options.diskAlertDays,
    leads: () => pipeline.leads(),
    onAlerts: options.onAlerts,
    onProblem: (error) => log.warn({ err: error }, 'budgets and disk could not be looked at for alerts'),
  });
  const disk = new DiskWatch({
    probe,
    reserveOf: options.reserveOf,
    everyMs: DISK_LOOK_MS,
    onRoom: ({ freeBytes }, reserveBytes) => {
      metrics.diskFreeBytes.set(freeBytes);
      metrics.diskReserveBytes.set(reserveBytes);
    },
    onFull: (isFull, room, reserveBytes) => {
      metrics.diskFull.set(isFull ? 1 : 0);
      pipeline.holdForDisk(isFull);
      if (isFull) log.error({ ...room, reserveBytes }, 'the disk is nearly full: hosts are told to wait');
      else log.info({ ...room, reserveBytes }, 'the disk has room again: events are taken');
      roomWatch.onFull();
    },
    onProblem: (error) => log.warn({ err: error }, 'the disk could not be asked for its room'),
  });
  const service = new RetentionService({
    registry,
    store: store.retention,
    projectedBatch: () => projectedBatch(registry),
    disk: probe,
    leads: () => pipeline.leads(),
    hour: options.hour,
    coldAfterDays: options.coldAfterDays,
    reserveOf: options.reserveOf,
    runMsMax: RUN_MS_MAX,
    clock: () => performance.now(),
    onRun: (run) => {
      metrics.retentionDeletedRows.inc(run.deletedRows);
      log.info({ ...run }, 'retention ran');
    },
    onMoved: (days) => log.info({ days }, 'old days were moved to the cold volume'),
    onProblem: (error) => log.error({ err: error }, 'retention failed; the next run goes on'),
    onClockHeldBack: (today) =>
      log.error(
        { today },
        'the date moved on by more than a week since the last run: retention follows slowly',
      ),
  });
  await disk.start();
  await service.start();
  roomWatch.start();
  return {
    service,
    disk: {
      get isFull() {
        return disk.isFull;
      },
      get room() {
        return disk.room;
      },
      get cold() {
        return roomWatch.cold;
      },
    },
    stop: async () => {
      await roomWatch.stop();
      await service.stop();
      await disk.stop();
    },
  };
}
