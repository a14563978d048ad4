/** Systems against the controls of their level, dossiers, attestations and reports, over the API. */
import type { importedSystemsSchema } from '../../../../collector/api/contract-agencies.ts';
import type { z } from 'zod';
import type {
  attestationBodySchema,
  attestationDecisionSchema,
  attestationHistorySchema,
  attestationPageSchema,
} from '../../../../collector/api/contract-attestations.ts';
import type {
  AssessmentsView,
  AssessmentView,
  DayProofView,
  ExplainView,
  gapBodySchema,
  gapsSchema,
  GapView,
  snapshotsSchema,
  TrendView,
} from '../../../../collector/api/contract-compliance-assessment.ts';
import type {
  ControlListView,
  CriteriaView,
  EvaluationView,
  ProfileListView,
} from '../../../../collector/api/contract-compliance-catalogue.ts';
import type {
  documentListSchema,
  importedSchema,
  importListSchema,
} from '../../../../collector/api/contract-dossier-files.ts';
import type {
  answeredSchema,
  answersViewSchema,
  deadlinePageSchema,
  dossierChangeSchema,
  dossierHistorySchema,
  dossierListSchema,
  dossierSchema,
  findingPageSchema,
} from '../../../../collector/api/contract-dossiers.ts';
import type { mau08Schema } from '../../../../collector/api/contract-mau-08.ts';
import type { SystemView } from '../../../../collector/api/contract-retention.ts';
import { queryString, type OnProgress, type Query } from '../api/http.ts';
import { http } from '../session/session-store.ts';

export type { AssessmentView, ExplainView, GapView, SystemView };
export type Standing = AssessmentsView['systems'][number];
export type Score = Standing['score'];
export type ControlStanding = AssessmentView['controls'][number];
export type Status = ControlStanding['status'];
export type Mode = ControlStanding['mode'];
export type Finding = ExplainView['findings'][number];
export type Confidence = ExplainView['confidence'];
export type GapBody = z.input<typeof gapBodySchema>;
export type Attestation = z.infer<typeof attestationPageSchema>['attestations'][number];
export type NewAttestation = z.input<typeof attestationBodySchema>;
export type AttestationDecision = z.input<typeof attestationDecisionSchema>;
export type Dossier = z.infer<typeof dossierSchema>;
export type DossierFacts = Dossier['facts'];
export type DossierChange = z.input<typeof dossierChangeSchema>;
export type Paper = z.infer<typeof documentListSchema>['documents'][number];
export type ImportedSystems = z.infer<typeof importedSystemsSchema>;
export type Imported = z.infer<typeof importedSchema>;
export type ImportSummary = z.infer<typeof importListSchema>['imports'][number];
export type Deadline = z.infer<typeof deadlinePageSchema>['deadlines'][number];
export type DossierFinding = z.infer<typeof findingPageSchema>['findings'][number];
export type Mau08 = z.infer<typeof mau08Schema>;
export type Control = ControlListView['controls'][number];
export type Profile = ProfileListView['profiles'][number];
export type LawProfile = SystemView['lawProfile'];
export type Criteria = CriteriaView;
export type Evaluation = EvaluationView;
export type Answers = Record<string, string[]>;

const { read, tagged, change } = http;
type Signal = AbortSignal | undefined;
const pagesMax = 40;

/** All pages of a list. */
async function all<Page extends { readonly next: string | null }>(
  ask: (after: string | undefined) => Promise<Page>,
): Promise<Page[]> {
  const pages: Page[] = [];
  let after: string | undefined;
  do {
    const page = await ask(after);
    pages.push(page);
    after = page.next ?? undefined;
  } while (after !== undefined && pages.length < pagesMax);
  return pages;
}

export const complianceApi = {
  /** How all systems stood on a day; the newest that was kept when none is named. */
  async standings(day: string | undefined, signal?: Signal) {
    const pages = await all((after) =>
      read<AssessmentsView>(`/compliance/assessments${queryString({ day, after, limit: 500 })}`, signal),
    );
    return { day: pages[0]?.day ?? null, systems: pages.flatMap((page) => page.systems) };
  },
  systems: (signal?: Signal) => read<{ systems: SystemView[] }>('/systems', signal),
  system: (id: string, signal?: Signal) => read<SystemView>(`/systems/${encodeURIComponent(id)}`, signal),
  mau08: (query: Query, signal?: Signal) => read<Mau08>(`/compliance/mau-08${queryString(query)}`, signal),
  assessment: (id: string, query: Query, signal?: Signal) =>
    read<AssessmentView>(
      `/compliance/systems/${encodeURIComponent(id)}/assessment${queryString(query)}`,
      signal,
    ),
  explain: (id: string, control: string, query: Query, signal?: Signal) =>
    read<ExplainView>(
      `/compliance/systems/${encodeURIComponent(id)}/controls/${encodeURIComponent(control)}${queryString(query)}`,
      signal,
    ),
  trend: (id: string, signal?: Signal) =>
    read<TrendView>(`/compliance/systems/${encodeURIComponent(id)}/trend`, signal),
  snapshots: (signal?: Signal) =>
    read<z.infer<typeof snapshotsSchema>>('/compliance/snapshots?limit=200', signal),
  prove: (day: string, signal?: Signal) => read<DayProofView>(`/compliance/snapshots/${day}`, signal),
  assessAll: () => change<unknown>('POST', '/compliance/snapshots'),
  gaps: (query: Query, signal?: Signal) =>
    read<z.infer<typeof gapsSchema>>(`/compliance/gaps${queryString(query)}`, signal),
  gap: (system: number, control: string, signal?: Signal) =>
    tagged<GapView>(`/compliance/systems/${system}/gaps/${control}`, signal),
  setGap: (system: number, control: string, body: GapBody, ifMatch?: string) =>
    change<GapView>('PUT', `/compliance/systems/${system}/gaps/${control}`, body, { ifMatch }),
  requestGap: (system: number, control: string) =>
    change<GapView>('POST', `/compliance/systems/${system}/gaps/${control}/request`),
  attestations: (query: Query, signal?: Signal) =>
    read<z.infer<typeof attestationPageSchema>>(`/compliance/attestations${queryString(query)}`, signal),
  attestation: (id: string, signal?: Signal) => tagged<Attestation>(`/compliance/attestations/${id}`, signal),
  attestationHistory: (id: string, signal?: Signal) =>
    read<z.infer<typeof attestationHistorySchema>>(`/compliance/attestations/${id}/history`, signal),
  attest: (body: NewAttestation) => change<Attestation>('POST', '/compliance/attestations', body),
  decide: (id: number, body: AttestationDecision, ifMatch?: string) =>
    change<Attestation>('POST', `/compliance/attestations/${id}/decide`, body, { ifMatch }),
  dossiers: (system: string, signal?: Signal) =>
    read<z.infer<typeof dossierListSchema>>(`/systems/${encodeURIComponent(system)}/dossiers`, signal),
  dossier: (id: number, signal?: Signal) => tagged<Dossier>(`/dossiers/${id}`, signal),
  beginDossier: (system: string, body: Partial<DossierFacts>) =>
    change<Dossier>('POST', `/systems/${encodeURIComponent(system)}/dossiers`, body),
  changeDossier: (id: number, body: DossierChange, ifMatch?: string) =>
    change<Dossier>('PATCH', `/dossiers/${id}`, body, { ifMatch }),
  dossierHistory: (id: number, signal?: Signal) =>
    read<z.infer<typeof dossierHistorySchema>>(`/dossiers/${id}/history`, signal),
  answers: (id: number, signal?: Signal) =>
    read<z.infer<typeof answersViewSchema>>(`/dossiers/${id}/answers`, signal),
  answer: (id: number, answers: Answers, ifMatch?: string) =>
    change<z.infer<typeof answeredSchema>>('POST', `/dossiers/${id}/answers`, { answers }, { ifMatch }),
  findings: (query: Query, signal?: Signal) =>
    read<z.infer<typeof findingPageSchema>>(`/compliance/dossier-findings${queryString(query)}`, signal),
  deadlines: (query: Query, signal?: Signal) =>
    read<z.infer<typeof deadlinePageSchema>>(`/compliance/dossier-deadlines${queryString(query)}`, signal),
  papers: (system: string, signal?: Signal) =>
    read<z.infer<typeof documentListSchema>>(
      `/compliance/documents${queryString({ systemId: system })}`,
      signal,
    ),
  addPaper: (query: Query, file: File, onProgress?: OnProgress) =>
    http.upload<Paper>(
      'POST',
      `/compliance/documents${queryString(query)}`,
      new Blob([file], { type: 'application/octet-stream' }),
      {},
      onProgress,
    ),
  removePaper: (id: string, reason: string) =>
    change<unknown>('POST', `/compliance/documents/${id}/delete`, { reason }),
  importTable: (query: Query, file: File) =>
    http.upload<Imported>(
      'POST',
      `/compliance/dossier-imports${queryString(query)}`,
      new Blob([file], { type: 'application/octet-stream' }),
    ),
  importSystems: (file: File, dryRun: boolean) =>
    http.upload<ImportedSystems>(
      'POST',
      `/systems/import${queryString({ dryRun, name: file.name.slice(0, 256) })}`,
      new Blob([file], { type: 'text/csv' }),
    ),
  imports: (signal?: Signal) => read<z.infer<typeof importListSchema>>('/compliance/dossier-imports', signal),
  undoImport: (id: number) => change<ImportSummary>('POST', `/compliance/dossier-imports/${id}/undo`),
  profiles: (signal?: Signal) => read<ProfileListView>('/compliance/profiles', signal),
  controls: (query: Query, signal?: Signal) =>
    read<ControlListView>(`/compliance/controls${queryString(query)}`, signal),
  criteria: (profile: LawProfile, signal?: Signal) =>
    read<CriteriaView>(`/compliance/criteria${queryString({ profile })}`, signal),
  evaluate: (profile: LawProfile, answers: Answers) =>
    change<EvaluationView>('POST', '/compliance/criteria/evaluation', { profile, answers }),
};

export const paperPath = (id: string, risky: boolean): string =>
  `/compliance/documents/${id}${queryString({ risk: risky ? 'accepted' : undefined })}`;
