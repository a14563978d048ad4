/** Asks for an exception: the form, filled in from an alert or a rule where one was given, with its trial on 30 days. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useState } from 'react';
import { titleOf } from '../alerts/labels.ts';
import type { AlertDetail } from '../api/types.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { JobProgress } from '../jobs/job-progress.tsx';
import { navigate } from '../router/router.tsx';
import { pathOf } from '../router/location.ts';
import { useDraft } from '../session/drafts.ts';
import { api } from '../session/session-store.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea, TextField } from '../ui/form-fields.tsx';
import { ErrorNotice, errorText, Loading } from '../ui/notices.tsx';
import { useAction } from '../ui/use-action.ts';
import { bodyOf, emptyForm, isComplete, type ExceptionForm } from './exception-form.ts';
import { askException, simulateDraft } from './exceptions-api.ts';
import { ConditionFields, ScopeFields } from './request-fields.tsx';
import { messages } from './messages.ts';
import { SimulationView } from './simulation-view.tsx';

const titleMax = 180;

function Form({
  alert,
  ruleId,
  onClose,
}: {
  readonly alert: AlertDetail | undefined;
  readonly ruleId: string;
  readonly onClose: () => void;
}) {
  const { t, language } = useI18n();
  const text = useText(messages);
  const client = useQueryClient();
  const first = useMemo((): ExceptionForm => {
    const form = { ...emptyForm(Date.now()), rules: ruleId };
    if (alert === undefined) return form;
    return {
      ...form,
      how: 'alert',
      alertId: alert.id,
      alertFields: Object.keys(alert.entity),
      rules: alert.ruleId,
      name: titleOf(alert, language).slice(0, titleMax),
      agencyId: String(alert.agencyId),
    };
  }, [alert, language, ruleId]);
  const draft = useDraft(`exception:${alert?.id ?? (ruleId || 'new')}`, first);
  const trial = useAction();
  const [jobId, setJobId] = useState<string | null>(null);
  const { value, change } = draft;
  return (
    <FormDialog
      title={text('except.new')}
      submitLabel={text('except.submit')}
      wide
      disabled={!isComplete(value)}
      testId="exception-form"
      onSubmit={async () => {
        const asked = await askException(bodyOf(value));
        await client.invalidateQueries({ queryKey: ['exceptions'] });
        navigate(pathOf('exceptions', String(asked.id)), { replace: true });
        return { text: text('except.asked') };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <TextField
        label={text('except.name')}
        required
        maxLength={200}
        value={value.name}
        onChange={(name) => change({ name })}
        testId="exception-name"
      />
      <ConditionFields form={value} change={change} alert={alert} />
      <ScopeFields form={value} change={change} />
      <TextArea
        label={text('except.reason')}
        required
        rows={3}
        maxLength={4_096}
        value={value.reason}
        onChange={(reason) => change({ reason })}
        testId="exception-reason"
      />
      <div className="vg-form">
        <p className="vg-hint">{text('except.simulateHint')}</p>
        <div>
          <Button
            loading={trial.busy}
            disabled={!isComplete({ ...value, name: value.name || '-', reason: value.reason || '-' })}
            data-testid="exception-simulate"
            onClick={() =>
              void trial.run(
                async () => {
                  setJobId(null);
                  const body = bodyOf({ ...value, name: value.name || '-', reason: value.reason || '-' });
                  setJobId((await simulateDraft(body)).id);
                  return undefined;
                },
                { quiet: true },
              )
            }
          >
            {text('except.simulate')}
          </Button>
        </div>
        {trial.error === null ? null : (
          <div className="vg-form-error" role="alert">
            {errorText(trial.error, t)}
          </div>
        )}
        <JobProgress id={jobId}>{(job) => <SimulationView job={job} />}</JobProgress>
      </div>
    </FormDialog>
  );
}

type Props = { readonly alertId: string; readonly ruleId: string; readonly onClose: () => void };

export default function RequestDialog({ alertId, ruleId, onClose }: Props) {
  const alert = useQuery({
    queryKey: ['alert', alertId],
    queryFn: ({ signal }) => api.alert(alertId, signal),
    enabled: alertId !== '',
  });
  if (alertId !== '' && alert.error !== null)
    return <ErrorNotice error={alert.error} onRetry={() => void alert.refetch()} />;
  if (alertId !== '' && alert.data === undefined) return <Loading />;
  return <Form alert={alert.data} ruleId={ruleId} onClose={onClose} />;
}
