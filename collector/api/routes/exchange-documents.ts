/** Documents to the national centre: how far each is, as it was built, what the centre answered; tried again, cancelled, checked. */
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { EDXML_NAMESPACE } from '../../exchange/namespaces.ts';
import { validateDocument } from '../../exchange/validate-document.ts';
import {
  attemptsOf,
  cancelMessage,
  findMessage,
  listMessages,
  markCarried,
  readDocument,
  retryMessage,
} from '../../registry/exchange/messages.ts';
import {
  carriedSchema,
  messageDetailSchema,
  messageListSchema,
  messageQuerySchema,
  messageSchema,
  validatedSchema,
} from '../contract-exchange.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { viewMessage, viewMessageDetail } from '../exchange-view.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf } from '../principal.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'exchange'>;

const params = z.strictObject({ id: z.string().min(4).max(64) });
const ERRORS = { '4xx': errorSchema } as const;
/** Longer documents are checked by the command line, beside the file. */
const VALIDATED_BYTES_MAX = 16 * 1_048_576;

export function addExchangeDocumentRoutes(app: ApiServer, deps: Deps): void {
  const { registry } = deps;
  app.get(
    '/exchange/documents',
    {
      config: { access: 'exchange:read' },
      schema: {
        summary: 'Documents to the centre and how far they are, newest first',
        querystring: messageQuerySchema,
        response: { 200: messageListSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { state, linkId, limit } = request.query;
      const states = state === undefined ? undefined : [state];
      const { scope } = principalOf(request);
      const found = await listMessages(registry.db, { scope, limit, linkId, states });
      return { documents: found.map(viewMessage) };
    },
  );

  app.get(
    '/exchange/documents/:id',
    {
      config: { access: 'exchange:read' },
      schema: {
        summary: 'One document with each attempt to deliver it',
        params,
        response: { 200: messageDetailSchema, ...ERRORS },
      },
    },
    async (request) => {
      const message = await findMessage(registry.db, request.params.id, principalOf(request).scope);
      return viewMessageDetail(message, await attemptsOf(registry.db, message.id));
    },
  );
  addContents(app, deps);
  addActs(app, deps);
  addValidate(app);
}

function addContents(app: ApiServer, { registry }: Deps): void {
  app.get(
    '/exchange/documents/:id/content',
    {
      config: { access: 'exchange:read' },
      schema: {
        summary: 'The document as it is sent, to be carried or looked at',
        params,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const message = await findMessage(registry.db, request.params.id, principal.scope);
      // Paths of files name people, and the document must stay as it is signed.
      if (!seesPersonal(principal))
        throw new ApiError('forbidden', {
          message: 'a document cannot be masked: ask who reads personal data',
        });
      const content = await readDocument(registry.db, message.id);
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', attachmentHeader(message.file))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .header('repr-digest', `sha-256=:${Buffer.from(message.sha256, 'hex').toString('base64')}:`)
        .send(content);
    },
  );

  app.get(
    '/exchange/documents/:id/receipt',
    {
      config: { access: 'exchange:read' },
      schema: {
        summary: 'What the centre answered last, as it came',
        params,
        response: { 200: z.unknown(), ...ERRORS },
      },
    },
    async (request, reply) => {
      const message = await findMessage(registry.db, request.params.id, principalOf(request).scope);
      const answered = (await attemptsOf(registry.db, message.id)).findLast(({ answer }) => answer !== null);
      if (answered === undefined)
        throw new ApiError('not-found', { message: 'the centre has answered nothing yet' });
      return reply
        .header('content-type', 'application/octet-stream')
        .header('content-disposition', attachmentHeader(`${message.file}.receipt`))
        .header('content-security-policy', "default-src 'none'; sandbox")
        .send(Buffer.from(answered.answer ?? '', 'utf8'));
    },
  );
}

function addActs(app: ApiServer, { registry, exchange }: Deps): void {
  const acts = [
    { name: 'retry', act: retryMessage, summary: 'Try a document again, at once and as often as a new one' },
    { name: 'cancel', act: cancelMessage, summary: 'Send a document no more that waits' },
  ] as const;
  for (const { name, act, summary } of acts) {
    app.post(
      `/exchange/documents/:id/${name}`,
      {
        config: { access: 'exchange:write' },
        schema: { summary, params, response: { 200: messageSchema, ...ERRORS } },
      },
      async (request) => {
        const { actor, scope } = principalOf(request);
        const message = await act(registry, request.params.id, { actor, scope });
        exchange.kick();
        return viewMessage(message);
      },
    );
  }

  app.post(
    '/exchange/documents/:id/carried',
    {
      config: { access: 'exchange:write' },
      schema: {
        summary: 'A person took the document there: it is not sent any more',
        params,
        body: carriedSchema,
        response: { 200: messageSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      const { note } = request.body;
      return viewMessage(await markCarried(registry, request.params.id, note, { actor, scope }));
    },
  );
}

function addValidate(app: ApiServer): void {
  app.post(
    '/exchange/validate',
    {
      bodyLimit: VALIDATED_BYTES_MAX,
      config: { access: 'exchange:read' },
      schema: {
        summary:
          'Hold a document against the schema of its variant: faults with line and path. Nothing is kept',
        body: z.strictObject({
          document: z.string().max(VALIDATED_BYTES_MAX),
          namespace: z.url().max(250).default(EDXML_NAMESPACE),
          names: z.record(z.string().max(64), z.string().max(64)).default({}),
        }),
        response: { 200: validatedSchema, ...ERRORS },
      },
    },
    async (request) => {
      const { document, namespace, names } = request.body;
      const { variant, faults, ...report } = validateDocument(document, { namespace, names });
      return { ...report, variant: variant ?? null, faults: [...faults] };
    },
  );
}
