/** Baselines of watched files, and their approval. */
import type { z } from 'zod';
import type {
  baselineApprovalListSchema,
  baselineListSchema,
  BaselineApprovalView,
} from '../../../../collector/api/contract-baselines.ts';
import { http } from '../session/session-store.ts';

export type { BaselineApprovalView, BaselineView } from '../../../../collector/api/contract-baselines.ts';

export const baselinesKey = ['integrity', 'baselines'] as const;
const at = (agentId: string) => `/agents/${encodeURIComponent(agentId)}/baseline-approvals`;

export const readBaselines = (signal?: AbortSignal) =>
  http.read<z.infer<typeof baselineListSchema>>('/integrity/baselines', signal);
export const readApprovals = (agentId: string, signal?: AbortSignal) =>
  http.read<z.infer<typeof baselineApprovalListSchema>>(at(agentId), signal);
export const approveBaseline = (agentId: string, digest: string, note: string) =>
  http.change<BaselineApprovalView>('POST', at(agentId), { digest, note });
export const withdrawApproval = (agentId: string, id: string) =>
  http.change<undefined>('DELETE', `${at(agentId)}/${encodeURIComponent(id)}`);
