/** The rules on watch, and those that could not be loaded, with where and why. */
import { useQuery } from '@tanstack/react-query';
import Input from 'antd/es/input';
import { useMemo } from 'react';
import { severities } from '../alerts/alert-filters.ts';
import { titleOf } from '../alerts/labels.ts';
import type { RuleList, RuleSummary } from '../api/types.ts';
import type { LabelKey } from '../i18n/translate.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { api } from '../session/session-store.ts';
import { Icon } from '../shell/icons.tsx';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { SeverityLabel } from '../ui/severity.tsx';
import { TagList } from '../ui/tag-list.tsx';

const kindLabel: Readonly<Record<RuleSummary['kind'], LabelKey>> = {
  rule: 'ruleKind.rule',
  correlation: 'ruleKind.correlation',
};

/** How far a Sigma rule has come; another word is shown as it is. */
const statusLabel: Readonly<Partial<Record<string, LabelKey>>> = {
  stable: 'ruleStatus.stable',
  test: 'ruleStatus.test',
  experimental: 'ruleStatus.experimental',
  deprecated: 'ruleStatus.deprecated',
  unsupported: 'ruleStatus.unsupported',
};

function Status({ status }: { readonly status: string }) {
  const { t } = useI18n();
  const label = Object.hasOwn(statusLabel, status) ? statusLabel[status] : undefined;
  return label === undefined ? <LineText value={status} /> : t(label);
}

function Rejected({ rejected }: { readonly rejected: RuleList['rejected'] }) {
  const { t } = useI18n();
  return (
    <section className="vg-rejected" aria-label={t('rules.rejected', { n: rejected.length })}>
      <h2>{t('rules.rejected', { n: rejected.length })}</h2>
      <p className="vg-hint">{t('rules.rejectedText')}</p>
      <ul>
        {rejected.map((entry, index) => (
          // One file may be refused twice at one place, so the index is part of the name.
          // oxlint-disable-next-line no-array-index-key
          <li key={`${entry.source}:${entry.line}:${entry.column}:${index}`} data-testid="rejected-rule">
            <code className="vg-where">
              <LineText value={`${entry.source}:${entry.line}:${entry.column}`} />
            </code>
            <BlockText value={entry.message} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function bySeverity(a: RuleSummary, b: RuleSummary): number {
  return severities.indexOf(a.severity) - severities.indexOf(b.severity);
}

export default function RulesPage() {
  const { t, language, number } = useI18n();
  const { search } = useLocation();
  const text = search.get('q') ?? '';
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => api.rules(signal),
  });
  const all = useMemo(() => (data?.rules ?? []).toSorted(bySeverity), [data]);
  const rows = useMemo(() => {
    const words = foldedWords(text);
    return all.filter((rule) =>
      containsWords(
        fold([rule.title, rule.titleVi ?? '', rule.id, rule.source, rule.status, ...rule.tags].join(' ')),
        words,
      ),
    );
  }, [all, text]);

  return (
    <div className="vg-page">
      <header className="vg-page-head">
        <h1>{t('nav.rules')}</h1>
        {data === undefined ? null : (
          <p className="vg-page-sum">{t('rules.summary', { n: number(all.length) })}</p>
        )}
        <Input
          type="search"
          className="vg-toolbar-search"
          aria-label={t('rules.search')}
          placeholder={t('rules.search')}
          prefix={<Icon name="search" />}
          allowClear
          value={text}
          onChange={(event) => navigate(href('/rules', { q: event.target.value }), { replace: true })}
        />
      </header>
      <div className="vg-scroll">
        {isPending ? <Loading /> : null}
        {error === null ? null : <ErrorNotice error={error} onRetry={() => void refetch()} />}
        {data === undefined || data.rejected.length === 0 ? null : <Rejected rejected={data.rejected} />}
        {data !== undefined && all.length === 0 ? (
          <EmptyState title={t('rules.none')}>
            <p>{t('rules.noneText')}</p>
          </EmptyState>
        ) : null}
        {all.length > 0 && rows.length === 0 ? <EmptyState title={t('rules.noMatch')} /> : null}
        {rows.length === 0 ? null : (
          <table className="vg-table">
            <caption className="vg-sr">{t('nav.rules')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('column.severity')}</th>
                <th scope="col">{t('column.rule')}</th>
                <th scope="col">{t('column.kind')}</th>
                <th scope="col">{t('column.tags')}</th>
                <th scope="col">{t('column.status')}</th>
                <th scope="col">{t('column.source')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((rule) => (
                <tr key={rule.id} data-testid="rule-row" data-rule-id={rule.id}>
                  <td className="vg-c-severity">
                    <SeverityLabel severity={rule.severity} />
                  </td>
                  <td className="vg-strong vg-wrap">
                    <Link to={href('/alerts', { rule: rule.id, state: 'all' })} title={t('rules.alerts')}>
                      <LineText value={titleOf(rule, language)} />
                    </Link>
                  </td>
                  <td>{t(kindLabel[rule.kind])}</td>
                  <td className="vg-wrap">
                    <TagList tags={rule.tags} />
                  </td>
                  <td>
                    <Status status={rule.status} />
                  </td>
                  <td className="vg-muted">
                    <LineText value={rule.source} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </div>
  );
}
