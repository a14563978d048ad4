/** The exchange with the national centre over the API: links, documents and what became of them, checks of files. */
import type { z } from 'zod';
import type {
  linkPatchSchema,
  linkListSchema,
  linkSchema,
  linkTestSchema,
  madeSchema,
  makeSchema,
  messageDetailSchema,
  messageListSchema,
  messageSchema,
  newLinkSchema,
  validatedSchema,
} from '../../../../../collector/api/contract-exchange.ts';
import { queryString, type Query } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type ExchangeLink = z.infer<typeof linkSchema>;
export type LinkSettings = z.input<typeof newLinkSchema>['settings'];
export type LinkSecrets = NonNullable<z.input<typeof newLinkSchema>['secrets']>;
export type NewLink = z.input<typeof newLinkSchema>;
export type LinkPatch = z.input<typeof linkPatchSchema>;
export type LinkTest = z.infer<typeof linkTestSchema>;
export type Made = z.infer<typeof madeSchema>;
export type ExchangeDocument = z.infer<typeof messageSchema>;
export type DocumentDetail = z.infer<typeof messageDetailSchema>;
export type Validated = z.infer<typeof validatedSchema>;

const { read, tagged, change } = http;
const linkAt = (id: number) => `/exchange/links/${id}`;
const documentAt = (id: string) => `/exchange/documents/${encodeURIComponent(id)}`;

export const exchangeApi = {
  links: (signal?: AbortSignal) => read<z.infer<typeof linkListSchema>>('/exchange/links', signal),
  link: (id: number, signal?: AbortSignal) => tagged<ExchangeLink>(linkAt(id), signal),
  create: (body: NewLink) => change<ExchangeLink>('POST', '/exchange/links', body),
  patch: (id: number, body: LinkPatch, ifMatch?: string) =>
    change<ExchangeLink>('PATCH', linkAt(id), body, { ifMatch }),
  remove: (id: number) => change<undefined>('DELETE', linkAt(id)),
  test: (id: number) => change<LinkTest>('POST', `${linkAt(id)}/test`),
  make: (id: number, body: z.input<typeof makeSchema>) =>
    change<Made>('POST', `${linkAt(id)}/documents`, body),
  documents: (query: Query, signal?: AbortSignal) =>
    read<z.infer<typeof messageListSchema>>(`/exchange/documents${queryString(query)}`, signal),
  document: (id: string, signal?: AbortSignal) => read<DocumentDetail>(documentAt(id), signal),
  retry: (id: string) => change<ExchangeDocument>('POST', `${documentAt(id)}/retry`),
  cancel: (id: string) => change<ExchangeDocument>('POST', `${documentAt(id)}/cancel`),
  carried: (id: string, note: string) =>
    change<ExchangeDocument>('POST', `${documentAt(id)}/carried`, { note }),
  validate: (document: string, namespace?: string) =>
    change<Validated>('POST', '/exchange/validate', {
      document,
      ...(namespace === undefined ? {} : { namespace }),
    }),
};

export const contentOf = (id: string): string => `${documentAt(id)}/content`;
export const receiptOf = (id: string): string => `${documentAt(id)}/receipt`;
