/** The agency tree: reading, putting right, codes, planned changes, and tables in and out. */
import type { z } from 'zod';
import type {
  agencyBodySchema,
  agencyCodeSchema,
  agencyDetailSchema,
  agencyPageSchema,
  agencyPatchSchema,
  codeBodySchema,
  importedSchema,
} from '../../../../../collector/api/contract-agencies.ts';
import type {
  agencyChangeSchema,
  changeBodySchema,
  changeListSchema,
  changePreviewSchema,
  reversePreviewSchema,
} from '../../../../../collector/api/contract-agency-changes.ts';
import type { systemListSchema } from '../../../../../collector/api/contract-retention.ts';
import type { Agency } from '../../api/agencies.ts';
import { queryString } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type { Agency };
export type AgencyDetail = z.infer<typeof agencyDetailSchema>;
export type AgencyCode = z.infer<typeof agencyCodeSchema>;
export type AgencyBody = z.input<typeof agencyBodySchema>;
export type AgencyPatch = z.input<typeof agencyPatchSchema>;
export type AgencyKind = Agency['kind'];
export type CodeBody = z.input<typeof codeBodySchema>;
export type Imported = z.infer<typeof importedSchema>;
export type ChangePlan = z.input<typeof changeBodySchema>;
export type AgencyChange = z.infer<typeof agencyChangeSchema>;
export type ChangeList = z.infer<typeof changeListSchema>;
export type ChangePreview = z.infer<typeof changePreviewSchema>;
export type ReversePreview = z.infer<typeof reversePreviewSchema>;

/** What all reads of agencies begin with. */
export const agenciesKey = ['agencies'] as const;

const at = (id: number) => `/agencies/${id}`;

export const readAgency = (id: string, signal?: AbortSignal) =>
  http.tagged<AgencyDetail>(`/agencies/${encodeURIComponent(id)}`, signal);
export const findByCode = (code: string, signal?: AbortSignal) =>
  http.read<z.infer<typeof agencyPageSchema>>(`/agencies${queryString({ code })}`, signal);
export const addAgency = (body: AgencyBody) => http.change<Agency>('POST', '/agencies', body);
export const patchAgency = (id: number, body: AgencyPatch, ifMatch: string | undefined) =>
  http.change<Agency>('PATCH', at(id), body, { ifMatch });
export const addCode = (id: number, body: CodeBody) =>
  http.change<AgencyCode>('POST', `${at(id)}/codes`, body);
export const endCode = (id: number, codeId: number, on: string) =>
  http.change<AgencyCode>('POST', `${at(id)}/codes/${codeId}/end`, { on });
export const removeCode = (id: number, codeId: number) =>
  http.change<undefined>('DELETE', `${at(id)}/codes/${codeId}`);

export const readSystems = (signal?: AbortSignal) =>
  http.read<z.infer<typeof systemListSchema>>('/systems', signal);

export const readChanges = (after: string | undefined, signal?: AbortSignal) =>
  http.read<ChangeList>(`/agency-changes${queryString({ after })}`, signal);
export const lookAtChange = (plan: ChangePlan) =>
  http.change<ChangePreview>('POST', '/agency-changes/preview', plan);
export const planChange = (plan: ChangePlan) => http.change<AgencyChange>('POST', '/agency-changes', plan);
export const cancelChange = (id: number) => http.change<AgencyChange>('POST', `/agency-changes/${id}/cancel`);
export const lookAtReverse = (id: number) =>
  http.change<ReversePreview>('POST', `/agency-changes/${id}/reverse/preview`);
export const reverseChange = (id: number, skipMoved: boolean) =>
  http.change<AgencyChange>('POST', `/agency-changes/${id}/reverse`, { skipMoved });

export const importAgencies = (file: Blob, dryRun: boolean) =>
  http.upload<Imported>(
    'POST',
    `/agencies/import${queryString({ dryRun })}`,
    new Blob([file], { type: 'text/csv' }),
  );
