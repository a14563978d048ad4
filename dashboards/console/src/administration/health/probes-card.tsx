/** Services that agents ask as their users do, the worst first, with the ends of their certificates. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { LineText } from '../../text/safe-text.tsx';
import { Badge } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { RelativeTime } from '../../ui/times.tsx';
import { readProbes } from './health-api.ts';
import { messages } from './health-messages.ts';
import { probeLabel, probeTone } from './health-words.ts';

const shownMax = 100;

export function ProbesCard() {
  const { number } = useI18n();
  const text = useText(messages);
  const query = useQuery({
    queryKey: ['administration', 'probes'],
    queryFn: ({ signal }) => readProbes(shownMax, signal),
    refetchInterval: 60_000,
  });
  return (
    <section className="vg-card">
      <h2>{text('health.probes')}</h2>
      <p className="vg-hint vg-card-lead">{text('health.probesText')}</p>
      <QueryView query={query}>
        {({ targets }) =>
          targets.length === 0 ? (
            <p className="vg-hint">{text('health.noProbes')}</p>
          ) : (
            <DataTable
              caption={text('health.probes')}
              rows={targets}
              keyOf={({ agentId, name, target }) => `${agentId} ${name} ${target}`}
              testId="probe-row"
              columns={[
                {
                  key: 'state',
                  label: text('health.state'),
                  width: '130px',
                  cell: ({ state, isStale }) => (
                    <Badge tone={isStale ? 'quiet' : probeTone[state]}>
                      {text(isStale ? 'health.probe.unknown' : probeLabel[state])}
                    </Badge>
                  ),
                },
                {
                  key: 'probe',
                  label: text('health.probe'),
                  cell: ({ name, target }) => (
                    <span title={target}>
                      <LineText value={name} />
                    </span>
                  ),
                },
                {
                  key: 'from',
                  label: text('health.probeFrom'),
                  needs: 'narrow',
                  cell: ({ agentId, hostname }) => (
                    <Link to={pathOf('hosts', agentId)}>
                      <LineText value={hostname} />
                    </Link>
                  ),
                },
                {
                  key: 'ends',
                  label: text('health.probeEnds'),
                  cell: ({ certificateEndsAt }) =>
                    certificateEndsAt === null ? '—' : <RelativeTime iso={certificateEndsAt} />,
                },
                {
                  key: 'up',
                  label: text('health.probeUp'),
                  numeric: true,
                  needs: 'narrow',
                  cell: ({ uptime }) =>
                    uptime.day.percent === null
                      ? '—'
                      : `${number(Math.round(uptime.day.percent * 100) / 100)} %`,
                },
              ]}
            />
          )
        }
      </QueryView>
    </section>
  );
}
