/** Sign in, at first or after a session ended. The address stays, so the person lands where they wanted to go. */
import { useI18n } from '../i18n/use-i18n.ts';
import { readSetting } from '../ui/settings.ts';
import { Front } from './front.tsx';
import { ProviderSignIn } from './provider-sign-in.tsx';
import { SignInForm } from './sign-in-form.tsx';

export default function SignInPage({ expired = false }: { readonly expired?: boolean }) {
  const { t } = useI18n();
  return (
    <Front title={t('signIn.title')}>
      {expired ? (
        <p role="status" data-testid="session-expired">
          {t('expired.text')}
        </p>
      ) : null}
      <SignInForm />
      <ProviderSignIn />
      {readSetting('returning') === null ? <p className="vg-hint">{t('signIn.firstHint')}</p> : null}
    </Front>
  );
}
