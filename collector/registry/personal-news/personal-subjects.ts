/** Alerts and cases that a person is told of, with what happened to them, cut to what they may see. */
import { z } from 'zod';
import { severitySchema } from '../../api/contract-vocabulary.ts';
import { ACTS_TOLD_MAX, type PersonalAct, type PersonalSubject } from '../../notify/personal-notice.ts';
import { type AgencyScope, inScope } from '../agencies.ts';
import { changesSchema } from '../alert-history.ts';
import { caseRows, readsTexts } from '../cases/find-case.ts';
import type { RegistryDb } from '../database.ts';
import { ruleFactsSchema } from '../rule-facts.ts';
import type { NewsReason } from '../tables/notify.ts';

/** Ids in one statement. */
const IDS_MAX = 500;

export interface PersonalItem {
  actId: number | null;
  subjectId: string;
  why: NewsReason;
  atMs: number;
}

async function inSlices<I, T>(ids: readonly I[], read: (some: readonly I[]) => Promise<T[]>): Promise<T[]> {
  const found: T[] = [];
  for (let at = 0; at < ids.length; at += IDS_MAX) found.push(...(await read(ids.slice(at, at + IDS_MAX))));
  return found;
}

const actIds = (items: readonly PersonalItem[]): number[] =>
  items.flatMap(({ actId }) => (actId === null ? [] : [actId]));
const subjectIds = (items: readonly PersonalItem[]): string[] => [
  ...new Set(items.map(({ subjectId }) => subjectId)),
];

/** An act whose note, where it is one, is still to be read. */
interface Told extends PersonalAct {
  noteId?: number | undefined;
}

/** Newest first; what calls the person, or gives them something, is never left out for what does not. */
function shown(acts: readonly Told[]): Told[] {
  const weight = ({ why }: PersonalAct): number => (why === 'watch' ? 0 : 1);
  return acts
    .toSorted((a, b) => weight(b) - weight(a) || b.atMs - a.atMs)
    .slice(0, ACTS_TOLD_MAX)
    .toSorted((a, b) => b.atMs - a.atMs);
}

async function withNotes(
  db: RegistryDb,
  table: 'alert_note' | 'case_note',
  subjects: readonly (Omit<PersonalSubject, 'acts'> & { acts: readonly Told[] })[],
): Promise<PersonalSubject[]> {
  const ids = subjects.flatMap(({ acts }) => acts.flatMap(({ noteId }) => noteId ?? []));
  const rows = await inSlices(ids, (some) =>
    db.selectFrom(table).select(['id', 'text']).where('id', 'in', some).execute(),
  );
  const texts = new Map(rows.map(({ id, text }) => [id, text]));
  return subjects.map((subject) => ({
    ...subject,
    acts: subject.acts.map(({ noteId, ...act }) => ({
      ...act,
      text: noteId === undefined ? act.text : (texts.get(noteId) ?? ''),
    })),
  }));
}

const FIELDS = ['state', 'verdict', 'severity', 'class', 'title', 'assignee', 'dueAt', 'tags'] as const;

/** As it stands in a history: a text, a number, a list of texts, or nothing. */
function wordOf(value: unknown): string {
  if (value === null || value === '') return '-';
  return typeof value === 'string' ? value : Array.isArray(value) ? value.join(', ') : JSON.stringify(value);
}

/** What fields became, of those that people are told. */
function changed(changes: Readonly<Record<string, readonly [unknown, unknown]>>): PersonalAct['changes'] {
  return FIELDS.flatMap((field) => {
    const after = changes[field]?.[1];
    if (after === undefined) return [];
    return { field, after: wordOf(after) };
  });
}

export async function alertSubjects(
  db: RegistryDb,
  items: readonly PersonalItem[],
  scope: AgencyScope,
): Promise<PersonalSubject[]> {
  const alerts = await inSlices(subjectIds(items), (some) =>
    db.selectFrom('alert').select(['id', 'agency_id', 'severity', 'rule']).where('id', 'in', some).execute(),
  );
  const acts = await inSlices(actIds(items), (some) =>
    db
      .selectFrom('alert_history')
      .select(['id', 'actor', 'action', 'changes', 'reason'])
      .where('id', 'in', some)
      .execute(),
  );
  const actOf = new Map(acts.map((act) => [act.id, act]));
  const itemsOf = Map.groupBy(items, ({ subjectId }) => subjectId);
  const subjects = alerts
    .filter(({ agency_id: agencyId }) => inScope(scope, agencyId))
    .map(({ id, severity, rule }) => {
      const told = (itemsOf.get(id) ?? []).flatMap(({ actId, why, atMs }): Told[] => {
        if (actId === null)
          return [
            {
              atMs,
              why,
              actor: '',
              action: 'alert.raised',
              text: '',
              changes: [{ field: 'severity', after: severity }],
            },
          ];
        const act = actOf.get(actId);
        if (act === undefined) return [];
        const changes = changesSchema.parse(JSON.parse(act.changes));
        const noteId = changes['note']?.[1];
        const { actor, action, reason } = act;
        const base = { atMs, why, actor, action, changes: changed(changes), text: reason ?? '' };
        return [typeof noteId === 'number' ? { ...base, noteId } : base];
      });
      const { title, titleVi } = ruleFactsSchema.parse(JSON.parse(rule));
      return {
        name: id,
        kind: 'alert' as const,
        severity: severitySchema.parse(severity),
        title,
        titleVi: titleVi ?? '',
        acts: shown(told),
        actsInAll: told.length,
      };
    })
    .filter(({ acts: told }) => told.length > 0);
  return withNotes(db, 'alert_note', subjects);
}

const detailSchema = z.object({
  note: z.number().optional(),
  changes: changesSchema.optional(),
  reason: z.string().optional(),
  name: z.string().optional(),
  title: z.string().optional(),
  alerts: z.number().optional(),
});

export async function caseSubjects(
  db: RegistryDb,
  items: readonly PersonalItem[],
  scope: AgencyScope,
): Promise<PersonalSubject[]> {
  const cases = await inSlices(subjectIds(items), (some) => caseRows(db).where('id', 'in', some).execute());
  const acts = await inSlices(actIds(items), (some) =>
    db
      .selectFrom('case_act')
      .select(['id', 'agency_id', 'actor', 'action', 'detail'])
      .where('id', 'in', some)
      .execute(),
  );
  const actOf = new Map(acts.map((act) => [act.id, act]));
  const itemsOf = Map.groupBy(items, ({ subjectId }) => subjectId);
  const subjects = cases
    .map((row) => {
      const told = (itemsOf.get(row.id) ?? []).flatMap(({ actId, why, atMs }): Told[] => {
        const act = actOf.get(actId ?? 0);
        if (act === undefined || !inScope(scope, act.agency_id)) return [];
        const { note: noteId, changes = {}, ...said } = detailSchema.parse(JSON.parse(act.detail));
        const { actor, action } = act;
        const count = action.endsWith('-alerts') ? String(said.alerts ?? '') : '';
        const text = said.reason ?? said.name ?? said.title ?? count;
        return [{ atMs, why, actor, action, text, changes: changed(changes), noteId }];
      });
      const title = readsTexts(row, scope) ? row.title : '';
      return {
        name: row.number,
        kind: 'case' as const,
        severity: severitySchema.parse(row.severity),
        title,
        titleVi: title,
        acts: shown(told),
        actsInAll: told.length,
      };
    })
    .filter(({ acts: told }) => told.length > 0);
  return withNotes(db, 'case_note', subjects);
}
