/** Why an alert is closed. What was typed stays until the alert is closed, also when the dialog or the server is. */
import Button from 'antd/es/button';
import { useId, useState, type FormEvent } from 'react';
import type { Alert } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useDraft } from '../session/drafts.ts';
import { LineText } from '../text/safe-text.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { errorText } from '../ui/notices.tsx';
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

type Props = {
  readonly alert: Alert;
  readonly onSubmit: (alert: Alert, closing: Closing) => Promise<void>;
  readonly onClose: () => void;
};

export default function CloseDialog({ alert, onSubmit, onClose }: Props) {
  const { t, language } = useI18n();
  const { value: draft, change, drop } = useDraft<Draft>(`alert:${alert.id}:close`, empty);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const id = useId();

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const duplicateOf = draft.duplicateOf.trim();
      await onSubmit(alert, {
        verdict: alertVerdict[draft.verdict],
        reason: closeReason(draft.verdict, draft.note),
        ...(draft.verdict === 'duplicate' ? { duplicateOf } : {}),
      });
      drop();
      onClose();
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };

  return (
    <Dialog title={t('close.title')} onClose={onClose}>
      <form
        className="vg-form"
        data-testid="close-form"
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit();
        }}
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
          <>
            <label htmlFor={`${id}-duplicate`}>{t('close.duplicateOf')}</label>
            <input
              id={`${id}-duplicate`}
              className="vg-input"
              data-testid="close-duplicate"
              required
              maxLength={64}
              value={draft.duplicateOf}
              onChange={(event) => change({ duplicateOf: event.target.value })}
            />
          </>
        ) : null}
        <label htmlFor={`${id}-note`}>{t('close.note')}</label>
        <textarea
          id={`${id}-note`}
          className="vg-textarea"
          data-testid="close-note"
          rows={4}
          maxLength={noteUnitsMax}
          value={draft.note}
          onChange={(event) => change({ note: event.target.value })}
        />
        <div role="alert" className="vg-form-error">
          {problem === null ? null : errorText(problem, t)}
        </div>
        <div className="vg-form-actions">
          <Button onClick={onClose}>{t('action.cancel')}</Button>
          <Button type="primary" htmlType="submit" loading={busy} data-testid="close-submit">
            {t('close.submit')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
