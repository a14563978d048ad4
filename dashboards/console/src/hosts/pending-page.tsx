/** Who wants to be let in: hosts that wait for approval, and hosts set up anew that seem to be known ones. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import type { LabelOf, Text } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import '../styles/hosts.css';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { useSelection } from '../ui/use-selection.ts';
import { RevokeDialog, toldOf } from './host-dialogs.tsx';
import { hostAddress } from './host-table.tsx';
import { approveAgents, decideSameHosts, readAgents, readSameHosts } from './hosts-api.ts';
import type { Agent, SameHost } from './hosts-types.ts';
import { messages as hostsMessages } from './hosts-messages.ts';
import { refreshHosts } from './use-hosts.ts';
import { messages } from './watch-messages.ts';

const hardwareLabel: Readonly<Record<string, LabelOf<typeof messages>>> = {
  'product-uuid': 'hardware.productUuid',
  'product-serial': 'hardware.productSerial',
  'board-serial': 'hardware.boardSerial',
  disk: 'hardware.disk',
  mac: 'hardware.mac',
};

function hardwareWords(kind: string, text: Text<typeof messages>): string {
  const label = hardwareLabel[kind];
  return label === undefined ? visibleString(kind) : text(label);
}

function Waiting({ agents }: { readonly agents: readonly Agent[] }) {
  const { t } = useI18n();
  const text = useText(messages);
  const hostsText = useText(hostsMessages);
  const client = useQueryClient();
  const action = useAction();
  const selection = useSelection();
  const mayWrite = useMay('agent:write');
  const [refusing, setRefusing] = useState<readonly string[] | null>(null);
  const approve = (ids: readonly string[]) =>
    action.run(async () => {
      const acts = await approveAgents(ids);
      await refreshHosts(client);
      selection.clear();
      return toldOf(acts, hostsText('hosts.approved', { n: acts.changed.length }), hostsText);
    });
  const columns: readonly Column<Agent>[] = [
    {
      key: 'host',
      label: t('column.host'),
      cell: (agent) => (
        <Link to={hostAddress(agent.id)}>
          <LineText value={agent.hostname} />
        </Link>
      ),
    },
    {
      key: 'os',
      label: t('column.os'),
      needs: 'medium',
      cell: (agent) => <LineText value={`${agent.osName} ${agent.osVersion}`} />,
    },
    {
      key: 'agency',
      label: t('column.agency'),
      needs: 'narrow',
      cell: (agent) => <LineText value={agent.agencyName} />,
    },
    {
      key: 'group',
      label: hostsText('hosts.group'),
      needs: 'medium',
      cell: ({ group }) => (group === null ? '—' : <LineText value={group} />),
    },
    {
      key: 'enrolled',
      label: text('pending.enrolled'),
      cell: (agent) => <AbsoluteTime iso={agent.enrolledAt} />,
    },
    ...(mayWrite
      ? [
          {
            key: 'acts',
            label: '',
            width: '190px',
            cell: (agent: Agent) => (
              <span className="vg-row-acts">
                <Button
                  size="small"
                  type="primary"
                  disabled={action.busy}
                  onClick={() => void approve([agent.id])}
                  data-testid="approve-host"
                >
                  {text('pending.approve')}
                </Button>
                <Button size="small" aria-haspopup="dialog" onClick={() => setRefusing([agent.id])}>
                  {text('pending.refuse')}
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];
  const ids = agents.filter(({ id }) => selection.has(id)).map(({ id }) => id);
  return (
    <section className="vg-card">
      <div className="vg-section-head">
        <h2>{text('pending.hosts')}</h2>
        {ids.length === 0 ? null : (
          <span className="vg-row-acts">
            <Button size="small" type="primary" disabled={action.busy} onClick={() => void approve(ids)}>
              {text('pending.approveMany', { n: ids.length })}
            </Button>
            <Button size="small" aria-haspopup="dialog" onClick={() => setRefusing(ids)}>
              {text('pending.refuseMany', { n: ids.length })}
            </Button>
          </span>
        )}
      </div>
      {agents.length === 0 ? (
        <EmptyState title={text('pending.none')}>
          <p>{text('pending.noneText')}</p>
          <Link to="/hosts">{text('pending.toHosts')}</Link>
        </EmptyState>
      ) : (
        <>
          <p className="vg-hint vg-card-lead">{text('pending.hostsText')}</p>
          <DataTable
            caption={text('pending.caption')}
            columns={columns}
            rows={agents}
            keyOf={({ id }) => id}
            selection={mayWrite ? selection : undefined}
            testId="pending-row"
          />
        </>
      )}
      {refusing === null ? null : (
        <RevokeDialog ids={refusing} onClose={() => setRefusing(null)} onDone={selection.clear} />
      )}
    </section>
  );
}

function SameHosts({ proposals }: { readonly proposals: readonly SameHost[] }) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const action = useAction();
  const mayWrite = useMay('agent:write');
  const [accepting, setAccepting] = useState<SameHost | null>(null);
  const decide = async (id: string, decision: 'accept' | 'reject') => {
    const { refused } = await decideSameHosts([id], decision);
    await refreshHosts(client);
    const [first] = refused;
    if (first !== undefined) return { text: visibleString(first.message) };
    return { text: text(decision === 'accept' ? 'pending.accepted' : 'pending.rejected') };
  };
  const columns: readonly Column<SameHost>[] = [
    {
      key: 'new',
      label: text('pending.new'),
      cell: (same) => (
        <>
          <Link to={hostAddress(same.agentId)}>
            <LineText value={same.hostname} />
          </Link>
          <div className="vg-hint">
            {text('pending.enrolled')} <RelativeTime iso={same.enrolledAt} />
          </div>
        </>
      ),
    },
    {
      key: 'former',
      label: text('pending.former'),
      cell: (same) => (
        <>
          <Link to={hostAddress(same.formerId)}>
            <LineText value={same.formerHostname} />
          </Link>
          <div className="vg-hint">
            {text('pending.formerSeen')}{' '}
            {same.formerLastSeenAt === null ? '—' : <RelativeTime iso={same.formerLastSeenAt} />}
          </div>
        </>
      ),
    },
    {
      key: 'agency',
      label: t('column.agency'),
      needs: 'medium',
      cell: (same) => <LineText value={same.agencyName} />,
    },
    {
      key: 'agreeing',
      label: text('pending.agreeing'),
      wrap: true,
      needs: 'narrow',
      cell: (same) => (
        <>
          {same.agreeing.map((kind) => hardwareWords(kind, text)).join(', ')}
          {same.alive ? (
            <div>
              <Badge tone="warn">{text('pending.alive')}</Badge>
            </div>
          ) : null}
        </>
      ),
    },
    ...(mayWrite
      ? [
          {
            key: 'acts',
            label: '',
            width: '250px',
            cell: (same: SameHost) => (
              <span className="vg-row-acts">
                <Button size="small" type="primary" aria-haspopup="dialog" onClick={() => setAccepting(same)}>
                  {text('pending.accept')}
                </Button>
                <Button
                  size="small"
                  disabled={action.busy}
                  onClick={() => void action.run(() => decide(same.agentId, 'reject'))}
                >
                  {text('pending.reject')}
                </Button>
              </span>
            ),
          },
        ]
      : []),
  ];
  return (
    <section className="vg-card">
      <h2>{text('pending.same')}</h2>
      {proposals.length === 0 ? (
        <p className="vg-hint">{text('pending.sameNone')}</p>
      ) : (
        <>
          <p className="vg-hint vg-card-lead">{text('pending.sameText')}</p>
          <DataTable
            caption={text('pending.sameCaption')}
            columns={columns}
            rows={proposals}
            keyOf={({ agentId }) => agentId}
            testId="same-host-row"
          />
        </>
      )}
      {accepting === null ? null : (
        <FormDialog
          title={text('pending.acceptTitle', {
            new: visibleString(accepting.hostname),
            former: visibleString(accepting.formerHostname),
          })}
          submitLabel={text('pending.accept')}
          danger
          testId="accept-same-host"
          onSubmit={() => decide(accepting.agentId, 'accept')}
          onClose={() => setAccepting(null)}
        >
          <p>{text('pending.acceptText')}</p>
          {accepting.alive ? <p className="vg-warn">{text('pending.alive')}</p> : null}
        </FormDialog>
      )}
    </section>
  );
}

export default function PendingPage() {
  const text = useText(messages);
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => readAgents(signal),
    refetchInterval: 15_000,
  });
  const same = useQuery({
    queryKey: ['hosts', 'same'],
    queryFn: ({ signal }) => readSameHosts(signal),
    refetchInterval: 15_000,
  });
  const pending = (agents.data?.agents ?? []).filter(({ state }) => state === 'pending');
  return (
    <Page
      title={text('pending.title')}
      summary={agents.data === undefined ? undefined : text('pending.summary', { n: pending.length })}
    >
      <QueryView query={agents}>{() => <Waiting agents={pending} />}</QueryView>
      <QueryView query={same}>{({ proposals }) => <SameHosts proposals={proposals} />}</QueryView>
    </Page>
  );
}
