/** Tabs within a page: links, so that each can be shared; with how much lies behind them. */
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { useCurrentInView } from './current-in-view.ts';

export type SubTab = {
  readonly key: string;
  readonly label: string;
  readonly to: string;
  readonly count?: number | undefined;
};

type Props = { readonly label: string; readonly tabs: readonly SubTab[]; readonly current: string };

export function SubTabs({ label, tabs, current }: Props) {
  const { number } = useI18n();
  const list = useCurrentInView(current);
  return (
    <nav className="vg-tabs vg-sub-tabs" aria-label={label}>
      <ul ref={list}>
        {tabs.map((tab) => (
          <li key={tab.key}>
            <Link
              to={tab.to}
              aria-current={tab.key === current ? 'page' : undefined}
              data-testid={`tab-${tab.key}`}
            >
              {tab.label}
              {tab.count === undefined || tab.count === 0 ? null : (
                <span className="vg-tab-count">{number(tab.count)}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
