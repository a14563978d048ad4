/** Channels that notices go to, their test, and what became of each message. Secrets are taken and never told. */
import { z } from 'zod';
import {
  changeChannel,
  createChannel,
  findChannel,
  listChannels,
  removeChannel,
} from '../../registry/notify-channels.ts';
import { listMessages, retryMessage } from '../../registry/notify-messages.ts';
import {
  channelListSchema,
  channelPatchSchema,
  channelSchema,
  channelTestSchema,
  messageListSchema,
  messageQuerySchema,
  newChannelSchema,
} from '../contract-notify.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { viewChannel, viewMessage } from '../notify-view.ts';
import { sendVersion, versionWanted } from '../etag.ts';
import { principalOf } from '../principal.ts';
import { testChannel } from '../test-channel.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'notifications'>;

const channelParams = z.strictObject({ id: z.coerce.number().int().positive() });
const messageParams = z.strictObject({ id: z.string().min(1).max(64) });

export function addNotificationRoutes(app: ApiServer, { registry, notifications }: Deps): void {
  app.get(
    '/notifications/channels',
    {
      config: { access: 'notify:read' },
      schema: {
        summary: 'Channels that notices of alerts go to',
        response: { 200: channelListSchema, '4xx': errorSchema },
      },
    },
    async (request) => ({
      channels: (await listChannels(registry.db, principalOf(request).scope)).map(viewChannel),
    }),
  );

  app.get(
    '/notifications/channels/:id',
    {
      config: { access: 'notify:read' },
      schema: {
        summary: 'One channel',
        params: channelParams,
        response: { 200: channelSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const channel = await findChannel(registry.db, request.params.id, principalOf(request).scope);
      sendVersion(reply, channel.version);
      return viewChannel(channel);
    },
  );

  app.patch(
    '/notifications/channels/:id',
    {
      config: { access: 'notify:write' },
      schema: {
        summary: 'Change a channel; secrets stay with the settings that they were given for',
        params: channelParams,
        body: channelPatchSchema,
        response: { 200: channelSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const { id } = request.params;
      const by = { actor, scope };
      const { key } = notifications;
      const channel = await changeChannel(registry, key, id, request.body, by, versionWanted(request));
      sendVersion(reply, channel.version);
      return viewChannel(channel);
    },
  );

  app.post(
    '/notifications/channels',
    {
      config: { access: 'notify:write' },
      schema: {
        summary: 'Add a channel; its secrets are sealed and never told',
        body: newChannelSchema,
        response: { 201: channelSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      const made = await createChannel(registry, notifications.key, request.body, { actor, scope });
      return reply.code(201).send(viewChannel(made));
    },
  );

  app.delete(
    '/notifications/channels/:id',
    {
      config: { access: 'notify:write' },
      schema: {
        summary: 'Remove a channel with what waits for it',
        params: channelParams,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await removeChannel(registry, request.params.id, { actor, scope });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/notifications/channels/:id/test',
    {
      config: { access: 'notify:write' },
      schema: {
        summary: 'Send a test message now and tell what the receiver said',
        params: channelParams,
        response: { 200: channelTestSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      return testChannel(registry, notifications, request.params.id, { actor, scope });
    },
  );

  app.get(
    '/notifications/messages',
    {
      config: { access: 'notify:read' },
      schema: {
        summary: 'Messages and what became of them, newest first',
        querystring: messageQuerySchema,
        response: { 200: messageListSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { scope } = principalOf(request);
      return { messages: (await listMessages(registry.db, { ...request.query, scope })).map(viewMessage) };
    },
  );

  app.post(
    '/notifications/messages/:id/retry',
    {
      config: { access: 'notify:write' },
      schema: {
        summary: 'Try a message again that was given up',
        params: messageParams,
        response: { 204: z.null(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope } = principalOf(request);
      await retryMessage(registry, request.params.id, { actor, scope });
      return reply.code(204).send(null);
    },
  );
}
