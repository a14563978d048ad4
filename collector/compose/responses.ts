/** Rules that act on hosts by themselves, where a document signed beforehand lets them. */
import { AutomaticService } from '../services/responses/automatic-service.ts';
import type { Pipeline } from '../pipeline.ts';
import type { Ground } from './ground.ts';
import type { News } from './news.ts';
import type { Stores } from './stores.ts';

export async function startAutomatic(
  { fault, log, metrics, parts }: Ground,
  { registry }: Stores,
  { pipeline, news }: { pipeline: Pipeline; news: News },
): Promise<void> {
  const automatic = new AutomaticService({
    registry,
    leads: () => pipeline.leads(),
    letGo: (agentId) => pipeline.responses.letGo(agentId),
    onActs: ({ alertIds, outcomes }) => {
      for (const outcome of outcomes) metrics.automaticResponses.inc({ outcome });
      log.warn({ alerts: alertIds.length, outcomes }, 'rules acted by a signed authorisation');
      news.onAlerts(alertIds);
    },
    onFault: fault('rules could not act by authorisations; trying again'),
  });
  await parts.start('automatic responses', automatic);
  news.listen(() => automatic.kick());
}
