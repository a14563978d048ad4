/** The main page: the state of the watch, the list of alerts, the story of the one that is open. */
import { useQueryClient } from '@tanstack/react-query';
import Input, { type InputRef } from 'antd/es/input';
import Segmented from 'antd/es/segmented';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Alert, AlertDetail, Severity } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { alertPath, href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { useHotkeys } from '../shell/hotkeys.ts';
import { Icon } from '../shell/icons.tsx';
import { useMayAct } from '../shell/me.ts';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import '../styles/alerts.css';
import {
  filterQuery,
  isFiltered,
  noFilters,
  parseFilters,
  stateFilters,
  type AlertFilters,
  type StateFilter,
} from './alert-filters.ts';
import { AlertPanel } from './alert-panel.tsx';
import { AlertTable, rowLinkId } from './alert-table.tsx';
import { OverviewStrip } from './overview-strip.tsx';
import { useAlertActions } from './use-alert-actions.ts';
import { useAlertList } from './use-alert-list.ts';

const CloseDialog = lazy(() => import('./close-dialog.tsx'));

const stateFilterLabel: Readonly<Record<StateFilter, LabelKey>> = {
  open: 'stateFilter.open',
  new: 'stateFilter.new',
  acknowledged: 'stateFilter.acknowledged',
  'in-progress': 'stateFilter.inProgress',
  closed: 'stateFilter.closed',
  all: 'stateFilter.all',
};

const nobody: ReadonlySet<string> = new Set();

function NothingHere({ filters }: { readonly filters: AlertFilters }) {
  const { t } = useI18n();
  if (isFiltered(filters)) {
    return (
      <EmptyState title={t('alerts.noMatch')}>
        <Link to={href('/alerts', filterQuery({ ...noFilters, state: filters.state }))}>
          {t('alerts.clear')}
        </Link>
      </EmptyState>
    );
  }
  if (filters.state === 'open' || filters.state === 'new' || filters.state === 'all') {
    return (
      <EmptyState title={t('alerts.quiet')}>
        <p>{t('alerts.quietText')}</p>
        <p>
          <Link to="/hosts">{t('alerts.quietAgents')}</Link> ·{' '}
          <Link to="/events">{t('alerts.quietEvents')}</Link>
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState title={t('alerts.noneInState')}>
      <Link to="/alerts">{t('alerts.backToOpen')}</Link>
    </EmptyState>
  );
}

export default function AlertsPage({ params }: PageProps) {
  const alertId = params['alertId'] ?? null;
  const { t } = useI18n();
  const { search } = useLocation();
  const filters = useMemo(() => parseFilters(search), [search]);
  const list = useAlertList(filters);
  const actions = useAlertActions();
  const mayAct = useMayAct();
  const client = useQueryClient();
  const searchInput = useRef<InputRef>(null);
  const [cursorId, setCursorId] = useState<string | null>(null);
  const [freshIds, setFreshIds] = useState(nobody);
  const [closing, setClosing] = useState<Alert | null>(null);
  const [byKey, setByKey] = useState(false);

  const query = useMemo(() => filterQuery(filters), [filters]);
  const addressOf = useCallback((id: string | null) => href(alertPath(id), query), [query]);
  const change = (next: Partial<AlertFilters>) =>
    navigate(href(alertPath(alertId), filterQuery({ ...filters, ...next })), { replace: true });
  const toggle = (severity: Severity) =>
    change({
      severities: filters.severities.includes(severity)
        ? filters.severities.filter((known) => known !== severity)
        : [...filters.severities, severity],
    });

  const waitingCount = list.announcedAlerts.length;
  useEffect(() => {
    const title = `${t('nav.alerts')} · ${t('app.name')}`;
    document.title = waitingCount === 0 ? title : `(${waitingCount}) ${title}`;
  }, [t, waitingCount]);

  // The cursor follows what is opened, by whatever way.
  useEffect(() => {
    if (alertId !== null) setCursorId(alertId);
  }, [alertId]);

  const current =
    list.rows.find((row) => row.id === (alertId ?? cursorId)) ??
    (alertId === null ? undefined : client.getQueryData<AlertDetail>(['alert', alertId]));
  const focusRow = (id: string) => {
    const link = document.getElementById(rowLinkId(id));
    link?.focus({ preventScroll: true });
    link?.closest('tr')?.scrollIntoView({ block: 'nearest' });
  };
  const move = (step: 1 | -1) => (event: KeyboardEvent) => {
    event.preventDefault();
    const at = list.rows.findIndex((row) => row.id === cursorId);
    const next = at < 0 ? list.rows[0] : list.rows[at + step];
    if (next === undefined) return;
    setCursorId(next.id);
    setByKey(false);
    focusRow(next.id);
    if (alertId !== null) navigate(addressOf(next.id), { replace: true });
  };
  const closePanel = () => {
    const id = alertId;
    navigate(addressOf(null));
    if (id !== null) focusRow(id);
  };
  const showNew = () => {
    setFreshIds(new Set(list.announcedAlerts.map((alert) => alert.id)));
    list.showNew();
    document.getElementById('alert-scroll')?.scrollTo({ top: 0 });
  };
  const act = (wanted: (alert: Alert) => boolean, run: (alert: Alert) => void) => (event: KeyboardEvent) => {
    if (!mayAct || current === undefined || !wanted(current)) return;
    event.preventDefault();
    run(current);
  };

  useHotkeys({
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    Enter(event) {
      const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
      const onRow = event.target instanceof Element && event.target.closest('tr') !== null;
      if (onControl && !onRow) return;
      if (cursorId === null) return;
      event.preventDefault();
      setByKey(true);
      navigate(addressOf(cursorId));
    },
    e: act((alert) => alert.state === 'new', actions.acknowledge),
    c: act((alert) => alert.state !== 'closed', setClosing),
    r: act((alert) => alert.state === 'closed', actions.reopen),
    n: () => (list.announcedAlerts.length > 0 ? showNew() : undefined),
    '/': (event) => {
      event.preventDefault();
      searchInput.current?.focus({ cursor: 'all' });
    },
    Escape: () => (alertId === null ? undefined : closePanel()),
  });

  return (
    <div className="vg-alerts" data-panel={alertId === null ? 'closed' : 'open'}>
      <div className="vg-alerts-head">
        <h1 className="vg-sr">{t('nav.alerts')}</h1>
        <OverviewStrip chosen={filters.severities} onToggle={toggle} />
        <div className="vg-toolbar" role="search">
          <Segmented<StateFilter>
            aria-label={t('column.state')}
            value={filters.state}
            onChange={(state) => change({ state })}
            options={stateFilters.map((state) => ({ value: state, label: t(stateFilterLabel[state]) }))}
          />
          <Input
            ref={searchInput}
            className="vg-toolbar-search"
            data-testid="alert-search"
            type="search"
            aria-label={t('alerts.search')}
            placeholder={t('alerts.searchHint')}
            prefix={<Icon name="search" />}
            suffix={filters.text === '' ? <kbd>/</kbd> : null}
            allowClear={filters.text !== ''}
            maxLength={256}
            value={filters.text}
            onChange={(event) => change({ text: event.target.value })}
            onKeyDown={(event) => {
              if (event.key === 'Escape') searchInput.current?.blur();
              if (event.key === 'Enter' && list.rows[0] !== undefined) focusRow(list.rows[0].id);
            }}
          />
          <span className="vg-toolbar-count" role="status">
            {list.loading ? '' : t('alerts.shown', { n: list.rows.length })}
          </span>
          {isFiltered(filters) ? (
            <Link
              className="vg-link"
              to={href(alertPath(alertId), filterQuery({ ...noFilters, state: filters.state }))}
            >
              {t('alerts.clear')}
            </Link>
          ) : null}
        </div>
      </div>
      <div className="vg-alerts-body">
        <div className="vg-alerts-list">
          <div aria-live="polite" className="vg-new-place">
            {list.announcedAlerts.length === 0 ? null : (
              <button type="button" className="vg-new-bar" data-testid="new-alerts-bar" onClick={showNew}>
                {t('alerts.newBar', { n: list.announcedAlerts.length })} <kbd>n</kbd>
              </button>
            )}
          </div>
          <div className="vg-scroll" id="alert-scroll">
            {list.error === null ? null : <ErrorNotice error={list.error} onRetry={list.retry} />}
            {list.rows.length === 0 ? null : (
              <AlertTable
                rows={list.rows}
                openId={alertId}
                cursorId={cursorId}
                freshIds={freshIds}
                addressOf={addressOf}
              />
            )}
            {list.loading ? <Loading /> : null}
            {!list.loading && list.rows.length === 0 && list.error === null && !list.loadingMore ? (
              <NothingHere filters={filters} />
            ) : null}
            {list.hasMore ? (
              <div className="vg-more">
                <span>{t('alerts.looked', { n: list.looked })}</span>
                <button
                  type="button"
                  className="vg-button"
                  disabled={list.loadingMore}
                  onClick={list.loadMore}
                >
                  {list.loadingMore ? t('state.loading') : t('alerts.more')}
                </button>
              </div>
            ) : null}
          </div>
        </div>
        {alertId === null ? null : (
          <AlertPanel
            alertId={alertId}
            known={list.rows.find((row) => row.id === alertId)}
            takeFocus={byKey}
            onClosePanel={closePanel}
            onAcknowledge={actions.acknowledge}
            onCloseAlert={setClosing}
            onReopen={actions.reopen}
          />
        )}
      </div>
      {closing === null ? null : (
        <Suspense fallback={null}>
          <CloseDialog alert={closing} onSubmit={actions.close} onClose={() => setClosing(null)} />
        </Suspense>
      )}
    </div>
  );
}
