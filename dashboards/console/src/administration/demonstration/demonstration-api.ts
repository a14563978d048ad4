/** The demonstration over the API: whether this is one, begun, removed. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { z } from 'zod';
import type { demonstrationSchema } from '../../../../../collector/api/contract-demonstration.ts';
import { http } from '../../session/session-store.ts';

export type Demonstration = z.infer<typeof demonstrationSchema>;

const fillingMs = 2_000;

export const readDemonstration = (signal?: AbortSignal): Promise<Demonstration> =>
  http.read<Demonstration>('/demonstration', signal);
export const beginDemonstration = (hosts: number): Promise<undefined> =>
  http.change<undefined>('POST', '/demonstration', { hosts });
export const removeDemonstration = (): Promise<undefined> =>
  http.change<undefined>('DELETE', '/demonstration');

/** How it stands; read again and again while it is filled. */
export function useDemonstration(): UseQueryResult<Demonstration> {
  return useQuery({
    queryKey: ['demonstration'],
    queryFn: ({ signal }) => readDemonstration(signal),
    staleTime: 60_000,
    refetchInterval: ({ state }) => (state.data?.state === 'filling' ? fillingMs : false),
  });
}

const lookMs = 500;
const looksMax = 120;

/**
 * Waits until the collector has started anew and says so, then loads the console anew: nothing that it knew before holds.
 * @throws Error when it does not come back
 */
export async function untilState(
  wanted: (state: Demonstration['state']) => boolean,
  to: string,
): Promise<void> {
  for (let looks = 0; looks < looksMax; looks += 1) {
    await new Promise((resolve) => window.setTimeout(resolve, lookMs));
    // While it starts nobody answers; asked past the session, so that a refusal signs nobody out.
    const response = await window.fetch('/api/v1/demonstration', { cache: 'no-store' }).catch(() => null);
    if (response === null) continue;
    // Somebody who signed in meanwhile is not known any more: it is back all the same.
    const isBack =
      response.status === 401 || (response.ok && wanted(((await response.json()) as Demonstration).state));
    if (!isBack) continue;
    window.location.assign(to);
    return;
  }
  throw new Error('the collector did not come back');
}
