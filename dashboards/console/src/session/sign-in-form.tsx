/** The sign-in form, alone on its page or over a page whose session expired. Errors keep what was typed. */
import Button from 'antd/es/button';
import Input, { type InputRef } from 'antd/es/input';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { ApiError } from '../api/client.ts';
import type { Translate } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { errorText } from '../ui/notices.tsx';
import { signIn } from './session-store.ts';

function signInError(error: unknown, t: Translate): string {
  if (error instanceof ApiError && (error.status === 401 || error.status === 400)) return t('signIn.wrong');
  if (error instanceof ApiError && error.status === 429) {
    return error.retryAfterSeconds === undefined
      ? t('signIn.tooMany')
      : t('signIn.tooManyWait', { n: error.retryAfterSeconds });
  }
  return errorText(error, t);
}

type Props = { readonly username?: string };

/** @param props.username filled in when the same person signs in again. */
export function SignInForm({ username: known = '' }: Props) {
  const { t } = useI18n();
  const [username, setUsername] = useState(known);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const id = useId();
  const usernameInput = useRef<InputRef>(null);
  const passwordInput = useRef<InputRef>(null);

  useEffect(() => {
    (known === '' ? usernameInput : passwordInput).current?.focus();
  }, [known]);

  const submit = async () => {
    if (username.trim() === '') {
      usernameInput.current?.focus();
      return;
    }
    if (password === '') {
      passwordInput.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await signIn(username.trim(), password);
    } catch (error) {
      setProblem(error);
      setBusy(false);
      passwordInput.current?.focus({ cursor: 'all' });
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
      <div id={`${id}-error`} role="alert" className="vg-form-error" data-testid="login-error">
        {problem === null ? null : signInError(problem, t)}
      </div>
      <Button type="primary" htmlType="submit" size="large" block loading={busy} data-testid="login-submit">
        {t('signIn.submit')}
      </Button>
    </form>
  );
}
