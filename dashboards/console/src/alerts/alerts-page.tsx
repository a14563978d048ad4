/** The main page: the state of the watch, the list of alerts, the story of the one that is open. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import Segmented from 'antd/es/segmented';
import { lazy, Suspense, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { Alert, AlertDetail, Severity } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { alertPath, href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { useHotkeys } from '../shell/hotkeys.ts';
import { Icon } from '../shell/icons.tsx';
import { useMay, useMayAct, useMe } from '../shell/me.ts';
import { download } from '../ui/download.ts';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useAction } from '../ui/use-action.ts';
import { useSelection } from '../ui/use-selection.ts';
import '../styles/alerts.css';
import '../styles/triage.css';
import {
  filterQuery,
  isFiltered,
  noFilters,
  parseFilters,
  serverQuery,
  stateFilters,
  views,
  type AlertFilters,
  type StateFilter,
  type View,
} from './alert-filters.ts';
import { messages } from './alert-messages.ts';
import { AlertPanel } from './alert-panel.tsx';
import { AlertTable, rowLinkId } from './alert-table.tsx';
import { BulkBar } from './bulk-bar.tsx';
import type { BulkTarget } from './bulk-dialog.tsx';
import { ChosenFilters } from './chosen-filters.tsx';
import { FacetRail } from './facets.tsx';
import { useFacets } from './alerts-api.ts';
import { OverviewStrip } from './overview-strip.tsx';
import { useAlertActions } from './use-alert-actions.ts';
import { queryString, type Query } from '../api/http.ts';
import { useAlertList } from './use-alert-list.ts';
import { useFirstView } from './use-first-view.ts';
import { ViewMenu } from './view-menu.tsx';

const AssignDialog = lazy(() => import('./assign-dialog.tsx'));
const CloseDialog = lazy(() => import('./close-dialog.tsx'));

const stateFilterLabel: Readonly<Record<StateFilter, LabelKey>> = {
  open: 'stateFilter.open',
  new: 'stateFilter.new',
  acknowledged: 'stateFilter.acknowledged',
  'in-progress': 'stateFilter.inProgress',
  closed: 'stateFilter.closed',
  all: 'stateFilter.all',
};

const viewLabel: Readonly<Record<View, LabelOf<typeof messages>>> = {
  queue: 'triage.queue',
  plain: 'triage.plain',
};

const nobody: ReadonlySet<string> = new Set();

function NothingHere({ filters }: { readonly filters: AlertFilters }) {
  const { t } = useI18n();
  if (isFiltered(filters)) {
    return (
      <EmptyState title={t('alerts.noMatch')}>
        <Link to={href('/alerts', filterQuery({ ...noFilters, state: filters.state, view: filters.view }))}>
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
  const { t, language } = useI18n();
  const { search } = useLocation();
  const filters = useMemo(() => parseFilters(search), [search]);
  // The row is marked at once; its story is drawn when there is time, and not at all when the next key comes first.
  const toldId = useDeferredValue(alertId);
  const storyId = alertId === null ? null : (toldId ?? alertId);
  const keptId = search.get('saved') ?? '';
  const list = useAlertList(filters);
  const actions = useAlertActions();
  const mayAct = useMayAct();
  const client = useQueryClient();
  const mayBulk = useMay('alert:bulk');
  const { username } = useMe();
  const text = useText(messages);
  const facets = useFacets(filters);
  const selection = useSelection();
  const exporting = useAction();
  const [bulk, setBulk] = useState<BulkTarget | null>(null);
  const [assigning, setAssigning] = useState<Alert | null>(null);
  const searchInput = useRef<HTMLInputElement>(null);
  const [cursorId, setCursorId] = useState<string | null>(null);
  const [freshIds, setFreshIds] = useState(nobody);
  const [closing, setClosing] = useState<Alert | null>(null);
  const [byKey, setByKey] = useState(false);

  const query = useMemo(() => ({ ...filterQuery(filters), saved: keptId }), [filters, keptId]);
  const addressOf = useCallback((id: string | null) => href(alertPath(id), query), [query]);
  const change = (next: Partial<AlertFilters>) =>
    navigate(href(alertPath(alertId), { ...filterQuery({ ...filters, ...next }), saved: keptId }), {
      replace: true,
    });
  const choose = (id: string, next: AlertFilters) =>
    navigate(href(alertPath(alertId), { ...filterQuery(next), saved: id }), { replace: true });
  useFirstView(alertId === null && search.size === 0, choose);
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
    i: act((alert) => alert.state === 'new' || alert.state === 'acknowledged', actions.begin),
    m: act(
      (alert) => alert.state !== 'closed',
      (alert) => actions.assign(alert, alert.assignee === username ? null : username),
    ),
    s: act((alert) => alert.state !== 'closed', setAssigning),
    x: () => (mayBulk && current !== undefined ? selection.toggle(current.id) : undefined),
    b: (event) => {
      if (!mayBulk) return;
      event.preventDefault();
      if (selection.keys.size > 0) setBulk({ kind: 'ids', ids: [...selection.keys] });
      else setBulk({ kind: 'filter', filters, count: facets.data?.total ?? list.rows.length });
    },
    c: act((alert) => alert.state !== 'closed', setClosing),
    r: act((alert) => alert.state === 'closed', actions.reopen),
    n: () => (list.announcedAlerts.length > 0 ? showNew() : undefined),
    '/': (event) => {
      event.preventDefault();
      searchInput.current?.select();
    },
    Escape: () => {
      if (alertId !== null) closePanel();
      else if (selection.keys.size > 0) selection.clear();
    },
  });

  const acts = { ...actions, askClose: setClosing, askAssign: setAssigning };

  return (
    <div className="vg-alerts" data-panel={alertId === null ? 'closed' : 'open'}>
      <div className="vg-alerts-head">
        <h1 className="vg-sr">{t('nav.alerts')}</h1>
        <OverviewStrip chosen={filters.severities} onToggle={toggle} />
        <div className="vg-toolbar">
          <Segmented<StateFilter>
            aria-label={t('column.state')}
            value={filters.state}
            onChange={(state) => change({ state })}
            options={stateFilters.map((state) => ({ value: state, label: t(stateFilterLabel[state]) }))}
          />
          <Segmented<View>
            aria-label={text('triage.view')}
            value={filters.view}
            onChange={(view) => change({ view })}
            options={views.map((view) => ({ value: view, label: text(viewLabel[view]) }))}
          />
          <ViewMenu filters={filters} chosenId={keptId} onChoose={choose} />
          <SearchBox
            label={t('alerts.searchHint')}
            value={filters.text}
            onChange={(next) => change({ text: next })}
            waitMs={250}
            inputRef={searchInput}
            testId="alert-search"
          />
          <span className="vg-toolbar-count" role="status">
            {facets.data === undefined ? '' : text('triage.total', { n: facets.data.total })}
          </span>
          {isFiltered(filters) ? (
            <Link
              className="vg-link"
              to={href(
                alertPath(alertId),
                filterQuery({ ...noFilters, state: filters.state, view: filters.view }),
              )}
            >
              {t('alerts.clear')}
            </Link>
          ) : null}
          <Button
            className="vg-toolbar-end"
            icon={<Icon name="download" />}
            aria-label={text('triage.export')}
            title={text('triage.export')}
            loading={exporting.busy}
            data-testid="alert-export"
            onClick={() =>
              void exporting.run(async () => {
                const query = { ...serverQuery(filters), lang: language } as Query;
                await download(`/alerts/export${queryString(query)}`, 'alerts.csv');
                return undefined;
              })
            }
          />
        </div>
        <ChosenFilters filters={filters} onChange={change} />
      </div>
      <div className="vg-alerts-body">
        <FacetRail filters={filters} onChange={change} />
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
                selection={mayBulk ? selection : undefined}
              />
            )}
            {list.loading ? <Loading /> : null}
            {!list.loading && list.rows.length === 0 && list.error === null && !list.loadingMore ? (
              <NothingHere filters={filters} />
            ) : null}
            {list.hasMore ? (
              <div className="vg-more">
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
          {mayBulk ? <BulkBar selection={selection} filters={filters} open={bulk} onOpen={setBulk} /> : null}
        </div>
        {storyId === null ? null : (
          <AlertPanel
            alertId={storyId}
            known={list.rows.find((row) => row.id === storyId)}
            takeFocus={byKey}
            onClosePanel={closePanel}
            acts={acts}
          />
        )}
      </div>
      {assigning === null ? null : (
        <Suspense fallback={null}>
          <AssignDialog alert={assigning} onAssign={actions.assign} onClose={() => setAssigning(null)} />
        </Suspense>
      )}
      {closing === null ? null : (
        <Suspense fallback={null}>
          <CloseDialog alert={closing} onSubmit={actions.close} onClose={() => setClosing(null)} />
        </Suspense>
      )}
    </div>
  );
}
