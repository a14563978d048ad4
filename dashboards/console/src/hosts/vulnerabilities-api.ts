/** Vulnerabilities of hosts. */
import type { z } from 'zod';
import type { exceptionBodySchema } from '../../../../collector/api/contract-exceptions.ts';
import type {
  feedListSchema,
  findingFacetsSchema,
  findingPageSchema,
  hostFindingsSchema,
  hostStandingPageSchema,
  vulnerabilitySchema,
} from '../../../../collector/api/contract-vulnerabilities.ts';
import { queryString, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type FindingPage = z.infer<typeof findingPageSchema>;
export type Finding = FindingPage['findings'][number];
export type FindingWarning = FindingPage['warnings'][number];
export type HostStanding = z.infer<typeof hostStandingPageSchema>['hosts'][number];
export type Vulnerability = z.infer<typeof vulnerabilitySchema>;
export type Feed = z.infer<typeof feedListSchema>['feeds'][number];

/** Filters as the address has them; what is empty is left out. */
export type FindingFilters = {
  readonly state: string;
  readonly severity: string;
  readonly cve: string;
  readonly package: string;
  readonly agencyId: string;
  readonly exploited: string;
  readonly fixable: string;
};

const pageSize = 100;
const query = (filters: FindingFilters, more: Query = {}) => queryString({ ...filters, ...more });

export const readFindings = (filters: FindingFilters, after: string | undefined, signal?: AbortSignal) =>
  http.read<FindingPage>(`/vulnerabilities${query(filters, { limit: pageSize, after })}`, signal);
export const readFindingFacets = (filters: FindingFilters, signal?: AbortSignal) =>
  http.read<z.infer<typeof findingFacetsSchema>>(`/vulnerabilities/facets${query(filters)}`, signal);
export const readStandings = (after: string | undefined, signal?: AbortSignal) =>
  http.read<z.infer<typeof hostStandingPageSchema>>(
    `/vulnerabilities/hosts${queryString({ limit: pageSize, after })}`,
    signal,
  );
export const readHostFindings = (
  agentId: string,
  state: string,
  after: string | undefined,
  signal?: AbortSignal,
) =>
  http.read<z.infer<typeof hostFindingsSchema>>(
    `/agents/${encodeURIComponent(agentId)}/vulnerabilities${queryString({ state, limit: pageSize, after })}`,
    signal,
  );
export const readVulnerability = (cve: string, signal?: AbortSignal) =>
  http.read<Vulnerability>(`/vulnerabilities/cves/${encodeURIComponent(cve)}`, signal);
export const readFeeds = (signal?: AbortSignal) =>
  http.read<z.infer<typeof feedListSchema>>('/vulnerabilities/feeds', signal);
export const exportPath = (filters: FindingFilters, lang: string) =>
  `/vulnerabilities/export${query(filters, { lang, limit: 1_000_000 })}`;
export const requestException = (body: z.input<typeof exceptionBodySchema>) =>
  http.change<{ readonly id: number }>('POST', '/exceptions', body);
