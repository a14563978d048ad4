/** The signed baseline of each host: whether it is intact, its digest, and how a new one is accepted. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { hostAddress } from '../hosts/host-table.tsx';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import '../styles/integrity.css';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { baselinesOf, type Baseline } from './baselines.ts';
import { messages } from './integrity-messages.ts';

const spanMs = 30 * 86_400_000;
const eachMax = 1_000;
const asked = [
  { channel: 'agent', action: 'agent_scan_completed' },
  { channel: 'integrity', action: 'integrity_baseline_made' },
  { channel: 'integrity', action: 'integrity_baseline_tampered' },
] as const;
const stateLabel: Readonly<Record<Baseline['state'], readonly [LabelOf<typeof messages>, Tone]>> = {
  good: ['baselines.good', 'good'],
  anew: ['baselines.anew', 'info'],
  bad: ['baselines.bad', 'bad'],
};
const commands = [
  'vonggac-agent integrity status',
  'vonggac-agent integrity baseline verify',
  'vonggac-agent integrity baseline accept --yes',
].join('\n');

export default function BaselinesPage() {
  const { number } = useI18n();
  const text = useText(messages);
  const [from] = useState(() => new Date(Date.now() - spanMs).toISOString());
  const query = useQuery({
    queryKey: ['integrity', 'baselines', from],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        asked.map((one) => api.events({ ...one, from, limit: eachMax }, signal)),
      );
      return baselinesOf(pages.flatMap(({ events }) => events));
    },
    staleTime: 60_000,
  });
  const columns: readonly Column<Baseline>[] = [
    {
      key: 'state',
      label: text('baselines.state'),
      width: '136px',
      cell: ({ state }) => <Badge tone={stateLabel[state][1]}>{text(stateLabel[state][0])}</Badge>,
    },
    {
      key: 'host',
      label: text('baselines.host'),
      cell: ({ agentId, hostname }) => (
        <Link to={hostAddress(agentId, 'integrity')} className="vg-row-link">
          <LineText value={hostname} />
        </Link>
      ),
    },
    {
      key: 'paths',
      label: text('baselines.paths'),
      numeric: true,
      width: '100px',
      cell: ({ paths }) => (paths === null ? '—' : number(paths)),
    },
    {
      key: 'digest',
      label: text('baselines.digest'),
      needs: 'medium',
      cell: ({ digest }) => (
        <code>
          <LineText value={digest === '' ? '—' : digest} />
        </code>
      ),
    },
    {
      key: 'last',
      label: text('baselines.last'),
      width: '140px',
      cell: ({ at }) => (
        <span className="vg-time">
          <RelativeTime iso={at} />
        </span>
      ),
    },
  ];
  return (
    <Page title={text('baselines.title')}>
      <section className="vg-card">
        <h2>{text('baselines.accept')}</h2>
        <p className="vg-hint vg-card-lead">{text('baselines.acceptText')}</p>
        <pre className="vg-pre">{commands}</pre>
      </section>
      <section className="vg-card">
        <h2>{text('baselines.title')}</h2>
        <p className="vg-hint vg-card-lead">{text('baselines.text')}</p>
        <QueryView query={query}>
          {(rows) =>
            rows.length === 0 ? (
              <EmptyState title={text('baselines.none')}>
                <p>{text('baselines.noneText')}</p>
              </EmptyState>
            ) : (
              <DataTable
                caption={text('baselines.caption')}
                columns={columns}
                rows={rows}
                keyOf={({ agentId }) => agentId}
                addressOf={({ agentId }) => hostAddress(agentId, 'integrity')}
                testId="baseline-row"
              />
            )
          }
        </QueryView>
      </section>
    </Page>
  );
}
