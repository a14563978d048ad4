/** Hosts, their agents and what is known of them. */
import type { z } from 'zod';
import type { agentListSchema } from '../../../../collector/api/contract.ts';
import type { agencyPageSchema } from '../../../../collector/api/contract-agencies.ts';
import type { hostFactsSchema, silenceListSchema } from '../../../../collector/api/contract-hosts.ts';
import type { LoadView } from '../../../../collector/api/contract-load.ts';
import type { postureHostsSchema } from '../../../../collector/api/contract-posture.ts';
import type {
  sameHostDecidedSchema,
  sameHostListSchema,
} from '../../../../collector/api/contract-identity.ts';
import { queryString } from '../api/http.ts';
import { http } from '../session/session-store.ts';
import type {
  AgentDetail,
  AgentActs,
  Role,
  Inventory,
  InventoryDiff,
  Posture,
  PosturePolicies,
  Ledger,
} from './hosts-types.ts';

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
export const readLoad = (id: string, signal?: AbortSignal) => http.read<LoadView>(`${at(id)}/load`, signal);
export const readLedger = (
  query: { readonly agentId: string; readonly by: 'channel' | 'hour'; readonly from?: string | undefined },
  signal?: AbortSignal,
) => http.read<Ledger>(`/ledger${queryString(query)}`, signal);
