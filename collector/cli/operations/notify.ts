/** Channels that notices go to, their test, and what became of each message. */
import { z } from 'zod';
import {
  channelPatchSchema,
  channelSchema,
  channelTestSchema,
  messageListSchema,
  newChannelSchema,
} from '../../api/contract-notify.ts';
import { viewChannel, viewMessage } from '../../api/notify-view.ts';
import { testChannel } from '../../api/test-channel.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { changeChannel, createChannel, listChannels, removeChannel } from '../../registry/notify-channels.ts';
import { listMessages, retryMessage } from '../../registry/notify-messages.ts';
import { NOTIFY_STATES } from '../../registry/tables/notify.ts';
import { defineOperation, liveOf } from './operation.ts';

const scope: AgencyScope = { kind: 'all' };
const MESSAGES_MAX = 100;
/** With the version that the change was made for, as `channels --json` prints it; left out: whatever stands. */
export const channelFileSchema = channelPatchSchema.extend({ version: z.int().positive().optional() });

export const notifyChannels = defineOperation({
  name: 'notify.channels',
  needs: 'data',
  input: z.strictObject({}),
  output: z.array(channelSchema),
  run: async ({ registry }) => (await listChannels(registry.db, scope)).map(viewChannel),
});

export const notifyAdd = defineOperation({
  name: 'notify.add',
  needs: 'collector',
  input: newChannelSchema,
  output: channelSchema,
  run: async (context, channel) => {
    const { registry, actor } = context;
    return viewChannel(
      await createChannel(registry, liveOf(context).notifications.key, channel, { actor, scope }),
    );
  },
});

export const notifyChange = defineOperation({
  name: 'notify.change',
  needs: 'collector',
  input: z.strictObject({ id: z.int().positive(), change: channelFileSchema }),
  output: channelSchema,
  run: async (context, { id, change: { version, ...change } }) => {
    const { registry, actor } = context;
    const { key } = liveOf(context).notifications;
    return viewChannel(await changeChannel(registry, key, id, change, { actor, scope }, version));
  },
});

export const notifyRemove = defineOperation({
  name: 'notify.remove',
  needs: 'data',
  input: z.strictObject({ id: z.int().positive() }),
  output: z.null(),
  run: async ({ registry, actor }, { id }) => {
    await removeChannel(registry, id, { actor, scope });
    return null;
  },
});

export const notifyTest = defineOperation({
  name: 'notify.test',
  needs: 'collector',
  input: z.strictObject({ id: z.int().positive() }),
  output: channelTestSchema,
  run: (context, { id }) => {
    const { registry, actor } = context;
    return testChannel(registry, liveOf(context).notifications, id, { actor, scope });
  },
});

export const notifyMessages = defineOperation({
  name: 'notify.messages',
  needs: 'data',
  input: z.strictObject({ state: z.enum(NOTIFY_STATES).optional() }),
  output: messageListSchema,
  run: async ({ registry }, { state }) => ({
    messages: (await listMessages(registry.db, { scope, limit: MESSAGES_MAX, state })).map(viewMessage),
  }),
});

export const notifyRetry = defineOperation({
  name: 'notify.retry',
  needs: 'data',
  input: z.strictObject({ id: z.string().min(1).max(64) }),
  output: z.null(),
  run: async ({ registry, actor }, { id }) => {
    await retryMessage(registry, id, { actor, scope });
    return null;
  },
});
