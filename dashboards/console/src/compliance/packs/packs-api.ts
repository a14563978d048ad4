/** Inspection packs over the API: how large one would be, building it as a job, those that were built. */
import type { z } from 'zod';
import type { packJobBodySchema, packJobSchema } from '../../../../../collector/api/contract-inspection.ts';
import type { jobListSchema } from '../../../../../collector/api/contract-jobs.ts';
import { http } from '../../session/session-store.ts';

export type PackWanted = z.input<typeof packJobBodySchema>;
export type PackAnswer = z.infer<typeof packJobSchema>;
export type PackJob = z.infer<typeof jobListSchema>['jobs'][number];

const KIND = 'inspection.pack';

export const packsApi = {
  ask: (wanted: PackWanted) => http.change<PackAnswer>('POST', '/inspection-packs/jobs', wanted),
  jobs: (signal?: AbortSignal) =>
    http.read<z.infer<typeof jobListSchema>>(`/jobs?kind=${KIND}&limit=100`, signal),
  drop: (id: string) => http.change<undefined>('DELETE', `/inspection-packs/${encodeURIComponent(id)}`),
};

export const packFile = (id: string): string => `/inspection-packs/${encodeURIComponent(id)}`;

export type PackResult = {
  readonly name: string;
  readonly manifestSha256: string;
  readonly files: number;
  readonly bytes: number;
};

/** What a job that is done tells of its pack; undefined: nothing that this page knows. */
export function resultOf(result: unknown): PackResult | undefined {
  if (typeof result !== 'object' || result === null) return undefined;
  if (!('name' in result && 'manifestSha256' in result && 'files' in result && 'bytes' in result))
    return undefined;
  const { name, manifestSha256, files, bytes } = result;
  return typeof name === 'string' && typeof manifestSha256 === 'string'
    ? { name, manifestSha256, files: Number(files), bytes: Number(bytes) }
    : undefined;
}

const keptMs = 7 * 86_400_000;

/** Until when the server keeps it, milliseconds since 1970. */
export const keptUntil = ({ endedAt, requestedAt }: Pick<PackJob, 'endedAt' | 'requestedAt'>): number =>
  Date.parse(endedAt ?? requestedAt) + keptMs;
