/** One alert beside the list: what may be done with it, its facts, and its story, context and history. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Alert } from '../api/types.ts';
import { searchQuery } from '../events/event-search.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { useMayAct } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Facts } from '../ui/facts.tsx';
import { ErrorNotice, Loading } from '../ui/notices.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { SidePanel } from '../ui/side-panel.tsx';
import { TagList } from '../ui/tag-list.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { messages } from './alert-messages.ts';
import { stateLabel, titleOf } from './labels.ts';
import { PanelActs, type Acts } from './panel-acts.tsx';
import { Entity, Story } from './panel-story.tsx';
import { useRuleTitles } from './rule-titles.ts';

const PanelContext = lazy(() => import('./panel-context.tsx'));
const PanelHistory = lazy(() => import('./panel-history.tsx'));

const tabs = ['story', 'context', 'history'] as const;
type Tab = (typeof tabs)[number];
const tabLabel: Readonly<Record<Tab, LabelOf<typeof messages>>> = {
  story: 'triage.tab.story',
  context: 'triage.tab.context',
  history: 'triage.tab.history',
};

function AlertFacts({ alert }: { readonly alert: Alert }) {
  const { t, number } = useI18n();
  const text = useText(messages);
  const titleOfRule = useRuleTitles();
  return (
    <Facts
      facts={[
        [
          t('column.host'),
          alert.agentId === null ? (
            alert.hostname === null ? null : (
              <LineText key="host" value={alert.hostname} />
            )
          ) : (
            <Link
              key="host"
              to={href('/events', searchQuery({ agentId: alert.agentId }))}
              title={t('alert.pivot')}
            >
              <LineText value={alert.hostname ?? alert.agentId} />
            </Link>
          ),
        ],
        [t('column.agency'), <LineText key="agency" value={alert.agencyName} />],
        alert.systemLevel === null
          ? null
          : [text('triage.system'), text('triage.level', { n: alert.systemLevel })],
        [
          text('triage.assignee'),
          alert.assignee === null ? null : <LineText key="who" value={alert.assignee} />,
        ],
        alert.dueAt === null || alert.state === 'closed'
          ? null
          : [
              text('triage.due'),
              <span key="due" className={alert.overdue ? 'vg-warn' : undefined}>
                <AbsoluteTime iso={alert.dueAt} /> (<RelativeTime iso={alert.dueAt} />)
              </span>,
            ],
        [t('column.count'), number(alert.count)],
        [t('column.firstSeen'), <AbsoluteTime key="first" iso={alert.firstSeen} />],
        [
          t('column.lastSeen'),
          <span key="last">
            <AbsoluteTime iso={alert.lastSeen} /> (<RelativeTime iso={alert.lastSeen} />)
          </span>,
        ],
        [
          t('column.rule'),
          <Link key="rule" to={href('/rules', { q: alert.ruleId })}>
            <LineText value={titleOfRule(alert.ruleId) ?? alert.ruleId} />
          </Link>,
        ],
      ]}
    />
  );
}

type Props = {
  readonly alertId: string;
  /** The row, shown until the story is read. */
  readonly known: Alert | undefined;
  /** Move focus into the panel (opened by key). */
  readonly takeFocus: boolean;
  readonly onClosePanel: () => void;
  readonly acts: Acts;
};

export function AlertPanel({ alertId, known, takeFocus, onClosePanel, acts }: Props) {
  const { t, language } = useI18n();
  const text = useText(messages);
  const mayAct = useMayAct();
  const [tab, setTab] = useState<Tab>('story');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['alert', alertId],
    queryFn: ({ signal }) => api.alert(alertId, signal),
  });
  const alert = data ?? known;
  return (
    <SidePanel
      label={t('alert.panel')}
      testId="alert-panel"
      openKey={alertId}
      takeFocus={takeFocus}
      onClose={onClosePanel}
      title={alert === undefined ? t('alert.panel') : <LineText value={titleOf(alert, language)} />}
      top={
        alert === undefined ? undefined : (
          <>
            <SeverityLabel severity={alert.severity} />
            <span className="vg-state" data-state={alert.state} data-testid="alert-panel-state">
              {t(stateLabel[alert.state])}
            </span>
          </>
        )
      }
      actions={
        alert === undefined ? undefined : mayAct ? (
          <PanelActs alert={alert} acts={acts} />
        ) : (
          <p className="vg-hint">{t('alert.viewerOnly')}</p>
        )
      }
    >
      {alert === undefined ? null : (
        <>
          <Entity alert={alert} />
          <AlertFacts alert={alert} />
          <TagList tags={alert.tags} />
        </>
      )}
      {isPending ? <Loading /> : null}
      {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
      {data === undefined ? null : (
        <>
          <div className="vg-panel-tabs" role="group" aria-label={text('triage.tab')}>
            {tabs.map((one) => (
              <button
                key={one}
                type="button"
                aria-pressed={tab === one}
                data-testid={`alert-tab-${one}`}
                onClick={() => setTab(one)}
              >
                {text(tabLabel[one])}
              </button>
            ))}
          </div>
          <Suspense fallback={<Loading />}>
            {tab === 'story' ? <Story key={data.id} detail={data} /> : null}
            {tab === 'context' ? <PanelContext key={data.id} detail={data} /> : null}
            {tab === 'history' ? <PanelHistory key={data.id} id={data.id} /> : null}
          </Suspense>
        </>
      )}
    </SidePanel>
  );
}
