/** What was done to a case, the newest first, and the joins and partings that can be taken back. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { pathOf } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { ReasonDialog } from './case-dialogs.tsx';
import { actOf } from './case-acts.ts';
import { casesApi, type CaseDetail, type CaseMove } from './cases-api.ts';
import { messages } from './messages.ts';

function Moves({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const may = useMay('case:write') && detail.whole;
  const [undoing, setUndoing] = useState<CaseMove | null>(null);
  const moves = useQuery({
    queryKey: ['cases', 'moves', detail.number],
    queryFn: ({ signal }) => casesApi.moves(detail.number, signal),
  });
  if ((moves.data?.moves.length ?? 0) === 0) return null;
  return (
    <section className="vg-card">
      <h2>{text('cases.moves')}</h2>
      <ul className="vg-plain-list">
        {moves.data?.moves.map((move) => (
          <li key={move.id} data-testid="case-move">
            <span>
              {move.kind === 'merge' ? text('cases.moveMerge') : text('cases.moveSplit')}{' '}
              <Link to={pathOf('cases', move.from)}>{move.from}</Link>
              {' → '}
              <Link to={pathOf('cases', move.into)}>{move.into}</Link>{' '}
              <span className="vg-hint">
                <AbsoluteTime iso={move.at} /> · <LineText value={move.actor} /> ·{' '}
                <LineText value={move.reason} />
              </span>
            </span>
            {move.undoneAt === null ? (
              may ? (
                <button
                  type="button"
                  className="vg-link"
                  aria-haspopup="dialog"
                  onClick={() => setUndoing(move)}
                >
                  {text('cases.undo')}
                </button>
              ) : null
            ) : (
              <span className="vg-hint">{text('cases.undone')}</span>
            )}
          </li>
        ))}
      </ul>
      {undoing === null ? null : (
        <ReasonDialog
          title={text('cases.undoMove')}
          submitLabel={text('cases.undo')}
          draftKey={`case:move:${undoing.id}`}
          onClose={() => setUndoing(null)}
          onSubmit={async (reason) => {
            await casesApi.undoMove(undoing.id, reason);
            return { text: text('cases.moveUndone') };
          }}
        />
      )}
    </section>
  );
}

const shown = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : JSON.stringify(value);

/** An act's detail in one line, without what is empty. */
function detailText(detail: Readonly<Record<string, unknown>>): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== '' && !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}: ${shown(value)}`)
    .join(' · ');
}

export function HistoryTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const list = useInfiniteQuery({
    queryKey: ['cases', 'history', detail.number],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => casesApi.history(detail.number, pageParam, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const acts = list.data?.pages.flatMap((page) => page.acts) ?? [];
  return (
    <>
      <Moves detail={detail} />
      <section className="vg-card" aria-label={text('cases.tab.history')}>
        <QueryView query={list}>
          {() => (
            <ol className="vg-timeline">
              {acts.map((act) => (
                <li key={act.id}>
                  <AbsoluteTime iso={act.at} />
                  <span className="vg-timeline-kind">
                    <LineText value={words(actOf(act.action))} />
                  </span>
                  <span>
                    <LineText value={act.actor} />
                    {act.number === detail.number ? null : ` · ${act.number}`}{' '}
                    <span className="vg-hint">
                      <LineText value={detailText(act.detail)} />
                    </span>
                  </span>
                </li>
              ))}
            </ol>
          )}
        </QueryView>
        <More query={list} />
      </section>
    </>
  );
}
