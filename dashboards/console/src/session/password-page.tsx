/** A new password: forced at the first sign-in, or chosen from the menu. Rules are shown and ticked while typing. */
import Button from 'antd/es/button';
import Input, { type InputRef } from 'antd/es/input';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { ApiError } from '../api/http.ts';
import type { Me } from '../api/types.ts';
import type { Translate } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { navigate } from '../router/router.tsx';
import { errorText } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { Front } from './front.tsx';
import { NewPasswordField } from './new-password-field.tsx';
import { checkPassword, passwordUnitsMax } from './password-rules.ts';
import { changePassword, rememberedPassword, signOut } from './session-store.ts';

function passwordError(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return errorText(error, t);
  if (error.field === 'current' || error.code === 'password-wrong') return t('password.currentWrong');
  if (error.code === 'password-weak') return t('password.weak');
  if (error.status === 400 || error.status === 422) return t('password.refused', { message: error.message });
  return errorText(error, t);
}

type Props = { readonly me: Me; readonly forced?: boolean };

export default function PasswordPage({ me, forced = false }: Props) {
  const { t } = useI18n();
  const remembered = forced ? rememberedPassword() : null;
  const [current, setCurrent] = useState(remembered ?? '');
  const [next, setNext] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [tried, setTried] = useState(false);
  const currentInput = useRef<InputRef>(null);
  const nextInput = useRef<InputRef>(null);
  const id = useId();
  const askCurrent = remembered === null;
  const rules = checkPassword(next, { current, username: me.username });

  useEffect(() => {
    (askCurrent ? currentInput : nextInput).current?.focus();
  }, [askCurrent]);

  const submit = async () => {
    setTried(true);
    if (current === '') {
      currentInput.current?.focus();
      return;
    }
    if (rules.some((rule) => !rule.met)) {
      nextInput.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    try {
      await changePassword(current, next);
      showToast({ kind: 'done', text: t('password.done') });
      if (!forced) navigate('/account');
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };

  return (
    <Front title={forced ? t('password.firstTitle') : t('password.title')}>
      {forced ? <p className="vg-hint">{t('password.firstText')}</p> : null}
      <form
        className="vg-form"
        noValidate
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void submit();
        }}
      >
        <input
          className="vg-sr"
          name="username"
          autoComplete="username"
          value={me.username}
          aria-hidden="true"
          tabIndex={-1}
          readOnly
        />
        {askCurrent ? (
          <>
            <label htmlFor={`${id}-current`}>{t('password.current')}</label>
            <Input.Password
              ref={currentInput}
              id={`${id}-current`}
              data-testid="password-current"
              autoComplete="current-password"
              size="large"
              maxLength={passwordUnitsMax}
              required
              value={current}
              onChange={(event) => setCurrent(event.target.value)}
            />
          </>
        ) : null}
        <NewPasswordField
          ref={nextInput}
          label={t('password.next')}
          rules={rules}
          tried={tried}
          testId="password-next"
          value={next}
          onChange={setNext}
        />
        <div role="alert" className="vg-form-error" data-testid="password-error">
          {problem === null ? null : passwordError(problem, t)}
        </div>
        <Button
          type="primary"
          htmlType="submit"
          size="large"
          block
          loading={busy}
          data-testid="password-submit"
        >
          {t('password.submit')}
        </Button>
        {forced ? (
          <Button type="text" block onClick={() => void signOut()}>
            {t('menu.signOut')}
          </Button>
        ) : (
          <Button type="text" block onClick={() => navigate('/account')}>
            {t('action.cancel')}
          </Button>
        )}
      </form>
    </Front>
  );
}
