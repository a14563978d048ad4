/** Which machines are to have an agent, which have one, and why the others do not. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  expectedCountSchema,
  importedMachinesSchema,
  installedSchema,
  machineListSchema,
} from '../../../../../collector/api/contract-installed.ts';
import { queryString } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type Installed = z.infer<typeof installedSchema>;
export type InstalledAgency = Installed['agencies'][number];
export type Summary = Installed['totals'];
export type MachineList = z.infer<typeof machineListSchema>;
export type Machine = MachineList['machines'][number];
export type MachineState = Machine['state'];
export type MachineReason = NonNullable<Machine['reason']>;
export type ImportedMachines = z.infer<typeof importedMachinesSchema>;

export const installedKey = ['installed'] as const;

export type MachineFilter = {
  /** '' all that the person sees. */
  readonly agencyId: string;
  readonly states: readonly MachineState[];
  readonly text: string;
};

/** Several states are asked for by name several times, which a plain record cannot say. */
function machineQuery({ agencyId, states, text }: MachineFilter): string {
  const params = new URLSearchParams(states.map((state) => ['state', state]));
  if (agencyId !== '') params.set('agencyId', agencyId);
  if (text !== '') params.set('text', text);
  return params.toString();
}

export const useInstalled = () =>
  useQuery({
    queryKey: [...installedKey, 'agencies'],
    queryFn: ({ signal }) => http.read<Installed>('/installed', signal),
    refetchInterval: 30_000,
  });

export const useMachines = (filter: MachineFilter) =>
  useInfiniteQuery({
    queryKey: [...installedKey, 'machines', filter],
    queryFn: ({ pageParam, signal }) => {
      const query = machineQuery(filter);
      const after = pageParam === null ? '' : `&after=${encodeURIComponent(pageParam)}`;
      return http.read<MachineList>(`/installed/machines?limit=100${after}&${query}`, signal);
    },
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  });

export const exportPath = (filter: MachineFilter, lang: string): string =>
  `/installed/export?lang=${lang}&${machineQuery(filter)}`;

export const importMachines = (file: Blob, dryRun: boolean, replace: boolean) =>
  http.upload<ImportedMachines>(
    'POST',
    `/installed/import${queryString({ dryRun, replace })}`,
    new Blob([file], { type: 'text/csv' }),
  );
export const setCount = (body: z.input<typeof expectedCountSchema>) =>
  http.change<undefined>('PUT', '/installed/counts', body);
export const removeMachine = (id: number) => http.change<undefined>('DELETE', `/installed/machines/${id}`);
