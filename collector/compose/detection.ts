/** What events are judged by beside the rules themselves: exceptions, and indicators of compromise. */
import { randomBytes } from 'node:crypto';
import { ExceptionDesk } from '../services/exceptions/exception-desk.ts';
import { type ExceptionRules, exceptionRules } from '../services/exceptions/exception-rules.ts';
import { indicatorNews } from '../services/indicators/indicator-news.ts';
import { IndicatorService } from '../services/indicators/indicator-service.ts';
import type { RuleService } from '../services/content/rule-service.ts';
import { fromEventId } from '../store/event-query.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

export interface Detection {
  rules: RuleService;
  exceptions: ExceptionDesk;
  exceptionRules: ExceptionRules;
  indicators: IndicatorService;
}

export async function startDetection(
  { log, metrics, now, parts }: Ground,
  { registry, store }: Stores,
  rules: RuleService,
  news: News,
): Promise<Detection> {
  const known = exceptionRules(() => rules.book);
  const exceptions = new ExceptionDesk({
    db: registry.db,
    words: known.words,
    readEvents: (names, span) => store.findAll(names, span),
    nameOf: fromEventId,
    now,
    onRejected: (exception, problem) =>
      log.error({ exception, problem }, 'an exception is no longer understood: it takes nothing'),
  });
  const indicators = new IndicatorService({
    registry,
    seed: randomBytes(4).readUInt32LE(),
    ...indicatorNews(metrics, log),
    onAlerts: news.onAlerts,
  });
  await parts.start('indicators', indicators);
  return { rules, exceptions, exceptionRules: known, indicators };
}
