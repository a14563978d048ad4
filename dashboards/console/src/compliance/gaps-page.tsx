/** The plan: who mends which control of which system until when; the late first. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { dayText } from '../format/day.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { href, pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useMay } from '../shell/me.ts';
import { containsWords, fold, foldedWords } from '../text/fold.ts';
import { LineText } from '../text/safe-text.tsx';
import { Badge } from '../ui/badge.tsx';
import { Chips } from '../ui/chips.tsx';
import { DataTable, type Column } from '../ui/data-table.tsx';
import { FilterSelect } from '../ui/filter-select.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { SearchBox } from '../ui/search-box.tsx';
import { useAction } from '../ui/use-action.ts';
import { useListKeys } from '../ui/use-list-keys.ts';
import { complianceApi, type GapView } from './compliance-api.ts';
import { gapStates, gapTone, gapWords, statusTone, statusWords } from './compliance-words.ts';
import { GapDialog } from './gap-dialog.tsx';
import { messages } from './messages.ts';
import './compliance.css';

const keyOf = (gap: GapView) => `${gap.systemId}:${gap.control}`;
const addressOf = (gap: GapView) =>
  href(pathOf('compliance', 'systems', String(gap.systemId)), { control: gap.control });

export default function GapsPage() {
  const text = useText(messages);
  const words = useWords();
  const { language } = useI18n();
  const query = useQueryState();
  const may = useMay('compliance:write');
  const mayAsk = useMay('request:write');
  const client = useQueryClient();
  const action = useAction();
  const [editing, setEditing] = useState<GapView | null>(null);
  const state = query.oneOf('state', gapStates);
  const late = query.get('late') === 'true' ? 'true' : undefined;
  const systemId = query.get('system') === '' ? undefined : query.get('system');
  const asked = foldedWords(query.get('q'));
  const systems = useQuery({
    queryKey: ['compliance', 'systems'],
    queryFn: ({ signal }) => complianceApi.systems(signal),
    staleTime: 60_000,
  });
  const list = useInfiniteQuery({
    queryKey: ['compliance', 'gaps', state, late, systemId],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      complianceApi.gaps({ state, late, systemId, after: pageParam, limit: 500 }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const rows = (list.data?.pages.flatMap((page) => page.gaps) ?? [])
    .filter((gap) =>
      containsWords(
        fold([gap.control, gap.owner, gap.systemName, gap.title.vi, gap.title.en, gap.note].join(' \n ')),
        asked,
      ),
    )
    .toSorted((a, b) => (a.dueOn < b.dueOn ? -1 : Number(a.dueOn > b.dueOn)));
  const current = useListKeys({ keys: rows.map(keyOf), openKey: null });
  const columns: readonly Column<GapView>[] = [
    {
      key: 'due',
      label: text('compliance.due'),
      width: '124px',
      cell: (row) =>
        row.late ? <strong className="vg-warn">{dayText(row.dueOn)}</strong> : dayText(row.dueOn),
    },
    {
      key: 'owner',
      label: text('compliance.owner'),
      width: '160px',
      cell: (row) => <LineText value={row.owner} />,
    },
    {
      key: 'control',
      label: text('compliance.control'),
      wrap: true,
      cell: (row) => (
        <>
          <Link to={addressOf(row)}>{row.control}</Link> {row.title[language]}
          {row.note === '' ? null : (
            <div className="vg-hint">
              <LineText value={row.note} />
            </div>
          )}
        </>
      ),
    },
    {
      key: 'system',
      label: text('compliance.system'),
      width: '24%',
      needs: 'medium',
      cell: (row) => <LineText value={row.systemName} />,
    },
    {
      key: 'status',
      label: text('compliance.statusNow'),
      width: '138px',
      needs: 'medium',
      cell: (row) =>
        row.status === null ? (
          '—'
        ) : (
          <Badge tone={statusTone[row.status]}>{words(statusWords[row.status])}</Badge>
        ),
    },
    {
      key: 'state',
      label: text('compliance.state'),
      width: '146px',
      cell: (row) => (
        <Badge tone={row.late ? 'bad' : gapTone[row.state]}>
          {row.late ? text('compliance.late') : words(gapWords[row.state])}
        </Badge>
      ),
    },
    ...(may || mayAsk
      ? [
          {
            key: 'acts',
            label: '',
            width: '150px',
            needs: 'narrow' as const,
            cell: (row: GapView) => (
              <span className="vg-buttons">
                {may ? (
                  <button
                    type="button"
                    className="vg-link"
                    aria-haspopup="dialog"
                    onClick={() => setEditing(row)}
                  >
                    {text('compliance.change.plan')}
                  </button>
                ) : null}
                {row.requestId === null ? (
                  mayAsk ? (
                    <button
                      type="button"
                      className="vg-link"
                      onClick={() =>
                        void action.run(async () => {
                          await complianceApi.requestGap(row.systemId, row.control);
                          await client.invalidateQueries({ queryKey: ['compliance', 'gaps'] });
                          return { text: text('compliance.requestMade') };
                        })
                      }
                    >
                      {text('compliance.ask')}
                    </button>
                  ) : null
                ) : (
                  <Link to={pathOf('requests', row.requestId)}>{text('compliance.request')}</Link>
                )}
              </span>
            ),
          },
        ]
      : []),
  ];
  const filtered = state !== undefined || late !== undefined || systemId !== undefined || asked.length > 0;
  return (
    <Page
      title={text('compliance.gaps')}
      summary={text('compliance.gapCount', { n: rows.length, late: rows.filter((row) => row.late).length })}
      layout="list"
      toolbar={
        <>
          <Chips
            label={text('compliance.state')}
            chips={[
              { value: 'late' as const, label: text('compliance.late') },
              ...gapStates.map((value) => ({ value, label: words(gapWords[value]) })),
            ]}
            chosen={late === undefined ? (state === undefined ? [] : [state]) : ['late' as const]}
            onToggle={(value) =>
              query.set(
                value === 'late'
                  ? { late: late === undefined ? 'true' : '', state: '' }
                  : { state: value === state ? '' : value, late: '' },
              )
            }
          />
          <SearchBox
            label={text('compliance.searchGaps')}
            value={query.get('q')}
            onChange={(q) => query.set({ q })}
          />
          <FilterSelect
            label={text('compliance.system')}
            all={text('compliance.anySystem')}
            value={systemId ?? ''}
            options={(systems.data?.systems ?? []).map((system) => ({
              value: String(system.id),
              label: system.name,
            }))}
            onChange={(system) => query.set({ system })}
          />
        </>
      }
    >
      <QueryView query={list}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={filtered ? text('compliance.noGapMatch') : text('compliance.noGaps')}>
              {filtered ? (
                <Link to="/compliance/gaps">{text('compliance.clear')}</Link>
              ) : (
                <p>{text('compliance.noGapsText')}</p>
              )}
            </EmptyState>
          ) : (
            <DataTable
              caption={text('compliance.gaps')}
              columns={columns}
              rows={rows}
              keyOf={keyOf}
              addressOf={addressOf}
              currentKey={current}
              testId="gap-row"
            />
          )
        }
      </QueryView>
      <More query={list} />
      {editing === null ? null : (
        <GapDialog systemId={editing.systemId} control={editing.control} onClose={() => setEditing(null)} />
      )}
    </Page>
  );
}
