/** Documents to the national centre: the queue, newest first, one opened beside it. */
import { useQuery } from '@tanstack/react-query';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useQueryState } from '../../router/use-query.ts';
import type { PageProps } from '../../shell/area.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FilterSelect } from '../../ui/filter-select.tsx';
import { EmptyState } from '../../ui/notices.tsx';
import { Split } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime, RelativeTime } from '../../ui/times.tsx';
import { useListKeys } from '../../ui/use-list-keys.ts';
import { DocumentPanel } from './document-panel.tsx';
import { exchangeApi, type ExchangeDocument } from './exchange-api.ts';
import { ExchangeFrame } from './exchange-frame.tsx';
import { messages } from './exchange-messages.ts';
import { causeWords, documentStates, stateTone, stateWords } from './exchange-words.ts';

/** As many as the server keeps of a link, and more than people read. */
const documentsMax = 200;

export default function ExchangePage({ params }: PageProps) {
  const id = params['id'] ?? null;
  const text = useText(messages);
  const words = useWords();
  const { number } = useI18n();
  const query = useQueryState();
  const state = query.oneOf('state', documentStates);
  const linkId = query.get('link');
  const links = useQuery({
    queryKey: ['exchange', 'links'],
    queryFn: ({ signal }) => exchangeApi.links(signal),
    staleTime: 30_000,
  });
  const list = useQuery({
    queryKey: ['exchange', 'documents', state, linkId],
    queryFn: ({ signal }) => exchangeApi.documents({ state, linkId, limit: documentsMax }, signal),
    refetchInterval: 15_000,
  });
  const rows = list.data?.documents ?? [];
  const addressOf = (key: string | null) =>
    query.to(key === null ? '/compliance/exchange' : pathOf('compliance', 'exchange', key));
  const current = useListKeys({ keys: rows.map((row) => row.id), openKey: id, addressOf });
  const columns: readonly Column<ExchangeDocument>[] = [
    {
      key: 'file',
      label: text('exchange.document'),
      cell: (row) => (
        <Link to={addressOf(row.id)}>
          <AbsoluteTime iso={row.from} /> – <AbsoluteTime iso={row.to} />
        </Link>
      ),
    },
    {
      key: 'link',
      label: text('exchange.link'),
      needs: 'narrow',
      cell: (row) => <LineText value={row.link} />,
    },
    {
      key: 'state',
      label: text('exchange.state'),
      width: '176px',
      cell: (row) => <Badge tone={stateTone[row.state]}>{words(stateWords[row.state])}</Badge>,
    },
    {
      key: 'cause',
      label: text('exchange.cause'),
      width: '130px',
      needs: 'wide',
      cell: (row) => words(causeWords[row.cause]),
    },
    {
      key: 'machines',
      label: text('exchange.machines'),
      width: '90px',
      numeric: true,
      needs: 'medium',
      cell: (row) => number(row.machines),
    },
    {
      key: 'tries',
      label: text('exchange.tried'),
      width: '80px',
      numeric: true,
      needs: 'wide',
      cell: (row) => number(row.attempts),
    },
    {
      key: 'created',
      label: text('exchange.created'),
      width: '130px',
      needs: 'medium',
      cell: (row) => <RelativeTime iso={row.createdAt} />,
    },
  ];
  const filtered = state !== undefined || linkId !== '';
  return (
    <ExchangeFrame
      tab="documents"
      toolbar={
        <>
          <FilterSelect
            label={text('exchange.state')}
            all={text('exchange.anyState')}
            value={state ?? ''}
            options={documentStates.map((value) => ({ value, label: words(stateWords[value]) }))}
            onChange={(value) => query.set({ state: value })}
          />
          <FilterSelect
            label={text('exchange.link')}
            all={text('exchange.anyLink')}
            value={linkId}
            options={(links.data?.links ?? []).map((link) => ({
              value: String(link.id),
              label: visibleString(link.name),
            }))}
            onChange={(value) => query.set({ link: value })}
          />
        </>
      }
    >
      <Split
        list={
          <QueryView query={list}>
            {() =>
              rows.length === 0 ? (
                <EmptyState title={filtered ? text('exchange.noMatch') : text('exchange.noDocuments')}>
                  {filtered ? undefined : (
                    <>
                      <p>{text('exchange.noDocumentsText')}</p>
                      <p>
                        <Link to="/compliance/exchange/links">{text('exchange.links')}</Link>
                      </p>
                    </>
                  )}
                </EmptyState>
              ) : (
                <DataTable
                  caption={text('exchange.documents')}
                  columns={columns}
                  rows={rows}
                  keyOf={(row) => row.id}
                  addressOf={(row) => addressOf(row.id)}
                  currentKey={current}
                  testId="exchange-document-row"
                />
              )
            }
          </QueryView>
        }
        panel={id === null ? null : <DocumentPanel id={id} closeTo={addressOf(null)} />}
      />
    </ExchangeFrame>
  );
}
