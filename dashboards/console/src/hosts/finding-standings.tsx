/** Which hosts are assessed for vulnerabilities and why others are not; the feeds and the day of their data. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { Page } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { NotAssessedWhy } from './finding-parts.tsx';
import { hostAddress } from './host-table.tsx';
import { readFeeds, readStandings, type Feed, type HostStanding } from './vulnerabilities-api.ts';
import { messages } from './vulnerability-messages.ts';

function Feeds() {
  const { number } = useI18n();
  const text = useText(messages);
  const query = useQuery({ queryKey: ['hosts', 'feeds'], queryFn: ({ signal }) => readFeeds(signal) });
  const columns: readonly Column<Feed>[] = [
    { key: 'name', label: text('vulnerabilities.feed'), cell: ({ name }) => <LineText value={name} /> },
    {
      key: 'data',
      label: text('vulnerabilities.dataOf'),
      cell: ({ dataAt }) => <AbsoluteTime iso={dataAt} />,
    },
    {
      key: 'age',
      label: text('vulnerabilities.age'),
      width: '130px',
      cell: ({ ageDays, old }) => (
        <Badge tone={old ? 'warn' : 'good'}>
          {text('vulnerabilities.ageDays', { n: Math.floor(ageDays) })}
        </Badge>
      ),
    },
    {
      key: 'known',
      label: text('vulnerabilities.known'),
      numeric: true,
      needs: 'medium',
      cell: ({ vulnerabilities }) => number(vulnerabilities),
    },
    {
      key: 'by',
      label: text('vulnerabilities.importedBy'),
      needs: 'medium',
      cell: ({ importedBy }) => <LineText value={importedBy} />,
    },
  ];
  return (
    <section className="vg-card">
      <h2>{text('vulnerabilities.feeds')}</h2>
      <QueryView query={query}>
        {({ feeds }) =>
          feeds.length === 0 ? (
            <p className="vg-hint">{text('vulnerabilities.noFeeds')}</p>
          ) : (
            <DataTable
              caption={text('vulnerabilities.feeds')}
              columns={columns}
              rows={feeds}
              keyOf={({ name }) => name}
              testId="feed-row"
            />
          )
        }
      </QueryView>
    </section>
  );
}

export function Standings() {
  const { number } = useI18n();
  const text = useText(messages);
  const query = useInfiniteQuery({
    queryKey: ['hosts', 'standings'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readStandings(pageParam, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 30_000,
  });
  const columns: readonly Column<HostStanding>[] = [
    {
      key: 'state',
      label: text('vulnerabilities.state'),
      width: '140px',
      cell: ({ assessed }) => (
        <Badge tone={assessed ? 'good' : 'warn'}>
          {text(assessed ? 'vulnerabilities.assessed' : 'vulnerabilities.notAssessed')}
        </Badge>
      ),
    },
    {
      key: 'host',
      label: text('vulnerabilities.host'),
      cell: ({ agentId, hostname }) => (
        <Link to={hostAddress(agentId, 'vulnerabilities')} className="vg-row-link">
          <LineText value={hostname} />
        </Link>
      ),
    },
    {
      key: 'release',
      label: text('vulnerabilities.release'),
      needs: 'medium',
      cell: ({ system, release }) => <LineText value={release ?? system} />,
    },
    {
      key: 'why',
      label: text('vulnerabilities.why'),
      wrap: true,
      cell: ({ reasons }) => <NotAssessedWhy reasons={reasons} />,
    },
    {
      key: 'open',
      label: text('vulnerabilities.openStates'),
      numeric: true,
      cell: ({ findings }) => number(findings.open),
    },
    {
      key: 'exploited',
      label: text('vulnerabilities.attacked'),
      numeric: true,
      needs: 'narrow',
      cell: ({ findings }) => number(findings.exploited),
    },
  ];
  return (
    <Page
      title={text('vulnerabilities.standings')}
      back={{ to: '/hosts/vulnerabilities', label: text('vulnerabilities.back') }}
    >
      <Feeds />
      <section className="vg-card">
        <h2>{text('vulnerabilities.hosts')}</h2>
        <QueryView query={query}>
          {({ pages }) => (
            <>
              <DataTable
                caption={text('vulnerabilities.standings')}
                columns={columns}
                rows={pages.flatMap(({ hosts }) => hosts)}
                keyOf={({ agentId }) => agentId}
                addressOf={({ agentId }) => hostAddress(agentId, 'vulnerabilities')}
                testId="standing-row"
              />
              <More query={query} />
            </>
          )}
        </QueryView>
      </section>
    </Page>
  );
}
