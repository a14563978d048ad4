/** The list of hosts: who is on watch, who went silent, what each has to be looked at for. */
import { lazy, Suspense, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import '../styles/hosts.css';
import { visibleString } from '../text/visible-text.ts';
import { Chips } from '../ui/chips.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState, ErrorNotice } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { useSelection } from '../ui/use-selection.ts';
import { agentStateLabel } from './host-parts.tsx';
import {
  countBy,
  countMarks,
  filterHosts,
  hostMarks,
  hostQuery,
  hostStates,
  levelOf,
  parseHostFilters,
  sortHosts,
  stateOf,
  type HostFilters,
  type HostMark,
  type HostRow,
} from './host-rows.ts';
import { hostAddress, HostTable } from './host-table.tsx';
import { messages } from './hosts-messages.ts';
import { InstallCommands } from './install/install-commands.tsx';
import { useHosts } from './use-hosts.ts';

const HostsBulk = lazy(() => import('./hosts-bulk.tsx'));

const pageRows = 200;

const markLabel: Readonly<Record<HostMark, LabelOf<typeof messages>>> = {
  silent: 'hosts.silent',
  alerts: 'hosts.withAlerts',
  exploited: 'hosts.exploited',
  vulnerable: 'hosts.vulnerable',
  skewed: 'hosts.skewed',
};

function FirstHost() {
  const text = useText(messages);
  const may = useMay('join-token:write');
  return (
    <EmptyState title={text('hosts.none')}>
      <p>{text('hosts.noneText')}</p>
      <InstallCommands />
      {may ? <Link to="/hosts/install">{text('hosts.makeToken')}</Link> : null}
    </EmptyState>
  );
}

type FilterProps = {
  readonly rows: readonly HostRow[];
  readonly filters: HostFilters;
  readonly change: (next: Partial<HostFilters>) => void;
};

function Filters({ rows, filters, change }: FilterProps) {
  const { t, language, number } = useI18n();
  const text = useText(messages);
  const facets = useMemo(() => {
    const collator = new Intl.Collator(language, { numeric: true });
    const options = (
      without: 'os' | 'agency' | 'level' | 'group',
      valueOf: (row: HostRow) => string,
      labelOf: (row: HostRow) => string,
    ) => {
      const some = filterHosts(rows, filters, without);
      const labels = new Map(some.map((row) => [valueOf(row), labelOf(row)]));
      return [...countBy(some, valueOf)]
        .map(([value, count]) => ({
          value,
          label: `${visibleString(labels.get(value) ?? value)} (${number(count)})`,
        }))
        .toSorted((a, b) => collator.compare(a.label, b.label));
    };
    const level = (row: HostRow) => {
      const value = levelOf(row);
      return value === '-' ? text('hosts.noLevel') : text('hosts.level', { n: Number(value) });
    };
    return {
      states: countBy(filterHosts(rows, filters, 'states'), ({ agent }) => stateOf(agent)),
      marks: countMarks(filterHosts(rows, filters, 'mark')),
      os: options(
        'os',
        ({ agent }) => agent.osName,
        ({ agent }) => agent.osName,
      ),
      agency: options(
        'agency',
        ({ agent }) => String(agent.agencyId),
        ({ agent }) => agent.agencyName,
      ),
      level: options('level', levelOf, level),
      group: options(
        'group',
        ({ agent }) => agent.group ?? '-',
        ({ agent }) => agent.group ?? text('hosts.noGroup'),
      ),
    };
  }, [filters, language, number, rows, text]);
  return (
    <>
      <Chips
        label={text('hosts.states')}
        chosen={filters.states}
        testId="host-states"
        chips={hostStates
          .filter((state) => (facets.states.get(state) ?? 0) > 0 || filters.states.includes(state))
          .map((state) => ({
            value: state,
            label: state === 'gone' ? text('hosts.gone') : t(agentStateLabel[state]),
            count: facets.states.get(state) ?? 0,
          }))}
        onToggle={(state) =>
          change({
            states: filters.states.includes(state)
              ? filters.states.filter((known) => known !== state)
              : [...filters.states, state],
          })
        }
      />
      <Chips
        label={text('hosts.marks')}
        chosen={filters.mark === '' ? [] : [filters.mark]}
        testId="host-marks"
        chips={hostMarks
          .filter((mark) => facets.marks[mark] > 0 || filters.mark === mark)
          .map((mark) => ({ value: mark, label: text(markLabel[mark]), count: facets.marks[mark] }))}
        onToggle={(mark) => change({ mark: filters.mark === mark ? '' : mark })}
      />
      <div className="vg-host-filters">
        <FilterSelect
          label={text('hosts.agency')}
          all={text('hosts.anyAgency')}
          value={filters.agency}
          options={facets.agency}
          testId="host-agency"
          onChange={(agency) => change({ agency })}
        />
        <FilterSelect
          label={text('hosts.levelName')}
          all={text('hosts.anyLevel')}
          value={filters.level}
          options={facets.level}
          onChange={(level) => change({ level })}
        />
        <FilterSelect
          label={text('hosts.os')}
          all={text('hosts.anyOs')}
          value={filters.os}
          options={facets.os}
          onChange={(os) => change({ os })}
        />
        {facets.group.length < 2 && filters.group === '' ? null : (
          <FilterSelect
            label={text('hosts.group')}
            all={text('hosts.anyGroup')}
            value={filters.group}
            options={facets.group}
            onChange={(group) => change({ group })}
          />
        )}
      </div>
    </>
  );
}

export default function HostsPage() {
  const { language } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const filters = useMemo(() => parseHostFilters(search), [search]);
  const wanted = useDeferredValue(filters);
  const { agents, rows, partError } = useHosts();
  const [limit, setLimit] = useState(pageRows);
  const selection = useSelection();
  const input = useRef<HTMLInputElement>(null);
  const mayWrite = useMay('agent:write');
  const mayRespond = useMay('response:request');
  const found = useMemo(
    () => sortHosts(filterHosts(rows, wanted), wanted, language),
    [language, rows, wanted],
  );
  const shown = useMemo(() => found.slice(0, limit), [found, limit]);
  const change = (next: Partial<HostFilters>) => {
    setLimit(pageRows);
    navigate(href('/hosts', hostQuery({ ...filters, ...next })), { replace: true });
  };
  const may = mayWrite || mayRespond;
  const current = useListKeys({
    keys: shown.map(({ agent }) => agent.id),
    openKey: null,
    addressOf: (key) => (key === null ? '/hosts' : hostAddress(key)),
    selection: may ? selection : undefined,
    onSearch: () => input.current?.focus(),
  });
  const online = rows.filter(({ agent }) => agent.state === 'online').length;
  const counted = rows.filter(({ agent }) => stateOf(agent) !== 'gone').length;
  return (
    <Page
      title={text('hosts.title')}
      summary={agents.data === undefined ? undefined : text('hosts.summary', { online, total: counted })}
      layout="list"
      toolbar={
        <>
          <SearchBox
            label={text('hosts.search')}
            value={filters.text}
            onChange={(next) => change({ text: next })}
            inputRef={input}
            testId="host-search"
          />
          <Filters rows={rows} filters={filters} change={change} />
          <span className="vg-toolbar-count" role="status">
            {agents.data === undefined ? '' : text('hosts.shown', { n: found.length })}
          </span>
        </>
      }
    >
      {partError === null ? null : <ErrorNotice error={partError} />}
      <QueryView query={agents}>
        {() => (
          <>
            {rows.length === 0 ? <FirstHost /> : null}
            {rows.length > 0 && found.length === 0 ? (
              <EmptyState title={text('hosts.noMatch')}>
                <Link to="/hosts">{text('hosts.clear')}</Link>
              </EmptyState>
            ) : null}
            {shown.length === 0 ? null : (
              <HostTable
                rows={shown}
                currentKey={current}
                selection={may ? selection : undefined}
                sorting={{ key: filters.sort, down: filters.down }}
                onSort={change}
              />
            )}
            {found.length > shown.length ? (
              <div className="vg-more">
                <button type="button" className="vg-button" onClick={() => setLimit(limit + pageRows)}>
                  {text('hosts.more', { n: Math.min(pageRows, found.length - shown.length) })}
                </button>
              </div>
            ) : null}
          </>
        )}
      </QueryView>
      {selection.keys.size === 0 ? null : (
        <Suspense fallback={null}>
          <HostsBulk selection={selection} rows={rows} found={found} />
        </Suspense>
      )}
    </Page>
  );
}
