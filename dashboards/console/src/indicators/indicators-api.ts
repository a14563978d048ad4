/** The API of indicators of compromise. */
import type { z } from 'zod';
import type {
  addedIndicatorSchema,
  allowedListSchema,
  importAnswerSchema,
  indicatorPageSchema,
  indicatorSchema,
  indicatorSourceListSchema,
  newIndicatorSchema,
  sightingListSchema,
} from '../../../../collector/api/contract-indicators.ts';
import { queryString, type OnProgress, type Query } from '../api/http.ts';
import type { Job } from '../jobs/job-api.ts';
import { http } from '../session/session-store.ts';

export type Indicator = z.infer<typeof indicatorSchema>;
export type IndicatorPage = z.infer<typeof indicatorPageSchema>;
export type Sightings = z.infer<typeof sightingListSchema>;
export type NewIndicator = z.input<typeof newIndicatorSchema>;
export type AddedIndicator = z.infer<typeof addedIndicatorSchema>;
export type ImportAnswer = z.infer<typeof importAnswerSchema>;
export type Sources = z.infer<typeof indicatorSourceListSchema>;
export type Source = Sources['sources'][number];
export type Allowed = z.infer<typeof allowedListSchema>['allowed'][number];

export const kinds = ['ip', 'domain', 'url', 'hash', 'email'] as const;
export const tlps = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export const standings = ['active', 'throttled', 'expired', 'retired'] as const;

export const indicatorList = (query: Query, signal?: AbortSignal): Promise<IndicatorPage> =>
  http.read<IndicatorPage>(`/indicators${queryString(query)}`, signal);
export const readIndicator = (id: string, signal?: AbortSignal) =>
  http.tagged<Indicator>(`/indicators/${encodeURIComponent(id)}`, signal);
export const sightings = (id: string, signal?: AbortSignal): Promise<Sightings> =>
  http.read<Sightings>(`/indicators/${encodeURIComponent(id)}/sightings`, signal);
export const addIndicator = (body: NewIndicator): Promise<AddedIndicator> =>
  http.change<AddedIndicator>('POST', '/indicators', body);
export const changeIndicator = (id: number, body: object, ifMatch: string | undefined): Promise<Indicator> =>
  http.change<Indicator>('PATCH', `/indicators/${id}`, body, { ifMatch });
export const standIndicator = (id: number, act: 'retire' | 'restore', reason: string): Promise<Indicator> =>
  http.change<Indicator>('POST', `/indicators/${id}/${act}`, { reason });
export const lookBack = (body: object): Promise<Job> => http.change<Job>('POST', '/indicators/retro', body);

export const importIndicators = (file: File, query: Query, onProgress?: OnProgress): Promise<ImportAnswer> =>
  http.upload<ImportAnswer>(
    'POST',
    `/indicators/import${queryString({ ...query, name: file.name })}`,
    file.slice(0, file.size, /\.json$/iu.test(file.name) ? 'application/json' : 'text/csv'),
    {},
    onProgress,
  );

export const sources = (signal?: AbortSignal): Promise<Sources> =>
  http.read<Sources>('/indicators/sources', signal);
export const putSource = (name: string, version: number, body: object): Promise<Source> =>
  http.change<Source>('PUT', `/indicators/sources/${encodeURIComponent(name)}`, body, {
    ifMatch: `"${version}"`,
  });
export const allowedList = (signal?: AbortSignal): Promise<z.infer<typeof allowedListSchema>> =>
  http.read('/indicators/allowed', signal);
export const allow = (value: string, reason: string): Promise<Allowed> =>
  http.change<Allowed>('POST', '/indicators/allowed', { value, reason });
export const disallow = (id: number): Promise<unknown> => http.change('DELETE', `/indicators/allowed/${id}`);
