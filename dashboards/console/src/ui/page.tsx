/** The frame of every page: its name, what it sums up, what one can do here, the pages beside it. */
import { createContext, use, type ReactNode } from 'react';
import type { Words } from '../i18n/messages.ts';
import { useWords } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link, useLocation } from '../router/router.tsx';
import { Icon } from '../shell/icons.tsx';

export type AreaTab = { readonly to: string; readonly label: Words; readonly current: boolean };

/** The pages beside this one, filled in by the shell. */
export const AreaTabs = createContext<readonly AreaTab[]>([]);

/** The chapter of a guide about this page, filled in by the shell. */
export const PageGuide = createContext<string | null>(null);

/** The question mark that leads to the page's chapter; pages with a head of their own show it there. */
export function GuideLink() {
  const guide = use(PageGuide);
  const { t } = useI18n();
  if (guide === null) return null;
  return (
    <Link
      to={`/guide/${guide}`}
      className="vg-icon-button"
      aria-label={t('page.guide')}
      title={t('page.guide')}
      data-testid="page-guide"
    >
      <Icon name="help" />
    </Link>
  );
}

function Tabs() {
  const tabs = use(AreaTabs);
  const { t } = useI18n();
  const words = useWords();
  if (tabs.length < 2) return null;
  return (
    <nav className="vg-tabs" aria-label={t('page.tabs')}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.to}>
            <Link
              to={tab.to}
              aria-current={tab.current ? 'page' : undefined}
              data-testid={`tab-${tab.to.slice(1)}`}
            >
              {words(tab.label)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type Props = {
  readonly title: ReactNode;
  /** Counts, the state in few words. */
  readonly summary?: ReactNode;
  /** Buttons at the right. */
  readonly actions?: ReactNode;
  /** Tabs within the page (SubTabs), a row below the pages beside it. */
  readonly parts?: ReactNode;
  /** Filters and search, a row below the title. */
  readonly toolbar?: ReactNode;
  /** Where the title leads back to. */
  readonly back?: { readonly to: string; readonly label: string } | undefined;
  /** `plain`: the page lays its parts out itself (lists with a panel); otherwise they scroll together, with room around. */
  readonly layout?: 'plain' | 'scroll' | 'list';
  readonly children: ReactNode;
};

export function Page(props: Props) {
  const { title, summary, actions, parts, toolbar, back, layout = 'scroll', children } = props;
  const { pathname } = useLocation();
  return (
    <div className="vg-page">
      <header className="vg-page-head">
        <div className="vg-page-line">
          <div className="vg-page-title">
            {back === undefined ? null : (
              <Link to={back.to} className="vg-back">
                <Icon name="back" />
                {back.label}
              </Link>
            )}
            <h1 id="page-title">{title}</h1>
          </div>
          {summary === undefined ? null : <p className="vg-page-sum">{summary}</p>}
          <div className="vg-page-actions">
            {actions}
            <GuideLink />
          </div>
        </div>
        <Tabs />
        {parts}
        {toolbar === undefined ? null : <div className="vg-page-toolbar">{toolbar}</div>}
      </header>
      {layout === 'plain' ? (
        children
      ) : (
        <div className={layout === 'list' ? 'vg-scroll' : 'vg-body'} key={pathname}>
          {children}
        </div>
      )}
    </div>
  );
}

/** A list and, when something is open, the panel beside it. */
export function Split({ list, panel }: { readonly list: ReactNode; readonly panel: ReactNode }) {
  return (
    <div className="vg-split" data-panel={panel === null ? 'closed' : 'open'}>
      <div className="vg-scroll vg-split-list">{list}</div>
      {panel}
    </div>
  );
}
