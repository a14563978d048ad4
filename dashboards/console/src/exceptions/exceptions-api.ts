/** The API of exceptions: asked for, tried out, decided, ended. */
import type { z } from 'zod';
import type {
  exceptionApprovedSchema,
  exceptionDetailSchema,
  exceptionHistorySchema,
  exceptionPageSchema,
  exceptionSchema,
} from '../../../../collector/api/contract-exceptions.ts';
import { queryString, type Query } from '../api/http.ts';
import type { Job } from '../jobs/job-api.ts';
import { http } from '../session/session-store.ts';
import type { ExceptionBody } from './exception-form.ts';

export type Exception = z.infer<typeof exceptionSchema>;
export type ExceptionDetail = z.infer<typeof exceptionDetailSchema>;
export type ExceptionPage = z.infer<typeof exceptionPageSchema>;
export type ExceptionState = Exception['state'];

/** What a simulation ends with (collector/exceptions/simulation.ts). */
export type Simulation = {
  readonly hidden: number;
  readonly examined: number;
  readonly alerts: number;
  readonly openAlerts: number;
  readonly rules: readonly {
    readonly ruleId: string;
    readonly hidden: number;
    readonly all: number | null;
  }[];
  readonly hosts: readonly { readonly hostname: string; readonly hidden: number }[];
  readonly agencies: readonly { readonly agencyId: number | null; readonly hidden: number }[];
  readonly days: readonly { readonly day: string; readonly hidden: number }[];
  readonly otherRules: readonly { readonly ruleId: string; readonly events: number }[];
  readonly examples: readonly {
    readonly ruleId: string;
    readonly timeMs: number;
    readonly eventId: string;
    readonly hostname: string;
    readonly message: string;
  }[];
  readonly truePositives: readonly string[];
  readonly severe: readonly string[];
  readonly warnings: readonly {
    readonly code: 'share' | 'true-positive' | 'severe' | 'agencies' | 'truncated' | 'nothing';
    readonly value: number;
    readonly ruleId: string | null;
  }[];
};

const at = (id: number | string, rest = ''): string => `/exceptions/${encodeURIComponent(String(id))}${rest}`;

export const exceptionList = (query: Query, signal?: AbortSignal): Promise<ExceptionPage> =>
  http.read<ExceptionPage>(`/exceptions${queryString(query)}`, signal);
export const readException = (id: string, signal?: AbortSignal) =>
  http.tagged<ExceptionDetail>(at(id), signal);
export const exceptionHistory = (id: number, signal?: AbortSignal) =>
  http.read<z.infer<typeof exceptionHistorySchema>>(at(id, '/history'), signal);
export const askException = (body: ExceptionBody): Promise<ExceptionDetail> =>
  http.change<ExceptionDetail>('POST', '/exceptions', body);
export const simulateDraft = (body: ExceptionBody): Promise<Job> =>
  http.change<Job>('POST', '/exceptions/simulate', { ...body, days: 30 });
export const simulate = (id: number): Promise<Job> =>
  http.change<Job>('POST', at(id, '/simulate'), { days: 30 });

export const previewRaise = (id: number, reason: string): Promise<Job['preview']> =>
  http.change<Job['preview']>('POST', at(id, '/raise/preview'), { reason });
/** Raises what an ended exception hid, each detection once. */
export const raiseHidden = (id: number, reason: string): Promise<Job> =>
  http.change<Job>('POST', at(id, '/raise'), { reason });

export type ExceptionAct = 'approve' | 'reject' | 'withdraw' | 'revoke' | 'extend';
export const act = (
  id: number,
  what: ExceptionAct,
  body: object,
  ifMatch: string | undefined,
): Promise<z.infer<typeof exceptionApprovedSchema>> =>
  http.change('POST', at(id, `/${what}`), body, { ifMatch });
