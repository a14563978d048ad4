/** What everything else stands on: the data folder, ours alone, the log, figures, and the list of what runs. */
import path from 'node:path';
import type { CollectorConfig } from '../config.ts';
import { type DataFolder, dataFolder, prepareDataFolder } from '../registry/data-folder.ts';
import { lockDataFolder } from '../registry/data-lock.ts';
import { type Logger, openLogFile } from '../telemetry/log.ts';
import { createMetrics, type Metrics } from '../telemetry/metrics.ts';
import type { Parts } from './parts.ts';

/** Folder of the product. */
export const ROOT = path.dirname(path.dirname(import.meta.dirname));

export interface Ground {
  config: CollectorConfig;
  parts: Parts;
  folder: DataFolder;
  log: Logger;
  metrics: Metrics;
  now: () => number;
  /** Logs an error as this. */
  fault: (what: string) => (error: unknown) => void;
  /** Nobody waits for it; when it fails, the log says so. */
  inBackground: (work: Promise<void>) => void;
}

/** @throws DataFolderError, DataFolderInUseError */
export async function openGround(config: CollectorConfig, parts: Parts): Promise<Ground> {
  const folder = dataFolder(config.dataDir);
  prepareDataFolder(folder);
  const lock = lockDataFolder(folder);
  parts.runs('data folder lock', () => lock.release());
  const { log, close } = await openLogFile(path.join(folder.path, 'logs'), config.logLevel);
  parts.runs('log', () => {
    parts.tell(undefined);
    return close();
  });
  parts.tell({
    onStarted: (part) => log.debug({ part }, 'a part runs'),
    onStopped: (part) => log.debug({ part }, 'a part has stopped'),
    onFault: (part, error) => log.error({ err: error, part }, 'a part did not stop well'),
  });
  const fault =
    (what: string) =>
    (error: unknown): void =>
      log.error({ err: error }, what);
  return {
    config,
    parts,
    folder,
    log,
    metrics: createMetrics(),
    now: Date.now,
    fault,
    inBackground: (work) => void work.catch(fault('telling the console failed')),
  };
}
