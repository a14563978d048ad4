/** Over a page whose session expired: sign in again, and the page is as it was. */
import { useI18n } from '../i18n/use-i18n.ts';
import { Dialog } from '../ui/dialog.tsx';
import { sessionStore } from './session-store.ts';
import { SignInForm } from './sign-in-form.tsx';

export default function ExpiredDialog({ username }: { readonly username: string }) {
  const { t } = useI18n();
  return (
    <Dialog title={t('expired.title')} onClose={null}>
      <p>{t('expired.text')}</p>
      <SignInForm username={username} />
      <button type="button" className="vg-link" onClick={() => sessionStore.set({ kind: 'signed-out' })}>
        {t('expired.leave')}
      </button>
    </Dialog>
  );
}
