/** Reports over the API: drafts, previews, locks, corrections, proofs of sending, signed files. */
import type { z } from 'zod';
import type {
  DueList,
  ReportDetail,
  reportHistorySchema,
  reportPageSchema,
  ReportView,
  sentBodySchema,
  SignedPdfView,
} from '../../../../collector/api/contract-reports.ts';
import { queryString, type OnProgress, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type { DueList, ReportDetail, ReportView, SignedPdfView };
export type NewReport = {
  readonly kind: ReportView['kind'];
  readonly period: string;
  readonly agencyId?: number;
  readonly systemId?: number;
};
export type SentBody = z.input<typeof sentBodySchema>;

const { read, tagged, change } = http;
const base = (id: string) => `/reports/${encodeURIComponent(id)}`;

export const reportsApi = {
  list: (query: Query, signal?: AbortSignal) =>
    read<z.infer<typeof reportPageSchema>>(`/reports${queryString(query)}`, signal),
  due: (query: Query, signal?: AbortSignal) =>
    read<DueList>(`/reports/deadlines${queryString(query)}`, signal),
  one: (id: string, signal?: AbortSignal) => tagged<ReportDetail>(base(id), signal),
  history: (id: string, signal?: AbortSignal) =>
    read<z.infer<typeof reportHistorySchema>>(`${base(id)}/history`, signal),
  create: (body: NewReport) => change<ReportDetail>('POST', '/reports', body),
  lock: (id: string, acceptFindings: string | undefined, ifMatch?: string) =>
    change<ReportDetail>('POST', `${base(id)}/lock`, acceptFindings === undefined ? {} : { acceptFindings }, {
      ifMatch,
    }),
  amend: (id: string, reason: string, ifMatch?: string) =>
    change<ReportDetail>('POST', `${base(id)}/amend`, { reason }, { ifMatch }),
  sent: (id: string, body: SentBody, ifMatch?: string) =>
    change<ReportDetail>('POST', `${base(id)}/sent`, body, { ifMatch }),
  signed: (id: string, file: File, ifMatch?: string, onProgress?: OnProgress) =>
    http.upload<SignedPdfView>(
      'POST',
      `${base(id)}/signed`,
      new Blob([file], { type: 'application/pdf' }),
      ifMatch === undefined ? {} : { 'if-match': ifMatch },
      onProgress,
    ),
};

export const reportFile = (id: string, format: string): string =>
  `${base(id)}/file${queryString({ format })}`;
export const previewFile = (report: NewReport, format: string): string =>
  `/reports/preview${queryString({ ...report, format })}`;
