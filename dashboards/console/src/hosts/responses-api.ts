/** Commands to hosts. */
import type { z } from 'zod';
import type { jobListSchema } from '../../../../collector/api/contract-jobs.ts';
import type { responseListSchema, responseQuerySchema } from '../../../../collector/api/contract-response.ts';
import { queryString, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';
import type { Response, NewResponse, BulkResponse, JobPreview, JobDetail } from './responses-types.ts';

export const bulkKind = 'response.bulk';

const at = (id: string) => `/responses/${encodeURIComponent(id)}`;
const jobAt = (id: string) => `/jobs/${encodeURIComponent(id)}`;

export const readResponses = (query: z.input<typeof responseQuerySchema>, signal?: AbortSignal) =>
  http.read<z.infer<typeof responseListSchema>>(`/responses${queryString(query as Query)}`, signal);
export const readResponse = (id: string, signal?: AbortSignal) => http.read<Response>(at(id), signal);
export const requestResponse = (body: NewResponse) => http.change<Response>('POST', '/responses', body);
export const decideResponse = (id: string, decision: 'approve' | 'reject', reason: string) =>
  http.change<Response>('POST', `${at(id)}/${decision}`, reason === '' ? {} : { reason });

export const previewBulk = (body: BulkResponse) =>
  http.change<JobPreview>('POST', '/responses/bulk/preview', body);
export const requestBulk = (body: BulkResponse) => http.change<JobDetail>('POST', '/responses/bulk', body);
export const readBulkJobs = (signal?: AbortSignal) =>
  http.read<z.infer<typeof jobListSchema>>(`/jobs${queryString({ kind: bulkKind, limit: 50 })}`, signal);
export const decideJob = (id: string, decision: 'approve' | 'reject', reason: string) =>
  http.change<JobDetail>('POST', `${jobAt(id)}/${decision}`, reason === '' ? {} : { reason });
export const cancelJob = (id: string) => http.change<JobDetail>('POST', `${jobAt(id)}/cancel`);
export const undoJob = (id: string, reason: string) =>
  http.change<JobDetail>('POST', `${jobAt(id)}/undo`, { reason });
