/** Cases, incidents and what lies in them, over the API. */
import type { z } from 'zod';
import type {
  attachmentListSchema,
  caseAlertsSchema,
  caseHistorySchema,
  caseRulesSchema,
  clockListSchema,
  itemListSchema,
  keptEventsSchema,
  noteListSchema,
  taskListSchema,
  timelineSchema,
} from '../../../../collector/api/contract-case-parts.ts';
import type {
  caseBodySchema,
  caseCloseSchema,
  caseClosedSchema,
  CaseDetail,
  caseFacetsSchema,
  caseMovesSchema,
  casePageSchema,
  casePatchSchema,
  CaseView,
} from '../../../../collector/api/contract-cases.ts';
import type { CaseProposals, caseChainSchema } from '../../../../collector/api/contract-chains.ts';
import type {
  incidentViewSchema,
  noticeListSchema,
  toldBodySchema,
  toldListSchema,
} from '../../../../collector/api/contract-incidents.ts';
import { queryString, type OnProgress, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type { CaseDetail, CaseView };
export type CasePage = z.infer<typeof casePageSchema>;
export type CaseFacets = z.infer<typeof caseFacetsSchema>;
export type CaseState = CaseView['state'];
export type CaseClass = CaseView['class'];
export type CaseOutcome = NonNullable<CaseView['outcome']>;
export type NewCase = z.input<typeof caseBodySchema>;
export type CasePatch = z.input<typeof casePatchSchema>;
export type CaseClose = z.input<typeof caseCloseSchema>;
export type CaseTask = z.infer<typeof taskListSchema>['tasks'][number];
export type CaseNote = z.infer<typeof noteListSchema>['notes'][number];
export type CaseClock = z.infer<typeof clockListSchema>['clocks'][number];
export type CaseItem = z.infer<typeof itemListSchema>['items'][number];
export type CaseFile = z.infer<typeof attachmentListSchema>['attachments'][number];
export type CaseRules = z.infer<typeof caseRulesSchema>;
export type TimelineLine = z.infer<typeof timelineSchema>['lines'][number];
export type CaseMove = z.infer<typeof caseMovesSchema>['moves'][number];
export type Incident = z.infer<typeof incidentViewSchema>;
export type IncidentFacts = Incident['facts'];
export type NewTold = z.input<typeof toldBodySchema>;
export type Told = z.infer<typeof toldListSchema>['told'][number];
export type Notice = z.infer<typeof noticeListSchema>['notices'][number];

const base = (id: string) => `/cases/${encodeURIComponent(id)}`;
const { read, tagged, change } = http;
type Cursor = string | undefined;

export const casesApi = {
  list: (query: Query, signal?: AbortSignal) => read<CasePage>(`/cases${queryString(query)}`, signal),
  facets: (query: Query, signal?: AbortSignal) =>
    read<CaseFacets>(`/cases/facets${queryString(query)}`, signal),
  one: (id: string, signal?: AbortSignal) => tagged<CaseDetail>(base(id), signal),
  proposals: (signal?: AbortSignal) => read<CaseProposals>('/case-proposals', signal),
  chain: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof caseChainSchema>>(`${base(id)}/chain`, signal),
  rules: (signal?: AbortSignal) => read<CaseRules>('/case-rules', signal),
  create: (body: NewCase) => change<CaseDetail>('POST', '/cases', body),
  patch: (id: string, body: CasePatch, ifMatch?: string) =>
    change<CaseDetail>('PATCH', base(id), body, { ifMatch }),
  close: (id: string, body: CaseClose, ifMatch?: string) =>
    change<z.infer<typeof caseClosedSchema>>('POST', `${base(id)}/close`, body, { ifMatch }),
  reopen: (id: string, reason: string) => change<CaseDetail>('POST', `${base(id)}/reopen`, { reason }),
  watch: (id: string, on: boolean) => change<CaseDetail>(on ? 'PUT' : 'DELETE', `${base(id)}/watch`),
  timeline: (id: string, query: Query, signal?: AbortSignal) =>
    read<z.infer<typeof timelineSchema>>(`${base(id)}/timeline${queryString(query)}`, signal),
  addLine: (id: string, body: { at: string; text: string }) =>
    change<CaseDetail>('POST', `${base(id)}/timeline`, body),
  removeLine: (id: string, line: string) =>
    change<CaseDetail>('DELETE', `${base(id)}/timeline/${encodeURIComponent(line)}`),
  history: (id: string, after: Cursor, signal?: AbortSignal) =>
    read<z.infer<typeof caseHistorySchema>>(`${base(id)}/history${queryString({ after })}`, signal),
  tasks: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof taskListSchema>>(`${base(id)}/tasks`, signal),
  addTask: (id: string, body: { title: string; detail?: string; assignee?: string; dueAt?: string }) =>
    change<unknown>('POST', `${base(id)}/tasks`, body),
  patchTask: (id: string, task: number, body: { done?: boolean; assignee?: string | null }) =>
    change<unknown>('PATCH', `${base(id)}/tasks/${task}`, body),
  checklist: (id: string) => change<unknown>('POST', `${base(id)}/checklist`),
  notes: (id: string, after: Cursor, signal?: AbortSignal) =>
    read<z.infer<typeof noteListSchema>>(`${base(id)}/notes${queryString({ after })}`, signal),
  addNote: (id: string, text: string) => change<unknown>('POST', `${base(id)}/notes`, { text }),
  alerts: (id: string, after: Cursor, signal?: AbortSignal) =>
    read<z.infer<typeof caseAlertsSchema>>(`${base(id)}/alerts${queryString({ after })}`, signal),
  addAlerts: (id: string, ids: readonly string[]) =>
    change<CaseDetail>('POST', `${base(id)}/alerts`, { ids }),
  removeAlert: (id: string, alert: string) =>
    change<CaseDetail>('DELETE', `${base(id)}/alerts/${encodeURIComponent(alert)}`),
  items: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof itemListSchema>>(`${base(id)}/items`, signal),
  addItem: (id: string, item: object) => change<unknown>('POST', `${base(id)}/items`, { items: [item] }),
  removeItem: (id: string, item: number) => change<unknown>('DELETE', `${base(id)}/items/${item}`),
  events: (id: string, after: Cursor, signal?: AbortSignal) =>
    read<z.infer<typeof keptEventsSchema>>(`${base(id)}/events${queryString({ after })}`, signal),
  files: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof attachmentListSchema>>(`${base(id)}/attachments`, signal),
  addFile: (id: string, file: File, onProgress?: OnProgress) =>
    http.upload<unknown>(
      'POST',
      `${base(id)}/attachments${queryString({ name: file.name })}`,
      new Blob([file], { type: 'application/octet-stream' }),
      {},
      onProgress,
    ),
  removeFile: (id: string, file: string, reason: string) =>
    change<unknown>('POST', `${base(id)}/attachments/${file}/delete`, { reason }),
  quarantine: (id: string, file: string, quarantined: boolean) =>
    change<unknown>('POST', `${base(id)}/attachments/${file}/quarantine`, { quarantined }),
  clocks: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof clockListSchema>>(`${base(id)}/clocks`, signal),
  startClock: (id: string, body: { kind: string; startedAt?: string; note?: string }) =>
    change<unknown>('POST', `${base(id)}/clocks`, body),
  meetClock: (id: string, clock: number, note: string) =>
    change<unknown>('POST', `${base(id)}/clocks/${clock}/meet`, { note }),
  stopClock: (id: string, clock: number, reason: string) =>
    change<unknown>('POST', `${base(id)}/clocks/${clock}/stop`, { reason }),
  moves: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof caseMovesSchema>>(`${base(id)}/moves`, signal),
  merge: (id: string, from: readonly string[], reason: string) =>
    change<unknown>('POST', `${base(id)}/merge`, { from, reason }),
  split: (id: string, body: { title: string; reason: string; alerts: readonly string[] }) =>
    change<CaseDetail>('POST', `${base(id)}/split`, body),
  undoMove: (move: number, reason: string) => change<unknown>('POST', `/case-moves/${move}/undo`, { reason }),
  incident: (id: string, signal?: AbortSignal) => tagged<Incident>(`${base(id)}/incident`, signal),
  patchIncident: (id: string, body: Partial<IncidentFacts>, ifMatch?: string) =>
    change<Incident>('PATCH', `${base(id)}/incident`, body, { ifMatch }),
  told: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof toldListSchema>>(`${base(id)}/told`, signal),
  addTold: (id: string, body: NewTold) => change<unknown>('POST', `${base(id)}/told`, body),
  notices: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof noticeListSchema>>(`${base(id)}/notices`, signal),
  lockNotice: (id: string, kind: Notice['kind']) => change<unknown>('POST', `${base(id)}/notices`, { kind }),
};

/** Where a notice comes from: as the case stands, or as it was locked. */
export function noticePath(
  id: string,
  which: { kind: string } | { noticeId: number },
  format: string,
): string {
  return 'kind' in which
    ? `${base(id)}/notices/preview${queryString({ kind: which.kind, format })}`
    : `${base(id)}/notices/${which.noticeId}/file${queryString({ format })}`;
}

export const filePath = (id: string, file: string, risky: boolean): string =>
  `${base(id)}/attachments/${file}${queryString({ risk: risky ? 'accepted' : undefined })}`;
