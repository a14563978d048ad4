/** Policies of agent groups: what each group is to run, how far it is let out, and how many hosts took it. */
import { useQuery } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { readAgents } from '../../hosts/hosts-api.ts';
import { pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import type { PageProps } from '../../shell/area.ts';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { RelativeTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import '../operating.css';
import { readPolicies, readStatus, type HostStatus, type Rollout } from './policies-api.ts';
import { messages } from './policy-messages.ts';
import { PolicyPanel } from './policy-panel.tsx';
import { countsOf, isWhole, shareText, versionText } from './policy-words.ts';

type Row = {
  readonly group: string;
  readonly rollout: Rollout | undefined;
  readonly agents: readonly HostStatus[];
};

const base = '/administration/policies';
const addressOf = (group: string | null) =>
  group === null ? base : pathOf('administration', 'policies', group);

export default function PoliciesPage({ params }: PageProps) {
  const openGroup = params['group'] ?? null;
  const { number } = useI18n();
  const text = useText(messages);
  const policies = useQuery({
    queryKey: ['policies', 'list'],
    queryFn: ({ signal }) => readPolicies(signal),
    refetchInterval: 30_000,
  });
  const status = useQuery({
    queryKey: ['policies', 'status'],
    queryFn: ({ signal }) => readStatus(undefined, signal),
    refetchInterval: 30_000,
  });
  const agents = useQuery({ queryKey: ['hosts', 'agents'], queryFn: ({ signal }) => readAgents(signal) });
  const names = new Set([
    ...(policies.data?.rollouts ?? []).map(({ group }) => group),
    ...(agents.data?.agents ?? []).flatMap(({ group }) => (group === null ? [] : [group])),
  ]);
  const rows: readonly Row[] = [...names]
    .toSorted((a, b) => a.localeCompare(b, 'vi'))
    .map((group) => ({
      group,
      rollout: policies.data?.rollouts.find((one) => one.group === group),
      agents: (status.data?.agents ?? []).filter((one) => one.group === group),
    }));
  const current = useListKeys({ keys: rows.map(({ group }) => group), openKey: openGroup, addressOf });
  const columns: readonly Column<Row>[] = [
    {
      key: 'group',
      label: text('policy.group'),
      cell: ({ group }) => (
        <Link to={addressOf(group)} className="vg-row-link">
          <LineText value={group} />
        </Link>
      ),
    },
    {
      key: 'runs',
      label: text('policy.runs'),
      cell: ({ rollout }) => versionText(rollout?.version ?? 0, text),
    },
    {
      key: 'state',
      label: text('policy.state'),
      cell: ({ rollout }) => {
        if (rollout === undefined || rollout.version === 0)
          return <span className="vg-muted">{text('policy.noPolicy')}</span>;
        if (rollout.state === 'halted') return <Badge tone="bad">{text('policy.halted')}</Badge>;
        return isWhole(rollout) ? (
          <Badge tone="good">{text('policy.whole')}</Badge>
        ) : (
          <Badge tone="info">{shareText(rollout, text)}</Badge>
        );
      },
    },
    {
      key: 'hosts',
      label: text('policy.hosts'),
      needs: 'narrow',
      cell: (row) => {
        const { all, applied, failed } = countsOf(row.agents);
        return (
          <>
            {row.rollout === undefined
              ? number(all)
              : text('policy.ofTotal', { n: number(applied), all: number(all) })}
            {failed === 0 ? null : (
              <span className="vg-warn"> · {text('policy.failedN', { n: failed })}</span>
            )}
          </>
        );
      },
    },
    {
      key: 'changed',
      label: text('policy.changed'),
      needs: 'medium',
      cell: ({ rollout }) => (rollout === undefined ? '—' : <RelativeTime iso={rollout.changedAt} />),
    },
  ];
  return (
    <Page
      title={text('policy.title')}
      layout="plain"
      actions={<Link to="/administration/host-groups">{text('policy.toGroups')}</Link>}
    >
      <Split
        list={
          <QueryView query={policies}>
            {() => (
              <>
                <p className="vg-hint vg-list-note">{text('policy.text')}</p>
                {rows.length === 0 ? (
                  <EmptyState title={text('policy.none')}>
                    <p>{text('policy.noneText')}</p>
                    <Link to="/hosts">{text('policy.toHosts')}</Link>
                  </EmptyState>
                ) : (
                  <DataTable
                    caption={text('policy.caption')}
                    columns={columns}
                    rows={rows}
                    keyOf={({ group }) => group}
                    addressOf={({ group }) => addressOf(group)}
                    currentKey={current}
                    testId="policy-row"
                  />
                )}
              </>
            )}
          </QueryView>
        }
        panel={
          openGroup === null || policies.data === undefined ? null : (
            <PolicyPanel
              key={openGroup}
              group={openGroup}
              rollout={policies.data.rollouts.find(({ group }) => group === openGroup)}
              versions={policies.data.policies.filter(({ group }) => group === openGroup)}
              onClose={() => navigate(addressOf(null))}
            />
          )
        }
      />
    </Page>
  );
}
