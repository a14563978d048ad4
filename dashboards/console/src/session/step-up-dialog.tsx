/** Asks who one is once more, for what must not be done by whoever finds the screen open. */
import Button from 'antd/es/button';
import { useState } from 'react';
import type { Me } from '../api/types.ts';
import { ApiError } from '../api/http.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Dialog } from '../ui/dialog.tsx';
import { TextField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { api } from './session-store.ts';
import { messages } from './step-up-messages.ts';
import type { Waiting } from './step-up-store.ts';

type Props = { readonly me: Me; readonly waiting: Waiting };

export default function StepUpDialog({ me, waiting }: Props) {
  const text = useText(messages);
  const { t } = useI18n();
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const byPassword = me.method === 'password';

  const attempt = async (prove: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await prove();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const submit = () =>
    attempt(async () => {
      await api.stepUp({
        ...(byPassword ? { password } : {}),
        ...(me.hasSecondFactor ? { code: code.replaceAll(/\s/gu, '') } : {}),
      });
      waiting.finish(true);
    });
  const atProvider = () =>
    attempt(async () => {
      const { url } = await api.stepUpAtProvider(window.location.pathname + window.location.search);
      // The server answers where to go, or refuses.
      if (url !== null) window.location.assign(url);
    });
  const wrong = problem instanceof ApiError && (problem.status === 400 || problem.status === 401);

  return (
    <Dialog title={text('stepUp.title')} onClose={() => waiting.finish(false)}>
      <form
        className="vg-form"
        data-testid="step-up"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p>{text('stepUp.text')}</p>
        {byPassword ? (
          <TextField
            label={text('stepUp.password')}
            type="password"
            autoComplete="current-password"
            testId="step-up-password"
            required
            value={password}
            onChange={setPassword}
          />
        ) : null}
        {me.hasSecondFactor ? (
          <TextField
            label={text('stepUp.code')}
            autoComplete="one-time-code"
            testId="step-up-code"
            required
            value={code}
            onChange={setCode}
          />
        ) : null}
        {byPassword || me.hasSecondFactor ? null : <p className="vg-hint">{text('stepUp.leaves')}</p>}
        <div role="alert" className="vg-form-error">
          {problem === null ? null : wrong ? text('stepUp.wrong') : errorText(problem, t)}
        </div>
        <div className="vg-form-actions">
          <Button onClick={() => waiting.finish(false)}>{t('action.cancel')}</Button>
          {byPassword || me.hasSecondFactor ? (
            <Button type="primary" htmlType="submit" loading={busy} data-testid="step-up-submit">
              {text('stepUp.submit')}
            </Button>
          ) : (
            <Button type="primary" loading={busy} onClick={() => void atProvider()}>
              {text('stepUp.provider')}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
