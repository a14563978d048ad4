/** What was deleted, the newest first, and by which months. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { dayText } from '../../format/day.ts';
import type { LabelOf } from '../../i18n/messages.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import { useFileSize } from '../../ui/file-size.ts';
import { More, QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { useBasisText } from './months-card.tsx';
import { readDeletions, type Deletion } from './retention-api.ts';
import { messages } from './retention-messages.ts';

const stateLabel: Readonly<Record<Deletion['state'], LabelOf<typeof messages>>> = {
  begun: 'keep.begunState',
  done: 'keep.done',
  'given-up': 'keep.givenUp',
};
const tones: Readonly<Record<Deletion['state'], Tone>> = { begun: 'info', done: 'good', 'given-up': 'warn' };

export function Deletions() {
  const { number } = useI18n();
  const text = useText(messages);
  const size = useFileSize();
  const basisText = useBasisText();
  const query = useInfiniteQuery({
    queryKey: ['retention', 'deletions'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam, signal }) => readDeletions({ limit: 100, before: pageParam }, signal),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rows = query.data?.pages.flatMap(({ deletions }) => deletions) ?? [];
  return (
    <QueryView query={query}>
      {() =>
        rows.length === 0 ? (
          <p className="vg-hint">{text('keep.noDeletions')}</p>
        ) : (
          <section className="vg-card">
            <DataTable
              caption={text('keep.deletions')}
              rows={rows}
              keyOf={({ id }) => String(id)}
              testId="deletion-row"
              columns={[
                { key: 'day', label: text('keep.day'), width: '110px', cell: ({ day }) => dayText(day) },
                {
                  key: 'what',
                  label: text('keep.what'),
                  cell: ({ kind, agents }) =>
                    kind === 'partition' ? text('keep.wholeDay') : text('keep.rowsOf', { n: agents }),
                },
                {
                  key: 'rows',
                  label: text('keep.events'),
                  numeric: true,
                  cell: (row) => number(row.rows),
                },
                {
                  key: 'bytes',
                  label: text('keep.bytes'),
                  numeric: true,
                  needs: 'medium',
                  cell: ({ bytes }) => size(bytes),
                },
                {
                  key: 'policy',
                  label: text('keep.byRule'),
                  wrap: true,
                  needs: 'medium',
                  cell: ({ policy }) =>
                    policy
                      .map(
                        ({ basis, months }) => `${basisText(basis)}: ${text('keep.monthsN', { n: months })}`,
                      )
                      .join('; '),
                },
                {
                  key: 'state',
                  label: text('keep.state'),
                  width: '120px',
                  cell: ({ state }) => <Badge tone={tones[state]}>{text(stateLabel[state])}</Badge>,
                },
                {
                  key: 'done',
                  label: text('keep.doneAt'),
                  width: '160px',
                  needs: 'narrow',
                  cell: ({ doneAt }) => (doneAt === null ? '—' : <AbsoluteTime iso={doneAt} />),
                },
              ]}
            />
            <More query={query} />
          </section>
        )
      }
    </QueryView>
  );
}
