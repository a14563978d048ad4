/** Channels that notices go to, what became of each message, and what people are told themselves. */
import type { z } from 'zod';
import type {
  channelListSchema,
  channelPatchSchema,
  channelSchema,
  channelTestSchema,
  messageListSchema,
  newChannelSchema,
} from '../../../../../collector/api/contract-notify.ts';
import type { personalSettingsViewSchema } from '../../../../../collector/api/contract-personal-news.ts';
import { queryString, type Query } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type Channel = z.infer<typeof channelSchema>;
export type NewChannel = z.input<typeof newChannelSchema>;
export type ChannelPatch = z.input<typeof channelPatchSchema>;
export type ChannelSettings = NewChannel['settings'];
export type Routing = Channel['routing'];
export type Hours = Routing['hours'];
export type TestAnswer = z.infer<typeof channelTestSchema>;
export type Message = z.infer<typeof messageListSchema>['messages'][number];
export type Personal = z.infer<typeof personalSettingsViewSchema>;
export type PersonalSettings = Pick<Personal, 'about' | 'routing'>;

const at = (id: number | string) => `/notifications/channels/${encodeURIComponent(String(id))}`;

export const readChannels = (signal?: AbortSignal) =>
  http.read<z.infer<typeof channelListSchema>>('/notifications/channels', signal);
export const readChannel = (id: string, signal?: AbortSignal) => http.tagged<Channel>(at(id), signal);
export const addChannel = (body: NewChannel) => http.change<Channel>('POST', '/notifications/channels', body);
export const changeChannel = (id: number, body: ChannelPatch, ifMatch: string | undefined) =>
  http.change<Channel>('PATCH', at(id), body, { ifMatch });
export const removeChannel = (id: number) => http.change<undefined>('DELETE', at(id));
export const testChannel = (id: number) => http.change<TestAnswer>('POST', `${at(id)}/test`);

export const readMessages = (query: Query, signal?: AbortSignal) =>
  http.read<z.infer<typeof messageListSchema>>(`/notifications/messages${queryString(query)}`, signal);
export const retryMessage = (id: string) =>
  http.change<undefined>('POST', `/notifications/messages/${encodeURIComponent(id)}/retry`);

export const readPersonal = (signal?: AbortSignal) =>
  http.tagged<Personal>('/notifications/personal', signal);
export const setPersonal = (body: PersonalSettings, ifMatch: string | undefined) =>
  http.change<Personal>('PUT', '/notifications/personal', body, { ifMatch });
