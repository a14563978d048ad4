/** What came, changed and went on the host between two moments. */
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { navigate, useLocation } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge, type Tone } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { FactValue, useCategoryName, useFactName } from './fact-value.tsx';
import type { HostTabProps } from './host-page.tsx';
import { messages } from './host-state-messages.ts';
import { hostAddress } from './host-table.tsx';
import { readInventoryDiff } from './hosts-api.ts';
import type { InventoryDiff } from './hosts-types.ts';
import { differences, factText } from './inventory-rows.ts';
import { MomentField } from './moment-field.tsx';

type Change = InventoryDiff['changes'][number];
type Kind = Change['change'];
const kinds: readonly Kind[] = ['added', 'changed', 'removed'];
const kindLabel: Readonly<Record<Kind, readonly [LabelOf<typeof messages>, Tone]>> = {
  added: ['changes.added', 'good'],
  changed: ['changes.changed', 'info'],
  removed: ['changes.removed', 'warn'],
};

const dayMs = 86_400_000;
const spans = [
  [1, 'changes.day'],
  [7, 'changes.week'],
  [30, 'changes.month'],
] as const;
const factsShown = 4;
const pageRows = 300;

function Difference({ change }: { readonly change: Change }) {
  const factName = useFactName();
  if (change.change !== 'changed') {
    const facts = Object.entries(change.after ?? change.before ?? {})
      .filter(([, value]) => factText(value) !== '' && factText(value) !== change.key)
      .slice(0, factsShown);
    return (
      <span className="vg-diff-facts">
        {facts.map(([name, value]) => (
          <span key={name}>
            <span className="vg-muted">{factName(name)}:</span> <FactValue value={value} />
          </span>
        ))}
      </span>
    );
  }
  return (
    <span className="vg-diff-facts">
      {differences(change.facts.slice(0, factsShown), change.before, change.after).map(
        ({ name, before, after }) => (
          <span key={name}>
            <span className="vg-muted">{factName(name)}:</span>{' '}
            <del>
              <FactValue value={before} />
            </del>
            {' → '}
            <ins>
              <FactValue value={after} />
            </ins>
          </span>
        ),
      )}
    </span>
  );
}

export default function HostChanges({ agent }: HostTabProps) {
  const { number, language } = useI18n();
  const text = useText(messages);
  const nameOf = useCategoryName();
  const { search } = useLocation();
  const [opened] = useState(() => Date.now());
  const from = search.get('from') ?? new Date(opened - 7 * dayMs).toISOString();
  const to = search.get('to') ?? '';
  const category = search.get('category') ?? '';
  const kind = kinds.find((one) => one === search.get('kind'));
  const [limit, setLimit] = useState(pageRows);
  const go = (next: Readonly<Record<string, string>>) => {
    setLimit(pageRows);
    const now = { from, to, category, kind: kind ?? '', ...next };
    navigate(href(hostAddress(agent.id, 'changes'), now), { replace: true });
  };
  const query = useQuery({
    queryKey: ['hosts', 'changes', agent.id, from, to],
    queryFn: ({ signal }) => readInventoryDiff(agent.id, { from, to: to === '' ? undefined : to }, signal),
    staleTime: 60_000,
  });
  const all = useMemo(() => query.data?.changes ?? [], [query.data]);
  const ofCategory = useMemo(
    () => all.filter((change) => category === '' || change.category === category),
    [all, category],
  );
  const found = ofCategory.filter((change) => kind === undefined || change.change === kind);
  const rows = found.slice(0, limit);
  const collator = new Intl.Collator(language);
  const columns: readonly Column<Change>[] = [
    {
      key: 'change',
      label: text('changes.kinds'),
      width: '120px',
      cell: ({ change }) => <Badge tone={kindLabel[change][1]}>{text(kindLabel[change][0])}</Badge>,
    },
    {
      key: 'category',
      label: text('changes.category'),
      width: '170px',
      cell: (change) => nameOf(change.category),
    },
    { key: 'key', label: text('changes.what'), cell: ({ key }) => <LineText value={key} /> },
    {
      key: 'how',
      label: text('changes.how'),
      wrap: true,
      needs: 'medium',
      cell: (change) => <Difference change={change} />,
    },
  ];
  return (
    <>
      <div className="vg-page-toolbar vg-tab-toolbar">
        <MomentField
          label={text('changes.from')}
          value={from}
          withNow={false}
          testId="changes-from"
          onChange={(next) => go({ from: next })}
        />
        <MomentField
          label={text('changes.to')}
          value={to}
          testId="changes-to"
          onChange={(next) => go({ to: next })}
        />
        <span className="vg-row-acts">
          {spans.map(([days, label]) => (
            <button
              key={days}
              type="button"
              className="vg-button"
              onClick={() => go({ from: new Date(Date.now() - days * dayMs).toISOString(), to: '' })}
            >
              {text(label)}
            </button>
          ))}
        </span>
        <Chips
          label={text('changes.kinds')}
          chosen={kind === undefined ? [] : [kind]}
          chips={kinds.map((value) => ({
            value,
            label: text(kindLabel[value][0]),
            count: ofCategory.filter(({ change }) => change === value).length,
          }))}
          onToggle={(value) => go({ kind: value === kind ? '' : value })}
        />
        <FilterSelect
          label={text('changes.category')}
          all={text('inventory.categories')}
          value={category}
          options={[...Map.groupBy(all, (change) => change.category)]
            .map(([value, some]) => ({ value, label: `${nameOf(value)} (${number(some.length)})` }))
            .toSorted((a, b) => collator.compare(a.label, b.label))}
          onChange={(value) => go({ category: value })}
        />
      </div>
      <div className="vg-scroll">
        <QueryView query={query}>
          {(data) => (
            <>
              {data.more ? <p className="vg-hint vg-tab-note">{text('changes.tooMany')}</p> : null}
              {data.unknown.length === 0 ? null : (
                <p className="vg-hint vg-tab-note">
                  {text('changes.unknown', { names: data.unknown.map(nameOf).join(', ') })}
                </p>
              )}
              {rows.length === 0 ? (
                <EmptyState title={text('changes.none')}>
                  <p>{text('changes.noneText')}</p>
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('changes.caption')}
                  columns={columns}
                  rows={rows}
                  keyOf={(change) => `${change.category} ${change.key}`}
                  testId="change-row"
                />
              )}
              {found.length > rows.length ? (
                <div className="vg-more">
                  <button type="button" className="vg-button" onClick={() => setLimit(limit + pageRows)}>
                    {text('inventory.more', { n: Math.min(pageRows, found.length - rows.length) })}
                  </button>
                </div>
              ) : null}
            </>
          )}
        </QueryView>
      </div>
    </>
  );
}
