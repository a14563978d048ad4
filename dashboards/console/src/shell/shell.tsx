/** The console around its pages: navigation, connection, user menu, the page itself. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue, useEffect, useMemo, useState, useSyncExternalStore } from 'react';
import type { Me } from '../api/types.ts';
import { useWords } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { stepUpStore } from '../session/step-up-store.ts';
import { ErrorBoundary } from '../ui/error-boundary.tsx';
import { EmptyState, Loading } from '../ui/notices.tsx';
import { useCurrentInView } from '../ui/current-in-view.ts';
import { AreaTabs, PageGuide } from '../ui/page.tsx';
import {
  componentOf,
  findPlace,
  firstPlace,
  placeOf,
  railOf,
  retryPages,
  tabsOf,
  type Place,
} from './areas.ts';
import { ConnectionBadge, ConnectionBar } from './connection.tsx';
import { useHotkeys, useJumpKeys } from './hotkeys.ts';
import { Icon, Logo } from './icons.tsx';
import { startLive } from './live-connection.ts';
import { DemonstrationBar } from '../administration/demonstration/demonstration-bar.tsx';
import { MeContext } from './me.ts';
import { UserMenu } from './user-menu.tsx';

const PasswordPage = lazy(() => import('../session/password-page.tsx'));
const SecondFactorPage = lazy(() => import('../session/second-factor-page.tsx'));
const ShortcutsHelp = lazy(() => import('./shortcuts-help.tsx'));
const StepUpDialog = lazy(() => import('../session/step-up-dialog.tsx'));
const Palette = lazy(() => import('./palette.tsx'));

/** Pages that fill the window, about one's own account. */
const ownPages = { '/password': PasswordPage, '/second-factor': SecondFactorPage } as const;

function PageView({ place }: { readonly place: Place }) {
  const { t } = useI18n();
  // The rail answers at once; the page that comes is drawn when there is time for it.
  const drawn = useDeferredValue(place.kind === 'page' ? place.page : null);
  if (place.kind !== 'page') {
    return (
      <EmptyState title={place.kind === 'forbidden' ? t('error.forbidden') : t('notFound.title')}>
        <Link to="/">{t('notFound.back')}</Link>
      </EmptyState>
    );
  }
  if (drawn !== place.page) return <div className="vg-page" aria-busy="true" />;
  const Component = componentOf(place.page);
  return (
    <AreaTabs value={tabsOf(place.area, place.page)}>
      <PageGuide value={place.page.guide ?? null}>
        <Component params={place.params} />
      </PageGuide>
    </AreaTabs>
  );
}

function Rail({
  me,
  place,
  onHelp,
}: {
  readonly me: Me;
  readonly place: Place;
  readonly onHelp: () => void;
}) {
  const { t } = useI18n();
  const words = useWords();
  const list = useCurrentInView(place.kind === 'page' ? place.area.name : '');
  return (
    <nav className="vg-rail" aria-label={t('nav.label')}>
      <Link to="/" className="vg-rail-brand" aria-label={t('app.name')}>
        <Logo />
        <span>{t('app.name')}</span>
      </Link>
      <ul ref={list}>
        {railOf(me).map((area) => {
          const first = area.pages[0];
          if (first === undefined) return null;
          const current = place.kind === 'page' && place.area.name === area.name;
          return (
            <li key={area.name}>
              <Link
                to={placeOf(first)}
                className="vg-rail-link"
                data-testid={`nav-${area.name}`}
                aria-current={current ? 'page' : undefined}
                title={`${words(area.label)} (g ${area.key})`}
              >
                <Icon name={area.icon} />
                <span>{words(area.label)}</span>
              </Link>
            </li>
          );
        })}
      </ul>
      <div className="vg-rail-foot">
        <ConnectionBadge />
        <UserMenu me={me} onHelp={onHelp} />
      </div>
    </nav>
  );
}

/** Whoever may set up begins there while there is no host. @returns whether it is known yet where somebody begins */
function useBegin(me: Me, asked: boolean): boolean {
  const sets = me.permissions.includes('agency:write') && me.permissions.includes('join-token:write');
  const { data, isPending } = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    enabled: asked && sets,
  });
  const empty = asked && sets && data?.agents.length === 0;
  useEffect(() => {
    if (empty) navigate('/welcome', { replace: true });
  }, [empty]);
  return !(asked && sets && (isPending || empty));
}

type ShellProps = { readonly me: Me };

export default function Shell({ me }: ShellProps) {
  const { t } = useI18n();
  const words = useWords();
  const { pathname } = useLocation();
  const client = useQueryClient();
  const waiting = useSyncExternalStore(stepUpStore.subscribe, stepUpStore.get);
  const [help, setHelp] = useState(false);
  const [palette, setPalette] = useState(false);
  const known = useBegin(me, pathname === '/');
  const place = useMemo(() => findPlace(me, pathname === '/' ? firstPlace(me) : pathname), [me, pathname]);

  useEffect(() => startLive(client), [client]);

  useJumpKeys(
    railOf(me).flatMap(({ key, pages }) => (pages[0] === undefined ? [] : [[key, placeOf(pages[0])]])),
  );
  useHotkeys({ '?': () => setHelp(true) });
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (event.key !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      setPalette(true);
    };
    window.addEventListener('keydown', open);
    return () => window.removeEventListener('keydown', open);
  }, []);

  const title = place.kind === 'page' ? words(place.page.label) : null;
  useEffect(() => {
    // The alerts page writes its own, with the number of new ones.
    if (place.kind === 'page' && place.area.name === 'alerts') return;
    document.title = title === null ? t('app.title') : `${title} · ${t('app.name')}`;
  }, [place, t, title]);

  const OwnPage = pathname === '/password' || pathname === '/second-factor' ? ownPages[pathname] : null;
  if (OwnPage !== null) {
    return (
      <Suspense fallback={<Loading />}>
        <OwnPage me={me} />
      </Suspense>
    );
  }
  return (
    <MeContext value={me}>
      <div className="vg-shell">
        <a className="vg-skip" href="#main">
          {t('nav.skip')}
        </a>
        <Rail me={me} place={place} onHelp={() => setHelp(true)} />
        <main id="main" className="vg-main" tabIndex={-1}>
          <ConnectionBar />
          <DemonstrationBar />
          <ErrorBoundary key={place.kind === 'page' ? place.page.path : place.kind} onRetry={retryPages}>
            <Suspense fallback={<Loading />}>{known ? <PageView place={place} /> : <Loading />}</Suspense>
          </ErrorBoundary>
        </main>
      </div>
      <Suspense fallback={null}>
        {help ? <ShortcutsHelp onClose={() => setHelp(false)} /> : null}
        {palette ? <Palette me={me} onClose={() => setPalette(false)} /> : null}
        {waiting === null ? null : <StepUpDialog me={me} waiting={waiting} />}
      </Suspense>
    </MeContext>
  );
}
