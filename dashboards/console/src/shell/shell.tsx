/** The console around its pages: navigation, connection, user menu, the page itself. */
import { useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState } from 'react';
import type { Me } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import type { Page } from '../router/location.ts';
import { Link, useLocation } from '../router/router.tsx';
import { ErrorBoundary } from '../ui/error-boundary.tsx';
import { EmptyState, Loading } from '../ui/notices.tsx';
import { ConnectionBadge, ConnectionBar } from './connection.tsx';
import { useHotkeys } from './hotkeys.ts';
import { Icon, Logo, type IconName } from './icons.tsx';
import { startLive } from './live-connection.ts';
import { MeContext } from './me.ts';
import { UserMenu } from './user-menu.tsx';

const AlertsPage = lazy(() => import('../alerts/alerts-page.tsx'));
const EventsPage = lazy(() => import('../events/events-page.tsx'));
const AgentsPage = lazy(() => import('../agents/agents-page.tsx'));
const RulesPage = lazy(() => import('../rules/rules-page.tsx'));
const PasswordPage = lazy(() => import('../session/password-page.tsx'));
const SecondFactorPage = lazy(() => import('../session/second-factor-page.tsx'));
const ShortcutsHelp = lazy(() => import('./shortcuts-help.tsx'));

type NavItem = { readonly name: 'alerts' | 'events' | 'agents' | 'rules'; readonly label: LabelKey };

const navigation: readonly (NavItem & { readonly icon: IconName })[] = [
  { name: 'alerts', label: 'nav.alerts', icon: 'alerts' },
  { name: 'events', label: 'nav.events', icon: 'events' },
  { name: 'agents', label: 'nav.agents', icon: 'agents' },
  { name: 'rules', label: 'nav.rules', icon: 'rules' },
];

function PageView({ page, me }: { readonly page: Page; readonly me: Me }) {
  const { t } = useI18n();
  switch (page.name) {
    case 'alerts':
      return <AlertsPage alertId={page.alertId} />;
    case 'events':
      return <EventsPage />;
    case 'agents':
      return <AgentsPage />;
    case 'rules':
      return <RulesPage />;
    case 'password':
      return <PasswordPage me={me} />;
    case 'second-factor':
      return <SecondFactorPage me={me} />;
    case 'not-found':
      return (
        <EmptyState title={t('notFound.title')}>
          <Link to="/alerts">{t('notFound.back')}</Link>
        </EmptyState>
      );
  }
}

type ShellProps = { readonly me: Me };

export default function Shell({ me }: ShellProps) {
  const { t } = useI18n();
  const { page } = useLocation();
  const client = useQueryClient();
  const [help, setHelp] = useState(false);

  useEffect(() => startLive(client), [client]);

  useHotkeys({ '?': () => setHelp(true) });

  useEffect(() => {
    // The alerts page writes its own, with the number of new ones.
    if (page.name === 'alerts') return;
    const label = navigation.find((item) => item.name === page.name)?.label;
    document.title = label === undefined ? t('app.title') : `${t(label)} · ${t('app.name')}`;
  }, [page.name, t]);

  if (page.name === 'password' || page.name === 'second-factor') {
    return (
      <Suspense fallback={<Loading />}>
        <PageView page={page} me={me} />
      </Suspense>
    );
  }
  return (
    <MeContext value={me}>
      <div className="vg-shell">
        <a className="vg-skip" href="#main">
          {t('nav.skip')}
        </a>
        <nav className="vg-rail" aria-label={t('nav.label')}>
          <Link to="/alerts" className="vg-rail-brand" aria-label={t('app.name')}>
            <Logo />
            <span>{t('app.name')}</span>
          </Link>
          <ul>
            {navigation.map((item) => (
              <li key={item.name}>
                <Link
                  to={`/${item.name}`}
                  className="vg-rail-link"
                  data-testid={`nav-${item.name}`}
                  aria-current={page.name === item.name ? 'page' : undefined}
                >
                  <Icon name={item.icon} />
                  <span>{t(item.label)}</span>
                </Link>
              </li>
            ))}
          </ul>
          <div className="vg-rail-foot">
            <ConnectionBadge />
            <UserMenu me={me} onHelp={() => setHelp(true)} />
          </div>
        </nav>
        <main id="main" className="vg-main" tabIndex={-1}>
          <ConnectionBar />
          <ErrorBoundary key={page.name}>
            <Suspense fallback={<Loading />}>
              <PageView page={page} me={me} />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      {help ? (
        <Suspense fallback={null}>
          <ShortcutsHelp onClose={() => setHelp(false)} />
        </Suspense>
      ) : null}
    </MeContext>
  );
}
