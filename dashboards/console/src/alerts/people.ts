/** Whom alerts may be given to, for who may see the list of people. */
import { useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { userListSchema } from '../../../../collector/api/contract-users.ts';
import { http } from '../session/session-store.ts';
import { useMay } from '../shell/me.ts';

const shownMax = 30;
const roles: ReadonlySet<string> = new Set(['analyst', 'soc-lead', 'administrator']);

export function usePeople(): readonly string[] {
  const may = useMay('user:read');
  const { data } = useQuery({
    queryKey: ['people'],
    enabled: may,
    queryFn: ({ signal }) => http.read<z.infer<typeof userListSchema>>('/users', signal),
    staleTime: 60_000,
  });
  return (data?.users ?? [])
    .filter(({ role, state }) => roles.has(role) && state === 'active')
    .map(({ username }) => username)
    .slice(0, shownMax);
}
