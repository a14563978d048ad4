/** All rules: found by what they are and by what they did, each opened beside the list; many changed at once. */
import Button from 'antd/es/button';
import { lazy, Suspense, useMemo, useRef, useState } from 'react';
import { titleOf } from '../alerts/labels.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { Icon } from '../shell/icons.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { More } from '../ui/query-view.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import { useSelection } from '../ui/use-selection.ts';
import '../styles/explore.css';
import './rules.css';
import { messages } from './messages.ts';
import { isRuleFiltered, parseRuleFilters, ruleFilterQuery, type RuleFilters } from './rule-filters.ts';
import { kindWords, logsourceOf, severityOf, stateTones, stateWords } from './rule-labels.ts';
import { RulePanel } from './rule-panel.tsx';
import { RejectedRules } from './rejected-rules.tsx';
import { RuleToolbar } from './rule-toolbar.tsx';
import { useRuleList, type RuleRow } from './use-rules.ts';

const BulkDialog = lazy(() => import('./bulk-dialog.tsx'));

function useColumns(addressOf: (id: string) => string): readonly Column<RuleRow>[] {
  const { language, number } = useI18n();
  const text = useText(messages);
  return useMemo(
    () => [
      {
        key: 'level',
        label: text('rules.column.level'),
        width: '116px',
        cell: ({ level }) => <SeverityLabel severity={severityOf(level)} />,
      },
      {
        key: 'rule',
        label: text('rules.column.rule'),
        wrap: true,
        cell: (row) => (
          <>
            <Link to={addressOf(row.id)}>
              <LineText value={titleOf(row, language)} />
            </Link>
            {row.rule === undefined || row.rule.kind === 'rule' ? null : (
              <span className="vg-muted"> · {text(kindWords[row.rule.kind])}</span>
            )}
            {row.rule === undefined || row.rule.latestVersion <= row.rule.activeVersion ? null : (
              <span className="vg-warn"> · {text('rules.waiting', { n: row.rule.latestVersion })}</span>
            )}
            {row.rule?.differsFromShipped === true ? (
              <span className="vg-muted"> · {text('rules.differs')}</span>
            ) : null}
          </>
        ),
      },
      {
        key: 'state',
        label: text('rules.column.state'),
        width: '120px',
        cell: ({ state }) => <Badge tone={stateTones[state]}>{text(stateWords[state])}</Badge>,
      },
      {
        key: 'source',
        label: text('rules.column.source'),
        width: '200px',
        needs: 'wide',
        cell: ({ rule, stat }) => (
          <span className="vg-muted">
            <LineText value={rule === undefined ? (stat?.product ?? '') : logsourceOf(rule)} />
          </span>
        ),
      },
      {
        key: 'matches',
        label: text('rules.column.matches'),
        width: '128px',
        numeric: true,
        needs: 'medium',
        cell: ({ stat }) =>
          stat === undefined ? (
            '—'
          ) : stat.matches === 0 && !stat.hasData ? (
            <span className="vg-warn" title={text('rules.noDataHint')}>
              {text('rules.noData')}
            </span>
          ) : (
            number(stat.matches)
          ),
      },
      {
        key: 'alerts',
        label: text('rules.column.alerts'),
        width: '110px',
        numeric: true,
        needs: 'medium',
        cell: ({ stat }) => (
          <>
            {stat === undefined ? '—' : number(stat.alertsPerDay)}
            {stat === undefined || stat.throttled === 0 ? null : (
              <span className="vg-warn" title={text('rules.throttled', { n: stat.throttled })}>
                {' '}
                !
              </span>
            )}
          </>
        ),
      },
      {
        key: 'false',
        label: text('rules.column.false'),
        width: '92px',
        numeric: true,
        needs: 'wide',
        cell: ({ stat }) =>
          stat?.falseShare === undefined || stat.falseShare === null
            ? '—'
            : `${number(Math.round(stat.falseShare * 100))}%`,
      },
    ],
    [addressOf, language, number, text],
  );
}

export default function RulesPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const text = useText(messages);
  const { search } = useLocation();
  const filters = useMemo(() => parseRuleFilters(search), [search]);
  const { rows, list, facets, query } = useRuleList(filters);
  const mayWrite = useMay('rule:write');
  const selection = useSelection();
  const searchInput = useRef<HTMLInputElement>(null);
  const [bulk, setBulk] = useState(false);
  const addressOf = useMemo(() => {
    const kept = ruleFilterQuery(filters);
    return (id: string | null) => href(id === null ? '/rules' : pathOf('rules', id), kept);
  }, [filters]);
  const change = (next: Partial<RuleFilters>) =>
    navigate(
      href(openId === null ? '/rules' : pathOf('rules', openId), ruleFilterQuery({ ...filters, ...next })),
      {
        replace: true,
      },
    );
  const current = useListKeys({
    keys: rows.map(({ id }) => id),
    openKey: openId,
    addressOf,
    selection: mayWrite ? selection : undefined,
    onSearch: () => searchInput.current?.focus(),
  });
  const columns = useColumns(addressOf);
  const isReport = filters.view === 'noisy' || filters.view === 'dead';

  return (
    <Page
      title={text('rules.title')}
      layout="plain"
      summary={
        facets === undefined ? undefined : text('rules.sum', { n: isReport ? rows.length : facets.total })
      }
      actions={
        <>
          {mayWrite ? (
            <Button icon={<Icon name="upload" />} onClick={() => navigate('/rules/import')}>
              {text('rules.import')}
            </Button>
          ) : null}
          <Button
            type="primary"
            icon={<Icon name="plus" />}
            data-testid="rule-new"
            onClick={() => navigate('/rules/new')}
          >
            {text('rules.new')}
          </Button>
        </>
      }
      toolbar={<RuleToolbar filters={filters} facets={facets} search={searchInput} onChange={change} />}
    >
      <Split
        list={
          <>
            <RejectedRules />
            {query.error === null ? null : (
              <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />
            )}
            {query.isPending && query.error === null ? <Loading /> : null}
            {query.isSuccess && rows.length === 0 ? (
              isRuleFiltered(filters) || filters.view !== 'all' ? (
                <EmptyState title={text('rules.noneMatch')}>
                  <Link to="/rules">{text('rules.filter.clear')}</Link>
                </EmptyState>
              ) : (
                <EmptyState title={text('rules.empty')}>
                  <p>{text('rules.emptyText')}</p>
                </EmptyState>
              )
            ) : null}
            {rows.length === 0 ? null : (
              <DataTable
                caption={text('rules.title')}
                columns={columns}
                rows={rows}
                keyOf={(row) => row.id}
                addressOf={(row) => addressOf(row.id)}
                currentKey={current}
                selection={mayWrite ? selection : undefined}
                testId="rule-row"
                dataOf={(row) => ({ 'data-rule-id': row.id, 'data-state': row.state })}
              />
            )}
            {isReport ? null : <More query={list} />}
            {selection.keys.size === 0 ? null : (
              <div className="vg-bulk-bar" role="region" aria-label={text('rules.bulk')}>
                <span>{text('rules.selected', { n: selection.keys.size })}</span>
                <Button
                  type="primary"
                  data-testid="rule-bulk"
                  aria-haspopup="dialog"
                  onClick={() => setBulk(true)}
                >
                  {text('rules.bulk')}
                </Button>
                <button type="button" className="vg-link" onClick={selection.clear}>
                  {text('rules.unselect')}
                </button>
              </div>
            )}
          </>
        }
        panel={
          openId === null ? null : (
            <RulePanel key={openId} ruleId={openId} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
      {bulk ? (
        <Suspense fallback={null}>
          <BulkDialog ids={[...selection.keys]} onDone={selection.clear} onClose={() => setBulk(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}
