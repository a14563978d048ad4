/** Long work on the server: how far it is, and ending it. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { z } from 'zod';
import type { jobDetailSchema } from '../../../../collector/api/contract-jobs.ts';
import { http } from '../session/session-store.ts';

export type Job = z.infer<typeof jobDetailSchema>;

const runningMs = 1_000;

export const isOver = ({ state }: Pick<Job, 'state'>): boolean =>
  state === 'done' || state === 'failed' || state === 'cancelled' || state === 'rejected';

export const cancelJob = (id: string): Promise<Job> =>
  http.change<Job>('POST', `/jobs/${encodeURIComponent(id)}/cancel`);

export const undoJob = (id: string, reason?: string): Promise<Job> =>
  http.change<Job>('POST', `/jobs/${encodeURIComponent(id)}/undo`, reason === undefined ? {} : { reason });

/** A job, read again while it runs. @param id null: none */
export function useJob(id: string | null): UseQueryResult<Job> {
  return useQuery({
    queryKey: ['jobs', id],
    enabled: id !== null,
    queryFn: ({ signal }) => http.read<Job>(`/jobs/${encodeURIComponent(id ?? '')}`, signal),
    refetchInterval: ({ state }) =>
      state.data !== undefined && isOver(state.data) ? false : state.error === null ? runningMs : false,
    staleTime: 0,
  });
}
