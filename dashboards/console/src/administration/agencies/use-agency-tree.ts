/** The tree of agencies and how much each has, with what lies below it. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { allAgencies } from '../../api/agencies.ts';
import { readAgents } from '../../hosts/hosts-api.ts';
import { useMay } from '../../shell/me.ts';
import { agenciesKey, readSystems, type Agency } from './agencies-api.ts';
import { countByAgency, sumsBelow } from './agency-tree.ts';

const none: readonly Agency[] = [];
const slowMs = 60_000;

export type Holding = {
  readonly own: (id: number) => number;
  readonly withBelow: (id: number) => number;
};

function useHolding(
  agencies: readonly Agency[],
  things: readonly { readonly agencyId: number }[] | undefined,
): Holding | undefined {
  return useMemo(() => {
    if (things === undefined) return undefined;
    const own = countByAgency(things);
    const sums = sumsBelow(agencies, own);
    return { own: (id) => own.get(id) ?? 0, withBelow: (id) => sums.get(id) ?? 0 };
  }, [agencies, things]);
}

/** @param asOf a legal day; empty: today */
export function useAgencyTree(asOf: string, withEnded: boolean) {
  const query = useQuery({
    queryKey: [...agenciesKey, 'tree', asOf, withEnded],
    queryFn: ({ signal }) =>
      allAgencies(signal, {
        ...(asOf === '' ? {} : { asOf }),
        ...(withEnded ? { withEnded: true } : {}),
      }),
    staleTime: slowMs,
  });
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => readAgents(signal),
    enabled: useMay('agent:read'),
    staleTime: slowMs,
  });
  const systems = useQuery({
    queryKey: ['agencies', 'systems'],
    queryFn: ({ signal }) => readSystems(signal),
    enabled: useMay('system:read'),
    staleTime: slowMs,
  });
  const agencies = query.data ?? none;
  const live = useMemo(
    () => agents.data?.agents.filter(({ state }) => state !== 'revoked' && state !== 'replaced'),
    [agents.data],
  );
  return {
    query,
    agencies,
    hosts: useHolding(agencies, live),
    systems: useHolding(agencies, systems.data?.systems),
  };
}
