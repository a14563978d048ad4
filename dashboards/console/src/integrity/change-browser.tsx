/** Changes of watched files: grouped, filtered by cause, searched, with the open one beside them. Of all hosts, or of one. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useRef, useState, type ReactNode } from 'react';
import type { ApiEvent } from '../api/types.ts';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import '../styles/integrity.css';
import { LineText } from '../text/safe-text.tsx';
import { Chips } from '../ui/chips.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Split } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { ChangePanel } from './change-panel.tsx';
import { ChangeTable } from './change-table.tsx';
import {
  causes,
  changeOf,
  groupChanges,
  groupings,
  searchChanges,
  type Change,
  type Group,
  type Grouping,
} from './integrity-change.ts';
import { causeLabel, groupLabel } from './integrity-labels.ts';
import { messages } from './integrity-messages.ts';

const spans = { '24h': 1, '7d': 7, '30d': 30 } as const;
type Span = keyof typeof spans;
const spanNames: readonly Span[] = ['24h', '7d', '30d'];
const spanLabel: Readonly<Record<Span, LabelOf<typeof messages>>> = {
  '24h': 'integrity.day',
  '7d': 'integrity.week',
  '30d': 'integrity.month',
};
const dayMs = 86_400_000;
const pageSize = 500;
const groupRows = 25;

function GroupName({ group, by }: { readonly group: Group; readonly by: Grouping }) {
  const text = useText(messages);
  const cause = causes.find((one) => one === group.key);
  if (by === 'cause' && cause !== undefined) return text(causeLabel[cause]);
  return <LineText value={group.key} />;
}

function GroupPart(props: {
  readonly group: Group;
  readonly by: Grouping;
  readonly table: (rows: readonly Change[]) => ReactNode;
}) {
  const { group, by, table } = props;
  const text = useText(messages);
  const [limit, setLimit] = useState(groupRows);
  const left = group.changes.length - limit;
  return (
    <details className="vg-group" open data-testid="integrity-group" data-group={group.key}>
      <summary>
        <h2>
          <GroupName group={group} by={by} />
        </h2>
        <span className="vg-muted">{text('integrity.groupCount', { n: group.changes.length })}</span>
      </summary>
      {table(group.changes.slice(0, limit))}
      {left > 0 ? (
        <div className="vg-more">
          <button type="button" className="vg-button" onClick={() => setLimit(limit + groupRows * 8)}>
            {text('integrity.groupMore', { n: Math.min(left, groupRows * 8) })}
          </button>
        </div>
      ) : null}
    </details>
  );
}

type Props = {
  /** Of one host; else of all. */
  readonly agentId?: string;
  /** Where this is shown; the filters follow. */
  readonly path: string;
};

export function ChangeBrowser({ agentId, path }: Props) {
  const { dateTime } = useI18n();
  const text = useText(messages);
  const { search } = useLocation();
  const given = (name: string) => search.get(name) ?? '';
  const span = spanNames.find((one) => one === given('range')) ?? '7d';
  const words = given('q');
  const by = groupings.find((one) => one === given('by')) ?? (agentId === undefined ? 'cause' : 'day');
  const chosen = causes.filter((cause) => given('cause').split(',').includes(cause));
  const openKey = search.get('change');
  const input = useRef<HTMLInputElement>(null);
  const [opened] = useState(() => Date.now());
  // Another page leads here with the time from which to look.
  const sinceMs = Date.parse(given('since'));
  const since = Number.isFinite(sinceMs) ? new Date(sinceMs).toISOString() : '';
  const from = since === '' ? new Date(opened - spans[span] * dayMs).toISOString() : since;
  const query = useInfiniteQuery({
    queryKey: ['integrity', 'changes', agentId ?? '', from],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      api.events(
        {
          channel: 'integrity',
          from,
          limit: pageSize,
          ...(agentId === undefined ? {} : { agentId }),
          ...(pageParam === undefined ? {} : { after: pageParam }),
        },
        signal,
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
    staleTime: 30_000,
  });
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    enabled: by === 'agency',
  });
  const all = useMemo(
    () => (query.data?.pages ?? []).flatMap(({ events }) => events.map((event: ApiEvent) => changeOf(event))),
    [query.data],
  );
  const wanted = useDeferredValue(words);
  const searched = useMemo(() => searchChanges(all, wanted), [all, wanted]);
  const found = searched.filter(({ cause }) => chosen.length === 0 || chosen.includes(cause));
  const agencies = new Map(agents.data?.agents.map(({ id, agencyName }) => [id, agencyName]));
  const groups = groupChanges(found, by, {
    agencyOf: (id) => agencies.get(id) ?? '—',
    dayOf: (iso) => /\d{2}\/\d{2}\/\d{4}/u.exec(dateTime(iso))?.[0] ?? iso,
  });
  const addressOf = (key: string | null) =>
    href(path, {
      since,
      range: span === '7d' ? '' : span,
      q: words,
      by: given('by'),
      cause: chosen,
      change: key,
    });
  const go = (next: Readonly<Record<string, string | readonly string[]>>) =>
    navigate(href(path, { since, range: span, q: words, by: given('by'), cause: chosen, ...next }), {
      replace: true,
    });
  const open = all.find(({ event }) => event.id === openKey);
  const current = useListKeys({
    keys: groups.flatMap(({ changes }) => changes.map(({ event }) => event.id)),
    openKey: open === undefined ? null : openKey,
    addressOf,
    onSearch: () => input.current?.focus(),
  });
  const table = (rows: readonly Change[]) => (
    <ChangeTable rows={rows} addressOf={addressOf} currentKey={current} withHost={agentId === undefined} />
  );
  return (
    <>
      <div className="vg-page-toolbar vg-tab-toolbar">
        <SearchBox
          label={text('integrity.search')}
          value={words}
          inputRef={input}
          testId="integrity-search"
          onChange={(q) => go({ q })}
        />
        <Chips
          label={text('integrity.range')}
          chosen={[since === '' ? span : 'since']}
          chips={[
            ...spanNames.map((value) => ({ value, label: text(spanLabel[value]) })),
            ...(since === ''
              ? []
              : [{ value: 'since' as const, label: text('integrity.sinceTime', { time: dateTime(since) }) }]),
          ]}
          onToggle={(range) => go(range === 'since' ? { since: '' } : { range, since: '' })}
        />
        <Chips
          label={text('integrity.causes')}
          chosen={chosen}
          testId="integrity-causes"
          chips={causes
            .map((value) => ({
              value,
              label: text(causeLabel[value]),
              count: searched.filter(({ cause }) => cause === value).length,
            }))
            .filter(({ value, count }) => count > 0 || chosen.includes(value))}
          onToggle={(cause) =>
            go({ cause: chosen.includes(cause) ? chosen.filter((one) => one !== cause) : [...chosen, cause] })
          }
        />
        <FilterSelect
          label={text('integrity.groupBy')}
          all={`${text('integrity.groupBy')}: ${text(groupLabel[agentId === undefined ? 'cause' : 'day'])}`}
          value={given('by')}
          options={groupings.map((value) => ({
            value,
            label: `${text('integrity.groupBy')}: ${text(groupLabel[value])}`,
          }))}
          onChange={(next) => go({ by: next })}
        />
        <span className="vg-toolbar-count" role="status">
          {query.data === undefined
            ? ''
            : query.hasNextPage
              ? text('integrity.loadedMore', { n: all.length })
              : text('integrity.loaded', { n: found.length })}
        </span>
      </div>
      <Split
        list={
          <QueryView query={query}>
            {() => (
              <>
                {all.length === 0 ? (
                  <EmptyState title={text('integrity.none')}>
                    <p>{text('integrity.noneText')}</p>
                    <Link to="/integrity/baselines">{text('integrity.toBaselines')}</Link>
                  </EmptyState>
                ) : null}
                {all.length > 0 && found.length === 0 ? (
                  <EmptyState title={text('integrity.noMatch')} />
                ) : null}
                {groups.map((group) => (
                  <GroupPart key={`${by} ${group.key}`} group={group} by={by} table={table} />
                ))}
                <More query={query} />
              </>
            )}
          </QueryView>
        }
        panel={
          open === undefined ? null : <ChangePanel change={open} onClose={() => navigate(addressOf(null))} />
        }
      />
    </>
  );
}
