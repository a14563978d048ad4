/** All hosts of the caller's part of the tree, joined; the agents come first, the rest fills in. */
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { joinHosts } from './host-rows.ts';
import { readAgents, readHostFacts, readPostureHosts, readSilences } from './hosts-api.ts';

const refreshMs = 30_000;
const slowMs = 5 * 60_000;

/** Something was done to hosts: all that pages know of them is read again. */
export async function refreshHosts(client: QueryClient): Promise<void> {
  await Promise.all([
    // The live line keeps this one up to date, and other rooms read it.
    client.invalidateQueries({ queryKey: ['agents'] }),
    client.invalidateQueries({ queryKey: ['hosts'] }),
  ]);
}

export function useHosts() {
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => readAgents(signal),
    // The live line tells of agents that come and go; this renews when each was last seen.
    refetchInterval: refreshMs,
  });
  const facts = useQuery({
    queryKey: ['hosts', 'facts'],
    queryFn: ({ signal }) => readHostFacts(signal),
    refetchInterval: refreshMs,
  });
  const silences = useQuery({
    queryKey: ['hosts', 'silences'],
    queryFn: ({ signal }) => readSilences(undefined, signal),
    refetchInterval: refreshMs,
  });
  const postures = useQuery({
    queryKey: ['hosts', 'postures'],
    queryFn: ({ signal }) => readPostureHosts(signal),
    staleTime: slowMs,
  });
  const rows = useMemo(
    () =>
      joinHosts({
        agents: agents.data?.agents ?? [],
        facts: facts.data?.hosts,
        silences: silences.data?.silences,
        postures: postures.data?.hosts,
      }),
    [agents.data, facts.data, postures.data, silences.data],
  );
  return { agents, rows, partError: facts.error ?? silences.error ?? postures.error };
}
