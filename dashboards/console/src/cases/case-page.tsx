/** One case: what it is, who has it, which clocks run, and in tabs all that was gathered and done. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import type { PageProps } from '../shell/area.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Facts } from '../ui/facts.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { SubTabs } from '../ui/sub-tabs.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { CaseActions } from './case-actions.tsx';
import { AlertsTab } from './case-alerts.tsx';
import { CaseClocks } from './case-clocks.tsx';
import { ChainTab } from './chain-tab.tsx';
import { chainMessages } from './chain-messages.ts';
import { FilesTab } from './case-files.tsx';
import { HistoryTab } from './case-history.tsx';
import { ItemsTab } from './case-items.tsx';
import { NotesTab } from './case-notes.tsx';
import { TasksTab } from './case-tasks.tsx';
import { TimelineTab } from './case-timeline.tsx';
import { classWords, outcomeWords, stateTone, stateWords } from './case-words.ts';
import { casesApi, type CaseDetail } from './cases-api.ts';
import { Due } from './due.tsx';
import { IncidentTab } from './incident-tab.tsx';
import { messages } from './messages.ts';
import './cases.css';

const tabs = [
  'timeline',
  'tasks',
  'notes',
  'alerts',
  'chain',
  'items',
  'files',
  'incident',
  'history',
] as const;
type Tab = (typeof tabs)[number];

function TabBody({ tab, detail }: { readonly tab: Tab; readonly detail: CaseDetail }) {
  switch (tab) {
    case 'timeline':
      return <TimelineTab detail={detail} />;
    case 'tasks':
      return <TasksTab detail={detail} />;
    case 'notes':
      return <NotesTab detail={detail} />;
    case 'alerts':
      return <AlertsTab detail={detail} />;
    case 'chain':
      return <ChainTab detail={detail} />;
    case 'items':
      return <ItemsTab detail={detail} />;
    case 'files':
      return <FilesTab detail={detail} />;
    case 'incident':
      return <IncidentTab detail={detail} />;
    case 'history':
      return <HistoryTab detail={detail} />;
  }
}

function Side({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const hidden = Object.values(detail.hidden).reduce((sum, count) => sum + count, 0);
  return (
    <div className="vg-stack vg-case-side">
      <section className="vg-card" aria-label={text('cases.facts')}>
        <Facts
          facts={[
            [text('cases.class'), words(classWords[detail.class])],
            [
              text('cases.owner'),
              detail.assignee === null ? text('cases.nobody') : <LineText value={detail.assignee} />,
            ],
            [
              text('cases.agencies'),
              <>
                <LineText value={detail.agencies.map(({ name }) => name).join(' · ')} />
                {detail.agenciesHidden > 0
                  ? ` ${text('cases.moreHidden', { n: detail.agenciesHidden })}`
                  : null}
              </>,
            ],
            detail.dueAt === null ? null : [text('cases.due'), <Due key="due" iso={detail.dueAt} />],
            [
              text('cases.createdAt'),
              <>
                <AbsoluteTime iso={detail.createdAt} /> · <LineText value={detail.createdBy} />
              </>,
            ],
            detail.containedAt === null
              ? null
              : [text('cases.containedAt'), <AbsoluteTime key="contained" iso={detail.containedAt} />],
            detail.closedAt === null
              ? null
              : [
                  text('cases.closedAt'),
                  <>
                    <AbsoluteTime iso={detail.closedAt} /> · <LineText value={detail.closedBy ?? ''} />
                  </>,
                ],
            detail.outcome === null ? null : [text('cases.outcome'), words(outcomeWords[detail.outcome])],
            detail.watchers.length === 0
              ? null
              : [text('cases.watchers'), <LineText key="watchers" value={detail.watchers.join(', ')} />],
            detail.tags.length === 0
              ? null
              : [text('cases.tags'), <LineText key="tags" value={detail.tags.join(', ')} />],
          ]}
        />
        {detail.links.length === 0 ? null : (
          <ul className="vg-plain-list">
            {detail.links.map((link) => (
              <li key={link.number}>
                <span>
                  <Link to={pathOf('cases', link.number)}>{link.number}</Link> <LineText value={link.title} />
                </span>
              </li>
            ))}
          </ul>
        )}
        {detail.merged.length === 0 ? null : (
          <p className="vg-hint">{text('cases.merged', { numbers: detail.merged.join(', ') })}</p>
        )}
        {hidden === 0 ? null : <p className="vg-hint">{text('cases.hidden', { n: hidden })}</p>}
      </section>
      <CaseClocks detail={detail} />
    </div>
  );
}

function Opened({ detail, tab }: { readonly detail: CaseDetail; readonly tab: Tab }) {
  const text = useText(messages);
  const chainText = useText(chainMessages);
  const query = useQueryState();
  const label: Readonly<Record<Tab, string>> = {
    timeline: text('cases.tab.timeline'),
    tasks: text('cases.tab.tasks'),
    notes: text('cases.tab.notes'),
    alerts: text('cases.tab.alerts'),
    chain: chainText('chain.explained'),
    items: text('cases.tab.items'),
    files: text('cases.tab.files'),
    incident: text('cases.tab.incident'),
    history: text('cases.tab.history'),
  };
  const count: Readonly<Partial<Record<Tab, number>>> = {
    tasks: detail.openTasks,
    notes: detail.counts.notes,
    alerts: detail.counts.alerts,
    items: detail.counts.items + detail.counts.events,
    files: detail.counts.attachments,
  };
  const path = pathOf('cases', detail.number);
  return (
    <div className="vg-case">
      <div className="vg-stack">
        {detail.summary === '' && detail.closeReason === null ? null : (
          <section className="vg-card" aria-label={text('cases.summaryText')}>
            {detail.summary === '' ? null : <BlockText value={detail.summary} />}
            {detail.closeReason === null ? null : (
              <Facts
                facts={[
                  [text('cases.closeReason'), <BlockText key="reason" value={detail.closeReason} />],
                  detail.lessons === null
                    ? null
                    : [text('cases.lessons'), <BlockText key="lessons" value={detail.lessons} />],
                ]}
              />
            )}
          </section>
        )}
        <SubTabs
          label={text('cases.tabs')}
          current={tab}
          tabs={tabs.map((key) => ({
            key,
            label: label[key],
            to: query.to(path, { tab: key === 'timeline' ? '' : key, kind: '' }),
            count: count[key],
          }))}
        />
        <TabBody tab={tab} detail={detail} />
      </div>
      <Side detail={detail} />
    </div>
  );
}

export default function CasePage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const query = useQueryState();
  const one = useQuery({
    queryKey: ['cases', 'one', id],
    queryFn: ({ signal }) => casesApi.one(id, signal),
    // Others work on it, too.
    refetchInterval: 30_000,
  });
  const detail = one.data?.body;
  return (
    <Page
      back={{ to: '/cases', label: text('cases.heading') }}
      title={
        detail === undefined ? (
          id
        ) : (
          <>
            <span className="vg-case-number">{detail.number}</span>
            {detail.title === '' ? text('cases.titleHidden') : <LineText value={detail.title} />}
          </>
        )
      }
      summary={
        detail === undefined ? undefined : (
          <span className="vg-line">
            <SeverityLabel severity={detail.severity} />
            <Badge tone={stateTone[detail.state]}>{words(stateWords[detail.state])}</Badge>
            {detail.drill ? <Badge tone="info">{text('cases.drill')}</Badge> : null}
            {detail.whole ? null : <Badge tone="quiet">{text('cases.partly')}</Badge>}
            {detail.redirectedFrom === null ? null : (
              <span className="vg-hint">{text('cases.redirected', { number: detail.redirectedFrom })}</span>
            )}
          </span>
        )
      }
      actions={detail === undefined ? null : <CaseActions detail={detail} etag={one.data?.etag} />}
    >
      <QueryView query={one}>
        {({ body }) => <Opened detail={body} tab={query.oneOf('tab', tabs) ?? 'timeline'} />}
      </QueryView>
      <span className="vg-sr" role="status">
        {one.isFetching ? t('state.loading') : ''}
      </span>
    </Page>
  );
}
