/** A group's policy: how far it is let out, its versions, what each host made of it, and the acts. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { href, pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import { useMay, useMe } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { Chips } from '../../ui/chips.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Section, SidePanel } from '../../ui/side-panel.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { readStatus, type HostStatus, type Rollout, type Version } from './policies-api.ts';
import { RollbackDialog, WidenDialog } from './policy-dialogs.tsx';
import { messages } from './policy-messages.ts';
import { isWhole, outcomeLabel, outcomeTone, standsText, versionText } from './policy-words.ts';

const outcomes = ['failed', 'waiting', 'applied', 'own-settings'] as const;

function Hosts({ agents }: { readonly agents: readonly HostStatus[] }) {
  const text = useText(messages);
  const [chosen, setChosen] = useState<HostStatus['outcome'] | null>(null);
  if (agents.length === 0) return <p className="vg-hint">{text('policy.noHosts')}</p>;
  const rank = (one: HostStatus) => outcomes.indexOf(one.outcome);
  const rows = agents
    .filter(({ outcome }) => chosen === null || outcome === chosen)
    .toSorted((a, b) => rank(a) - rank(b) || a.hostname.localeCompare(b.hostname));
  return (
    <>
      <Chips
        label={text('policy.outcome')}
        chips={outcomes
          .map((value) => ({
            value,
            label: text(outcomeLabel[value]),
            count: agents.filter(({ outcome }) => outcome === value).length,
          }))
          .filter(({ count }) => count > 0)}
        chosen={chosen === null ? [] : [chosen]}
        onToggle={(value) => setChosen(value === chosen ? null : value)}
      />
      <DataTable
        caption={text('policy.taken')}
        rows={rows}
        keyOf={({ agentId }) => agentId}
        testId="policy-host"
        dataOf={({ outcome }) => ({ 'data-outcome': outcome })}
        columns={[
          {
            key: 'host',
            label: text('policy.host'),
            cell: ({ agentId, hostname }) => (
              <Link to={pathOf('hosts', agentId)}>
                <LineText value={hostname} />
              </Link>
            ),
          },
          {
            key: 'outcome',
            label: text('policy.outcome'),
            cell: ({ outcome }) => <Badge tone={outcomeTone[outcome]}>{text(outcomeLabel[outcome])}</Badge>,
          },
          {
            key: 'does',
            label: text('policy.does'),
            wrap: true,
            cell: ({ running, wanted, message, code }) => (
              <>
                {running === null ? '—' : versionText(running, text)}
                {wanted === null || wanted === running ? null : (
                  <span className="vg-muted">
                    {' '}
                    ({text('policy.wants').toLocaleLowerCase()} {versionText(wanted, text)})
                  </span>
                )}
                {message === null && code === null ? null : (
                  <div className="vg-warn">
                    <LineText value={message ?? code ?? ''} />
                  </div>
                )}
              </>
            ),
          },
          {
            key: 'told',
            label: text('policy.told'),
            needs: 'narrow',
            cell: ({ reportedAt }) => (reportedAt === null ? '—' : <RelativeTime iso={reportedAt} />),
          },
        ]}
      />
    </>
  );
}

type Props = {
  readonly group: string;
  readonly rollout: Rollout | undefined;
  /** Newest first. */
  readonly versions: readonly Version[];
  readonly onClose: () => void;
};

function Versions({ group, rollout, versions }: Omit<Props, 'onClose'>) {
  const text = useText(messages);
  const newest = versions[0]?.version;
  return (
    <Section
      title={text('policy.versions')}
      actions={
        newest === undefined ? undefined : (
          <Link to={pathOf('administration', 'policies', group, 'versions')}>{text('policy.compare')}</Link>
        )
      }
    >
      <ul className="vg-places">
        {versions.map(({ version, comment, author, createdAt }) => (
          <li key={version} data-testid="policy-version">
            <Link
              to={href(pathOf('administration', 'policies', group, 'versions'), {
                from: String(version - 1),
                to: String(version),
              })}
            >
              {text('policy.version', { n: version })}
            </Link>
            {version === rollout?.version ? <b> · {text('policy.inForce')}</b> : null} ·{' '}
            <AbsoluteTime iso={createdAt} /> · {text('policy.by', { name: visibleString(author, 64) })}
            {comment === '' ? null : (
              <div>
                <LineText value={comment} />
              </div>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}

export function PolicyPanel({ group, rollout, versions, onClose }: Props) {
  const text = useText(messages);
  const me = useMe();
  const mayWrite = useMay('policy:write') && me.seesEverything;
  const [open, setOpen] = useState<'widen' | 'rollback' | null>(null);
  const status = useQuery({
    queryKey: ['policies', 'status', group],
    queryFn: ({ signal }) => readStatus(group, signal),
    refetchInterval: 15_000,
  });
  const agents = status.data?.agents ?? [];
  const close = () => setOpen(null);
  return (
    <SidePanel
      label={text('policy.panel')}
      title={<LineText value={group} />}
      openKey={group}
      testId="policy-panel"
      onClose={onClose}
      actions={
        mayWrite ? (
          <>
            <Button
              type="primary"
              data-testid="policy-edit"
              onClick={() => navigate(pathOf('administration', 'policies', group, 'edit'))}
            >
              {text(versions.length === 0 ? 'policy.first' : 'policy.edit')}
            </Button>
            {rollout !== undefined && rollout.version !== 0 && !isWhole(rollout) ? (
              <Button aria-haspopup="dialog" onClick={() => setOpen('widen')} data-testid="policy-widen">
                {text('policy.widen')}
              </Button>
            ) : null}
            {rollout === undefined || versions.length === 0 ? null : (
              <Button
                aria-haspopup="dialog"
                danger
                onClick={() => setOpen('rollback')}
                data-testid="policy-rollback"
              >
                {text('policy.rollback')}
              </Button>
            )}
          </>
        ) : (
          <span className="vg-hint">{text('policy.groupsOnly')}</span>
        )
      }
    >
      <p data-testid="policy-stands" className={rollout?.state === 'halted' ? 'vg-warn' : undefined}>
        {rollout === undefined ? text('policy.standsNone') : standsText(rollout, text)}
      </p>
      {versions.length === 0 ? null : <Versions group={group} rollout={rollout} versions={versions} />}
      <Section title={text('policy.taken')}>
        <QueryView query={status}>{() => <Hosts agents={agents} />}</QueryView>
      </Section>
      {open === 'widen' && rollout !== undefined ? (
        <WidenDialog group={group} rollout={rollout} hosts={agents.length} onClose={close} />
      ) : null}
      {open === 'rollback' && rollout !== undefined ? (
        <RollbackDialog group={group} rollout={rollout} versions={versions} onClose={close} />
      ) : null}
    </SidePanel>
  );
}
