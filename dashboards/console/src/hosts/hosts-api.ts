/** Hosts, their agents and what is known of them. */
import type { z } from 'zod';
import type { agentListSchema, agentSchema } from '../../../../collector/api/contract.ts';
import type { agencyPageSchema } from '../../../../collector/api/contract-agencies.ts';
import type { hostFactsSchema, silenceListSchema } from '../../../../collector/api/contract-hosts.ts';
import type { inventoryDiffSchema, inventorySchema } from '../../../../collector/api/contract-inventory.ts';
import type { ledgerReportSchema } from '../../../../collector/api/contract-ledger.ts';
import type {
  postureHostsSchema,
  posturePoliciesSchema,
  postureSchema,
} from '../../../../collector/api/contract-posture.ts';
import type {
  agentActsSchema,
  agentDetailSchema,
  sameHostDecidedSchema,
  sameHostListSchema,
} from '../../../../collector/api/contract-identity.ts';
import { queryString } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type Agent = z.infer<typeof agentSchema>;
export type AgentDetail = z.infer<typeof agentDetailSchema>;
export type AgentActs = z.infer<typeof agentActsSchema>;
export type HostFacts = z.infer<typeof hostFactsSchema>['hosts'][number];
export type Role = NonNullable<HostFacts['role']>;
export type PostureCounts = z.infer<typeof postureHostsSchema>['hosts'][number]['checks'];
export type Silence = z.infer<typeof silenceListSchema>['silences'][number];
export type SameHost = z.infer<typeof sameHostListSchema>['proposals'][number];
export type Inventory = z.infer<typeof inventorySchema>;
export type InventoryDiff = z.infer<typeof inventoryDiffSchema>;
export type Posture = z.infer<typeof postureSchema>;
export type PosturePolicies = z.infer<typeof posturePoliciesSchema>;
export type Ledger = z.infer<typeof ledgerReportSchema>;

const at = (id: string) => `/agents/${encodeURIComponent(id)}`;

export const readAgents = (signal?: AbortSignal) =>
  http.read<z.infer<typeof agentListSchema>>('/agents', signal);
export const readAgent = (id: string, signal?: AbortSignal) => http.read<AgentDetail>(at(id), signal);
export const readHostFacts = (signal?: AbortSignal) =>
  http.read<z.infer<typeof hostFactsSchema>>('/host-facts', signal);
export const readPostureHosts = (signal?: AbortSignal) =>
  http.read<z.infer<typeof postureHostsSchema>>('/posture/hosts', signal);
export const readSilences = (agentId?: string, signal?: AbortSignal) =>
  http.read<z.infer<typeof silenceListSchema>>(`/silences${queryString({ agentId })}`, signal);
export const readSameHosts = (signal?: AbortSignal) =>
  http.read<z.infer<typeof sameHostListSchema>>('/same-hosts', signal);

export const readAgencies = (signal?: AbortSignal) =>
  http.read<z.infer<typeof agencyPageSchema>>('/agencies?limit=1000', signal);

export const approveAgents = (ids: readonly string[]) =>
  http.change<AgentActs>('POST', '/agents/approve', { ids });
export const revokeAgents = (ids: readonly string[], reason: string) =>
  http.change<AgentActs>('POST', '/agents/revoke', { ids, reason });
export const moveAgents = (
  ids: readonly string[],
  to: { readonly agencyId?: number; readonly group?: string },
) => http.change<AgentActs>('POST', '/agents/move', { ids, ...to });
export const decideSameHosts = (ids: readonly string[], decision: 'accept' | 'reject') =>
  http.change<z.infer<typeof sameHostDecidedSchema>>('POST', `/same-hosts/${decision}`, { ids });
export const setRole = (id: string, role: Role | null) =>
  http.change<{ role: Role | null }>('PUT', `${at(id)}/role`, { role });

/** @param moment ISO 8601; undefined: now */
export const readInventory = (
  id: string,
  query: {
    readonly at?: string | undefined;
    readonly category?: string | undefined;
    readonly after?: string;
  },
  signal?: AbortSignal,
) => http.read<Inventory>(`${at(id)}/inventory${queryString({ ...query, limit: 5_000 })}`, signal);
export const readInventoryDiff = (
  id: string,
  query: { readonly from: string; readonly to?: string | undefined },
  signal?: AbortSignal,
) => http.read<InventoryDiff>(`${at(id)}/inventory/diff${queryString(query)}`, signal);
export const readPosture = (id: string, moment: string | undefined, signal?: AbortSignal) =>
  http.read<Posture>(`${at(id)}/posture${queryString({ at: moment })}`, signal);
export const readPosturePolicies = (signal?: AbortSignal) =>
  http.read<PosturePolicies>('/posture/policies', signal);
export const readLedger = (
  query: { readonly agentId: string; readonly by: 'channel' | 'hour'; readonly from?: string | undefined },
  signal?: AbortSignal,
) => http.read<Ledger>(`/ledger${queryString(query)}`, signal);
