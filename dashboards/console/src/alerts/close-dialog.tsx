/** Why an alert is closed. What was typed stays until the alert is closed, also when the dialog or the server is. */
import { useId } from 'react';
import type { Alert } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useDraft } from '../session/drafts.ts';
import { LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea, TextField } from '../ui/form-fields.tsx';
import type { Closing } from './use-alert-actions.ts';
import { alertVerdict, closeReason, closeVerdicts, noteUnitsMax, type CloseVerdict } from './close-reason.ts';
import { titleOf } from './labels.ts';

const verdictLabel: Readonly<Record<CloseVerdict, LabelKey>> = {
  resolved: 'close.resolved',
  'false-positive': 'close.falsePositive',
  expected: 'close.expected',
  duplicate: 'close.duplicate',
};

type Draft = { readonly verdict: CloseVerdict; readonly note: string; readonly duplicateOf: string };
const empty: Draft = { verdict: 'resolved', note: '', duplicateOf: '' };
const idMax = 64;

type Props = {
  readonly alert: Alert;
  readonly onSubmit: (alert: Alert, closing: Closing) => Promise<void>;
  readonly onClose: () => void;
};

export default function CloseDialog({ alert, onSubmit, onClose }: Props) {
  const { t, language } = useI18n();
  const { value: draft, change, drop } = useDraft<Draft>(`alert:${alert.id}:close`, empty);
  const id = useId();
  return (
    <FormDialog
      title={t('close.title')}
      submitLabel={t('close.submit')}
      testId="close-form"
      onSubmit={async () => {
        await onSubmit(alert, {
          verdict: alertVerdict[draft.verdict],
          reason: closeReason(draft.verdict, draft.note),
          ...(draft.verdict === 'duplicate' ? { duplicateOf: draft.duplicateOf.trim() } : {}),
        });
        return undefined;
      }}
      onDone={drop}
      onClose={onClose}
    >
      <p className="vg-close-which">
        <LineText value={titleOf(alert, language)} />
      </p>
      <fieldset className="vg-choices">
        <legend>{t('close.verdict')}</legend>
        {closeVerdicts.map((verdict) => (
          <label key={verdict}>
            <input
              type="radio"
              name={`${id}-verdict`}
              value={verdict}
              checked={draft.verdict === verdict}
              onChange={() => change({ verdict })}
            />
            {t(verdictLabel[verdict])}
          </label>
        ))}
      </fieldset>
      {draft.verdict === 'duplicate' ? (
        <TextField
          label={t('close.duplicateOf')}
          required
          maxLength={idMax}
          testId="close-duplicate"
          value={draft.duplicateOf}
          onChange={(duplicateOf) => change({ duplicateOf })}
        />
      ) : null}
      <TextArea
        label={t('close.note')}
        rows={4}
        maxLength={noteUnitsMax}
        testId="close-note"
        value={draft.note}
        onChange={(note) => change({ note })}
      />
    </FormDialog>
  );
}
