/** Opens a case, by itself or with an alert; the alert lends it title and severity. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { severities } from '../alerts/alert-filters.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link, navigate } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { api, http } from '../session/session-store.ts';
import { useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { severityLabel } from '../ui/severity.tsx';
import type { z } from 'zod';
import type { alertCasesSchema } from '../../../../collector/api/contract-cases.ts';
import { caseClasses, classWords, stateWords } from './case-words.ts';
import { casesApi } from './cases-api.ts';
import { messages } from './messages.ts';

type Props = { readonly alertIds: readonly string[]; readonly onClose: () => void };

export default function NewCaseDialog({ alertIds, onClose }: Props) {
  const text = useText(messages);
  const { t, language } = useI18n();
  const words = useWords();
  const me = useMe();
  const client = useQueryClient();
  const first = alertIds[0];
  const alert = useQuery({
    queryKey: ['alert', first],
    enabled: first !== undefined,
    queryFn: ({ signal }) => api.alert(first ?? '', signal),
  });
  const hints = useQuery({
    queryKey: ['cases', 'hints', first],
    enabled: first !== undefined,
    queryFn: ({ signal }) =>
      http.read<z.infer<typeof alertCasesSchema>>(`/alerts/${encodeURIComponent(first ?? '')}/cases`, signal),
  });
  const begin = useMemo(
    () => ({
      title: alert.data === undefined ? '' : titleOf(alert.data, language),
      summary: '',
      severity: alert.data?.severity ?? ('medium' as const),
      class: 'other' as (typeof caseClasses)[number],
      assignee: me.username,
      dueAt: '',
      drill: false,
      checklist: true,
    }),
    [alert.data, language, me.username],
  );
  const draft = useDraft(`case:new:${alertIds.join(',')}`, begin);
  const value = draft.value;
  const own = hints.data?.in ?? null;
  return (
    <FormDialog
      title={text('cases.new')}
      submitLabel={text('cases.create')}
      testId="case-form"
      wide
      disabled={first !== undefined && alert.isPending}
      onClose={onClose}
      onDone={draft.drop}
      onSubmit={async () => {
        const made = await casesApi.create({
          title: value.title.trim(),
          severity: value.severity,
          class: value.class,
          drill: value.drill,
          checklist: value.checklist,
          alertIds: [...alertIds],
          ...(value.summary.trim() === '' ? {} : { summary: value.summary.trim() }),
          ...(value.assignee.trim() === '' ? {} : { assignee: value.assignee.trim() }),
          ...(value.dueAt === '' ? {} : { dueAt: new Date(value.dueAt).toISOString() }),
        });
        await client.invalidateQueries({ queryKey: ['cases'] });
        // After the dialog has taken its own words out of the address.
        window.setTimeout(() => navigate(pathOf('cases', made.number)), 0);
        return { text: text('cases.created', { number: made.number }) };
      }}
    >
      {alert.data === undefined ? null : (
        <p className="vg-hint">
          {text('cases.fromAlert')} <LineText value={titleOf(alert.data, language)} />
        </p>
      )}
      {own === null ? null : (
        <p className="vg-warn" role="alert">
          {text('cases.alertIn')} <Link to={pathOf('cases', own.number)}>{own.number}</Link>
        </p>
      )}
      {(hints.data?.hints.length ?? 0) === 0 ? null : (
        <p className="vg-hint">
          {text('cases.similar')}{' '}
          {hints.data?.hints.slice(0, 5).map((hint) => (
            <span key={hint.number}>
              <Link to={pathOf('cases', hint.number)}>{hint.number}</Link> ({words(stateWords[hint.state])}
              ){' '}
            </span>
          ))}
        </p>
      )}
      <TextField
        label={text('cases.title')}
        required
        maxLength={300}
        value={value.title}
        testId="case-title"
        onChange={(title) => draft.change({ title })}
      />
      <div className="vg-form-row">
        <SelectField
          label={t('column.severity')}
          value={value.severity}
          choices={severities.map((one) => ({ value: one, label: t(severityLabel[one]) }))}
          onChange={(severity) => draft.change({ severity })}
        />
        <SelectField
          label={text('cases.class')}
          value={value.class}
          testId="case-class"
          choices={caseClasses.map((one) => ({ value: one, label: words(classWords[one]) }))}
          onChange={(chosen) => draft.change({ class: chosen })}
        />
        <TextField
          label={text('cases.owner')}
          maxLength={256}
          value={value.assignee}
          onChange={(assignee) => draft.change({ assignee })}
        />
        <TextField
          label={text('cases.due')}
          type="datetime-local"
          value={value.dueAt}
          onChange={(dueAt) => draft.change({ dueAt })}
        />
      </div>
      <TextArea
        label={text('cases.summaryText')}
        maxLength={16_384}
        value={value.summary}
        onChange={(summary) => draft.change({ summary })}
      />
      <CheckField
        label={text('cases.useChecklist')}
        checked={value.checklist}
        onChange={(checklist) => draft.change({ checklist })}
      />
      <CheckField
        label={text('cases.isDrill')}
        hint={text('cases.isDrillHint')}
        checked={value.drill}
        onChange={(drill) => draft.change({ drill })}
      />
    </FormDialog>
  );
}
