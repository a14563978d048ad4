/** The threads that make rows of what agents send, where there are cores for them. */
import os from 'node:os';
import type { CollectorConfig } from '../config.ts';
import { eventId } from '../detect/hits.ts';
import { interpretationNews } from '../telemetry/interpretation-news.ts';
import { FrameWorkers } from '../workers/frame-workers.ts';
import { workerCount } from '../workers/worker-count.ts';
import type { Detection } from './detection.ts';
import type { Ground } from './ground.ts';

export function workersOf({ workers }: Pick<CollectorConfig, 'workers'>): number {
  return workerCount(workers, os.availableParallelism());
}

/** @returns undefined where the main thread does it */
export async function startWorkers(
  { config, log, metrics, now, parts }: Ground,
  { rules, indicators }: Detection,
): Promise<FrameWorkers | undefined> {
  const count = workersOf(config);
  metrics.workers.set(count);
  if (count === 0) return undefined;
  const workers = await FrameWorkers.start(
    {
      ...interpretationNews(metrics, log),
      count,
      now,
      indicators: () => indicators.shared(),
      judge: (hits, receivedMs, agentId) => indicators.told(hits, receivedMs, agentId),
      onRefused: (row, reason) => {
        metrics.eventsRejected.inc();
        log.warn({ event: eventId(row), reason }, 'a row cannot be stored as it is; it is kept as rejected');
      },
      onWork: (worker, rows, busyMs) => {
        metrics.workerEvents.inc({ worker }, rows);
        metrics.workerBusySeconds.inc({ worker }, busyMs / 1_000);
      },
      onDeath: (error, framesUndone) => {
        metrics.workerDeaths.inc();
        log.error({ err: error, framesUndone }, 'a worker has ended; another does what it left');
      },
      onStartFault: (error) => log.error({ err: error }, 'a worker could not be started; it is tried again'),
    },
    rules.sources,
  );
  parts.runs('workers', () => workers.stop());
  indicators.onShared(() => workers.share());
  return workers;
}
