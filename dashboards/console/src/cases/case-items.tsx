/** What a case is about besides alerts: hosts, users, systems, indicators, and events that were kept as evidence. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextField } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { indicatorTypes, indicatorWords, itemWords } from './case-words.ts';
import { casesApi, type CaseDetail, type CaseItem } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

const kinds = ['indicator', 'host', 'user', 'system'] as const;
const noItem = {
  kind: 'indicator' as (typeof kinds)[number],
  type: 'domain' as (typeof indicatorTypes)[number],
  value: '',
  note: '',
};

function AddItem({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const words = useWords();
  const { refresh } = useCaseAct();
  const { value, change, drop } = useDraft(`case:${number}:item`, noItem);
  return (
    <FormDialog
      title={text('cases.addItem')}
      submitLabel={text('cases.add')}
      testId="case-item-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await casesApi.addItem(number, {
          kind: value.kind,
          value: value.value.trim(),
          ...(value.kind === 'indicator' ? { type: value.type } : {}),
          ...(value.note.trim() === '' ? {} : { note: value.note.trim() }),
        });
        await refresh();
        return { text: text('cases.itemAdded') };
      }}
    >
      <div className="vg-form-row">
        <SelectField
          label={text('cases.itemKind')}
          value={value.kind}
          choices={kinds.map((one) => ({ value: one, label: words(itemWords[one]) }))}
          onChange={(kind) => change({ kind })}
        />
        {value.kind === 'indicator' ? (
          <SelectField
            label={text('cases.itemType')}
            value={value.type}
            choices={indicatorTypes.map((one) => ({ value: one, label: words(indicatorWords[one]) }))}
            onChange={(type) => change({ type })}
          />
        ) : null}
      </div>
      <TextField
        label={text('cases.itemValue')}
        hint={value.kind === 'system' ? text('cases.itemSystemHint') : text('cases.itemHint')}
        required
        maxLength={1_024}
        value={value.value}
        testId="case-item-value"
        onChange={(next) => change({ value: next })}
      />
      <TextField
        label={text('cases.note')}
        maxLength={1_000}
        value={value.note}
        onChange={(note) => change({ note })}
      />
    </FormDialog>
  );
}

function ItemName({ item }: { readonly item: CaseItem }) {
  const name = <LineText value={item.label === '' ? item.value : item.label} />;
  if (item.kind === 'host') return <Link to={pathOf('hosts', item.value)}>{name}</Link>;
  if (item.kind === 'system') return <Link to={pathOf('compliance', 'systems', item.value)}>{name}</Link>;
  return name;
}

export function ItemsTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const may = useMay('case:write') && detail.state !== 'closed';
  const act = useCaseAct();
  const [adding, setAdding] = useState(false);
  const items = useQuery({
    queryKey: ['cases', 'items', detail.number],
    queryFn: ({ signal }) => casesApi.items(detail.number, signal),
  });
  const events = useInfiniteQuery({
    queryKey: ['cases', 'events', detail.number],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => casesApi.events(detail.number, pageParam, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const kept = events.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <>
      <section className="vg-card" aria-label={text('cases.tab.items')}>
        {may ? (
          <div className="vg-section-head">
            <span />
            <button
              type="button"
              className="vg-button"
              data-testid="case-add-item"
              aria-haspopup="dialog"
              onClick={() => setAdding(true)}
            >
              {text('cases.addItem')}
            </button>
          </div>
        ) : null}
        <QueryView query={items}>
          {({ items: all }) =>
            all.length === 0 ? (
              <EmptyState title={text('cases.noItems')} />
            ) : (
              <ul className="vg-plain-list">
                {all.map((item) => (
                  <li key={item.id} data-testid="case-item">
                    <span>
                      <span className="vg-timeline-kind">
                        {words(itemWords[item.kind])}
                        {item.kind === 'indicator' ? ` · ${item.type}` : ''}
                      </span>{' '}
                      <strong>
                        <ItemName item={item} />
                      </strong>
                      {item.note === '' ? null : (
                        <span className="vg-hint">
                          {' '}
                          <LineText value={item.note} />
                        </span>
                      )}
                    </span>
                    {may ? (
                      <button
                        type="button"
                        className="vg-link"
                        onClick={() =>
                          void act.run(async () => {
                            await casesApi.removeItem(detail.number, item.id);
                            return {
                              text: text('cases.itemRemoved'),
                              undo: () =>
                                casesApi.addItem(detail.number, {
                                  kind: item.kind,
                                  value: item.value,
                                  note: item.note,
                                  ...(item.kind === 'indicator' ? { type: item.type } : {}),
                                }),
                            };
                          })
                        }
                      >
                        {text('cases.takeOut')}
                      </button>
                    ) : null}
                  </li>
                ))}
              </ul>
            )
          }
        </QueryView>
      </section>
      <section className="vg-card">
        <h2>{text('cases.keptEvents')}</h2>
        <QueryView query={events}>
          {() =>
            kept.length === 0 ? (
              <p className="vg-hint">{text('cases.noEvents')}</p>
            ) : (
              <ol className="vg-note-list">
                {kept.map((one) => (
                  <li key={one.id}>
                    <div className="vg-note-head">
                      <AbsoluteTime iso={one.event.time} />
                      <LineText value={one.event.hostname} />
                    </div>
                    <BlockText value={one.event.message} />
                    <div className="vg-hash">{text('cases.hash', { hash: one.sha256 })}</div>
                  </li>
                ))}
              </ol>
            )
          }
        </QueryView>
        <More query={events} />
      </section>
      {adding ? <AddItem number={detail.number} onClose={() => setAdding(false)} /> : null}
    </>
  );
}
