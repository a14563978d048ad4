/** Channels and messages as the API tells them. */
import { z } from 'zod';
import { isoTime } from '../registry/iso-time.ts';
import type { NotifyChannel } from '../registry/notify-channels.ts';
import type { NotifyMessage } from '../registry/notify-messages.ts';
import type { channelSchema, messageListSchema } from './contract-notify.ts';

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));
const refusedSchema = z.array(z.string());

export function viewChannel(channel: NotifyChannel): z.infer<typeof channelSchema> {
  const { lastMessageMs, failingSinceMs, ...rest } = channel;
  return { ...rest, lastMessageAt: isoOrNull(lastMessageMs), failingSince: isoOrNull(failingSinceMs) };
}

export function viewMessage(message: NotifyMessage): z.infer<typeof messageListSchema>['messages'][number] {
  const { createdMs, nextMs, sentMs, refused, username: person, ...rest } = message;
  return {
    ...rest,
    person,
    createdAt: isoTime(createdMs),
    nextAt: rest.state === 'waiting' ? isoTime(nextMs) : null,
    sentAt: isoOrNull(sentMs),
    refused: refused === null ? [] : refusedSchema.parse(JSON.parse(refused)),
  };
}
