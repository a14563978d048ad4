/** Hosts as a table; a row leads to the host's own page. */
import { memo } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { DataTable, type Column, type Sorting } from '../ui/data-table.tsx';
import { RelativeTime } from '../ui/times.tsx';
import type { Selection } from '../ui/use-selection.ts';
import { AgentState, Findings, Level, OpenAlerts, roleLabel, Score, Skew } from './host-parts.tsx';
import { hostSorts, type HostRow, type HostSort } from './host-rows.ts';
import { messages } from './hosts-messages.ts';

export const hostAddress = (agentId: string, tab?: string): string =>
  tab === undefined ? pathOf('hosts', agentId) : pathOf('hosts', agentId, tab);

function Silent({ row }: { readonly row: HostRow }) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const { silentSince, silentChannels } = row;
  if (silentSince === null && silentChannels.length === 0) return null;
  const title =
    silentSince === null
      ? text('hosts.silentChannels', { names: visibleString(silentChannels.join(', ')) })
      : text('hosts.silentSince', { time: dateTime(silentSince) });
  return (
    <span className="vg-silent-mark" title={title}>
      {text('hosts.silent')}
    </span>
  );
}

type Props = {
  readonly rows: readonly HostRow[];
  readonly currentKey: string | null;
  readonly selection: Selection | undefined;
  readonly sorting: Sorting;
  readonly onSort: (sorting: { readonly sort: HostSort; readonly down: boolean }) => void;
};

export const HostTable = memo(function HostTable(props: Props) {
  const { rows, currentKey, selection, sorting, onSort } = props;
  const { t } = useI18n();
  const text = useText(messages);
  const columns: readonly Column<HostRow>[] = [
    {
      key: 'state',
      label: t('column.state'),
      width: '124px',
      cell: (row) => <AgentState state={row.agent.state} />,
    },
    {
      key: 'host',
      label: t('column.host'),
      cell: (row) => (
        <>
          <Link to={hostAddress(row.agent.id)} className="vg-row-link">
            <LineText value={row.agent.hostname} />
          </Link>
          <Silent row={row} />
        </>
      ),
    },
    {
      key: 'os',
      label: text('hosts.os'),
      needs: 'medium',
      cell: ({ agent }) => (
        <span className="vg-clip" title={visibleString(`${agent.osName} ${agent.osVersion}`)}>
          <LineText value={`${agent.osName} ${agent.osVersion}`} />
        </span>
      ),
    },
    {
      key: 'agency',
      label: text('hosts.agency'),
      needs: 'narrow',
      cell: ({ agent }) => (
        <span className="vg-clip" title={visibleString(agent.agencyName)}>
          <LineText value={agent.agencyName} />
        </span>
      ),
    },
    {
      key: 'level',
      label: text('hosts.system'),
      needs: 'medium',
      cell: ({ facts }) =>
        facts === undefined || facts.system === null ? (
          <span className="vg-muted">—</span>
        ) : (
          <span className="vg-clip" title={visibleString(facts.system.name)}>
            <Level level={facts.system.level} />
            <LineText value={facts.system.name} />
          </span>
        ),
    },
    {
      key: 'role',
      label: text('hosts.role'),
      needs: 'extra',
      width: '130px',
      cell: ({ facts }) =>
        facts === undefined || facts.role === null ? (
          <span className="vg-muted">—</span>
        ) : (
          text(roleLabel[facts.role])
        ),
    },
    {
      key: 'alerts',
      label: text('hosts.alerts'),
      width: '96px',
      numeric: true,
      cell: ({ facts }) => <OpenAlerts facts={facts} />,
    },
    {
      key: 'vulnerabilities',
      label: text('hosts.vulnerabilities'),
      width: '108px',
      numeric: true,
      needs: 'narrow',
      cell: ({ facts }) => <Findings facts={facts} />,
    },
    {
      key: 'posture',
      label: text('hosts.posture'),
      width: '118px',
      needs: 'medium',
      cell: ({ score, checks }) => <Score score={score} checks={checks} />,
    },
    {
      key: 'version',
      label: text('hosts.version'),
      width: '130px',
      needs: 'extra',
      cell: ({ agent }) => <LineText value={agent.agentVersion} />,
    },
    {
      key: 'seen',
      label: text('hosts.seen'),
      width: '118px',
      cell: ({ agent }) =>
        agent.lastSeenAt === null ? (
          <span className="vg-muted">{text('hosts.never')}</span>
        ) : (
          <span className="vg-time">
            <RelativeTime iso={agent.lastSeenAt} />
          </span>
        ),
    },
    {
      key: 'skew',
      label: t('column.skew'),
      width: '98px',
      numeric: true,
      needs: 'extra',
      cell: ({ agent }) => <Skew skewMs={agent.clockSkewMs} />,
    },
  ];
  return (
    <DataTable
      caption={text('hosts.caption')}
      columns={columns}
      rows={rows}
      keyOf={({ agent }) => agent.id}
      addressOf={({ agent }) => hostAddress(agent.id)}
      currentKey={currentKey}
      selection={selection}
      sorting={sorting}
      sortable={hostSorts}
      onSort={({ key, down }) => {
        const sort = hostSorts.find((known) => known === key);
        if (sort !== undefined) onSort({ sort, down });
      }}
      testId="host-row"
      dataOf={({ agent }) => ({ 'data-agent-id': agent.id, 'data-state': agent.state })}
    />
  );
});
