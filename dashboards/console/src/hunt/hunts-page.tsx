/** Hunts that are kept: what each asks, when it runs by itself, and how it went. */
import { useQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo, useRef } from 'react';
import { useText } from '../i18n/use-text.ts';
import { href, pathOf } from '../router/location.ts';
import { Link, navigate, useLocation } from '../router/router.tsx';
import type { PageProps } from '../shell/area.ts';
import { LineText } from '../text/safe-text.tsx';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { DataTable } from '../ui/data-table.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page, Split } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { RelativeTime } from '../ui/times.tsx';
import { useListKeys } from '../ui/use-list-keys.ts';
import '../styles/explore.css';
import './hunt.css';
import { savedHunts, type SavedHunt } from './hunt-api.ts';
import { HuntPanel, ScheduleBadge } from './hunt-panel.tsx';
import { messages } from './kept-messages.ts';

const none: readonly SavedHunt[] = [];

export default function HuntsPage({ params }: PageProps) {
  const openId = params['id'] ?? null;
  const text = useText(messages);
  const { search } = useLocation();
  const wanted = search.get('q') ?? '';
  const searchInput = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['hunt', 'kept'],
    queryFn: ({ signal }) => savedHunts(signal),
    staleTime: 10_000,
  });
  const all = query.data?.hunts ?? none;
  const rows = useMemo(() => {
    const words = foldedWords(wanted);
    return all.filter((hunt) =>
      containsWords(fold([hunt.name, hunt.description, hunt.query ?? '', hunt.createdBy].join(' ')), words),
    );
  }, [all, wanted]);
  const addressOf = (id: string | null) => href(id === null ? '/hunts' : pathOf('hunts', id), { q: wanted });
  const current = useListKeys({
    keys: rows.map(({ id }) => id),
    openKey: openId,
    addressOf,
    onSearch: () => searchInput.current?.focus(),
  });
  const open = all.find(({ id }) => id === openId);
  return (
    <Page
      title={text('kept.title')}
      layout="plain"
      summary={query.data === undefined ? undefined : text('kept.sum', { n: rows.length })}
      actions={
        <Button type="primary" onClick={() => navigate('/events')}>
          {text('kept.new')}
        </Button>
      }
      toolbar={
        <SearchBox
          label={text('kept.find')}
          value={wanted}
          inputRef={searchInput}
          onChange={(q) =>
            navigate(href(openId === null ? '/hunts' : pathOf('hunts', openId), { q }), { replace: true })
          }
        />
      }
    >
      <Split
        list={
          <QueryView query={query}>
            {() =>
              all.length === 0 ? (
                <EmptyState title={text('kept.empty')}>
                  <p>{text('kept.emptyText')}</p>
                  <Link to="/events">{text('kept.new')}</Link>
                </EmptyState>
              ) : rows.length === 0 ? (
                <EmptyState title={text('kept.noMatch')} />
              ) : (
                <DataTable
                  caption={text('kept.title')}
                  rows={rows}
                  keyOf={({ id }) => id}
                  addressOf={({ id }) => addressOf(id)}
                  currentKey={current}
                  testId="hunt-row"
                  columns={[
                    {
                      key: 'name',
                      label: text('kept.name'),
                      wrap: true,
                      cell: (hunt) => (
                        <Link to={addressOf(hunt.id)}>
                          <LineText value={hunt.name} />
                        </Link>
                      ),
                    },
                    {
                      key: 'query',
                      label: text('kept.query'),
                      needs: 'medium',
                      cell: ({ query: asked }) =>
                        asked === null ? (
                          <span className="vg-muted">{text('kept.sigma')}</span>
                        ) : (
                          <code>
                            <LineText value={asked} />
                          </code>
                        ),
                    },
                    {
                      key: 'schedule',
                      label: text('kept.schedule'),
                      width: '230px',
                      cell: (hunt) => <ScheduleBadge schedule={hunt.schedule} />,
                    },
                    {
                      key: 'next',
                      label: text('kept.next'),
                      width: '130px',
                      needs: 'wide',
                      cell: ({ schedule }) =>
                        schedule === null || schedule.nextAt === null ? (
                          '—'
                        ) : (
                          <RelativeTime iso={schedule.nextAt} />
                        ),
                    },
                    {
                      key: 'by',
                      label: text('kept.by'),
                      width: '140px',
                      needs: 'wide',
                      cell: ({ createdBy }) => <LineText value={createdBy} />,
                    },
                  ]}
                />
              )
            }
          </QueryView>
        }
        panel={
          openId === null || open === undefined ? null : (
            <HuntPanel key={openId} hunt={open} onClose={() => navigate(addressOf(null))} />
          )
        }
      />
    </Page>
  );
}
