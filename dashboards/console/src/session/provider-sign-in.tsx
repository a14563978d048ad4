/** The way in by an identity provider, where there is one, and why it came to nothing the last time. */
import Button from 'antd/es/button';
import { useEffect, useState } from 'react';
import { ApiError } from '../api/http.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useLocation } from '../router/router.tsx';
import { visibleString } from '../text/visible-text.ts';
import { forgetSetting } from '../ui/settings.ts';
import { api } from './session-store.ts';

const faultLabel: ReadonlyMap<string, LabelKey> = new Map([
  ['provider-away', 'signIn.provider.away'],
  ['denied', 'signIn.provider.denied'],
  ['flow-unknown', 'signIn.provider.again'],
  ['refused', 'signIn.provider.again'],
  ['claims-invalid', 'signIn.provider.claims'],
  ['unmapped', 'signIn.provider.unmapped'],
  ['pending', 'signIn.provider.pending'],
  ['disabled', 'signIn.provider.disabled'],
  ['name-taken', 'signIn.provider.nameTaken'],
]);

export function ProviderSignIn() {
  const { t } = useI18n();
  const { search } = useLocation();
  const [name, setName] = useState<string | null>(null);
  const fault = search.get('signIn');

  useEffect(() => {
    const stop = new AbortController();
    api
      .provider(stop.signal)
      .then((provider) => setName(provider.enabled ? provider.name : null))
      .catch((error: unknown) => {
        // Without an answer there is no button; the form beside it says what is wrong.
        if (!(error instanceof ApiError || stop.signal.aborted)) throw error;
      });
    return () => stop.abort();
  }, []);

  const here = fault === null ? window.location.pathname + window.location.search : '/';
  return (
    <>
      {fault === null ? null : (
        <div role="alert" className="vg-form-error" data-testid="provider-error">
          {t(faultLabel.get(fault) ?? 'signIn.provider.again')}
        </div>
      )}
      {name === null ? null : (
        <Button
          className="vg-provider"
          size="large"
          block
          // The server ends the session that this browser held before.
          onClick={() => forgetSetting('leaving')}
          href={`/api/v1/oidc/start?${new URLSearchParams({ returnTo: here }).toString()}`}
          data-testid="provider-sign-in"
        >
          {t('signIn.provider.with', { name: visibleString(name, 60) })}
        </Button>
      )}
    </>
  );
}
