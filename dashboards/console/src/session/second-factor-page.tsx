/**
 * One's own second factor: a secret is shown as a picture and as text, counts once a code of it was given, and brings
 * recovery codes that are shown once. Forced where the role asks for one.
 */
import Button from 'antd/es/button';
import Input from 'antd/es/input';
import QRCode from 'antd/es/qr-code';
import { lazy, Suspense, useId, useState, useSyncExternalStore, type FormEvent, type ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import type { Me, SecondFactor } from '../api/types.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { navigate } from '../router/router.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { errorText } from '../ui/notices.tsx';
import { showToast } from '../ui/toasts.tsx';
import { Front } from './front.tsx';
import { api, hasJustSignedIn, refreshMe, signOut } from './session-store.ts';
import { stepUpStore } from './step-up-store.ts';

// The page stands outside the shell, which asks everywhere else.
const StepUpDialog = lazy(() => import('./step-up-dialog.tsx'));

type Step =
  | { readonly kind: 'password' }
  | { readonly kind: 'scan'; readonly factor: SecondFactor }
  | { readonly kind: 'codes'; readonly codes: readonly string[] };

type Props = { readonly me: Me; readonly forced?: boolean };

export default function SecondFactorPage({ me, forced = false }: Props) {
  const { t } = useI18n();
  const [step, setStep] = useState<Step>({ kind: 'password' });
  const waiting = useSyncExternalStore(stepUpStore.subscribe, stepUpStore.get);
  const [typed, setTyped] = useState('');
  const [code, setCode] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  // Who signed in a moment ago, to an account without a factor, is asked for nothing again.
  const [known, setKnown] = useState(() => !me.hasSecondFactor && hasJustSignedIn());
  // Who has just come in goes on to their work; others came from their account.
  const after = known || forced ? '/' : '/account';
  const id = useId();

  const run = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await work();
      setTyped('');
    } catch (error) {
      // Who left the question of who they are knows why nothing was done.
      if (!(error instanceof ApiError && error.code === 'step-up-required')) setProblem(error);
    } finally {
      setBusy(false);
    }
  };

  const prove = () =>
    run(async () => {
      const given = code.replaceAll(/\s/gu, '');
      if (known && !hasJustSignedIn()) {
        setKnown(false);
        return;
      }
      if (!known) await proveWho(me, typed, given);
      if (!me.hasSecondFactor) {
        setStep({ kind: 'scan', factor: await api.beginSecondFactor() });
        return;
      }
      await api.removeSecondFactor();
      showToast({ kind: 'done', text: t('secondFactor.removed') });
      await refreshMe();
      navigate(after);
    });

  const confirm = () =>
    run(async () => {
      const { recoveryCodes } = await api.confirmSecondFactor(typed.replaceAll(/\s/gu, ''));
      setStep({ kind: 'codes', codes: recoveryCodes });
    });

  const finish = () =>
    run(async () => {
      showToast({ kind: 'done', text: t('secondFactor.done') });
      await refreshMe();
      navigate(after);
    });

  const problemText = (): string => {
    if (!(problem instanceof ApiError)) return errorText(problem, t);
    if (problem.code === 'password-wrong' || problem.code === 'second-factor-needed') {
      return me.hasSecondFactor ? t('signIn.wrongWithCode') : t('password.currentWrong');
    }
    return problem.code === 'second-factor-wrong' ? t('secondFactor.wrongCode') : errorText(problem, t);
  };

  const form = (onSubmit: () => Promise<void>, submit: string, fields: ReactNode) => (
    <form
      className="vg-form"
      noValidate
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void onSubmit();
      }}
    >
      {fields}
      <div role="alert" className="vg-form-error" data-testid="second-factor-error">
        {problem === null ? null : problemText()}
      </div>
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={busy}
        data-testid="second-factor-submit"
      >
        {submit}
      </Button>
    </form>
  );

  return (
    <Front title={step.kind === 'codes' ? t('secondFactor.codesTitle') : t('secondFactor.title')}>
      {step.kind === 'password' ? (
        <>
          <p className="vg-hint">
            {me.hasSecondFactor
              ? t('secondFactor.is')
              : forced
                ? t('secondFactor.forcedText')
                : t('secondFactor.text')}
          </p>
          {form(
            prove,
            me.hasSecondFactor ? t('secondFactor.remove') : t('secondFactor.continue'),
            <>
              {me.method === 'oidc' || known ? null : (
                <>
                  <label htmlFor={`${id}-password`}>{t('secondFactor.again')}</label>
                  <Input.Password
                    id={`${id}-password`}
                    data-testid="second-factor-password"
                    autoComplete="current-password"
                    size="large"
                    maxLength={1024}
                    autoFocus
                    required
                    value={typed}
                    onChange={(event) => setTyped(event.target.value)}
                  />
                </>
              )}
              {me.hasSecondFactor ? (
                <CodeField id={`${id}-old`} label={t('signIn.code')} value={code} onChange={setCode} />
              ) : null}
            </>,
          )}
        </>
      ) : null}
      {step.kind === 'scan' ? (
        <>
          <p className="vg-hint">{t('secondFactor.scan')}</p>
          <div className="vg-second-factor">
            <QRCode value={step.factor.uri} size={200} color="#000000" bgColor="#ffffff" />
            <code data-testid="second-factor-secret">{inFours(step.factor.secret)}</code>
          </div>
          {form(
            confirm,
            t('secondFactor.confirm'),
            <CodeField
              id={`${id}-code`}
              label={t('secondFactor.code')}
              value={typed}
              onChange={setTyped}
              focus
            />,
          )}
        </>
      ) : null}
      {step.kind === 'codes' ? (
        <>
          <p className="vg-hint">{t('secondFactor.codesText')}</p>
          <ul className="vg-recovery-codes" data-testid="recovery-codes">
            {step.codes.map((one) => (
              <li key={one}>
                <code>{one}</code>
              </li>
            ))}
          </ul>
          <CopyButton value={step.codes.join('\n')} label={t('secondFactor.copy')} />
          {form(finish, t('secondFactor.kept'), null)}
        </>
      ) : null}
      {waiting === null ? null : (
        <Suspense fallback={null}>
          <StepUpDialog me={me} waiting={waiting} />
        </Suspense>
      )}
      {step.kind === 'codes' ? null : (
        <Button type="text" block onClick={() => (forced ? void signOut() : navigate(after))}>
          {forced ? t('menu.signOut') : known ? t('secondFactor.later') : t('action.cancel')}
        </Button>
      )}
    </Front>
  );
}

/** By password or by code; whose proof is at the identity provider is asked for it when the server wants one. */
async function proveWho(me: Me, password: string, code: string): Promise<void> {
  if (me.method !== 'oidc') await api.stepUp({ password, ...(me.hasSecondFactor ? { code } : {}) });
  else if (me.hasSecondFactor) await api.stepUp({ code });
}

type CodeProps = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly focus?: boolean;
  readonly onChange: (value: string) => void;
};

function CodeField({ id, label, value, focus = false, onChange }: CodeProps) {
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <Input
        id={id}
        data-testid="second-factor-code"
        autoComplete="one-time-code"
        inputMode="text"
        spellCheck={false}
        size="large"
        maxLength={64}
        autoFocus={focus}
        required
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}

/** A key as people type it. */
const inFours = (secret: string): string => secret.replaceAll(/(.{4})(?=.)/gu, '$1 ');
