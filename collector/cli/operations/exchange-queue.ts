/** Links to the centre that the collector serves by itself, and their documents. */
import { z } from 'zod';
import {
  linkListSchema,
  linkPatchSchema,
  linkSchema,
  linkTestSchema,
  messageDetailSchema,
  messageListSchema,
  messageSchema,
  newLinkSchema,
} from '../../api/contract-exchange.ts';
import { viewLink, viewMessage, viewMessageDetail } from '../../api/exchange-view.ts';
import type { AgencyScope } from '../../registry/agencies.ts';
import { rootAgencyId } from '../../registry/agency-scope.ts';
import { changeLink, createLink, listLinks, removeLink } from '../../registry/exchange/links.ts';
import {
  attemptsOf,
  cancelMessage,
  findMessage,
  listMessages,
  markCarried,
  readDocument,
  retryMessage,
} from '../../registry/exchange/messages.ts';
import { EXCHANGE_STATES } from '../../registry/tables/exchange.ts';
import { defineOperation, liveOf } from './operation.ts';

const scope: AgencyScope = { kind: 'all' };
const DOCUMENTS_MAX = 200;
const messageId = z.strictObject({ id: z.string().min(4).max(64) });
const linkId = z.strictObject({ id: z.int().positive() });

export const exchangeLinks = defineOperation({
  name: 'exchange.links',
  needs: 'data',
  input: z.strictObject({}),
  output: linkListSchema,
  run: async ({ registry }) => ({ links: (await listLinks(registry.db, scope)).map(viewLink) }),
});

export const exchangeAdd = defineOperation({
  name: 'exchange.add',
  needs: 'collector',
  /** Without agency: the one at the top. */
  input: newLinkSchema.extend({ agencyId: z.int().positive().optional() }),
  output: linkSchema,
  run: async (context, { agencyId, ...link }) => {
    const { registry, actor } = context;
    const { key } = liveOf(context).exchange;
    const of = agencyId ?? (await rootAgencyId(registry.db));
    return viewLink(await createLink(registry, key, { ...link, agencyId: of }, { actor, scope }));
  },
});

export const exchangeChange = defineOperation({
  name: 'exchange.change',
  needs: 'collector',
  input: linkId.extend({ change: linkPatchSchema }),
  output: linkSchema,
  run: async (context, { id, change }) => {
    const { registry, actor } = context;
    return viewLink(await changeLink(registry, liveOf(context).exchange.key, id, change, { actor, scope }));
  },
});

export const exchangeRemove = defineOperation({
  name: 'exchange.remove',
  needs: 'data',
  input: linkId,
  output: z.null(),
  run: async ({ registry, actor }, { id }) => {
    await removeLink(registry, id, { actor, scope });
    return null;
  },
});

export const exchangeTest = defineOperation({
  name: 'exchange.test',
  needs: 'collector',
  input: linkId,
  output: linkTestSchema,
  run: (context, { id }) => liveOf(context).exchange.test(id, { actor: context.actor, scope }),
});

export const exchangeRun = defineOperation({
  name: 'exchange.run',
  needs: 'collector',
  input: linkId.extend({ fromMs: z.number().optional(), toMs: z.number().optional(), isDryRun: z.boolean() }),
  output: z.object({
    message: messageSchema.nullable(),
    machines: z.number(),
    bytes: z.number(),
    sha256: z.string(),
  }),
  run: async (context, { id, ...wanted }) => {
    const made = await liveOf(context).exchange.make(id, wanted, { actor: context.actor, scope });
    return { ...made, message: made.message === undefined ? null : viewMessage(made.message) };
  },
});

export const exchangeList = defineOperation({
  name: 'exchange.list',
  needs: 'data',
  input: z.strictObject({ state: z.enum(EXCHANGE_STATES).optional(), linkId: z.int().positive().optional() }),
  output: messageListSchema,
  run: async ({ registry }, { state, linkId: ofLink }) => {
    const states = state === undefined ? undefined : [state];
    const query = { scope, limit: DOCUMENTS_MAX, linkId: ofLink, states };
    return { documents: (await listMessages(registry.db, query)).map(viewMessage) };
  },
});

export const exchangeShow = defineOperation({
  name: 'exchange.show',
  needs: 'data',
  input: messageId,
  output: messageDetailSchema,
  run: async ({ registry }, { id }) => {
    const message = await findMessage(registry.db, id, scope);
    return viewMessageDetail(message, await attemptsOf(registry.db, message.id));
  },
});

export const exchangeContent = defineOperation({
  name: 'exchange.content',
  needs: 'data',
  input: messageId,
  output: z.object({
    file: z.string(),
    createdMs: z.number(),
    document: z.string(),
    receipt: z.string().nullable(),
  }),
  run: async ({ registry }, { id }) => {
    const { id: whole, file, createdMs } = await findMessage(registry.db, id, scope);
    const document = (await readDocument(registry.db, whole)).toString('utf8');
    const answered = (await attemptsOf(registry.db, whole)).findLast(({ answer }) => answer !== null);
    return { file, createdMs, document, receipt: answered?.answer ?? null };
  },
});

export const exchangeRetry = defineOperation({
  name: 'exchange.retry',
  needs: 'data',
  input: messageId,
  output: messageSchema,
  run: async ({ registry, actor, live }, { id }) => {
    const message = await retryMessage(registry, id, { actor, scope });
    live?.exchange.kick();
    return viewMessage(message);
  },
});

export const exchangeCancel = defineOperation({
  name: 'exchange.cancel',
  needs: 'data',
  input: messageId,
  output: messageSchema,
  run: async ({ registry, actor }, { id }) =>
    viewMessage(await cancelMessage(registry, id, { actor, scope })),
});

export const exchangeCarried = defineOperation({
  name: 'exchange.carried',
  needs: 'data',
  input: messageId.extend({ note: z.string().trim().min(1).max(1_000) }),
  output: messageSchema,
  run: async ({ registry, actor }, { id, note }) =>
    viewMessage(await markCarried(registry, id, note, { actor, scope })),
});
