/** The composition root: library settings, the session's gate, and each page as a chunk of its own. */
import { MutationCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import ConfigProvider from 'antd/es/config-provider';
import enUS from 'antd/es/locale/en_US';
import viVN from 'antd/es/locale/vi_VN';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { ApiError } from './api/http.ts';
import { currentI18n, useI18n } from './i18n/use-i18n.ts';
import { useLocation } from './router/router.tsx';
import { loadSession, sessionStore } from './session/session-store.ts';
import { antdThemes } from './theme/antd-theme.ts';
import { themeStore } from './theme/theme-store.ts';
import { ErrorBoundary } from './ui/error-boundary.tsx';
import { ErrorNotice, Loading } from './ui/notices.tsx';
import { closeToasts, Toaster } from './ui/toasts.tsx';

const SignInPage = lazy(() => import('./session/sign-in-page.tsx'));
const PasswordPage = lazy(() => import('./session/password-page.tsx'));
const SecondFactorPage = lazy(() => import('./session/second-factor-page.tsx'));
const InvitationPage = lazy(() => import('./session/invitation-page.tsx'));
const CodePage = lazy(() => import('./session/code-page.tsx'));
// Asked for at once, while the server says who is signed in.
const shell = import('./shell/shell.tsx');
const Shell = lazy(() => shell);

const retriesMax = 2;

function newClient(): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache(),
    defaultOptions: {
      queries: {
        refetchOnWindowFocus: false,
        retry: (failures, error) =>
          failures < retriesMax && error instanceof ApiError && (error.status === 0 || error.status >= 500),
        staleTime: 10_000,
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

/** One cache for one person: what one may see must not be shown to the next. */
let client = newClient();
let clientOwner = '';

function clientOf(username: string): QueryClient {
  if (username !== clientOwner) {
    client.clear();
    client = newClient();
    clientOwner = username;
  }
  return client;
}

// Nothing that somebody was shown stays when they have signed out, or their session has ended.
sessionStore.subscribe(() => {
  if (sessionStore.get().kind === 'signed-in') return;
  clientOf('');
  closeToasts();
  document.title = currentI18n().t('app.title');
});

function Gate() {
  const session = useSyncExternalStore(sessionStore.subscribe, sessionStore.get);
  const { pathname } = useLocation();
  if (pathname === '/invitation' && session.kind !== 'loading' && session.kind !== 'unreachable')
    return <InvitationPage signedInAs={session.kind === 'signed-in' ? session.me.username : null} />;
  switch (session.kind) {
    case 'loading':
      return <Loading />;
    case 'unreachable':
      return (
        <main className="vg-alone">
          <ErrorNotice error={session.error} onRetry={() => void loadSession()} />
        </main>
      );
    case 'signed-out':
      return <SignInPage />;
    case 'expired':
      return <SignInPage expired />;
    case 'signed-in':
      if (session.me.mustChangePassword) return <PasswordPage me={session.me} forced />;
      if (session.me.needsCode) return <CodePage />;
      if (session.me.mustEnrol) return <SecondFactorPage me={session.me} forced />;
      return (
        <QueryClientProvider client={clientOf(session.me.username)}>
          <Shell key={session.me.username} me={session.me} />
        </QueryClientProvider>
      );
  }
}

export function App() {
  const { language, t } = useI18n();
  const theme = useSyncExternalStore(themeStore.subscribe, themeStore.get);
  useEffect(() => {
    document.title = t('app.title');
  }, [t]);
  return (
    <ConfigProvider
      locale={language === 'vi' ? viVN : enUS}
      theme={antdThemes[theme]}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
    >
      <ErrorBoundary>
        <Suspense fallback={<Loading />}>
          <Gate />
        </Suspense>
      </ErrorBoundary>
      <Toaster />
    </ConfigProvider>
  );
}
