/** Vulnerabilities of hosts by urgency, with filters, export, and what is not known. */
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import '../styles/hosts.css';
import { visibleString } from '../text/visible-text.ts';
import { Chips } from '../ui/chips.tsx';
import { download } from '../ui/download.ts';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { severityLabel } from '../ui/severity.tsx';
import { useAction } from '../ui/use-action.ts';
import { useListKeys } from '../ui/use-list-keys.ts';
import { FindingPanel } from './finding-panel.tsx';
import { FindingTable, Warnings } from './finding-parts.tsx';
import { Standings } from './finding-standings.tsx';
import { exportPath, readFindingFacets, readFindings, type FindingFilters } from './vulnerabilities-api.ts';
import { messages } from './vulnerability-messages.ts';

const unitsMax = 256;
const states = ['', 'excepted', 'fixed', 'open,not-assessed,excepted,fixed'] as const;
const stateLabel: Readonly<Record<(typeof states)[number], LabelOf<typeof messages>>> = {
  '': 'vulnerabilities.openStates',
  excepted: 'vulnerabilities.excepted',
  fixed: 'vulnerabilities.gone',
  'open,not-assessed,excepted,fixed': 'vulnerabilities.all',
};
const severities = ['critical', 'high', 'medium', 'low'] as const;
const marks = ['exploited', 'fixable'] as const;
const markLabel: Readonly<Record<(typeof marks)[number], LabelOf<typeof messages>>> = {
  exploited: 'vulnerabilities.exploitedOnly',
  fixable: 'vulnerabilities.fixableOnly',
};

function filtersOf(search: URLSearchParams): FindingFilters {
  const given = (name: string) => (search.get(name) ?? '').slice(0, unitsMax);
  return {
    state: given('state'),
    severity: given('severity'),
    cve: given('cve'),
    package: given('package'),
    agencyId: given('agency'),
    exploited: given('exploited'),
    fixable: given('fixable'),
  };
}

const addressOf = (id: string | null, { agencyId, ...filters }: FindingFilters): string =>
  href(id === null ? '/hosts/vulnerabilities' : pathOf('hosts', 'vulnerabilities', id), {
    ...filters,
    agency: agencyId,
  });

export default function VulnerabilitiesPage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const { t, language, number } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const filters = filtersOf(search);
  const action = useAction();
  const list = useInfiniteQuery({
    queryKey: ['hosts', 'findings', filters],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => readFindings(filters, pageParam, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 30_000,
  });
  const facets = useQuery({
    queryKey: ['hosts', 'findings', 'facets', filters],
    queryFn: ({ signal }) => readFindingFacets(filters, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const rows = list.data?.pages.flatMap(({ findings }) => findings) ?? [];
  const open = rows.find((finding) => String(finding.id) === id);
  const current = useListKeys({
    keys: rows.map((row) => String(row.id)),
    openKey: id,
    addressOf: (key) => addressOf(key, filters),
  });
  if (search.get('view') === 'hosts') return <Standings />;
  const change = (next: Partial<FindingFilters>) =>
    navigate(addressOf(null, { ...filters, ...next }), { replace: true });
  const chosenSeverities = severities.filter((severity) => filters.severity.split(',').includes(severity));
  const options = (values: readonly { readonly value: string; readonly findings: number }[] | undefined) =>
    (values ?? []).map(({ value, findings }) => ({
      value,
      label: `${visibleString(value)} (${number(findings)})`,
    }));
  const sum = facets.data;
  return (
    <Page
      title={text('vulnerabilities.title')}
      layout="plain"
      summary={
        sum === undefined
          ? undefined
          : sum.more
            ? text('vulnerabilities.summaryMore', { n: sum.findings })
            : text('vulnerabilities.summary', { n: sum.findings, hosts: sum.hosts })
      }
      actions={
        <>
          <Link className="vg-button" to="/hosts/vulnerabilities?view=hosts">
            {text('vulnerabilities.standings')}
          </Link>
          <Button
            loading={action.busy}
            data-testid="export-findings"
            onClick={() =>
              void action.run(async () => {
                await download(exportPath(filters, language), 'vulnerabilities.csv');
                return undefined;
              })
            }
          >
            {text('vulnerabilities.export')}
          </Button>
        </>
      }
      toolbar={
        <>
          <Chips
            label={text('vulnerabilities.state')}
            chosen={states.filter((state) => state === filters.state)}
            chips={states.map((value) => ({ value, label: text(stateLabel[value]) }))}
            onToggle={(state) => change({ state })}
          />
          <Chips
            label={text('vulnerabilities.severity')}
            chosen={chosenSeverities}
            chips={severities.map((value) => ({
              value,
              label: t(severityLabel[value]),
              count: sum?.severities.find((one) => one.value === value)?.findings,
            }))}
            onToggle={(severity) =>
              change({
                severity: (chosenSeverities.includes(severity)
                  ? chosenSeverities.filter((one) => one !== severity)
                  : [...chosenSeverities, severity]
                ).join(','),
              })
            }
          />
          <Chips
            label={text('vulnerabilities.only')}
            chosen={marks.filter((mark) => filters[mark] === 'true')}
            chips={marks.map((value) => ({ value, label: text(markLabel[value]), count: sum?.[value] }))}
            onToggle={(mark) => change({ [mark]: filters[mark] === 'true' ? '' : 'true' })}
          />
          <FilterSelect
            label={text('vulnerabilities.package')}
            all={text('vulnerabilities.anyPackage')}
            value={filters.package}
            options={options(sum?.packages)}
            onChange={(value) => change({ package: value })}
          />
          <FilterSelect
            label={text('vulnerabilities.cve')}
            all={text('vulnerabilities.anyCve')}
            value={filters.cve}
            options={options(sum?.cves)}
            onChange={(cve) => change({ cve })}
          />
        </>
      }
    >
      <Split
        list={
          <QueryView query={list}>
            {({ pages }) => (
              <>
                <Warnings warnings={pages[0]?.warnings ?? []} />
                {rows.length === 0 ? (
                  <EmptyState title={text('vulnerabilities.none')}>
                    <p>{text('vulnerabilities.noneText')}</p>
                    <Link to="/hosts/vulnerabilities">{text('vulnerabilities.clear')}</Link>
                  </EmptyState>
                ) : (
                  <FindingTable
                    rows={rows}
                    currentKey={current}
                    addressOf={(finding) => addressOf(String(finding.id), filters)}
                  />
                )}
                <More query={list} />
              </>
            )}
          </QueryView>
        }
        panel={
          open === undefined ? null : (
            <FindingPanel finding={open} onClose={() => navigate(addressOf(null, filters))} />
          )
        }
      />
    </Page>
  );
}
