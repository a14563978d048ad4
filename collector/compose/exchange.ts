/** Documents to the national centre. */
import { ExchangeService } from '../services/exchange/exchange-service.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

export function startExchange(
  { fault, log, parts }: Ground,
  { registry, store, home }: Stores,
  { leads, news }: { leads: () => boolean; news: News },
): Promise<ExchangeService> {
  return parts.start(
    'exchange',
    new ExchangeService({
      registry,
      key: registry.sealingKey(),
      sources: { fleet: store.fleet, events: store },
      leads,
      isAlone: 'file' in home,
      onOutcome: (state, link, problem) => {
        if (problem === null) log.info({ link, state }, 'the centre accepted a document');
        else log.warn({ link, state, problem }, 'a document was not accepted');
      },
      onAlerts: news.onAlerts,
      onFault: fault('documents to the centre could not be seen to; trying again'),
    }),
  );
}
