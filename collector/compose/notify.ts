/** Messages to people: by the channels they set up. */
import os from 'node:os';
import { NotifyService } from '../services/notify/notify-service.ts';
import { version } from '../version.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

const NOTIFY_TIMEOUT_MS = 15_000;

export function startNotify(
  { fault, log, metrics, now, parts }: Ground,
  { registry }: Stores,
  { leads, news }: { leads: () => boolean; news: News },
): Promise<NotifyService> {
  return parts.start(
    'notifications',
    new NotifyService({
      registry,
      key: registry.sealingKey(),
      context: { hostname: os.hostname(), version: version(), timeoutMs: NOTIFY_TIMEOUT_MS, now },
      leads,
      chance: Math.random,
      onOutcome: (outcome, channel, problem) => {
        metrics.notifications.inc({ outcome });
        if (outcome !== 'sent') log.warn({ channel, problem, outcome }, 'a message was not taken');
      },
      onFault: fault('messages could not be sent; trying again'),
      onAlerts: news.onAlerts,
    }),
  );
}
