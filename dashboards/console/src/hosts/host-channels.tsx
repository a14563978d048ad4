/** How what the host reads arrives: each channel with its last record, rate and losses, gaps, and what the agent says of itself. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { searchQuery } from '../events/event-search.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { MiniBars } from '../ui/mini-bars.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../ui/times.tsx';
import type { HostTabProps } from './host-page.tsx';
import { messages } from './host-state-messages.ts';
import { hostAddress } from './host-table.tsx';
import { readLedger, readSilences } from './hosts-api.ts';
import type { Ledger } from './hosts-types.ts';
import { SilenceTable } from './silence-table.tsx';

type Line = Ledger['lines'][number];

const hours = 24;
const statusCommand = 'npx vonggac-agent status';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The last record is looked up for so many channels: each is a question of its own. */
const lookedUpMax = 16;
const eventsOf = (channel: string): string => channel.replace(/^log\//u, '');

/** Records of the last day by hour as bars; the sum stands beside them in words. */
function HourBars({ lines, to }: { readonly lines: readonly Line[]; readonly to: string }) {
  const { number, dateTime } = useI18n();
  const text = useText(messages);
  const most = Math.max(1, ...lines.map(({ stored }) => stored));
  const sum = lines.reduce((total, { stored }) => total + stored, 0);
  const label = text('channels.hoursLabel', { n: sum });
  const end = Math.floor(Date.parse(to) / hourMs);
  return (
    <figure className="vg-hours">
      <MiniBars
        label={label}
        places={hours + 1}
        bars={lines.map(({ key, stored }) => ({
          key,
          place: hours - (end - Math.floor(Date.parse(key) / hourMs)),
          share: stored / most,
          title: `${dateTime(key)}: ${number(stored)}`,
        }))}
      />
      <figcaption className="vg-hint">{label}</figcaption>
    </figure>
  );
}

function Channels({ agentId, lines }: { readonly agentId: string; readonly lines: readonly Line[] }) {
  const { number } = useI18n();
  const text = useText(messages);
  const [from] = useState(() => new Date(Date.now() - 30 * dayMs).toISOString());
  const mayEvents = useMay('event:read');
  const last = useQueries({
    queries: lines.slice(0, lookedUpMax).map(({ key }) => ({
      queryKey: ['hosts', 'last-record', agentId, key],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) =>
        api.events({ agentId, channel: eventsOf(key), from, limit: 1 }, signal),
      staleTime: 60_000,
      enabled: mayEvents,
    })),
  });
  const lastOf = (line: Line) => last[lines.indexOf(line)]?.data?.events[0]?.time;
  const columns: readonly Column<Line>[] = [
    {
      key: 'channel',
      label: text('channels.channel'),
      cell: ({ key }) => (
        <Link to={href('/events', searchQuery({ agentId, channel: eventsOf(key) }))}>
          <LineText value={key} />
        </Link>
      ),
    },
    {
      key: 'state',
      label: text('channels.state'),
      width: '140px',
      cell: ({ missing, named, dropped, uncounted, stored }) => {
        if (missing !== 0) return <Badge tone="bad">{text('channels.missing')}</Badge>;
        if (named + dropped > 0) return <Badge tone="warn">{text('channels.lost')}</Badge>;
        if (uncounted > 0 && uncounted >= stored)
          return <Badge tone="quiet">{text('channels.uncounted')}</Badge>;
        return <Badge tone="good">{text('channels.fine')}</Badge>;
      },
    },
    {
      key: 'last',
      label: text('channels.last'),
      cell: (line) => {
        const time = lastOf(line);
        return time === undefined ? <span className="vg-muted">—</span> : <RelativeTime iso={time} />;
      },
    },
    {
      key: 'rate',
      label: text('channels.rate'),
      numeric: true,
      needs: 'narrow',
      cell: ({ stored }) => number(Math.round((stored / hours) * 10) / 10),
    },
    {
      key: 'produced',
      label: text('channels.produced'),
      numeric: true,
      needs: 'medium',
      cell: (line) => number(line.produced),
    },
    { key: 'stored', label: text('channels.stored'), numeric: true, cell: (line) => number(line.stored) },
    {
      key: 'waiting',
      label: text('channels.waiting'),
      numeric: true,
      needs: 'medium',
      cell: (line) => number(line.waiting),
    },
    {
      key: 'lost',
      label: text('channels.lost'),
      numeric: true,
      needs: 'medium',
      cell: ({ named, dropped }) => number(named + dropped),
    },
    {
      key: 'missing',
      label: text('channels.missing'),
      numeric: true,
      needs: 'medium',
      cell: (line) => number(line.missing),
    },
  ];
  return (
    <DataTable
      caption={text('channels.caption')}
      columns={columns}
      rows={lines}
      keyOf={({ key }) => key}
      testId="channel-row"
    />
  );
}

function Gaps({ ledger }: { readonly ledger: Ledger }) {
  const { number } = useI18n();
  const text = useText(messages);
  const losses = Object.entries({ ...ledger.reasons.dropped, ...ledger.reasons.named });
  return (
    <section className="vg-card">
      <h2>{text('channels.gaps')}</h2>
      {ledger.gaps.length === 0 ? <p className="vg-hint">{text('channels.noGaps')}</p> : null}
      <ul className="vg-plain-list">
        {ledger.gaps.map(({ epoch, lane, afterSeq, toSeq, missing }) => (
          <li key={`${epoch} ${lane} ${afterSeq}`}>
            <Badge tone="bad">
              {text('channels.gap', { lane: String(lane), from: afterSeq + 1, to: toSeq, n: missing })}
            </Badge>
          </li>
        ))}
      </ul>
      {losses.length === 0 ? null : (
        <>
          <h3 className="vg-card-sub">{text('channels.loss')}</h3>
          <ul className="vg-plain-list">
            {losses.map(([reason, n]) => (
              <li key={reason}>
                <LineText value={reason} />: {number(n)}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function AgentWords({ agentId }: { readonly agentId: string }) {
  const text = useText(messages);
  const [from] = useState(() => new Date(Date.now() - 30 * dayMs).toISOString());
  const query = useQuery({
    queryKey: ['hosts', 'agent-words', agentId],
    queryFn: ({ signal }) => api.events({ agentId, channel: 'agent', from, limit: 50 }, signal),
    staleTime: 30_000,
  });
  return (
    <section className="vg-card">
      <h2>{text('channels.agent')}</h2>
      <p className="vg-hint vg-card-lead">
        {text('channels.agentText')} <code>{statusCommand}</code>
      </p>
      <QueryView query={query}>
        {({ events }) =>
          events.length === 0 ? (
            <p className="vg-hint">{text('channels.agentNone')}</p>
          ) : (
            <ol className="vg-agent-words">
              {events.map((event) => (
                <li key={event.id}>
                  <span className="vg-time">
                    <AbsoluteTime iso={event.time} />
                  </span>
                  <LineText value={event.message} />
                </li>
              ))}
            </ol>
          )
        }
      </QueryView>
    </section>
  );
}

export default function HostChannels({ agent }: HostTabProps) {
  const text = useText(messages);
  const mayEvents = useMay('event:read');
  const byChannel = useQuery({
    queryKey: ['hosts', 'ledger', agent.id, 'channel'],
    queryFn: ({ signal }) => readLedger({ agentId: agent.id, by: 'channel' }, signal),
    refetchInterval: 30_000,
  });
  const byHour = useQuery({
    queryKey: ['hosts', 'ledger', agent.id, 'hour'],
    queryFn: ({ signal }) => readLedger({ agentId: agent.id, by: 'hour' }, signal),
    refetchInterval: 60_000,
  });
  const silences = useQuery({
    queryKey: ['hosts', 'silences', agent.id],
    queryFn: ({ signal }) => readSilences(agent.id, signal),
  });
  const silent = (silences.data?.silences ?? []).filter(({ endedAt }) => endedAt === null);
  return (
    <div className="vg-body">
      {silent.length === 0 ? null : (
        <section className="vg-card">
          <h2>{text('channels.silence')}</h2>
          <SilenceTable rows={silent} ended={false} />
        </section>
      )}
      <QueryView query={byChannel}>
        {(ledger) => (
          <>
            <section className="vg-card">
              <div className="vg-section-head">
                <h2>{text('channels.title')}</h2>
                <Link to={href('/administration/ledger', { agentId: agent.id, host: agent.hostname })}>
                  {text('channels.ledger')}
                </Link>
              </div>
              {ledger.lines.length === 0 ? (
                <EmptyState title={text('channels.none')}>
                  <p>{text('channels.noneText')}</p>
                  <Link to={hostAddress(agent.id)}>{text('channels.toSummary')}</Link>
                </EmptyState>
              ) : (
                <>
                  {byHour.data === undefined || byHour.data.lines.length === 0 ? null : (
                    <HourBars lines={byHour.data.lines} to={byHour.data.to} />
                  )}
                  <Channels agentId={agent.id} lines={ledger.lines} />
                </>
              )}
            </section>
            <Gaps ledger={ledger} />
          </>
        )}
      </QueryView>
      {mayEvents ? <AgentWords agentId={agent.id} /> : null}
    </div>
  );
}
