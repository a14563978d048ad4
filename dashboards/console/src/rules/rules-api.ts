/** The API of rules as content, for this room and those that lead here. */
import type { z } from 'zod';
import type {
  ruleCheckSchema,
  ruleContentPageSchema,
  ruleContentSchema,
  ruleDetailSchema,
  ruleDiffSchema,
  ruleFacetsSchema,
  ruleScopeBodySchema,
  ruleScopeSchema,
  ruleVersionListSchema,
  ruleVersionSchema,
  ruleVersionTextSchema,
} from '../../../../collector/api/contract-rules.ts';
import type { ruleSightSchema, ruleSightsSchema } from '../../../../collector/api/contract-rule-sight.ts';
import type { jobPreviewSchema } from '../../../../collector/api/contract-jobs.ts';
import { queryString, type Query } from '../api/http.ts';
import type { Language } from '../i18n/translate.ts';
import type { Job } from '../jobs/job-api.ts';
import { http } from '../session/session-store.ts';
import type { RuleStat, RuleState, Technique } from './rule-shapes.ts';

export type Rule = z.infer<typeof ruleContentSchema>;
export type RulePage = z.infer<typeof ruleContentPageSchema>;
export type RuleDetail = z.infer<typeof ruleDetailSchema>;
export type RuleVersion = z.infer<typeof ruleVersionSchema>;
export type RuleScope = z.infer<typeof ruleScopeSchema>;
export type RuleDiff = z.infer<typeof ruleDiffSchema>;
export type RuleFacets = z.infer<typeof ruleFacetsSchema>;
export type RuleCheck = z.infer<typeof ruleCheckSchema>;
export type RuleScopeBody = z.input<typeof ruleScopeBodySchema>;
export type JobPreview = z.infer<typeof jobPreviewSchema>;

export type Sights = z.infer<typeof ruleSightsSchema>;
export type Sight = z.infer<typeof ruleSightSchema>;
export type HostKind = Sight['kind'];
export type NeedOfLog = Sight['logs'][number];

export type RuleStats = {
  readonly from: string;
  readonly days: number;
  readonly rules: readonly RuleStat[];
};
export type ImportFault = {
  readonly place: string;
  readonly line: number;
  readonly id: string | null;
  readonly message: string;
  readonly vi?: string | undefined;
};
export type ImportReport = {
  readonly documents: number;
  readonly new: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly kept: number;
  readonly duplicates: readonly ImportFault[];
  readonly unsupported: readonly ImportFault[];
  readonly byLogsource: Readonly<Record<string, number>>;
  readonly byState: Readonly<Record<string, number>>;
};
/** The result of a back-test job (collector/hunt/back-test.ts). */
export type BackTest = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly matches: number;
  readonly hosts: number;
  readonly alerts: number;
  readonly held: number;
  readonly alertsPerDay: number;
  readonly days: readonly { readonly day: string; readonly matches: number; readonly alerts: number }[];
  readonly topHosts: readonly { readonly hostname: string; readonly matches: number }[];
  readonly examples: readonly {
    readonly eventId: string;
    readonly timeMs: number;
    readonly hostname: string;
    readonly message: string;
  }[];
  readonly exact: boolean;
  readonly examined: number;
  readonly isWhole: boolean;
  readonly reachedMs: number;
};

const ruleAt = (id: string, rest = ''): string => `/rules/${encodeURIComponent(id)}${rest}`;

export const ruleList = (query: Query, signal?: AbortSignal): Promise<RulePage> =>
  http.read<RulePage>(`/rules/content${queryString(query)}`, signal);
export const ruleFacets = (query: Query, signal?: AbortSignal): Promise<RuleFacets> =>
  http.read<RuleFacets>(`/rules/facets${queryString(query)}`, signal);
export const ruleStats = (kind: 'stats' | 'noisy' | 'dead', signal?: AbortSignal): Promise<RuleStats> =>
  http.read<RuleStats>(`/rules/reports/${kind}?limit=10000`, signal);
export const coverage = (product: string, signal?: AbortSignal): Promise<{ techniques: Technique[] }> =>
  http.read(`/rules/reports/coverage${queryString({ product })}`, signal);
/** Every kind of host, and how many rules see nothing there. */
export const sights = (signal?: AbortSignal) => http.read<Sights>('/rules/reports/sights', signal);
/** What such hosts are blind to, once that was done on them. */
export const sight = (
  kind: HostKind,
  set: { readonly auditInstalled: boolean; readonly sysmon: boolean },
  signal?: AbortSignal,
) => http.read<Sight>(`/rules/reports/sight${queryString({ kind, ...set })}`, signal);
/** The layer for the ATT&CK Navigator, as the command line writes it. */
export const attackLayer = (product: string): Promise<unknown> =>
  http.read(`/rules/reports/navigator${queryString({ product })}`);
export const readRule = (id: string, signal?: AbortSignal) => http.tagged<RuleDetail>(ruleAt(id), signal);
export const ruleVersions = (id: string, signal?: AbortSignal) =>
  http.read<z.infer<typeof ruleVersionListSchema>>(ruleAt(id, '/versions'), signal);
export const ruleVersion = (id: string, number: number, signal?: AbortSignal) =>
  http.read<z.infer<typeof ruleVersionTextSchema>>(ruleAt(id, `/versions/${number}`), signal);
export const ruleDiff = (id: string, from: string, to: string, signal?: AbortSignal) =>
  http.read<RuleDiff>(ruleAt(id, `/diff${queryString({ from, to })}`), signal);

export const checkRule = (
  text: string,
  events: readonly Readonly<Record<string, unknown>>[],
  lang: Language,
  signal?: AbortSignal,
): Promise<RuleCheck> => http.change<RuleCheck>('POST', '/rules/check', { text, events, lang }, { signal });

export const addRule = (text: string, why: string): Promise<Rule> =>
  http.change<Rule>('POST', '/rules', { text, why });
export const addVersion = (
  id: string,
  body: { readonly text: string; readonly why: string; readonly activate: boolean },
  ifMatch: string | undefined,
): Promise<Rule> => http.change<Rule>('POST', ruleAt(id, '/versions'), body, { ifMatch });
export const setRuleState = (
  id: string,
  body: { readonly state: RuleState; readonly why: string },
  ifMatch: string | undefined,
): Promise<Rule> => http.change<Rule>('POST', ruleAt(id, '/state'), body, { ifMatch });
export const activate = (
  id: string,
  body: { readonly version: number | 'shipped'; readonly why: string },
  ifMatch: string | undefined,
): Promise<Rule> => http.change<Rule>('POST', ruleAt(id, '/activate'), body, { ifMatch });
export const putScope = (id: string, body: RuleScopeBody): Promise<RuleScope> =>
  http.change<RuleScope>('PUT', ruleAt(id, '/scopes'), body);
export const removeScope = (id: string, scopeId: number): Promise<unknown> =>
  http.change('DELETE', ruleAt(id, `/scopes/${scopeId}`));

export const bulkPreview = (body: object): Promise<JobPreview> =>
  http.change<JobPreview>('POST', '/rules/bulk/preview', body);
export const bulkState = (body: object): Promise<Job> => http.change<Job>('POST', '/rules/bulk', body);

/** @param text instead of a version that is kept; then `id` may be anything */
export const startBackTest = (
  id: string,
  body: { readonly days: number; readonly version?: number; readonly text?: string },
): Promise<Job> => http.change<Job>('POST', ruleAt(id, '/back-test'), body);

const typeOf = (name: string): string =>
  /\.zip$/iu.test(name)
    ? 'application/zip'
    : /\.(?:tgz|gz)$/iu.test(name)
      ? 'application/gzip'
      : 'application/yaml';

export type ImportState = 'auto' | 'draft' | 'test';

export const previewImport = (file: File, state: ImportState): Promise<ImportReport> =>
  http.upload<ImportReport>(
    'POST',
    `/rules/imports/preview${queryString({ name: file.name, state })}`,
    file.slice(0, file.size, typeOf(file.name)),
  );
export const startImport = (file: File, state: ImportState): Promise<{ importId: string; job: Job }> =>
  http.upload(
    'POST',
    `/rules/imports${queryString({ name: file.name, state })}`,
    file.slice(0, file.size, typeOf(file.name)),
  );
