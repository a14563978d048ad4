/** Vulnerabilities of one host, and whether they are known now. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { navigate, useLocation } from '../router/router.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { FindingPanel } from './finding-panel.tsx';
import { FindingTable, NotAssessedWhy, Warnings } from './finding-parts.tsx';
import type { HostTabProps } from './host-page.tsx';
import { hostAddress } from './host-table.tsx';
import { readHostFindings } from './vulnerabilities-api.ts';
import { messages } from './vulnerability-messages.ts';

const states = ['', 'excepted', 'fixed'] as const;

export default function HostVulnerabilities({ agent }: HostTabProps) {
  const text = useText(messages);
  const { search } = useLocation();
  const state = states.find((one) => one === search.get('state')) ?? '';
  const id = search.get('finding');
  const addressOf = (key: string | null) =>
    href(hostAddress(agent.id, 'vulnerabilities'), { state, finding: key });
  const query = useInfiniteQuery({
    queryKey: ['hosts', 'findings', 'host', agent.id, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readHostFindings(agent.id, state, pageParam, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 30_000,
  });
  const rows = query.data?.pages.flatMap(({ findings }) => findings) ?? [];
  const host = query.data?.pages[0]?.host;
  const open = rows.find((finding) => String(finding.id) === id);
  const current = useListKeys({ keys: rows.map((row) => String(row.id)), openKey: id, addressOf });
  return (
    <>
      <div className="vg-page-toolbar vg-tab-toolbar">
        <Chips
          label={text('vulnerabilities.state')}
          chosen={[state]}
          chips={[
            { value: '', label: text('vulnerabilities.openStates'), count: host?.findings.open },
            { value: 'excepted', label: text('vulnerabilities.excepted'), count: host?.findings.excepted },
            { value: 'fixed', label: text('vulnerabilities.gone') },
          ]}
          onToggle={(value) =>
            navigate(href(hostAddress(agent.id, 'vulnerabilities'), { state: value }), { replace: true })
          }
        />
        {host === undefined ? null : host.assessed ? (
          <Badge tone="good">{text('vulnerabilities.assessed')}</Badge>
        ) : (
          <span>
            <Badge tone="warn">{text('vulnerabilities.notAssessed')}</Badge>{' '}
            <NotAssessedWhy reasons={host.reasons} />
          </span>
        )}
      </div>
      <Split
        list={
          <QueryView query={query}>
            {({ pages }) => (
              <>
                <Warnings
                  warnings={(pages[0]?.warnings ?? []).filter(({ code }) => !code.startsWith('hosts-'))}
                />
                {rows.length === 0 ? (
                  <EmptyState title={text('vulnerabilities.none')}>
                    <p>{text('vulnerabilities.noneText')}</p>
                  </EmptyState>
                ) : (
                  <FindingTable
                    rows={rows}
                    currentKey={current}
                    withHost={false}
                    addressOf={({ id: key }) => addressOf(String(key))}
                  />
                )}
                <More query={query} />
              </>
            )}
          </QueryView>
        }
        panel={
          open === undefined ? null : (
            <FindingPanel finding={open} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
    </>
  );
}
