/** Requests to agencies and hand-overs, over the API. */
import type { z } from 'zod';
import type {
  handoverDetailSchema,
  handoverListSchema,
  handoverWantedSchema,
} from '../../../../collector/api/contract-case-parts.ts';
import type {
  linkSchema,
  newAnswerSchema,
  newRequestSchema,
  requestDetailSchema,
  requestHistorySchema,
  requestPageSchema,
  requestPatchSchema,
  templateListSchema,
} from '../../../../collector/api/contract-requests.ts';
import { queryString, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type RequestPage = z.infer<typeof requestPageSchema>;
export type AgencyRequest = RequestPage['requests'][number];
export type RequestDetail = z.infer<typeof requestDetailSchema>;
export type RequestState = AgencyRequest['state'];
export type NewRequest = z.input<typeof newRequestSchema>;
export type RequestPatch = z.input<typeof requestPatchSchema>;
export type NewAnswer = z.input<typeof newAnswerSchema>;
export type Handover = z.infer<typeof handoverListSchema>['handovers'][number];
export type HandoverDetail = z.infer<typeof handoverDetailSchema>;

const { read, tagged, change } = http;
const base = (id: string) => `/requests/${encodeURIComponent(id)}`;

export const requestsApi = {
  list: (query: Query, signal?: AbortSignal) => read<RequestPage>(`/requests${queryString(query)}`, signal),
  one: (id: string, signal?: AbortSignal) => tagged<RequestDetail>(base(id), signal),
  history: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof requestHistorySchema>>(`${base(id)}/history`, signal),
  templates: (signal?: AbortSignal) =>
    read<z.infer<typeof templateListSchema>>('/requests/templates', signal),
  create: (body: NewRequest) => change<RequestDetail>('POST', '/requests', body),
  patch: (id: string, body: RequestPatch, ifMatch?: string) =>
    change<RequestDetail>('PATCH', base(id), body, { ifMatch }),
  move: (
    id: string,
    move: 'send' | 'accept' | 'return' | 'cancel',
    body: { reason?: string; dueOn?: string },
    ifMatch?: string,
  ) => change<RequestDetail>('POST', `${base(id)}/${move}`, body, { ifMatch }),
  seen: (id: string) => change<RequestDetail>('POST', `${base(id)}/seen`),
  answer: (id: string, body: NewAnswer) => change<RequestDetail>('POST', `${base(id)}/answer`, body),
  link: (id: string, days: number) =>
    change<z.infer<typeof linkSchema>>('POST', `${base(id)}/links`, { days }),
};

export const dispatchPath = (id: string): string => `${base(id)}/dispatch`;

export const handoversApi = {
  list: (query: Query, signal?: AbortSignal) =>
    read<z.infer<typeof handoverListSchema>>(`/handovers${queryString(query)}`, signal),
  one: (id: string, signal?: AbortSignal) => read<HandoverDetail>(`/handovers/${id}`, signal),
  write: (body: z.input<typeof handoverWantedSchema>) => change<HandoverDetail>('POST', '/handovers', body),
  acknowledge: (id: string) => change<HandoverDetail>('POST', `/handovers/${id}/acknowledge`),
};
