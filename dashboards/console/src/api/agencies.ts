/** The agencies that this person sees, by name, for lists to choose from. */
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { agencyPageSchema } from '../../../../collector/api/contract-agencies.ts';
import { queryString, type Query } from './http.ts';
import { http } from '../session/session-store.ts';

type AgencyPage = z.infer<typeof agencyPageSchema>;
export type Agency = AgencyPage['agencies'][number];

const none: readonly Agency[] = [];
/** More than one province has. */
const pagesMax = 20;

/** All of them, page by page, by name. @param filter such as `asOf` or `withEnded` */
export async function allAgencies(signal: AbortSignal, filter: Query = {}): Promise<readonly Agency[]> {
  const found: Agency[] = [];
  let after: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    const read = await http.read<AgencyPage>(
      `/agencies${queryString({ ...filter, limit: 500, after })}`,
      signal,
    );
    found.push(...read.agencies);
    if (read.next === null) break;
    after = read.next;
  }
  return found.toSorted((a, b) => a.name.localeCompare(b.name, 'vi'));
}

export function useAgencies(): readonly Agency[] {
  const { data } = useQuery({
    queryKey: ['agencies', 'names'],
    queryFn: ({ signal }) => allAgencies(signal),
    staleTime: 5 * 60_000,
  });
  return data ?? none;
}
