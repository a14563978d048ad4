/** Forms of a case as a whole: its words, its end, joining others, parting from it, and reasons. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { severities } from '../alerts/alert-filters.ts';
import { isoOf, localTime } from '../format/local-time.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { severityLabel } from '../ui/severity.tsx';
import type { Done } from '../ui/use-action.ts';
import { caseClasses, classWords, outcomes, outcomeWords } from './case-words.ts';
import { casesApi, type CaseDetail, type CaseOutcome } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

type Props = { readonly detail: CaseDetail; readonly onClose: () => void };
type Tagged = Props & { readonly etag: string | undefined };

export function EditCaseDialog({ detail, etag, onClose }: Tagged) {
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const { refresh } = useCaseAct();
  const first = useMemo(
    () => ({
      title: detail.title,
      summary: detail.summary,
      severity: detail.severity,
      class: detail.class,
      assignee: detail.assignee ?? '',
      dueAt: localTime(detail.dueAt),
      drill: detail.drill,
    }),
    [detail],
  );
  const { value, change, drop } = useDraft(`case:${detail.number}:edit`, first);
  return (
    <FormDialog
      title={text('cases.edit')}
      submitLabel={text('cases.save')}
      testId="case-edit-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await casesApi.patch(
          detail.number,
          {
            title: value.title.trim(),
            summary: value.summary,
            severity: value.severity,
            class: value.class,
            assignee: value.assignee.trim() === '' ? null : value.assignee.trim(),
            dueAt: isoOf(value.dueAt),
            drill: value.drill,
          },
          etag,
        );
        await refresh();
        return { text: text('cases.saved') };
      }}
    >
      <TextField
        label={text('cases.title')}
        required
        maxLength={300}
        value={value.title}
        onChange={(title) => change({ title })}
      />
      <div className="vg-form-row">
        <SelectField
          label={t('column.severity')}
          value={value.severity}
          choices={severities.map((one) => ({ value: one, label: t(severityLabel[one]) }))}
          onChange={(severity) => change({ severity })}
        />
        <SelectField
          label={text('cases.class')}
          value={value.class}
          choices={caseClasses.map((one) => ({ value: one, label: words(classWords[one]) }))}
          onChange={(chosen) => change({ class: chosen })}
        />
        <TextField
          label={text('cases.owner')}
          value={value.assignee}
          maxLength={256}
          onChange={(assignee) => change({ assignee })}
        />
        <TextField
          label={text('cases.due')}
          type="datetime-local"
          value={value.dueAt}
          onChange={(dueAt) => change({ dueAt })}
        />
      </div>
      <TextArea
        label={text('cases.summaryText')}
        rows={6}
        maxLength={16_384}
        value={value.summary}
        onChange={(summary) => change({ summary })}
      />
      <CheckField
        label={text('cases.isDrill')}
        hint={text('cases.isDrillHint')}
        checked={value.drill}
        onChange={(drill) => change({ drill })}
      />
    </FormDialog>
  );
}

const noClosing = { outcome: '' as CaseOutcome | '', reason: '', lessons: '', closeAlerts: false };

export function CloseCaseDialog({ detail, etag, onClose }: Tagged) {
  const text = useText(messages);
  const words = useWords();
  const { refresh } = useCaseAct();
  const mayBulk = useMay('alert:bulk');
  const { value, change, drop } = useDraft(`case:${detail.number}:close`, noClosing);
  return (
    <FormDialog
      title={text('cases.closeTitle', { number: detail.number })}
      submitLabel={text('cases.close')}
      testId="case-close-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        if (value.outcome === '') return undefined;
        await casesApi.close(
          detail.number,
          {
            outcome: value.outcome,
            reason: value.reason.trim(),
            ...(value.lessons.trim() === '' ? {} : { lessons: value.lessons.trim() }),
            ...(value.closeAlerts
              ? {
                  closeAlerts: {
                    verdict: value.outcome === 'no-incident' ? 'false-positive' : 'true-positive',
                  },
                }
              : {}),
          },
          etag,
        );
        await refresh();
        return { text: text('cases.closed', { number: detail.number }) };
      }}
    >
      {detail.openTasks === 0 ? null : (
        <p className="vg-warn">{text('cases.tasksLeft', { n: detail.openTasks })}</p>
      )}
      <SelectField
        label={text('cases.outcome')}
        required
        empty={text('cases.choose')}
        value={value.outcome}
        testId="case-outcome"
        choices={outcomes.map((one) => ({ value: one, label: words(outcomeWords[one]) }))}
        onChange={(outcome) => change({ outcome })}
      />
      <TextArea
        label={text('cases.closeReason')}
        required
        maxLength={4_096}
        value={value.reason}
        testId="case-close-reason"
        onChange={(reason) => change({ reason })}
      />
      <TextArea
        label={text('cases.lessons')}
        required={value.outcome === 'incident'}
        hint={text('cases.lessonsHint')}
        maxLength={16_384}
        value={value.lessons}
        testId="case-lessons"
        onChange={(lessons) => change({ lessons })}
      />
      {mayBulk && detail.alerts > 0 ? (
        <CheckField
          label={text('cases.closeAlerts', { n: detail.alerts })}
          hint={text('cases.closeAlertsHint')}
          checked={value.closeAlerts}
          onChange={(closeAlerts) => change({ closeAlerts })}
        />
      ) : null}
    </FormDialog>
  );
}

type ReasonProps = {
  readonly title: string;
  readonly submitLabel: string;
  readonly danger?: boolean;
  readonly hint?: string;
  readonly draftKey: string;
  readonly onSubmit: (reason: string) => Promise<Done | undefined>;
  readonly onClose: () => void;
};
const noReason = { reason: '' };

/** An act that asks why. */
export function ReasonDialog(props: ReasonProps) {
  const text = useText(messages);
  const { refresh } = useCaseAct();
  const { value, change, drop } = useDraft(props.draftKey, noReason);
  return (
    <FormDialog
      title={props.title}
      submitLabel={props.submitLabel}
      danger={props.danger ?? false}
      testId="reason-form"
      onClose={props.onClose}
      onDone={drop}
      onSubmit={async () => {
        const done = await props.onSubmit(value.reason.trim());
        await refresh();
        return done;
      }}
    >
      <TextArea
        label={text('cases.reason')}
        hint={props.hint}
        required
        maxLength={1_000}
        value={value.reason}
        testId="reason"
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}

const noMerge = { from: '', reason: '' };

export function MergeDialog({ detail, onClose }: Props) {
  const text = useText(messages);
  const { refresh } = useCaseAct();
  const { value, change, drop } = useDraft(`case:${detail.number}:merge`, noMerge);
  return (
    <FormDialog
      title={text('cases.mergeTitle', { number: detail.number })}
      submitLabel={text('cases.mergeSubmit')}
      testId="case-merge-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const from = value.from.split(/[\s,;]+/u).filter((one) => one !== '');
        await casesApi.merge(detail.number, from, value.reason.trim());
        const { moves } = await casesApi.moves(detail.number);
        await refresh();
        const made = moves
          .filter((move) => move.kind === 'merge' && move.undoneAt === null)
          .toSorted((a, b) => b.id - a.id)[0];
        return {
          text: text('cases.mergedDone'),
          ...(made === undefined
            ? {}
            : {
                undo: async () => {
                  await casesApi.undoMove(made.id, text('cases.undoReason'));
                  await refresh();
                },
              }),
        };
      }}
    >
      <TextField
        label={text('cases.mergeFrom')}
        hint={text('cases.mergeHint')}
        required
        maxLength={400}
        value={value.from}
        onChange={(from) => change({ from })}
      />
      <TextArea
        label={text('cases.reason')}
        required
        maxLength={4_096}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}

export function SplitDialog({ detail, onClose }: Props) {
  const text = useText(messages);
  const { language } = useI18n();
  const { refresh } = useCaseAct();
  const alerts = useQuery({
    queryKey: ['cases', 'alerts', detail.number, 'split'],
    queryFn: ({ signal }) => casesApi.alerts(detail.number, undefined, signal),
  });
  const first = useMemo(
    () => ({ title: detail.title, reason: '', alerts: [] as readonly string[] }),
    [detail.title],
  );
  const { value, change, drop } = useDraft(`case:${detail.number}:split`, first);
  return (
    <FormDialog
      title={text('cases.splitTitle', { number: detail.number })}
      submitLabel={text('cases.splitSubmit')}
      testId="case-split-form"
      wide
      disabled={value.alerts.length === 0}
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const made = await casesApi.split(detail.number, {
          title: value.title.trim(),
          reason: value.reason.trim(),
          alerts: value.alerts,
        });
        await refresh();
        return { text: text('cases.splitDone', { number: made.number }) };
      }}
    >
      <TextField
        label={text('cases.splitName')}
        required
        maxLength={300}
        value={value.title}
        onChange={(title) => change({ title })}
      />
      <fieldset className="vg-choices">
        <legend>{text('cases.splitWhich')}</legend>
        {(alerts.data?.alerts ?? []).map((alert) => (
          <CheckField
            key={alert.id}
            label={visibleString(titleOf(alert, language))}
            checked={value.alerts.includes(alert.id)}
            onChange={(on) =>
              change({
                alerts: on ? [...value.alerts, alert.id] : value.alerts.filter((one) => one !== alert.id),
              })
            }
          />
        ))}
      </fieldset>
      <TextArea
        label={text('cases.reason')}
        required
        maxLength={4_096}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
    </FormDialog>
  );
}
