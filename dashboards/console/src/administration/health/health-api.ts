/** How the collector itself is doing, and what is watched from outside. */
import type { SystemHealthView } from '../../../../../collector/api/contract-system-health.ts';
import type { ProbesView } from '../../../../../collector/api/contract-probes.ts';
import { queryString } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type SystemHealth = SystemHealthView;
export type Finding = SystemHealth['findings'][number];
export type Probe = ProbesView['targets'][number];

export const readSystemHealth = (signal?: AbortSignal) => http.read<SystemHealth>('/system-health', signal);
export const readProbes = (limit: number, signal?: AbortSignal) =>
  http.read<ProbesView>(`/probes${queryString({ limit })}`, signal);
