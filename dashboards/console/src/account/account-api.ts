/** One's own sessions, and what one is told oneself. */
import type { z } from 'zod';
import type { sessionListSchema } from '../../../../collector/api/contract-account.ts';
import type { personalSettingsViewSchema } from '../../../../collector/api/contract-personal-news.ts';
import { http } from '../session/session-store.ts';

export type OwnSession = z.infer<typeof sessionListSchema>['sessions'][number];
export type News = z.infer<typeof personalSettingsViewSchema>;
export type NewsSettings = Pick<News, 'about' | 'routing'>;

export const readSessions = (signal?: AbortSignal) =>
  http.read<z.infer<typeof sessionListSchema>>('/sessions', signal);
export const endSession = (id: string) =>
  http.change<undefined>('DELETE', `/sessions/${encodeURIComponent(id)}`);
export const readNews = (signal?: AbortSignal) => http.read<News>('/notifications/personal', signal);
/** @param version that was read; null: whatever it is */
export const setNews = (settings: NewsSettings, version: number | null) =>
  http.change<News>('PUT', '/notifications/personal', settings, {
    ifMatch: version === null ? undefined : `"${version}"`,
  });
