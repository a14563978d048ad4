/** What the host had at a moment: categories with how well each is known, their items, a search over all of them. */
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useRef, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { SidePanel } from '../ui/side-panel.tsx';
import { FieldList } from '../ui/field-list.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { FactValue, useCategoryName, useFactName } from './fact-value.tsx';
import type { HostTabProps } from './host-page.tsx';
import { messages } from './host-state-messages.ts';
import { hostAddress } from './host-table.tsx';
import { readInventory } from './hosts-api.ts';
import type { Inventory } from './hosts-types.ts';
import { factColumns, searchItems } from './inventory-rows.ts';
import { MomentField } from './moment-field.tsx';

type Category = Inventory['categories'][number];
type Item = Inventory['items'][number];

const columnsMax = 4;
const pageRows = 300;
const keyOf = ({ category, key }: Item): string => `${category} ${key}`;

function Standing({ category }: { readonly category: Category }) {
  const text = useText(messages);
  const { state, check, truncated } = category;
  return (
    <>
      {state === 'partial' ? <Badge tone="warn">{text('inventory.partial')}</Badge> : null}
      {state === 'failed' ? <Badge tone="bad">{text('inventory.failed')}</Badge> : null}
      {state === 'unknown' ? <Badge tone="quiet">{text('inventory.unknown')}</Badge> : null}
      {check === 'differs' ? <Badge tone="bad">{text('inventory.differs')}</Badge> : null}
      {truncated > 0 ? <Badge tone="warn">{text('inventory.truncated', { n: truncated })}</Badge> : null}
    </>
  );
}

function CategoryNote({ category }: { readonly category: Category }) {
  const text = useText(messages);
  const { unread, check, toldAt } = category;
  return (
    <div className="vg-inventory-note">
      <Standing category={category} />
      {unread === '' ? null : <LineText value={unread} />}
      {check === 'differs' ? <span>{text('inventory.differsText')}</span> : null}
      {toldAt === null ? null : (
        <span className="vg-muted">
          {text('inventory.told')} <AbsoluteTime iso={toldAt} />
        </span>
      )}
    </div>
  );
}

function Categories(props: {
  readonly categories: readonly Category[];
  readonly chosen: string;
  readonly counts: ReadonlyMap<string, number> | null;
  readonly onChoose: (category: string) => void;
}) {
  const { number, language } = useI18n();
  const text = useText(messages);
  const nameOf = useCategoryName();
  const collator = new Intl.Collator(language);
  return (
    <nav className="vg-inventory-categories" aria-label={text('inventory.categories')}>
      <ul>
        {props.categories
          .toSorted((a, b) => collator.compare(nameOf(a.category), nameOf(b.category)))
          .map((category) => (
            <li key={category.category}>
              <button
                type="button"
                aria-pressed={category.category === props.chosen}
                data-category={category.category}
                data-faulty={category.state !== 'complete' || category.check === 'differs'}
                onClick={() => props.onChoose(category.category)}
              >
                <span>{nameOf(category.category)}</span>
                <span className="vg-chip-count">
                  {number(
                    props.counts?.get(category.category) ??
                      (props.counts === null ? (category.items ?? 0) : 0),
                  )}
                </span>
              </button>
            </li>
          ))}
      </ul>
    </nav>
  );
}

function ItemPanel({ item, onClose }: { readonly item: Item; readonly onClose: () => void }) {
  const text = useText(messages);
  const nameOf = useCategoryName();
  return (
    <SidePanel
      label={nameOf(item.category)}
      title={<LineText value={item.key} />}
      top={nameOf(item.category)}
      openKey={keyOf(item)}
      testId="inventory-panel"
      onClose={onClose}
    >
      <FieldList fields={item.facts} />
      <p className="vg-hint">
        {text('inventory.told')} <AbsoluteTime iso={item.toldAt} />
      </p>
    </SidePanel>
  );
}

export default function HostInventory({ agent }: HostTabProps) {
  const text = useText(messages);
  const factName = useFactName();
  const { search } = useLocation();
  const at = search.get('at') ?? '';
  const words = search.get('q') ?? '';
  const openKey = search.get('item');
  const [limit, setLimit] = useState(pageRows);
  const input = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['hosts', 'inventory', agent.id, at],
    queryFn: ({ signal }) => readInventory(agent.id, { at: at === '' ? undefined : at }, signal),
    staleTime: 60_000,
  });
  const categories = useMemo(
    () => (query.data?.categories ?? []).filter(({ category }) => category !== 'collection'),
    [query.data],
  );
  const asked = search.get('category');
  const chosen =
    categories.find(({ category }) => category === asked) ??
    categories.find(({ category }) => category === 'package') ??
    categories[0];
  const go = (next: Readonly<Record<string, string | null>>) => {
    const now = { at, q: words, category: chosen?.category ?? '', item: openKey, ...next };
    navigate(href(hostAddress(agent.id, 'inventory'), now), { replace: true });
  };
  const wanted = useDeferredValue(words);
  const found = useMemo(() => searchItems(query.data?.items ?? [], wanted), [query.data, wanted]);
  const counts = useMemo(() => {
    if (wanted === '') return null;
    return new Map(
      [...Map.groupBy(found, ({ category }) => category)].map(([name, some]) => [name, some.length]),
    );
  }, [found, wanted]);
  // A search that finds nothing in the chosen category shows where it found something.
  const shownCategory =
    counts !== null && !counts.has(chosen?.category ?? '') ? found[0]?.category : chosen?.category;
  const all = useMemo(
    () => found.filter(({ category }) => category === shownCategory),
    [found, shownCategory],
  );
  const rows = all.slice(0, limit);
  const names = useMemo(() => factColumns(all, columnsMax), [all]);
  const open = query.data?.items.find((item) => keyOf(item) === openKey);
  const current = useListKeys({
    keys: rows.map(keyOf),
    openKey: open === undefined ? null : openKey,
    addressOf: (key) =>
      href(hostAddress(agent.id, 'inventory'), { at, q: words, category: shownCategory ?? '', item: key }),
    onSearch: () => input.current?.focus(),
  });
  const columns: readonly Column<Item>[] = [
    {
      key: 'key',
      label: text('inventory.name'),
      cell: (item) => (
        <Link
          to={href(hostAddress(agent.id, 'inventory'), {
            at,
            q: words,
            category: item.category,
            item: keyOf(item),
          })}
          className="vg-row-link"
        >
          <LineText value={item.key} />
        </Link>
      ),
    },
    ...names.map((name, index): Column<Item> => ({
      key: name,
      label: factName(name),
      ...(index > 1 ? { needs: 'medium' } : {}),
      cell: ({ facts }) => <FactValue value={facts[name]} />,
    })),
  ];
  const standing = categories.find(({ category }) => category === shownCategory);
  return (
    <>
      <div className="vg-page-toolbar vg-tab-toolbar">
        <SearchBox
          label={text('inventory.search')}
          value={words}
          inputRef={input}
          testId="inventory-search"
          onChange={(q) => {
            setLimit(pageRows);
            go({ q, item: null });
          }}
        />
        <MomentField
          label={text('inventory.at')}
          value={at}
          testId="inventory-at"
          onChange={(next) => go({ at: next, item: null })}
        />
        <span className="vg-toolbar-count" role="status">
          {query.data === undefined
            ? ''
            : text('inventory.found', { n: wanted === '' ? all.length : found.length })}
        </span>
      </div>
      <QueryView query={query}>
        {(data) =>
          data.items.length === 0 && categories.every(({ toldAt }) => toldAt === null) ? (
            <EmptyState title={text('inventory.never')}>
              <p>{text('inventory.neverText')}</p>
            </EmptyState>
          ) : (
            <div className="vg-inventory">
              <Categories
                categories={categories}
                chosen={shownCategory ?? ''}
                counts={counts}
                onChoose={(category) => {
                  setLimit(pageRows);
                  go({ category, item: null });
                }}
              />
              <Split
                list={
                  <>
                    {standing === undefined ? null : <CategoryNote category={standing} />}
                    {rows.length === 0 ? (
                      <EmptyState title={text(wanted === '' ? 'inventory.none' : 'inventory.noMatch')}>
                        {wanted === '' ? <p>{text('inventory.noneText')}</p> : null}
                      </EmptyState>
                    ) : (
                      <DataTable
                        caption={text('inventory.categories')}
                        columns={columns}
                        rows={rows}
                        keyOf={keyOf}
                        addressOf={(item) =>
                          href(hostAddress(agent.id, 'inventory'), {
                            at,
                            q: words,
                            category: item.category,
                            item: keyOf(item),
                          })
                        }
                        currentKey={current}
                        testId="inventory-row"
                      />
                    )}
                    {all.length > rows.length ? (
                      <div className="vg-more">
                        <button
                          type="button"
                          className="vg-button"
                          onClick={() => setLimit(limit + pageRows)}
                        >
                          {text('inventory.more', { n: Math.min(pageRows, all.length - rows.length) })}
                        </button>
                      </div>
                    ) : null}
                    {data.next === null ? null : (
                      <p className="vg-hint vg-tab-note">{text('inventory.cut')}</p>
                    )}
                  </>
                }
                panel={
                  open === undefined ? null : <ItemPanel item={open} onClose={() => go({ item: null })} />
                }
              />
            </div>
          )
        }
      </QueryView>
    </>
  );
}
