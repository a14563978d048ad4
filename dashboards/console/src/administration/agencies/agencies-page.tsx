/** The agency tree: who stands below whom, now or as of a day, with hosts and systems; each opened beside the tree. */
import Button from 'antd/es/button';
import { useRef, useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { dayOf } from '../../format/day.ts';
import { href, pathOf } from '../../router/location.ts';
import { Link, navigate } from '../../router/router.tsx';
import { useQueryState } from '../../router/use-query.ts';
import type { PageProps } from '../../shell/area.ts';
import { Icon } from '../../shell/icons.tsx';
import { useMay } from '../../shell/me.ts';
import '../../styles/administration.css';
import '../../styles/explore.css';
import { download } from '../../ui/download.ts';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { CheckField } from '../../ui/form-fields.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Page, Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { SearchBox } from '../../ui/search-box.tsx';
import { useAction } from '../../ui/use-action.ts';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { messages } from './agencies-messages.ts';
import { AgencyForm } from './agency-form.tsx';
import { AgencyPanel } from './agency-panel.tsx';
import { AgencyTable } from './agency-table.tsx';
import { agencyKinds, kindLabel } from './agency-words.ts';
import { useAgencyRows } from './use-agency-rows.ts';
import { useAgencyTree } from './use-agency-tree.ts';

const home = '/administration/agencies';

export default function AgenciesPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const text = useText(messages);
  const { language } = useI18n();
  const state = useQueryState();
  const action = useAction();
  const mayWrite = useMay('agency:write');
  const input = useRef<HTMLInputElement>(null);
  const [adding, setAdding] = useState(false);
  const asOf = /^\d{4}-\d{2}-\d{2}$/u.test(state.get('asOf')) ? state.get('asOf') : '';
  const withEnded = state.get('ended') === 'true';
  const filters = { text: state.get('text'), kind: state.oneOf('kind', agencyKinds) ?? '' } as const;
  const tree = useAgencyTree(asOf, withEnded);
  const { rows, closed, toggle, filtered } = useAgencyRows(tree.agencies, filters);
  const addressOf = (id: string | null) =>
    state.to(id === null ? home : pathOf('administration', 'agencies', id));
  const current = useListKeys({
    keys: rows.map(({ agency }) => String(agency.id)),
    openKey: openId,
    addressOf,
    onSearch: () => input.current?.focus(),
  });
  const exportCsv = () =>
    void action.run(async () => {
      await download(`/agencies/export?language=${language}`, 'co-quan.csv');
      return undefined;
    });
  return (
    <Page
      title={text('agencies.title')}
      layout="plain"
      summary={
        tree.query.data === undefined ? undefined : text('agencies.summary', { n: tree.agencies.length })
      }
      actions={
        <>
          <Link to="/administration/calendars">{text('agencies.calendars')}</Link>
          <Link to="/administration/agency-changes">{text('agencies.changes')}</Link>
          <Button loading={action.busy} onClick={exportCsv} data-testid="agencies-export">
            {text('agencies.export')}
          </Button>
          {mayWrite ? (
            <>
              <Button
                icon={<Icon name="upload" />}
                onClick={() => navigate('/administration/agencies/import')}
              >
                {text('agencies.import')}
              </Button>
              <Button
                type="primary"
                icon={<Icon name="plus" />}
                data-testid="agency-add"
                onClick={() => setAdding(true)}
              >
                {text('agencies.add')}
              </Button>
            </>
          ) : null}
        </>
      }
      toolbar={
        <>
          <SearchBox
            label={text('agencies.find')}
            value={filters.text}
            inputRef={input}
            waitMs={150}
            testId="agency-search"
            onChange={(next) => state.set({ text: next })}
          />
          <FilterSelect
            label={text('agencies.kind')}
            all={text('agencies.anyKind')}
            value={filters.kind}
            options={agencyKinds.map((kind) => ({ value: kind, label: text(kindLabel[kind]) }))}
            onChange={(kind) => state.set({ kind })}
          />
          <CheckField
            label={text('agencies.withEnded')}
            checked={withEnded}
            onChange={(on) => state.set({ ended: on ? 'true' : '' })}
          />
          <span className="vg-filter" data-set={asOf === '' ? undefined : 'true'}>
            <label htmlFor="agencies-as-of">{text('agencies.asOf')}</label>
            <input
              id="agencies-as-of"
              type="date"
              max={dayOf(Date.now())}
              value={asOf}
              onChange={(event) => state.set({ asOf: event.target.value })}
            />
          </span>
          {asOf === '' ? null : (
            <button type="button" className="vg-link" onClick={() => state.set({ asOf: '' })}>
              {text('agencies.asOfNow')}
            </button>
          )}
        </>
      }
    >
      <Split
        list={
          <QueryView query={tree.query}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={text('agencies.none')}>
                  <Link to={href(home)}>{text('agencies.clear')}</Link>
                </EmptyState>
              ) : (
                <AgencyTable
                  tree={tree}
                  rows={rows}
                  filtered={filtered}
                  closed={closed}
                  onToggle={toggle}
                  addressOf={addressOf}
                  currentKey={current}
                />
              )
            }
          </QueryView>
        }
        panel={
          openId === null ? null : (
            <AgencyPanel
              key={openId}
              id={openId}
              tree={tree}
              addressOf={addressOf}
              onClose={() => navigate(addressOf(null))}
            />
          )
        }
      />
      {adding ? <AgencyForm agencies={tree.agencies} onClose={() => setAdding(false)} /> : null}
    </Page>
  );
}
