/** What each role may, for who may see it; undefined until it is read. */
import { useQuery } from '@tanstack/react-query';
import type { Permission } from '../../api/types.ts';
import { useMay } from '../../shell/me.ts';
import { readRoles, type Person, type Roles } from './people-api.ts';

export function useRoles() {
  return useQuery({
    queryKey: ['administration', 'roles'],
    queryFn: ({ signal }) => readRoles(signal),
    enabled: useMay('role:read'),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export const permissionsOf = (roles: Roles | undefined, role: Person['role']): readonly Permission[] =>
  roles?.roles.find((one) => one.role === role)?.permissions ?? [];
