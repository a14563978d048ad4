/** What the first page asks: each part by itself, so that one that is slow or fails leaves the others. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { z } from 'zod';
import type { alertFacetsSchema } from '../../../../collector/api/contract-alerts.ts';
import type { attestationPageSchema } from '../../../../collector/api/contract-attestations.ts';
import type { handoverListSchema } from '../../../../collector/api/contract-case-parts.ts';
import type { caseFacetsSchema, casePageSchema } from '../../../../collector/api/contract-cases.ts';
import type { exceptionPageSchema } from '../../../../collector/api/contract-exceptions.ts';
import type { jobListSchema } from '../../../../collector/api/contract-jobs.ts';
import type { ledgerReportSchema } from '../../../../collector/api/contract-ledger.ts';
import type { responseListSchema } from '../../../../collector/api/contract-response.ts';
import type { watchSchema } from '../../../../collector/api/contract-watch.ts';
import type { AgentList, Permission } from '../api/types.ts';
import { api, http } from '../session/session-store.ts';
import { useMay } from '../shell/me.ts';
import type { DossierDeadlines, DueReports } from './deadlines.ts';

export type Watch = z.infer<typeof watchSchema>;
export type Clocks = z.infer<typeof casePageSchema>;
export type LedgerReport = z.infer<typeof ledgerReportSchema>;

const minuteMs = 60_000;
/** Deadlines of dossiers and reports are told of so many days before. */
export const deadlineDays = 30;

/** Asked again each minute; never without the permission. */
function usePart<Answer>(name: string, needs: Permission, path: string, everyMs = minuteMs) {
  const may = useMay(needs);
  return useQuery({
    queryKey: ['overview', name],
    enabled: may,
    queryFn: ({ signal }) => http.read<Answer>(path, signal),
    refetchInterval: everyMs,
  });
}

export const useFigures = () =>
  useQuery({
    queryKey: ['overview'],
    queryFn: ({ signal }) => api.overview(signal),
    refetchInterval: 15_000,
  });

export const useWatch = (): UseQueryResult<Watch> =>
  usePart('watch', 'overview:read', '/overview/watch?days=30');

/** Cases whose legal clocks run, the first due first. */
export const useClocks = (): UseQueryResult<Clocks> =>
  usePart('clocks', 'case:read', '/cases?clock=running&state=unclosed&limit=50');

export const useDossierDeadlines = (): UseQueryResult<DossierDeadlines> =>
  usePart('dossiers', 'system:read', `/compliance/dossier-deadlines?withinDays=${deadlineDays}&limit=50`);

export const useDueReports = (): UseQueryResult<DueReports> =>
  usePart('reports', 'report:read', '/reports/deadlines');

export const useLedger = (): UseQueryResult<LedgerReport> =>
  usePart('ledger', 'ledger:read', '/ledger?by=hour', 5 * minuteMs);

export const useMyAlerts = (): UseQueryResult<z.infer<typeof alertFacetsSchema>> =>
  usePart('my-alerts', 'alert:write', '/alerts/facets?state=open&assignee=me');

export const useMyCases = (): UseQueryResult<z.infer<typeof caseFacetsSchema>> =>
  usePart('my-cases', 'case:write', '/cases/facets?state=unclosed&assignee=me');

export const useHandovers = (): UseQueryResult<z.infer<typeof handoverListSchema>> =>
  usePart('handovers', 'case:write', '/handovers?waiting=me&limit=20');

export const usePendingAgents = (): UseQueryResult<AgentList> =>
  usePart('pending', 'agent:write', '/agents?state=pending');

export const useAskedExceptions = (): UseQueryResult<z.infer<typeof exceptionPageSchema>> =>
  usePart('exceptions', 'exception:approve', '/exceptions?state=requested&limit=200');

export const useAskedResponses = (): UseQueryResult<z.infer<typeof responseListSchema>> =>
  usePart('responses', 'response:approve', '/responses?state=requested&limit=200');

export const useAskedAttestations = (): UseQueryResult<z.infer<typeof attestationPageSchema>> =>
  usePart('attestations', 'compliance:approve', '/compliance/attestations?state=proposed&limit=200');

export const useWaitingJobs = (): UseQueryResult<z.infer<typeof jobListSchema>> =>
  usePart('jobs', 'alert:bulk', '/jobs?state=waiting&limit=200');

export async function takeOver(id: number): Promise<void> {
  await http.change<unknown>('POST', `/handovers/${id}/acknowledge`);
}
