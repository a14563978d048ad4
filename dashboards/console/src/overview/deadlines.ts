/** What is due, from the two places that know, in one order. Pure. */
import type { z } from 'zod';
import type { deadlinePageSchema } from '../../../../collector/api/contract-dossiers.ts';
import type { dueListSchema } from '../../../../collector/api/contract-reports.ts';

export type DossierDeadlines = z.infer<typeof deadlinePageSchema>;
export type DueReports = z.infer<typeof dueListSchema>;

export type Due = {
  readonly key: string;
  readonly on: string;
  /** Negative when it has passed. */
  readonly daysLeft: number;
  /** Whose: the system, or the agency that reports. */
  readonly about: string;
  readonly to: string;
} & (
  | { readonly source: 'dossier'; readonly kind: DossierDeadlines['deadlines'][number]['kind'] }
  | { readonly source: 'report'; readonly kind: DueReports['due'][number]['kind']; readonly period: string }
);

/** The most urgent first. A report counts once, by the next of its steps; one that was sent does not count. */
export function dueSoon(
  dossiers: DossierDeadlines | undefined,
  reports: DueReports | undefined,
  withinDays: number,
): readonly Due[] {
  const ofDossiers = (dossiers?.deadlines ?? []).map((one): Due => ({
    key: `${one.systemId}/${one.kind}/${one.dueOn}`,
    source: 'dossier',
    kind: one.kind,
    on: one.dueOn,
    daysLeft: one.daysLeft,
    about: one.systemName,
    to: `/compliance/systems/${one.systemId}`,
  }));
  const ofReports = (reports?.due ?? []).flatMap(({ kind, period, state, deadlines }): Due[] => {
    if (state === 'sent') return [];
    const last = deadlines.toSorted((a, b) => a.daysLeft - b.daysLeft);
    const next = last.find(({ daysLeft }) => daysLeft >= 0) ?? last.at(-1);
    if (next === undefined) return [];
    return [
      {
        key: `${kind}/${period}`,
        source: 'report',
        kind,
        period,
        on: next.on,
        daysLeft: next.daysLeft,
        about: reports?.agency.name ?? '',
        to: '/compliance/reports',
      },
    ];
  });
  return [...ofDossiers, ...ofReports]
    .filter(({ daysLeft }) => daysLeft <= withinDays)
    .toSorted((a, b) => a.daysLeft - b.daysLeft || a.key.localeCompare(b.key));
}
