/** Releases of the agent, how they are let out, and how each host stands. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  planRolloutSchema,
  releaseListSchema,
  updateRolloutListSchema,
  updateStatusListSchema,
} from '../../../../../collector/api/contract-updates.ts';
import { http } from '../../session/session-store.ts';
import { useMay, useMe } from '../../shell/me.ts';

export type ReleaseList = z.infer<typeof releaseListSchema>;
export type Release = ReleaseList['releases'][number];
export type RolloutList = z.infer<typeof updateRolloutListSchema>;
export type Rollout = RolloutList['rollouts'][number];
export type Ring = Rollout['rings'][number];
export type RingTotals = RolloutList['totals'][number];
export type UpdateHost = z.infer<typeof updateStatusListSchema>['agents'][number];
export type Outcome = NonNullable<UpdateHost['outcome']>;
export type RolloutPlan = z.input<typeof planRolloutSchema>;
export type RolloutAct = 'start' | 'pause' | 'resume' | 'halt' | 'end';

const key = ['updates'] as const;
/** Hosts tell every quarter of an hour; people act at any time. */
const everyMs = 10_000;

export const useReleases = () =>
  useQuery({
    queryKey: [...key, 'releases'],
    queryFn: ({ signal }) => http.read<ReleaseList>('/releases', signal),
    refetchInterval: everyMs * 3,
  });
export const useRollouts = () =>
  useQuery({
    queryKey: [...key, 'rollouts'],
    queryFn: ({ signal }) => http.read<RolloutList>('/update-rollouts', signal),
    refetchInterval: everyMs,
  });
export const useUpdateHosts = () =>
  useQuery({
    queryKey: [...key, 'hosts'],
    queryFn: async ({ signal }) =>
      (await http.read<z.infer<typeof updateStatusListSchema>>('/update-status', signal)).agents,
    refetchInterval: everyMs,
  });

/** What people do here; each reads the page again. */
export function useUpdateActs() {
  const client = useQueryClient();
  const then = async <Answer>(work: Promise<Answer>): Promise<Answer> => {
    const answer = await work;
    await client.invalidateQueries({ queryKey: key });
    return answer;
  };
  return {
    plan: (plan: RolloutPlan) => then(http.change<Rollout>('POST', '/update-rollouts', plan)),
    act: (id: string, act: RolloutAct, reason: string) =>
      then(
        http.change<Rollout>(
          'POST',
          `/update-rollouts/${encodeURIComponent(id)}/${act}`,
          reason.trim() === '' ? {} : { reason: reason.trim() },
        ),
      ),
    withdraw: (version: string) =>
      then(http.change<Release>('POST', `/releases/${encodeURIComponent(version)}/withdraw`)),
  };
}

/** A release goes to all agencies, so acting takes somebody who administers all of them. */
export function useMayLetOut(): boolean {
  const { seesEverything } = useMe();
  return useMay('policy:write') && seesEverything;
}
