/** Each host: what it runs, what became of the release, and why it went back. */
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { BlockText, LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { Chips } from '../../ui/chips.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { RelativeTime } from '../../ui/times.tsx';
import { faultText, outcomeLabel, outcomes, ringName } from './update-words.ts';
import type { Outcome, UpdateHost } from './updates-api.ts';
import { messages } from './updates-messages.ts';

const pageRows = 100;

export function UpdateHosts({ hosts }: { readonly hosts: readonly UpdateHost[] }) {
  const text = useText(messages);
  const [chosen, setChosen] = useState<Outcome | null>(null);
  const [limit, setLimit] = useState(pageRows);
  const isOpen = hosts.some(({ outcome }) => outcome !== null);
  const rank = ({ outcome }: UpdateHost) => (outcome === null ? 0 : outcomes.indexOf(outcome));
  const found = hosts
    .filter(({ outcome }) => chosen === null || outcome === chosen)
    .toSorted((a, b) => rank(a) - rank(b) || a.hostname.localeCompare(b.hostname, 'vi', { numeric: true }));
  const columns: readonly Column<UpdateHost>[] = [
    {
      key: 'host',
      label: text('updates.host'),
      cell: ({ agentId, hostname }) => (
        <Link to={pathOf('hosts', agentId)}>
          <LineText value={hostname} />
        </Link>
      ),
    },
    {
      key: 'group',
      label: text('updates.group'),
      needs: 'wide',
      cell: ({ group }) => (group === null ? '—' : <LineText value={group} />),
    },
    ...(isOpen
      ? [
          {
            key: 'ring',
            label: text('updates.ring'),
            needs: 'medium' as const,
            width: '130px',
            cell: ({ ring }: UpdateHost) => (ring === null ? '—' : ringName(ring, text)),
          },
        ]
      : []),
    {
      key: 'runs',
      label: text('updates.runs'),
      width: '110px',
      cell: ({ running }) => (running === null ? '—' : <LineText value={running} />),
    },
    ...(isOpen
      ? [
          {
            key: 'outcome',
            label: text('updates.outcome'),
            width: '190px',
            cell: ({ outcome }: UpdateHost) => {
              if (outcome === null) return '—';
              const [label, tone] = outcomeLabel[outcome];
              return <Badge tone={tone}>{text(label)}</Badge>;
            },
          },
        ]
      : []),
    {
      key: 'why',
      label: text('updates.why'),
      wrap: true,
      needs: 'narrow',
      cell: (host) => <Why host={host} />,
    },
    {
      key: 'told',
      label: text('updates.told'),
      width: '130px',
      needs: 'medium',
      cell: ({ toldAt }) => (toldAt === null ? text('updates.neverTold') : <RelativeTime iso={toldAt} />),
    },
  ];
  return (
    <section className="vg-card vg-update-hosts">
      <div className="vg-section-head">
        <h2>{text('updates.hosts')}</h2>
        <span className="vg-muted" role="status">
          {text('updates.shown', { n: found.length })}
        </span>
      </div>
      {isOpen ? (
        <Chips
          label={text('updates.outcome')}
          testId="update-outcomes"
          chosen={chosen === null ? [] : [chosen]}
          chips={outcomes
            .map((value) => ({
              value,
              label: text(outcomeLabel[value][0]),
              count: hosts.filter(({ outcome }) => outcome === value).length,
            }))
            .filter(({ value, count }) => count > 0 || value === chosen)}
          onToggle={(value) => setChosen(value === chosen ? null : value)}
        />
      ) : null}
      {hosts.length === 0 ? (
        <EmptyState title={text('updates.noHosts')} />
      ) : (
        <DataTable
          caption={text('updates.hostsCaption')}
          columns={columns}
          rows={found.slice(0, limit)}
          keyOf={({ agentId }) => agentId}
          testId="update-host"
          dataOf={({ outcome }) => ({ 'data-outcome': outcome ?? '' })}
        />
      )}
      {found.length > limit ? (
        <div className="vg-more">
          <button type="button" className="vg-button" onClick={() => setLimit(limit + pageRows)}>
            {text('updates.more', { n: Math.min(pageRows, found.length - limit) })}
          </button>
        </div>
      ) : null}
    </section>
  );
}

/** The reason in the reader's words, and what the host itself wrote. */
function Why({ host }: { readonly host: UpdateHost }) {
  const text = useText(messages);
  const { message, state } = host;
  const said = faultText(host, text);
  if ((said === null && message === null) || (state !== 'failed' && state !== 'refused')) return '—';
  return (
    <>
      {said}
      {message === null ? null : (
        <div className="vg-muted">
          <BlockText value={message} />
        </div>
      )}
    </>
  );
}
