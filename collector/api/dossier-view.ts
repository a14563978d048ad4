/** Dossiers, documents and attestations as the API and the command line show them. */
import type { z } from 'zod';
import type { CriteriaResult } from '../../rules/compliance/index.ts';
import type { KeptAttestation } from '../registry/compliance/attestation-book.ts';
import type { KeptAnswers } from '../registry/compliance/answers.ts';
import type { DossierDocument } from '../registry/compliance/documents.ts';
import type { DossierImport } from '../registry/compliance/dossier-import.ts';
import type { DossierVersion } from '../registry/compliance/dossier-history.ts';
import type { Dossier } from '../registry/compliance/dossiers.ts';
import type { ImportSummary } from '../registry/compliance/undo-import.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { attestationSchema } from './contract-attestations.ts';
import type { documentSchema, importedSchema, importListSchema } from './contract-dossier-files.ts';
import type { answersViewSchema, dossierHistorySchema, dossierSchema } from './contract-dossiers.ts';

export type DossierView = z.infer<typeof dossierSchema>;
export type AttestationView = z.infer<typeof attestationSchema>;
export type ImportedView = z.infer<typeof importedSchema>;

const orNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function toDossierView({ createdMs, changedMs, ...dossier }: Dossier): DossierView {
  return { ...dossier, createdAt: isoTime(createdMs), changedAt: isoTime(changedMs) };
}

export function toVersionView({
  atMs,
  ...version
}: DossierVersion): z.infer<typeof dossierHistorySchema>['versions'][number] {
  return { ...version, at: isoTime(atMs) };
}

export function toOutcomeView({ level, isComplete, decided, outweighed, missing }: CriteriaResult) {
  return {
    level: level ?? null,
    isComplete,
    decided: [...decided],
    outweighed: [...outweighed],
    missing: [...missing],
  };
}

export function toAnswersView(kept: KeptAnswers | undefined): z.infer<typeof answersViewSchema> {
  if (kept === undefined) return { given: null };
  const { atMs, actor, criteria, answers, outcome } = kept;
  const given = Object.fromEntries(Object.entries(answers).map(([question, ids]) => [question, [...ids]]));
  return { given: { at: isoTime(atMs), actor, criteria, answers: given, outcome: toOutcomeView(outcome) } };
}

export function toDocumentView(document: DossierDocument): z.infer<typeof documentSchema> {
  const { addedMs, removedBy, removedMs, removedReason, quarantined, ...rest } = document;
  return {
    ...rest,
    quarantined: quarantined === 1,
    addedAt: isoTime(addedMs),
    removed:
      removedMs === null
        ? null
        : { by: removedBy ?? '', at: isoTime(removedMs), reason: removedReason ?? '' },
  };
}

export function toImportedView({ sheets, ...done }: DossierImport): ImportedView {
  return {
    ...done,
    sheets: sheets.map(({ name, rows, layout }) => ({
      name,
      rows,
      headingRow: layout?.headingRow ?? null,
      columns: (layout?.columns ?? []).map(({ letter, heading, field }) => ({ letter, heading, field })),
    })),
  };
}

export function toImportSummaryView({
  atMs,
  undoneMs,
  ...summary
}: ImportSummary): z.infer<typeof importListSchema>['imports'][number] {
  return { ...summary, at: isoTime(atMs), undoneAt: orNull(undoneMs) };
}

export function toAttestationView(kept: KeptAttestation): AttestationView {
  const { createdMs, decidedMs, withdrawnMs, ...rest } = kept;
  return {
    ...rest,
    createdAt: isoTime(createdMs),
    decidedAt: orNull(decidedMs),
    withdrawnAt: orNull(withdrawnMs),
  };
}
