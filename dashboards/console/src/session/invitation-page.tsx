/**
 * Where a link of invitation leads: whose account it is, a password of one's own, then signed in and on to the second factor.
 * The secret stands behind the `#`, which no server on the way sees.
 */
import Button from 'antd/es/button';
import Input, { type InputRef } from 'antd/es/input';
import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { ApiError } from '../api/http.ts';
import type { Invited } from '../api/types.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { navigate } from '../router/router.tsx';
import { roleLabel } from '../shell/role-label.ts';
import { visibleString } from '../text/visible-text.ts';
import { errorText, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Front } from './front.tsx';
import { messages } from './invitation-messages.ts';
import { NewPasswordField } from './new-password-field.tsx';
import { checkPassword } from './password-rules.ts';
import { acceptInvitation, lookAtInvitation, signIn, signOut } from './session-store.ts';

type Look =
  | { readonly kind: 'looking' }
  | { readonly kind: 'usable'; readonly invited: Invited }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed'; readonly error: unknown };

function useLook(secret: string) {
  const [look, setLook] = useState<Look>({ kind: 'looking' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    if (secret === '') {
      setLook({ kind: 'gone' });
      return undefined;
    }
    setLook({ kind: 'looking' });
    lookAtInvitation(secret, abort.signal).then(
      (invited) => setLook({ kind: 'usable', invited }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const gone = error instanceof ApiError && (error.status === 404 || error.status === 400);
        setLook(gone ? { kind: 'gone' } : { kind: 'failed', error });
      },
    );
    return () => abort.abort();
  }, [secret, turn]);
  return { look, again: () => setTurn((n) => n + 1) };
}

export default function InvitationPage({ signedInAs }: { readonly signedInAs: string | null }) {
  const text = useText(messages);
  const [secret] = useState(() => window.location.hash.slice(1));
  const [entering, setEntering] = useState(false);
  const { look, again } = useLook(secret);
  if (signedInAs !== null && !entering) {
    return (
      <Front title={text('invitation.title')}>
        <p>{text('invitation.other', { name: visibleString(signedInAs, 64) })}</p>
        <SignOut />
        <Button type="text" block onClick={() => navigate('/')}>
          {text('invitation.back')}
        </Button>
      </Front>
    );
  }
  switch (look.kind) {
    case 'looking':
      return (
        <Front title={text('invitation.title')}>
          <Loading />
        </Front>
      );
    case 'failed':
      return (
        <Front title={text('invitation.title')}>
          <ErrorNotice error={look.error} onRetry={again} />
        </Front>
      );
    case 'gone':
      return (
        <Front title={text('invitation.goneTitle')}>
          <p data-testid="invitation-gone">{text('invitation.gone')}</p>
          <Button type="primary" size="large" block onClick={() => navigate('/', { replace: true })}>
            {text('invitation.toSignIn')}
          </Button>
        </Front>
      );
    case 'usable':
      return (
        <Front title={text('invitation.title')}>
          <AcceptForm secret={secret} invited={look.invited} onEntering={setEntering} onGone={again} />
        </Front>
      );
  }
}

/** Signing out empties what the browser keeps of the session; the address, and so the invitation, stays. */
function SignOut() {
  const { t } = useI18n();
  const [problem, setProblem] = useState<unknown>(null);
  return (
    <>
      <Button type="primary" size="large" block onClick={() => void signOut().catch(setProblem)}>
        {t('menu.signOut')}
      </Button>
      <div role="alert" className="vg-form-error">
        {problem === null ? null : errorText(problem, t)}
      </div>
    </>
  );
}

type FormProps = {
  readonly secret: string;
  readonly invited: Invited;
  /** Signing in is under way: the session that begins is their own. */
  readonly onEntering: (entering: boolean) => void;
  /** Somebody else used it, or it ended meanwhile. */
  readonly onGone: () => void;
};

function AcceptForm({ secret, invited, onEntering, onGone }: FormProps) {
  const text = useText(messages);
  const { t, dateTime } = useI18n();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const input = useRef<InputRef>(null);
  const id = useId();
  const rules = checkPassword(password, { current: '', username: invited.username }).filter(
    ({ rule }) => rule !== 'different',
  );
  useEffect(() => input.current?.focus(), []);

  const enter = async (username: string) => {
    try {
      await signIn(username, password);
      navigate('/second-factor', { replace: true });
    } catch (error) {
      // The password is set; whatever is still asked for, the sign-in page asks.
      if (!(error instanceof ApiError)) throw error;
      navigate('/', { replace: true });
    }
  };
  const submit = async () => {
    setTried(true);
    if (rules.some(({ met }) => !met)) {
      input.current?.focus();
      return;
    }
    setBusy(true);
    setProblem(null);
    onEntering(true);
    try {
      const { username } = await acceptInvitation(secret, password);
      await enter(username);
    } catch (error) {
      onEntering(false);
      setBusy(false);
      if (error instanceof ApiError && error.status === 404) onGone();
      else setProblem(error);
    }
  };
  const weak = problem instanceof ApiError && problem.code === 'password-weak';

  return (
    <form
      className="vg-form"
      noValidate
      data-testid="invitation-form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void submit();
      }}
    >
      <p>
        {text('invitation.for', {
          name: visibleString(invited.displayName ?? invited.username, 80),
          role: t(roleLabel[invited.role]),
          agency: visibleString(invited.agencyName, 120),
        })}
      </p>
      <label htmlFor={`${id}-name`}>{text('invitation.username')}</label>
      <Input id={`${id}-name`} size="large" autoComplete="username" readOnly value={invited.username} />
      <NewPasswordField
        ref={input}
        label={text('invitation.password')}
        rules={rules}
        tried={tried}
        testId="invitation-password"
        value={password}
        onChange={setPassword}
      />
      <div role="alert" className="vg-form-error" data-testid="invitation-error">
        {problem === null ? null : weak ? t('password.weak') : errorText(problem, t)}
      </div>
      <Button
        type="primary"
        htmlType="submit"
        size="large"
        block
        loading={busy}
        data-testid="invitation-submit"
      >
        {text('invitation.submit')}
      </Button>
      <p className="vg-hint">{text('invitation.until', { time: dateTime(invited.expiresAt) })}</p>
    </form>
  );
}
