/** Groups of the identity provider: what each gives, whom another list would change, what one signing in would get. */
import type { z } from 'zod';
import type {
  externalGroupListSchema,
  externalGroupsSchema,
  groupsEffectSchema,
  triedClaimsSchema,
  tryClaimsSchema,
} from '../../../../../collector/api/contract-oidc.ts';
import { http } from '../../session/session-store.ts';

export type GroupList = z.infer<typeof externalGroupListSchema>;
export type Group = z.input<typeof externalGroupsSchema>['groups'][number];
export type GroupsEffect = z.infer<typeof groupsEffectSchema>;
export type TriedClaims = z.infer<typeof triedClaimsSchema>;

export const groupsKey = ['oidc', 'groups'] as const;

export const readGroups = (signal?: AbortSignal) => http.tagged<GroupList>('/oidc/groups', signal);
export const setGroups = (groups: readonly Group[], ifMatch?: string) =>
  http.change<GroupList>('PUT', '/oidc/groups', { groups }, { ifMatch });
export const lookAtGroups = (groups: readonly Group[]) =>
  http.change<GroupsEffect>('POST', '/oidc/groups/effect', { groups });
export const tryClaims = (body: z.input<typeof tryClaimsSchema>) =>
  http.change<TriedClaims>('POST', '/oidc/groups/try', body);
