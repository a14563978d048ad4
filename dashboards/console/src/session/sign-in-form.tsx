/** The sign-in form. Errors keep what was typed. */
import Button from 'antd/es/button';
import Input, { type InputRef } from 'antd/es/input';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { ApiError } from '../api/http.ts';
import type { Translate } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { errorText } from '../ui/notices.tsx';
import { signIn } from './session-store.ts';

/** Password right, and an account with a second factor. */
const needsCode = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'second-factor-needed';

function signInError(error: unknown, withCode: boolean, t: Translate): string {
  if (error instanceof ApiError && (error.status === 401 || error.status === 400))
    return withCode ? t('signIn.wrongWithCode') : t('signIn.wrong');
  if (error instanceof ApiError && error.status === 429) {
    return error.retryAfterSeconds === undefined
      ? t('signIn.tooMany')
      : t('signIn.tooManyWait', { n: error.retryAfterSeconds });
  }
  return errorText(error, t);
}

export function SignInForm() {
  const { t } = useI18n();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const [asksCode, setAsksCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const id = useId();
  const usernameInput = useRef<InputRef>(null);
  const passwordInput = useRef<InputRef>(null);
  const codeInput = useRef<InputRef>(null);

  useEffect(() => {
    if (asksCode) codeInput.current?.focus();
  }, [asksCode]);

  useEffect(() => {
    usernameInput.current?.focus();
  }, []);

  const submit = async () => {
    if (username.trim() === '') {
      usernameInput.current?.focus();
      return;
    }
    if (password === '') {
      passwordInput.current?.focus();
      return;
    }
    const typed = code.replaceAll(/\s/gu, '');
    if (asksCode && typed === '') {
      codeInput.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username.trim(), password, asksCode ? typed : undefined);
    } catch (error) {
      setBusy(false);
      if (needsCode(error)) {
        setAsksCode(true);
        return;
      }
      setProblem(error);
      (asksCode ? codeInput : passwordInput).current?.focus({ cursor: 'all' });
    }
  };

  return (
    <form
      className="vg-form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={`${id}-username`}>{t('signIn.username')}</label>
      <Input
        ref={usernameInput}
        id={`${id}-username`}
        data-testid="login-username"
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        size="large"
        maxLength={256}
        required
        value={username}
        onChange={(event) => setUsername(event.target.value)}
      />
      <label htmlFor={`${id}-password`}>{t('signIn.password')}</label>
      <Input.Password
        ref={passwordInput}
        id={`${id}-password`}
        data-testid="login-password"
        name="password"
        autoComplete="current-password"
        size="large"
        maxLength={1024}
        required
        aria-invalid={problem !== null}
        aria-describedby={`${id}-error`}
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      {asksCode ? (
        <>
          <label htmlFor={`${id}-code`}>{t('signIn.code')}</label>
          <Input
            ref={codeInput}
            id={`${id}-code`}
            data-testid="login-code"
            autoComplete="one-time-code"
            spellCheck={false}
            size="large"
            maxLength={64}
            required
            aria-describedby={`${id}-code-hint`}
            value={code}
            onChange={(event) => setCode(event.target.value)}
          />
          <p id={`${id}-code-hint`} className="vg-hint">
            {t('signIn.codeHint')}
          </p>
        </>
      ) : null}
      <div id={`${id}-error`} role="alert" className="vg-form-error" data-testid="login-error">
        {problem === null ? null : signInError(problem, asksCode, t)}
      </div>
      <Button type="primary" htmlType="submit" size="large" block loading={busy} data-testid="login-submit">
        {t('signIn.submit')}
      </Button>
    </form>
  );
}
