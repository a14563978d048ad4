/** Search over all events, or a hunt for what a rule means: query, time, counts over time, frequent values, events. */
import Button from 'antd/es/button';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ApiError } from '../api/http.ts';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { href } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import { useHotkeys } from '../shell/hotkeys.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { EmptyState, ErrorNotice, Loading } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { useAction } from '../ui/use-action.ts';
import '../styles/events.css';
import '../styles/explore.css';
import './hunt.css';
import { ColumnMenu } from './column-menu.tsx';
import { FacetList } from './facet-list.tsx';
import { Histogram } from './histogram.tsx';
import { exportHunt, huntFields } from './hunt-api.ts';
import { huntSearchQuery, parseHuntSearch, type HuntSearch } from './hunt-address.ts';
import { HuntStatus } from './hunt-status.tsx';
import { HuntTable } from './hunt-table.tsx';
import { addTerm, term } from './hunt-terms.ts';
import { messages } from './messages.ts';
import { QueryInput } from './query-input.tsx';
import { TimePicker } from './time-picker.tsx';
import { useAsked, useHunt } from './use-hunt.ts';

const SaveHuntDialog = lazy(() => import('./save-hunt-dialog.tsx'));

type GoOptions = { readonly replace?: boolean };

const secondsUsual = 60;
const secondsMost = 300;
const exportRows = 100_000;

/** Names and values to complete with: of the fields there are in this time, and of what was found. */
function useVocabulary(
  span: { readonly from: string; readonly to?: string },
  facets: Readonly<Record<string, readonly { readonly value: string }[]>> | undefined,
) {
  const fields = useQuery({
    queryKey: ['hunt', 'fields', span.from.slice(0, 13), span.to?.slice(0, 13)],
    queryFn: ({ signal }) => huntFields(span.from, span.to, signal),
    staleTime: 5 * 60_000,
    retry: false,
  });
  return useMemo(
    () => ({
      fields: [
        ...new Set([
          ...Object.keys(facets ?? {}),
          ...(fields.data?.aliases ?? []),
          ...(fields.data?.names ?? []),
        ]),
      ],
      valuesOf: (field: string) => (facets?.[field] ?? []).map(({ value }) => value),
    }),
    [facets, fields.data],
  );
}

function HuntError({
  error,
  onLonger,
  onRetry,
}: {
  readonly error: unknown;
  readonly onLonger: () => void;
  readonly onRetry: () => void;
}) {
  const text = useText(messages);
  if (!(error instanceof ApiError) || (error.status !== 422 && error.status !== 400))
    return <ErrorNotice error={error} onRetry={onRetry} />;
  return (
    <div className="vg-notice vg-notice-error" role="alert">
      <p>
        {error.status === 422
          ? text('hunt.limit', { why: error.message })
          : text('hunt.refused', { why: error.message })}
      </p>
      {error.status === 422 ? (
        <button type="button" className="vg-button" onClick={onLonger}>
          {text('hunt.longer')}
        </button>
      ) : null}
    </div>
  );
}

export default function HuntPage() {
  const { language } = useI18n();
  const text = useText(messages);
  const { search: params } = useLocation();
  const search = useMemo(() => parseHuntSearch(params), [params]);
  const { asked, huntName } = useAsked(search);
  const [run, setRun] = useState(0);
  const [seconds, setSeconds] = useState(secondsUsual);
  const hunt = useHunt(search, asked, run, seconds);
  const [typed, setTyped] = useState(search.query);
  const [saving, setSaving] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const exporting = useAction();
  const maySave = useMay('hunt:save');
  const words = useVocabulary(hunt.span, hunt.summary?.facets);
  useEffect(() => setTyped(search.query), [search.query]);
  useHotkeys({
    '/': (event) => {
      event.preventDefault();
      input.current?.focus();
    },
  });

  const go = (next: Partial<HuntSearch>, options: GoOptions = {}) => {
    navigate(href('/events', huntSearchQuery({ ...search, ...next })), options);
    setSeconds(secondsUsual);
  };
  const submit = () => {
    go({ query: typed });
    setRun((n) => n + 1);
  };
  const onTerm = (field: string, value: string, isNot: boolean) =>
    go({ query: addTerm(search.query, term(field, value, isNot)), ruleId: '', huntId: '' });
  const onColumn = (field: string) =>
    go(
      {
        columns: search.columns.includes(field)
          ? search.columns.filter((name) => name !== field)
          : [...search.columns, field],
      },
      { replace: true },
    );
  const acts = { columns: search.columns, onTerm, onColumn };
  const fixed =
    search.ruleId !== ''
      ? text('hunt.ofRule', { name: search.ruleId })
      : search.huntId !== ''
        ? text('hunt.ofHunt', { name: huntName })
        : null;
  const isQuery = asked !== undefined && asked !== null && 'query' in asked;

  return (
    <Page
      title={text('hunt.title')}
      layout="plain"
      actions={
        <>
          <ColumnMenu columns={search.columns} fields={words.fields} onColumn={onColumn} />
          <Link to="/rules/new?tool=history">{text('hunt.sigma')}</Link>
          {isQuery ? (
            <Link to={href('/rules/new', { query: asked.query })} data-testid="hunt-to-rule">
              {text('hunt.toRule')}
            </Link>
          ) : null}
          {asked === undefined || asked === null ? null : (
            <>
              <Button
                loading={exporting.busy}
                data-testid="hunt-export"
                onClick={() =>
                  void exporting.run(async () => {
                    await exportHunt({
                      ...asked,
                      ...hunt.span,
                      lang: language,
                      limit: exportRows,
                      seconds: secondsMost,
                    });
                    return { text: text('hunt.exported') };
                  })
                }
              >
                {text('hunt.export')}
              </Button>
              {maySave && search.huntId === '' && search.ruleId === '' ? (
                <Button data-testid="hunt-save" aria-haspopup="dialog" onClick={() => setSaving(true)}>
                  {text('hunt.save')}
                </Button>
              ) : null}
            </>
          )}
        </>
      }
      toolbar={
        <form
          className="vg-hunt-bar"
          role="search"
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {fixed === null ? (
            <QueryInput value={typed} onChange={setTyped} onSubmit={submit} words={words} inputRef={input} />
          ) : (
            <div className="vg-hunt-asked">
              <LineText value={fixed} />
              <Link to={href('/events', huntSearchQuery({ time: search.time }))}>{text('hunt.leave')}</Link>
            </div>
          )}
          <TimePicker time={search.time} onChange={(time) => go({ time, query: typed })} />
          {hunt.busy ? (
            <Button danger onClick={hunt.stop} data-testid="hunt-stop">
              {text('hunt.stop')}
            </Button>
          ) : (
            <Button type="primary" htmlType="submit" data-testid="hunt-run">
              {text('hunt.run')}
            </Button>
          )}
        </form>
      }
    >
      <div
        className="vg-hunt"
        data-facets={hunt.summary === undefined || hunt.summary.count === 0 ? 'none' : 'some'}
      >
        {hunt.summary === undefined || hunt.summary.count === 0 ? null : (
          <FacetList summary={hunt.summary} onTerm={onTerm} />
        )}
        <div className="vg-hunt-main">
          <div className="vg-hunt-top">
            <HuntStatus hunt={hunt} />
            {hunt.summary === undefined || hunt.summary.byTime.length === 0 ? null : (
              <Histogram
                summary={hunt.summary}
                from={hunt.span.from}
                to={hunt.span.to}
                onSpan={(from, to) => go({ time: { kind: 'between', from, to } })}
              />
            )}
          </div>
          <div className="vg-scroll">
            {hunt.error === null ? null : (
              <HuntError
                error={hunt.error}
                onLonger={() => setSeconds(secondsMost)}
                onRetry={() => setRun((n) => n + 1)}
              />
            )}
            {hunt.busy && hunt.rows.length === 0 && hunt.error === null ? <Loading /> : null}
            {hunt.stopped ? <EmptyState title={text('hunt.stopped')} /> : null}
            {!hunt.busy && hunt.firstPage !== undefined && hunt.rows.length === 0 ? (
              <EmptyState title={text('hunt.none')}>
                {hunt.firstPage.unknownFields.map(({ field, near }) => (
                  <p key={field}>
                    <LineText value={text('hunt.unknownField', { field })} />{' '}
                    {near.length === 0 ? null : text('hunt.near')}{' '}
                    {near.map((name) => (
                      <button
                        key={name}
                        type="button"
                        className="vg-link"
                        onClick={() => go({ query: search.query.replaceAll(field, name) })}
                      >
                        {name}
                      </button>
                    ))}
                  </p>
                ))}
                <p>{text('hunt.noneText')}</p>
                <Link
                  to={href('/events', huntSearchQuery({ ...search, time: { kind: 'range', range: 'all' } }))}
                >
                  {text('hunt.allTime')}
                </Link>
                {' · '}
                <Link to="/events">{text('hunt.clear')}</Link>
              </EmptyState>
            ) : null}
            {hunt.rows.length === 0 ? null : <HuntTable rows={hunt.rows} acts={acts} />}
            {hunt.hasMore ? (
              <div className="vg-more">
                <MoreButton loading={hunt.loadingMore} onMore={hunt.more} />
              </div>
            ) : null}
          </div>
        </div>
      </div>
      {saving && isQuery ? (
        <Suspense fallback={null}>
          <SaveHuntDialog query={asked.query} time={search.time} onClose={() => setSaving(false)} />
        </Suspense>
      ) : null}
    </Page>
  );
}

function MoreButton({ loading, onMore }: { readonly loading: boolean; readonly onMore: () => void }) {
  const { t } = useI18n();
  return (
    <button type="button" className="vg-button" disabled={loading} onClick={onMore}>
      {loading ? t('state.loading') : t('list.more')}
    </button>
  );
}
