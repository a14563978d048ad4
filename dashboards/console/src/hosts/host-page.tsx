/** One host: what it is, what it has, what changed, how it stands, what can be done. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { lazy, Suspense, useMemo, useState, type ComponentType } from 'react';
import { searchQuery } from '../events/event-search.ts';
import type { Words } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { useMay } from '../shell/me.ts';
import '../styles/hosts.css';
import { LineText } from '../text/safe-text.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { AreaTabs, Page } from '../ui/page.tsx';
import { MoveDialog, RevokeDialog } from './host-dialogs.tsx';
import { messages } from './host-messages.ts';
import { AgentState } from './host-parts.tsx';
import { hostAddress } from './host-table.tsx';
import { readAgent } from './hosts-api.ts';
import type { AgentDetail } from './hosts-types.ts';
import { messages as hostsMessages } from './hosts-messages.ts';
import { RequestDialog } from './response-dialogs.tsx';

export type HostTabProps = { readonly agent: AgentDetail };
type Tab = {
  readonly name: string;
  readonly words: Words;
  readonly Component: ComponentType<HostTabProps>;
  readonly needs?: 'event:read' | 'ledger:read' | 'vulnerability:read' | 'alert:read' | 'response:read';
};

const tabs: readonly Tab[] = [
  {
    name: 'summary',
    words: messages['hostTab.summary'],
    Component: lazy(() => import('./host-summary.tsx')),
  },
  {
    name: 'inventory',
    words: messages['hostTab.inventory'],
    Component: lazy(() => import('./host-inventory.tsx')),
    needs: 'event:read',
  },
  {
    name: 'changes',
    words: messages['hostTab.changes'],
    Component: lazy(() => import('./host-changes.tsx')),
    needs: 'event:read',
  },
  {
    name: 'integrity',
    words: messages['hostTab.integrity'],
    Component: lazy(() => import('./host-integrity.tsx')),
    needs: 'event:read',
  },
  {
    name: 'posture',
    words: messages['hostTab.posture'],
    Component: lazy(() => import('./host-posture.tsx')),
    needs: 'event:read',
  },
  {
    name: 'load',
    words: messages['hostTab.load'],
    Component: lazy(() => import('./host-load.tsx')),
    needs: 'event:read',
  },
  {
    name: 'channels',
    words: messages['hostTab.channels'],
    Component: lazy(() => import('./host-channels.tsx')),
    needs: 'ledger:read',
  },
  {
    name: 'vulnerabilities',
    words: messages['hostTab.vulnerabilities'],
    Component: lazy(() => import('./host-vulnerabilities.tsx')),
    needs: 'vulnerability:read',
  },
  {
    name: 'alerts',
    words: messages['hostTab.alerts'],
    Component: lazy(() => import('./host-alerts.tsx')),
    needs: 'alert:read',
  },
  {
    name: 'responses',
    words: messages['hostTab.responses'],
    Component: lazy(() => import('./host-responses.tsx')),
    needs: 'response:read',
  },
];

function useTabs(): readonly Tab[] {
  const may = {
    'event:read': useMay('event:read'),
    'ledger:read': useMay('ledger:read'),
    'vulnerability:read': useMay('vulnerability:read'),
    'alert:read': useMay('alert:read'),
    'response:read': useMay('response:read'),
  };
  return tabs.filter(({ needs }) => needs === undefined || may[needs]);
}

export default function HostPage({ params }: PageProps) {
  const id = params['id'] ?? '';
  const text = useText(messages);
  const hostsText = useText(hostsMessages);
  const mayWrite = useMay('agent:write');
  const mayRespond = useMay('response:request');
  const [open, setOpen] = useState<'respond' | 'move' | 'revoke' | null>(null);
  const query = useQuery({
    queryKey: ['hosts', 'agent', id],
    queryFn: ({ signal }) => readAgent(id, signal),
    refetchInterval: 30_000,
  });
  const shown = useTabs();
  const tab = shown.find(({ name }) => name === (params['tab'] ?? 'summary')) ?? shown[0];
  const links = useMemo(
    () =>
      shown.map(({ name, words }) => ({
        to: name === 'summary' ? hostAddress(id) : hostAddress(id, name),
        label: words,
        current: name === tab?.name,
      })),
    [id, shown, tab],
  );
  const agent = query.data;
  const close = () => setOpen(null);
  const reports = agent !== undefined && agent.state !== 'revoked' && agent.state !== 'replaced';
  return (
    <AreaTabs value={links}>
      <Page
        title={agent === undefined ? '…' : <LineText value={agent.hostname} />}
        back={{ to: '/hosts', label: text('host.back') }}
        layout="plain"
        summary={
          agent === undefined ? undefined : (
            <>
              <AgentState state={agent.state} /> · <LineText value={agent.agencyName} />
            </>
          )
        }
        actions={
          agent === undefined ? undefined : (
            <>
              <Link
                className="vg-button"
                to={href(
                  '/events',
                  searchQuery({ agentId: agent.id, time: { kind: 'range', range: '24h' } }),
                )}
              >
                {text('host.events')}
              </Link>
              {mayWrite && reports ? (
                <>
                  <Button aria-haspopup="dialog" onClick={() => setOpen('move')}>
                    {text('host.move')}
                  </Button>
                  <Button danger aria-haspopup="dialog" onClick={() => setOpen('revoke')}>
                    {hostsText('hosts.revoke')}
                  </Button>
                </>
              ) : null}
              {mayRespond && reports && agent.state !== 'pending' ? (
                <Button
                  type="primary"
                  aria-haspopup="dialog"
                  onClick={() => setOpen('respond')}
                  data-testid="host-respond"
                >
                  {text('host.respond')}
                </Button>
              ) : null}
            </>
          )
        }
      >
        {query.isPending ? <Loading /> : null}
        {query.error === null ? null : (
          <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
        )}
        {agent === undefined || tab === undefined ? null : (
          <Suspense fallback={<Loading />}>
            <tab.Component key={agent.id} agent={agent} />
          </Suspense>
        )}
        {query.error !== null && agent === undefined ? (
          <EmptyState title={hostsText('hosts.noMatch')}>
            <Link to="/hosts">{text('host.back')}</Link>
          </EmptyState>
        ) : null}
        {agent !== undefined && open === 'respond' ? (
          <RequestDialog agentId={agent.id} hostname={agent.hostname} onClose={close} />
        ) : null}
        {agent !== undefined && open === 'move' ? <MoveDialog ids={[agent.id]} onClose={close} /> : null}
        {agent !== undefined && open === 'revoke' ? <RevokeDialog ids={[agent.id]} onClose={close} /> : null}
      </Page>
    </AreaTabs>
  );
}
