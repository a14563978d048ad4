/** The demonstration: its switch, and the operations that fill it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Ask, demoCentre } from '../cli/operations/demo-centre.ts';
import type { LiveCollector } from '../cli/operations/operation.ts';
import { DEMONSTRATION_ACTOR } from '../registry/demonstration-folder.ts';
import { DemonstrationService } from '../services/upkeep/demonstration-service.ts';
import { readServerHome } from '../store/clickhouse-home.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

export function openDemonstration(
  { config, fault, folder }: Ground,
  { home, registry }: Stores,
  restart: (() => void) | undefined,
): DemonstrationService {
  const isOwn = 'file' in home && readServerHome(config) === undefined && config.coldDir === undefined;
  return new DemonstrationService({
    registry,
    folder,
    isOwn,
    restart,
    // What waits for a made-up host keeps no collector from ending.
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
    onFault: fault('filling the demonstration failed'),
  });
}

/** After the doors: its hosts come in by them, and leave before they close. */
export async function startDemonstration(
  { folder, parts }: Ground,
  { registry }: Stores,
  { demonstration, live }: { demonstration: DemonstrationService; live: LiveCollector },
): Promise<void> {
  await parts.start('demonstration', demonstration);
  const context = { registry, dataDir: folder.path, actor: DEMONSTRATION_ACTOR, live };
  const ask: Ask = (operation, input) => operation.run(context, operation.input.parse(input));
  demonstration.fill(demoCentre(ask, live.url));
}
