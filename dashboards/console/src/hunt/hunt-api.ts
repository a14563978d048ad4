/** The API of hunts: run, summed up, checked while written, kept and scheduled. */
import type { z } from 'zod';
import type {
  huntCheckSchema,
  huntFieldsSchema,
  huntPageSchema,
  huntRuleSchema,
  huntRunSchema,
  huntSummaryBodySchema,
  huntSummarySchema,
  savedHuntListSchema,
  savedHuntSchema,
} from '../../../../collector/api/contract-hunts.ts';
import type {
  huntRunsSchema,
  huntScheduleBodySchema,
} from '../../../../collector/api/contract-hunt-schedules.ts';
import { queryString } from '../api/http.ts';
import { http } from '../session/session-store.ts';
import { download } from '../ui/download.ts';

export type HuntPage = z.infer<typeof huntPageSchema>;
export type HuntSummary = z.infer<typeof huntSummarySchema>;
export type HuntFault = NonNullable<z.infer<typeof huntCheckSchema>['fault']>;
export type HuntFields = z.infer<typeof huntFieldsSchema>;
export type SavedHunt = z.infer<typeof savedHuntSchema>;
export type HuntSchedule = NonNullable<SavedHunt['schedule']>;
export type HuntRuns = z.infer<typeof huntRunsSchema>;
export type HuntAsk = z.input<typeof huntRunSchema>;

const huntAt = (id: string, rest = ''): string => `/hunts/${encodeURIComponent(id)}${rest}`;

export const huntEvents = (body: HuntAsk, signal?: AbortSignal): Promise<HuntPage> =>
  http.change<HuntPage>('POST', '/hunts/run', body, { signal });
export const huntSummary = (
  body: z.input<typeof huntSummaryBodySchema>,
  signal?: AbortSignal,
): Promise<HuntSummary> => http.change<HuntSummary>('POST', '/hunts/summary', body, { signal });
export const huntFault = (query: string, signal?: AbortSignal) =>
  http.change<z.infer<typeof huntCheckSchema>>('POST', '/hunts/check', { query }, { signal });
export const huntFields = (from: string, to: string | undefined, signal?: AbortSignal): Promise<HuntFields> =>
  http.read<HuntFields>(`/hunts/fields${queryString({ from, to })}`, signal);
export const ruleOfQuery = (query: string, title: string): Promise<z.infer<typeof huntRuleSchema>> =>
  http.change('POST', '/hunts/rule', { query, title });
export const exportHunt = (body: object): Promise<void> =>
  download('/hunts/export', 'hunt.csv', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

export type HuntBody = {
  readonly name: string;
  readonly description: string;
  readonly query?: string;
  readonly sigma?: string;
  readonly spanSeconds: number;
  readonly agencyId?: number;
};

export const savedHunts = (signal?: AbortSignal): Promise<z.infer<typeof savedHuntListSchema>> =>
  http.read('/hunts', signal);
export const saveHunt = (body: HuntBody): Promise<SavedHunt> =>
  http.change<SavedHunt>('POST', '/hunts', body);
export const changeHunt = (hunt: SavedHunt, body: HuntBody): Promise<SavedHunt> =>
  http.change<SavedHunt>('PUT', huntAt(hunt.id), body, { ifMatch: `"${hunt.version}"` });
export const deleteHunt = (hunt: SavedHunt): Promise<unknown> =>
  http.change('DELETE', huntAt(hunt.id), undefined, { ifMatch: `"${hunt.version}"` });
export const scheduleHunt = (
  hunt: SavedHunt,
  body: z.input<typeof huntScheduleBodySchema>,
): Promise<unknown> =>
  http.change('PUT', huntAt(hunt.id, '/schedule'), body, { ifMatch: `"${hunt.schedule?.version ?? 0}"` });
export const unscheduleHunt = (hunt: SavedHunt): Promise<unknown> =>
  http.change('DELETE', huntAt(hunt.id, '/schedule'), undefined, {
    ifMatch: `"${hunt.schedule?.version ?? 0}"`,
  });
export const huntRuns = (id: string, signal?: AbortSignal): Promise<HuntRuns> =>
  http.read<HuntRuns>(huntAt(id, '/runs'), signal);
