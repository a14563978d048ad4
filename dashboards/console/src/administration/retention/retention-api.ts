/** How long events are kept, the proof of it, holds, budgets, and runs. */
import type { z } from 'zod';
import type {
  budgetBodySchema,
  deletionPageSchema,
  holdBodySchema,
  holdListSchema,
  monthsBodySchema,
  proofListSchema,
  retentionSchema,
  runBodySchema,
  runStateSchema,
  systemListSchema,
} from '../../../../../collector/api/contract-retention.ts';
import { queryString, type Query } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type Retention = z.infer<typeof retentionSchema>;
export type MonthsRule = Retention['rules'][number];
export type Usage = Retention['agencies'][number];
export type RunState = z.infer<typeof runStateSchema>;
export type Proof = z.infer<typeof proofListSchema>['proofs'][number];
export type Hold = z.infer<typeof holdListSchema>['holds'][number];
export type Deletion = z.infer<typeof deletionPageSchema>['deletions'][number];
export type NewHold = z.input<typeof holdBodySchema>;

export const readRetention = (signal?: AbortSignal) => http.read<Retention>('/retention', signal);
export const readRun = (signal?: AbortSignal) => http.read<RunState>('/retention/runs/current', signal);
export const beginRun = (body: z.input<typeof runBodySchema>) =>
  http.change<RunState>('POST', '/retention/runs', body);
export const setMonths = (body: z.input<typeof monthsBodySchema>) =>
  http.change<Retention>('PUT', '/retention/months', body);
export const setBudget = (body: z.input<typeof budgetBodySchema>) =>
  http.change<Retention>('PUT', '/retention/budgets', body);
export const readProofs = (day: string, signal?: AbortSignal) =>
  http.read<z.infer<typeof proofListSchema>>(`/retention/proofs${queryString({ day })}`, signal);
export const readDeletions = (query: Query, signal?: AbortSignal) =>
  http.read<z.infer<typeof deletionPageSchema>>(`/retention/deletions${queryString(query)}`, signal);
export const readHolds = (signal?: AbortSignal) =>
  http.read<z.infer<typeof holdListSchema>>('/holds', signal);
export const createHold = (body: NewHold) => http.change<Hold>('POST', '/holds', body);
export const releaseHold = (id: number, reason: string) =>
  http.change<Hold>('POST', `/holds/${id}/release`, { reason });
export const readSystems = (signal?: AbortSignal) =>
  http.read<z.infer<typeof systemListSchema>>('/systems', signal);
