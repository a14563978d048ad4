/** Sign in. The address stays, so the person lands where they wanted to go. */
import { useI18n } from '../i18n/use-i18n.ts';
import { readSetting } from '../ui/settings.ts';
import { Front } from './front.tsx';
import { ProviderSignIn } from './provider-sign-in.tsx';
import { SignInForm } from './sign-in-form.tsx';

export default function SignInPage() {
  const { t } = useI18n();
  return (
    <Front title={t('signIn.title')}>
      <SignInForm />
      <ProviderSignIn />
      {readSetting('returning') === null ? <p className="vg-hint">{t('signIn.firstHint')}</p> : null}
    </Front>
  );
}
