/** All systems by their legal level: how their controls stand, the score with its sum, the dossier, and how that has moved. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef } from 'react';
import { dayOf, daysBetween, dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useMay, useMe } from '../shell/me.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column, type Sorting } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { Stat, Stats } from '../ui/stat.tsx';
import { useAction } from '../ui/use-action.ts';
import { useListKeys } from '../ui/use-list-keys.ts';
import { complianceApi, type Mau08, type Standing, type SystemView } from './compliance-api.ts';
import {
  countedAs,
  dossierTone,
  dossierWords,
  statuses,
  statusTone,
  statusWords,
} from './compliance-words.ts';
import { messages } from './messages.ts';
import { ScoreBar, sumOf, usePercent } from './score.tsx';
import './compliance.css';

type Row = {
  readonly system: SystemView;
  readonly standing: Standing | undefined;
  readonly before: number | null | undefined;
  readonly dossier: Mau08['part3'][number] | undefined;
};

const sortable = ['name', 'level', 'score', 'met', 'hosts'] as const;

function valueOf(row: Row, key: string): number | string {
  switch (key) {
    case 'level':
      return row.system.level ?? 0;
    case 'score':
      return row.standing?.score.percent ?? -1;
    case 'met':
      return row.standing?.score.met ?? -1;
    case 'hosts':
      return row.system.hosts;
    default:
      return fold(row.system.name);
  }
}

/** The kept day nearest to a month before. */
function earlierDay(days: readonly string[], today: string | null): string | undefined {
  if (today === null) return undefined;
  const older = days.filter((day) => day < today);
  return older.toSorted(
    (a, b) => Math.abs(daysBetween(a, today) - 30) - Math.abs(daysBetween(b, today) - 30),
  )[0];
}

function useRows() {
  const maySeeRuns = useMe().seesEverything;
  const standings = useQuery({
    queryKey: ['compliance', 'standings', 'newest'],
    queryFn: ({ signal }) => complianceApi.standings(undefined, signal),
    staleTime: 60_000,
  });
  const systems = useQuery({
    queryKey: ['compliance', 'systems'],
    queryFn: ({ signal }) => complianceApi.systems(signal),
    staleTime: 60_000,
  });
  const dossiers = useQuery({
    queryKey: ['compliance', 'mau-08', 'today'],
    queryFn: ({ signal }) => complianceApi.mau08({ day: dayOf(Date.now()) }, signal),
    staleTime: 60_000,
  });
  const runs = useQuery({
    queryKey: ['compliance', 'snapshots'],
    enabled: maySeeRuns,
    queryFn: ({ signal }) => complianceApi.snapshots(signal),
    staleTime: 60_000,
    retry: false,
  });
  const day = standings.data?.day ?? null;
  const earlier = earlierDay(runs.data?.runs.map((run) => run.day) ?? [], day);
  const before = useQuery({
    queryKey: ['compliance', 'standings', earlier],
    enabled: earlier !== undefined,
    queryFn: ({ signal }) => complianceApi.standings(earlier, signal),
    staleTime: 600_000,
  });
  const rows = useMemo<readonly Row[]>(() => {
    const standing = new Map(standings.data?.systems.map((one) => [one.systemId, one]));
    const then = new Map(before.data?.systems.map((one) => [one.systemId, one.score.percent]));
    const papers = new Map(dossiers.data?.part3.map((one) => [one.systemId, one]));
    return (systems.data?.systems ?? []).map((system) => ({
      system,
      standing: standing.get(system.id),
      before: then.get(system.id),
      dossier: papers.get(system.id),
    }));
  }, [before.data, dossiers.data, standings.data, systems.data]);
  return { rows, systems, day, earlier, running: runs.data?.running === true };
}

function Change({ row }: { readonly row: Row }) {
  const { number } = useI18n();
  const now = row.standing?.score.percent ?? null;
  if (now === null || row.before === undefined || row.before === null)
    return <span className="vg-muted">—</span>;
  const difference = Math.round((now - row.before) * 10) / 10;
  return (
    <span className="vg-change" data-way={difference > 0 ? 'up' : difference < 0 ? 'down' : 'same'}>
      {difference > 0 ? '▲ +' : difference < 0 ? '▼ ' : '= '}
      {number(difference)}
    </span>
  );
}

export default function SystemsPage() {
  const text = useText(messages);
  const words = useWords();
  const { number } = useI18n();
  const percent = usePercent();
  const query = useQueryState();
  const search = useRef<HTMLInputElement>(null);
  const mayAssess = useMay('compliance:approve');
  const mayWrite = useMay('system:write');
  const action = useAction();
  const { rows, systems, day, earlier, running } = useRows();
  const level = query.get('level');
  const agency = query.get('agency');
  const asked = foldedWords(query.get('q'));
  const [sortKey, sortWay] = (query.get('sort') === '' ? 'level.down' : query.get('sort')).split('.');
  const sorting: Sorting = { key: sortKey ?? 'level', down: sortWay === 'down' };
  const shown = rows
    .filter(
      ({ system }) =>
        (level === '' || String(system.level ?? 0) === level) &&
        (agency === '' || String(system.agencyId) === agency) &&
        containsWords(
          fold([system.name, system.code ?? '', system.agencyName, system.operatorName ?? ''].join(' \n ')),
          asked,
        ),
    )
    .toSorted((a, b) => {
      const [one, other] = [valueOf(a, sorting.key), valueOf(b, sorting.key)];
      const way = one < other ? -1 : one > other ? 1 : fold(a.system.name) < fold(b.system.name) ? -1 : 1;
      return one !== other && sorting.down ? -way : way;
    });
  const addressOf = (key: string | null) =>
    key === null ? '/compliance' : pathOf('compliance', 'systems', key);
  const current = useListKeys({
    keys: shown.map(({ system }) => String(system.id)),
    openKey: null,
    addressOf,
    onSearch: () => search.current?.focus(),
  });
  const sums = sumOf(shown.flatMap(({ standing }) => (standing === undefined ? [] : [standing.score])));
  const agencies = [...new Map(rows.map(({ system }) => [system.agencyId, system.agencyName]))];
  const columns: readonly Column<Row>[] = [
    {
      key: 'name',
      label: text('compliance.system'),
      width: '30%',
      wrap: true,
      cell: ({ system }) => (
        <>
          <Link to={addressOf(String(system.id))}>
            <LineText value={system.name} />
          </Link>
          <div className="vg-hint">
            <LineText value={system.agencyName} />
          </div>
        </>
      ),
    },
    {
      key: 'level',
      label: text('compliance.level'),
      width: '84px',
      numeric: true,
      cell: ({ system }) =>
        system.level === null ? <Badge tone="warn">{text('compliance.noLevel')}</Badge> : system.level,
    },
    {
      key: 'score',
      label: text('compliance.score'),
      width: '178px',
      cell: ({ standing }) =>
        standing === undefined ? (
          <span className="vg-muted">{text('compliance.notKept')}</span>
        ) : (
          <span className="vg-score-row" title={standing.score.arithmetic}>
            <strong>{percent(standing.score.percent)}</strong>
            <ScoreBar score={standing.score} />
          </span>
        ),
    },
    ...(earlier === undefined
      ? []
      : [
          {
            key: 'change',
            label: text('compliance.changeSince', { day: dayText(earlier) }),
            width: '136px',
            numeric: true,
            needs: 'wide' as const,
            cell: (row: Row) => <Change row={row} />,
          },
        ]),
    ...statuses
      .filter((status) => status !== 'provider' && status !== 'excepted')
      .map((status): Column<Row> => ({
        key: status === 'met' ? 'met' : status,
        label: words(statusWords[status]),
        width: '92px',
        numeric: true,
        needs: status === 'not-applicable' ? 'wide' : 'medium',
        cell: ({ standing }) => (standing === undefined ? '—' : number(standing.score[countedAs[status]])),
      })),
    {
      key: 'hosts',
      label: text('compliance.hosts'),
      width: '76px',
      numeric: true,
      needs: 'wide',
      cell: ({ system }) => number(system.hosts),
    },
    {
      key: 'dossier',
      label: text('compliance.dossier'),
      width: '168px',
      needs: 'narrow',
      cell: ({ dossier }) =>
        dossier?.status === undefined || dossier.status === null ? (
          <Badge tone="warn">{text('compliance.noDossier')}</Badge>
        ) : (
          <Badge tone={dossierTone[dossier.status]}>{words(dossierWords[dossier.status])}</Badge>
        ),
    },
  ];
  const filtered = level !== '' || agency !== '' || asked.length > 0;
  return (
    <Page
      title={text('compliance.heading')}
      summary={
        day === null
          ? text('compliance.systemCount', { n: rows.length })
          : text('compliance.asOf', { n: rows.length, day: dayText(day) })
      }
      actions={
        <>
          {mayWrite ? <Link to="/compliance/systems-table">{text('compliance.table')}</Link> : null}
          {mayAssess ? (
            <button
              type="button"
              className="vg-button"
              disabled={action.busy || running}
              onClick={() =>
                void action.run(async () => {
                  await complianceApi.assessAll();
                  return { text: text('compliance.assessing') };
                })
              }
            >
              {running ? text('compliance.running') : text('compliance.assess')}
            </button>
          ) : null}
        </>
      }
      toolbar={
        <>
          <SearchBox
            label={text('compliance.search')}
            value={query.get('q')}
            onChange={(q) => query.set({ q })}
            inputRef={search}
            testId="system-search"
          />
          <FilterSelect
            label={text('compliance.level')}
            all={text('compliance.anyLevel')}
            value={level}
            options={[5, 4, 3, 2, 1, 0].map((one) => ({
              value: String(one),
              label: one === 0 ? text('compliance.noLevel') : text('compliance.levelN', { level: one }),
            }))}
            onChange={(value) => query.set({ level: value })}
          />
          <FilterSelect
            label={text('compliance.agency')}
            all={text('compliance.anyAgency')}
            value={agency}
            options={agencies.map(([id, name]) => ({ value: String(id), label: name }))}
            onChange={(value) => query.set({ agency: value })}
          />
        </>
      }
    >
      <QueryView query={systems}>
        {() =>
          shown.length === 0 ? (
            <EmptyState title={filtered ? text('compliance.noMatch') : text('compliance.none')}>
              {filtered ? (
                <Link to="/compliance">{text('compliance.clear')}</Link>
              ) : (
                <p>{text('compliance.noneText')}</p>
              )}
            </EmptyState>
          ) : (
            <>
              <Stats>
                {[1, 2, 3, 4, 5]
                  .filter((one) => one < 5 || rows.some(({ system }) => system.level === 5))
                  .map((one) => (
                    <Stat
                      key={one}
                      name={text('compliance.levelN', { level: one })}
                      value={number(rows.filter(({ system }) => system.level === one).length)}
                      to={query.to('/compliance', { level: level === String(one) ? '' : String(one) })}
                    />
                  ))}
                {statuses.map((status) => (
                  <Stat
                    key={status}
                    name={words(statusWords[status])}
                    value={number(sums[status])}
                    tone={sums[status] === 0 ? undefined : statusTone[status]}
                    testId={`sum-${status}`}
                  />
                ))}
              </Stats>
              <section className="vg-card">
                <DataTable
                  caption={text('compliance.heading')}
                  columns={columns}
                  rows={shown}
                  keyOf={({ system }) => String(system.id)}
                  addressOf={({ system }) => addressOf(String(system.id))}
                  currentKey={current}
                  sorting={sorting}
                  sortable={sortable}
                  onSort={({ key, down }) => query.set({ sort: `${key}.${down ? 'down' : 'up'}` })}
                  testId="system-row"
                />
              </section>
              <p className="vg-hint">{text('compliance.formula')}</p>
            </>
          )
        }
      </QueryView>
    </Page>
  );
}
