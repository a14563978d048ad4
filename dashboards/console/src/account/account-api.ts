/** One's own sessions. */
import type { z } from 'zod';
import type { sessionListSchema } from '../../../../collector/api/contract-account.ts';
import { http } from '../session/session-store.ts';

export type OwnSession = z.infer<typeof sessionListSchema>['sessions'][number];

export const readSessions = (signal?: AbortSignal) =>
  http.read<z.infer<typeof sessionListSchema>>('/sessions', signal);
export const endSession = (id: string) =>
  http.change<undefined>('DELETE', `/sessions/${encodeURIComponent(id)}`);
