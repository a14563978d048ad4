/** Who signed in at the identity provider, and has a second factor here: its code, before anything else. */
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import { useId, useState, type FormEvent } from 'react';
import { ApiError } from '../api/http.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { errorText } from '../ui/notices.tsx';
import { Front } from './front.tsx';
import { api, refreshMe, signOut } from './session-store.ts';

export default function CodePage() {
  const { t } = useI18n();
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const id = useId();

  const submit = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await api.stepUp({ code: code.replaceAll(/\s/gu, '') });
      await refreshMe();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const problemText = (): string =>
    problem instanceof ApiError && problem.status === 400
      ? t('secondFactor.wrongCode')
      : errorText(problem, t);

  return (
    <Front title={t('signIn.code')}>
      <form
        className="vg-form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label htmlFor={id}>{t('secondFactor.code')}</label>
        <Input
          id={id}
          data-testid="code"
          autoComplete="one-time-code"
          spellCheck={false}
          size="large"
          maxLength={64}
          autoFocus
          required
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <div role="alert" className="vg-form-error">
          {problem === null ? null : problemText()}
        </div>
        <Button type="primary" htmlType="submit" size="large" block loading={busy}>
          {t('signIn.submit')}
        </Button>
      </form>
      <Button type="text" block onClick={() => void signOut()}>
        {t('menu.signOut')}
      </Button>
    </Front>
  );
}
