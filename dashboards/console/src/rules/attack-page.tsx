/** Which techniques the rules watch for, by tactic: how many rules are on, whether their data arrives, what they matched. */
import { useMutation, useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo } from 'react';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { Icon } from '../shell/icons.tsx';
import { DataTable } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { saveText } from '../ui/save-text.ts';
import { tacticLabel } from '../ui/tag-list.tsx';
import '../styles/explore.css';
import './rules.css';
import { attackMatrix, type Cell, type Matrix } from './attack-matrix.ts';
import { messages } from './attack-messages.ts';
import { attackLayer, coverage, ruleFacets } from './rules-api.ts';

/** How deep the colour of a cell is: by the number of rules with data. */
const depthOf = (withData: number): string => String(Math.min(4, withData));

function MatrixCell({ cell, product }: { readonly cell: Cell; readonly product: string }) {
  const { number } = useI18n();
  const text = useText(messages);
  const rulesOf = (technique: string) => href('/rules', { state: 'on', product, technique });
  const said = (id: string, rules: number, data: number, matches: number) =>
    text('attack.cell', { id, rules, data, matches });
  return (
    <li className="vg-attack-cell" data-depth={depthOf(cell.withData)} data-testid="attack-cell">
      <Link to={rulesOf(cell.id)} title={said(cell.id, cell.rules, cell.withData, cell.matches)}>
        <b>{cell.id}</b>
        <span>{text('attack.cellRules', { n: cell.rules })}</span>
        {cell.matches === 0 ? null : <span className="vg-attack-matches">{number(cell.matches)}</span>}
      </Link>
      {cell.subs.map(({ technique, withData, withoutData, matches }) => (
        <Link
          key={technique}
          className="vg-attack-sub"
          to={rulesOf(technique)}
          title={said(technique, withData + withoutData, withData, matches)}
        >
          <span>
            <span className="vg-sr">{technique.split('.')[0]}</span>.{technique.split('.')[1]}
          </span>
          <span>{withData + withoutData}</span>
        </Link>
      ))}
    </li>
  );
}

function MatrixView({ matrix, product }: { readonly matrix: Matrix; readonly product: string }) {
  const { t } = useI18n();
  const text = useText(messages);
  const columns = [
    ...matrix.columns.map(({ tactic, cells }) => ({ key: tactic, name: t(tacticLabel[tactic]), cells })),
    ...(matrix.others.length === 0
      ? []
      : [{ key: 'others', name: text('attack.others'), cells: matrix.others }]),
  ];
  return (
    <div
      className="vg-attack"
      data-testid="attack-matrix"
      tabIndex={0}
      role="region"
      aria-label={text('attack.title')}
    >
      {columns.map(({ key, name, cells }) => (
        <section key={key} aria-label={name}>
          <h2>
            {name}
            <span>{cells.length}</span>
          </h2>
          {cells.length === 0 ? <p className="vg-hint">{text('attack.none')}</p> : null}
          <ul>
            {cells.map((cell) => (
              <MatrixCell key={cell.id} cell={cell} product={product} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function TableView({ matrix, product }: { readonly matrix: Matrix; readonly product: string }) {
  const { t, number } = useI18n();
  const text = useText(messages);
  const rows = [
    ...matrix.columns.flatMap(({ tactic, cells }) =>
      cells.map((cell) => ({ ...cell, key: `${tactic}/${cell.id}`, tactic: t(tacticLabel[tactic]) })),
    ),
    ...matrix.others.map((cell) => ({ ...cell, key: cell.id, tactic: text('attack.others') })),
  ];
  return (
    <DataTable
      caption={text('attack.title')}
      rows={rows}
      keyOf={({ key }) => key}
      columns={[
        { key: 'tactic', label: text('attack.tactic'), cell: ({ tactic }) => tactic },
        {
          key: 'technique',
          label: text('attack.technique'),
          cell: ({ id }) => <Link to={href('/rules', { state: 'on', product, technique: id })}>{id}</Link>,
        },
        { key: 'rules', label: text('attack.rules'), numeric: true, cell: ({ rules }) => number(rules) },
        {
          key: 'data',
          label: text('attack.withData'),
          numeric: true,
          cell: ({ withData }) => number(withData),
        },
        {
          key: 'matches',
          label: text('attack.matches'),
          numeric: true,
          cell: ({ matches }) => number(matches),
        },
      ]}
    />
  );
}

export default function AttackPage() {
  const text = useText(messages);
  const { search } = useLocation();
  const product = search.get('product') ?? '';
  const isTable = search.get('as') === 'table';
  const go = (next: { readonly product?: string; readonly as?: string }) =>
    navigate(href('/rules/attack', { product, as: isTable ? 'table' : '', ...next }), { replace: true });
  const query = useQuery({
    queryKey: ['rules', 'coverage', product],
    queryFn: ({ signal }) => coverage(product, signal),
    staleTime: 5 * 60_000,
  });
  const layer = useMutation({
    mutationFn: () => attackLayer(product),
    onSuccess: (made) =>
      saveText('vonggac-attack-layer.json', 'application/json', JSON.stringify(made, null, 2)),
  });
  const facets = useQuery({
    queryKey: ['rules', 'facets', { state: 'on' }],
    queryFn: ({ signal }) => ruleFacets({ state: 'on' }, signal),
    staleTime: 60_000,
  });
  const techniques = useMemo(() => query.data?.techniques ?? [], [query.data]);
  const matrix = useMemo(() => attackMatrix(techniques), [techniques]);
  return (
    <Page
      title={text('attack.title')}
      layout="list"
      summary={
        query.data === undefined
          ? undefined
          : text('attack.sum', {
              techniques: techniques.length,
              data: techniques.filter(({ withData }) => withData > 0).length,
            })
      }
      actions={
        <>
          <Link to="/rules/logs">{text('attack.toLogs')}</Link>
          <Button onClick={() => go({ as: isTable ? '' : 'table' })} data-testid="attack-as">
            {text(isTable ? 'attack.asMatrix' : 'attack.asTable')}
          </Button>
          <Button
            icon={<Icon name="download" />}
            disabled={techniques.length === 0}
            loading={layer.isPending}
            onClick={() => layer.mutate()}
          >
            {text('attack.layer')}
          </Button>
        </>
      }
      toolbar={
        <>
          <FilterSelect
            labelled
            label={text('attack.product')}
            all={text('attack.all')}
            value={product}
            options={Object.entries(facets.data?.product ?? {})
              .filter(([name]) => name !== '')
              .map(([name, count]) => ({ value: name, label: name, count }))}
            onChange={(value) => go({ product: value })}
            testId="attack-product"
          />
          <span className="vg-attack-legend">
            <span data-depth="2">{text('attack.legendData')}</span>
            <span data-depth="0">{text('attack.legendNoData')}</span>
            <span className="vg-attack-matches">{text('attack.legendMatches')}</span>
          </span>
        </>
      }
    >
      <QueryView query={query}>
        {() =>
          techniques.length === 0 ? (
            <EmptyState title={text('attack.empty')} />
          ) : isTable ? (
            <TableView matrix={matrix} product={product} />
          ) : (
            <MatrixView matrix={matrix} product={product} />
          )
        }
      </QueryView>
    </Page>
  );
}
