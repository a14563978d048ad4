/** The test of a channel, by API or command line: what the receiver said, and an entry of the audit trail. */
import type { z } from 'zod';
import { DeliveryError } from '../notify/notice.ts';
import { writeAudit } from '../registry/audit.ts';
import type { Registry } from '../registry/database.ts';
import { findChannel, type ChannelBy } from '../registry/notify-channels.ts';
import type { channelTestSchema } from './contract-notify.ts';
import type { NotifyControl } from './ports.ts';

/** @throws RefusalError notify-channel-unknown */
export async function testChannel(
  registry: Registry,
  notifications: NotifyControl,
  id: number,
  { actor, scope }: ChannelBy,
): Promise<z.infer<typeof channelTestSchema>> {
  const { agencyId } = await findChannel(registry.db, id, scope);
  const outcome = await notifications.test(id, scope).then(
    ({ answer, refused }) => ({ taken: true, answer, refused: [...refused] }),
    (error: unknown) => {
      if (!(error instanceof DeliveryError)) throw error;
      return { taken: false, answer: error.message, refused: [] };
    },
  );
  await writeAudit(registry.db, registry.now(), {
    actor,
    action: 'notify-channel.test',
    target: `notify-channel:${id}`,
    agencyId,
    detail: { taken: outcome.taken },
  });
  return outcome;
}
