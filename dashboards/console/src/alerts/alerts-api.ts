/** The routes of the alerts' room beside the list itself. */
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  alertFacetsSchema,
  alertHistorySchema,
  alertNoteListSchema,
} from '../../../../collector/api/contract-alerts.ts';
import type { alertCasesSchema } from '../../../../collector/api/contract-cases.ts';
import type {
  alertBulkSchema,
  jobDetailSchema,
  jobPreviewSchema,
} from '../../../../collector/api/contract-jobs.ts';
import { queryString, type Query } from '../api/http.ts';
import type { AgentSummary, AlertPage, EventPage } from '../api/types.ts';
import { http } from '../session/session-store.ts';
import { serverFilter, type AlertFilters } from './alert-filters.ts';

export type Facets = z.infer<typeof alertFacetsSchema>;
export type BulkBody = z.input<typeof alertBulkSchema>;
export type BulkLook = z.infer<typeof jobPreviewSchema>;
export type Job = z.infer<typeof jobDetailSchema>;

const path = (...parts: readonly string[]) => parts.map((part) => `/${encodeURIComponent(part)}`).join('');

/** What the filter finds, counted by each field; an older answer stays in view while a new one comes. */
export function useFacets(filters: AlertFilters) {
  const query = serverFilter(filters) as Query;
  return useQuery({
    queryKey: ['alert-facets', query],
    queryFn: ({ signal }) => http.read<Facets>(`/alerts/facets${queryString(query)}`, signal),
    placeholderData: (before) => before,
    refetchInterval: 60_000,
  });
}

/** A few alerts for the panel: what is like the one that is open. */
export function useAlertsLike(name: string, query: Query | null) {
  return useQuery({
    queryKey: ['alerts-like', name, query],
    enabled: query !== null,
    queryFn: ({ signal }) => http.read<AlertPage>(`/alerts${queryString(query ?? {})}`, signal),
  });
}

export const useVerdicts = (ruleId: string) =>
  useQuery({
    queryKey: ['alert-facets', 'verdicts', ruleId],
    queryFn: ({ signal }) =>
      http.read<Facets>(`/alerts/facets${queryString({ ruleId, state: 'closed', folded: 'show' })}`, signal),
  });

export const useAlertHistory = (id: string) =>
  useQuery({
    queryKey: ['alert', id, 'history'],
    queryFn: ({ signal }) =>
      http.read<z.infer<typeof alertHistorySchema>>(`${path('alerts', id)}/history?limit=100`, signal),
  });

export const useAlertNotes = (id: string) =>
  useQuery({
    queryKey: ['alert', id, 'notes'],
    queryFn: ({ signal }) =>
      http.read<z.infer<typeof alertNoteListSchema>>(`${path('alerts', id)}/notes`, signal),
  });

export async function addNote(id: string, text: string): Promise<void> {
  await http.change<unknown>('POST', `${path('alerts', id)}/notes`, { text });
}

export const useAlertCases = (id: string, may: boolean) =>
  useQuery({
    queryKey: ['alert', id, 'cases'],
    enabled: may,
    queryFn: ({ signal }) =>
      http.read<z.infer<typeof alertCasesSchema>>(`${path('alerts', id)}/cases`, signal),
  });

export async function joinCase(number: string, id: string): Promise<void> {
  await http.change<unknown>('POST', `${path('cases', number)}/alerts`, { ids: [id] });
}

export const useHost = (id: string | null, may: boolean) =>
  useQuery({
    queryKey: ['agent', id],
    enabled: id !== null && may,
    queryFn: ({ signal }) => http.read<AgentSummary>(path('agents', id ?? ''), signal),
  });

export const eventsShownMax = 200;

export const useEventsAround = (agentId: string, from: string, to: string) =>
  useQuery({
    queryKey: ['events', 'around', agentId, from, to],
    queryFn: ({ signal }) =>
      http.read<EventPage>(`/events${queryString({ agentId, from, to, limit: eventsShownMax })}`, signal),
    staleTime: 60_000,
  });

export const lookAtBulk = (body: BulkBody) => http.change<BulkLook>('POST', '/alerts/bulk/preview', body);
export const startBulk = (body: BulkBody) => http.change<Job>('POST', '/alerts/bulk', body);
