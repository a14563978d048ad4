/** The agents: who is on watch, who went silent, whose clock is wrong. */
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { useMemo, useState } from 'react';
import type { AgentSummary } from '../api/types.ts';
import { searchQuery } from '../events/event-search.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, useLocation } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { Icon } from '../shell/icons.tsx';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { LineText } from '../text/safe-text.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';

const stateLabel: Readonly<Record<AgentSummary['state'], LabelKey>> = {
  online: 'agentState.online',
  offline: 'agentState.offline',
  pending: 'agentState.pending',
  revoked: 'agentState.revoked',
  replaced: 'agentState.replaced',
};
const stateOrder: readonly AgentSummary['state'][] = ['pending', 'offline', 'online', 'revoked', 'replaced'];

const refreshMs = 30_000;

/** Beyond this the times of events from the host mislead. */
const skewMsNotable = 5_000;

function sorted(agents: readonly AgentSummary[], locale: string): readonly AgentSummary[] {
  const collator = new Intl.Collator(locale, { numeric: true });
  return agents.toSorted(
    (a, b) =>
      stateOrder.indexOf(a.state) - stateOrder.indexOf(b.state) || collator.compare(a.hostname, b.hostname),
  );
}

function Skew({ skewMs }: { readonly skewMs: number | null }) {
  const { t, signedSeconds } = useI18n();
  if (skewMs === null) return '—';
  const notable = Math.abs(skewMs) >= skewMsNotable;
  return (
    <span className={notable ? 'vg-warn' : undefined} title={notable ? t('agents.skewWarn') : undefined}>
      {notable ? '⚠ ' : ''}
      {signedSeconds(skewMs)}
    </span>
  );
}

export default function AgentsPage() {
  const { t, language, number } = useI18n();
  const { search } = useLocation();
  const [text, setText] = useState(search.get('q') ?? '');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    // The live line tells of agents that come and go; this renews when each was last seen.
    refetchInterval: refreshMs,
  });
  const all = useMemo(() => sorted(data?.agents ?? [], language), [data, language]);
  const rows = useMemo(() => {
    const words = foldedWords(text);
    return all.filter((agent) =>
      containsWords(
        fold([agent.hostname, agent.osName, agent.osVersion, agent.agencyName, agent.agentVersion].join(' ')),
        words,
      ),
    );
  }, [all, text]);
  const online = all.filter((agent) => agent.state === 'online').length;

  return (
    <div className="vg-page">
      <header className="vg-page-head">
        <h1>{t('nav.agents')}</h1>
        {data === undefined ? null : (
          <p className="vg-page-sum">
            {t('agents.summary', { online: number(online), total: number(all.length) })}
          </p>
        )}
        <Input
          type="search"
          className="vg-toolbar-search"
          aria-label={t('agents.search')}
          placeholder={t('agents.search')}
          prefix={<Icon name="search" />}
          allowClear
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </header>
      <div className="vg-scroll">
        {isPending ? <Loading /> : null}
        {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {data !== undefined && all.length === 0 ? (
          <EmptyState title={t('agents.none')}>
            <p>{t('agents.noneText')}</p>
            <pre className="vg-code">
              {[
                'npx vonggac join-token create',
                `npx vonggac-agent enrol --url ${window.location.origin} --token ${t('agents.tokenWord')}`,
                'npx vonggac-agent run',
              ].join('\n')}
            </pre>
          </EmptyState>
        ) : null}
        {all.length > 0 && rows.length === 0 ? <EmptyState title={t('agents.noMatch')} /> : null}
        {rows.length === 0 ? null : (
          <table className="vg-table">
            <caption className="vg-sr">{t('nav.agents')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('column.state')}</th>
                <th scope="col">{t('column.host')}</th>
                <th scope="col">{t('column.os')}</th>
                <th scope="col">{t('column.agency')}</th>
                <th scope="col">{t('column.version')}</th>
                <th scope="col">{t('column.lastSeen')}</th>
                <th scope="col" className="vg-num">
                  {t('column.skew')}
                </th>
                <th scope="col">{t('column.enrolled')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((agent) => (
                <tr key={agent.id} data-testid="agent-row" data-agent-id={agent.id}>
                  <td>
                    <span className="vg-agent-state" data-state={agent.state}>
                      {t(stateLabel[agent.state])}
                    </span>
                  </td>
                  <td className="vg-strong">
                    <Link to={href('/events', searchQuery({ agentId: agent.id }))} title={t('agents.events')}>
                      <LineText value={agent.hostname} />
                    </Link>
                  </td>
                  <td>
                    <LineText value={`${agent.osName} ${agent.osVersion}`} />
                  </td>
                  <td>
                    <LineText value={agent.agencyName} />
                  </td>
                  <td className="vg-time">
                    <LineText value={agent.agentVersion} />
                  </td>
                  <td className="vg-time">
                    {agent.lastSeenAt === null ? t('agents.never') : <RelativeTime iso={agent.lastSeenAt} />}
                  </td>
                  <td className="vg-num">
                    <Skew skewMs={agent.clockSkewMs} />
                  </td>
                  <td className="vg-time">
                    <AbsoluteTime iso={agent.enrolledAt} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
