/** Policies of agent groups: versions, how far each is let out, what hosts make of them. */
import type { z } from 'zod';
import type {
  madePolicySchema,
  newPolicySchema,
  policyCheckSchema,
  policyDetailSchema,
  policyListSchema,
  policyStatusListSchema,
  widenRolloutSchema,
} from '../../../../../collector/api/contract-policy.ts';
import { queryString } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type Policies = z.infer<typeof policyListSchema>;
export type Version = Policies['policies'][number];
export type Rollout = Policies['rollouts'][number];
export type HostStatus = z.infer<typeof policyStatusListSchema>['agents'][number];
export type Document = z.infer<typeof policyDetailSchema>['document'];
export type NewPolicy = z.input<typeof newPolicySchema>;
export type Widened = z.input<typeof widenRolloutSchema>;

const at = (group: string) => `/policies/${encodeURIComponent(group)}`;

export const readPolicies = (signal?: AbortSignal) => http.read<Policies>('/policies', signal);
export const readPolicy = (group: string, version: number, signal?: AbortSignal) =>
  http.read<z.infer<typeof policyDetailSchema>>(`${at(group)}/${version}`, signal);
export const readStatus = (group: string | undefined, signal?: AbortSignal) =>
  http.read<z.infer<typeof policyStatusListSchema>>(`/policy-status${queryString({ group })}`, signal);
export const checkPolicy = (document: Document, signal?: AbortSignal) =>
  http.change<z.infer<typeof policyCheckSchema>>('POST', '/policies/check', { document }, { signal });
export const setPolicy = (body: NewPolicy) =>
  http.change<z.infer<typeof madePolicySchema>>('POST', '/policies', body);
export const widenRollout = (group: string, body: Widened) =>
  http.change<Rollout>('POST', `${at(group)}/rollout`, body);
export const rollBack = (group: string, to: number | undefined) =>
  http.change<Rollout>('POST', `${at(group)}/rollback`, to === undefined ? {} : { to });
