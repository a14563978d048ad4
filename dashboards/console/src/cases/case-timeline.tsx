/** Everything of a case in the order of time; own lines can be written in, and taken out again. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { localTime } from '../format/local-time.ts';
import { useText, useWords } from '../i18n/use-text.ts';
import { alertPath } from '../router/location.ts';
import { Link } from '../router/router.tsx';
import { useQueryState } from '../router/use-query.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { Chips } from '../ui/chips.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea, TextField } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { actOf } from './case-acts.ts';
import { timelineKinds, timelineWords } from './case-words.ts';
import { casesApi, type CaseDetail, type TimelineLine } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

function AddLine({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const { refresh } = useCaseAct();
  const [first] = useState(() => ({ at: localTime(new Date().toISOString()), line: '' }));
  const { value, change, drop } = useDraft(`case:${number}:line`, first);
  return (
    <FormDialog
      title={text('cases.addLine')}
      submitLabel={text('cases.add')}
      testId="case-line-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await casesApi.addLine(number, { at: new Date(value.at).toISOString(), text: value.line.trim() });
        await refresh();
        return { text: text('cases.lineAdded') };
      }}
    >
      <TextField
        label={text('cases.when')}
        type="datetime-local"
        required
        value={value.at}
        onChange={(at) => change({ at })}
      />
      <TextArea
        label={text('cases.what')}
        required
        maxLength={2_048}
        value={value.line}
        onChange={(line) => change({ line })}
      />
    </FormDialog>
  );
}

function Line({ line, detail }: { readonly line: TimelineLine; readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const act = useCaseAct();
  const mayWrite = useMay('case:write') && detail.state !== 'closed';
  return (
    <li data-kind={line.kind} data-testid="timeline-line">
      <AbsoluteTime iso={line.at} />
      <span className="vg-timeline-kind">{words(timelineWords[line.kind])}</span>
      <div>
        {line.kind === 'alert' && line.ref !== null ? (
          <Link to={alertPath(line.ref)}>
            <LineText value={line.text} />
          </Link>
        ) : (
          <BlockText value={line.kind === 'act' ? words(actOf(line.text)) : line.text} />
        )}
        <div className="vg-timeline-who">
          {line.actor === null ? null : <LineText value={line.actor} />}
          {line.actor !== null && line.hostname !== null ? ' · ' : null}
          {line.hostname === null ? null : <LineText value={line.hostname} />}
          {line.kind === 'entry' && mayWrite ? (
            <>
              {' '}
              <button
                type="button"
                className="vg-link"
                onClick={() =>
                  void act.run(async () => {
                    await casesApi.removeLine(detail.number, line.id);
                    return {
                      text: text('cases.lineRemoved'),
                      undo: () => casesApi.addLine(detail.number, { at: line.at, text: line.text }),
                    };
                  })
                }
              >
                {text('cases.removeLine')}
              </button>
            </>
          ) : null}
        </div>
      </div>
    </li>
  );
}

export function TimelineTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const words = useWords();
  const query = useQueryState();
  const mayWrite = useMay('case:write') && detail.state !== 'closed';
  const [adding, setAdding] = useState(false);
  const kinds = query
    .get('kind')
    .split(',')
    .filter((kind) => kind !== '');
  const kind = kinds.length === 0 ? undefined : kinds.join(',');
  const list = useInfiniteQuery({
    queryKey: ['cases', 'timeline', detail.number, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      casesApi.timeline(detail.number, { kind, after: pageParam, limit: 100 }, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const lines = list.data?.pages.flatMap((page) => page.lines) ?? [];
  return (
    <section className="vg-card" aria-label={text('cases.tab.timeline')}>
      <div className="vg-section-head">
        <Chips
          label={text('cases.kinds')}
          chips={timelineKinds.map((value) => ({ value, label: words(timelineWords[value]) }))}
          chosen={timelineKinds.filter((value) => kinds.includes(value))}
          onToggle={(value) =>
            query.set({
              kind: kinds.includes(value) ? kinds.filter((one) => one !== value) : [...kinds, value],
            })
          }
        />
        {mayWrite ? (
          <button
            type="button"
            className="vg-button"
            data-testid="case-add-line"
            aria-haspopup="dialog"
            onClick={() => setAdding(true)}
          >
            {text('cases.addLine')}
          </button>
        ) : null}
      </div>
      <QueryView query={list}>
        {() =>
          lines.length === 0 ? (
            <EmptyState title={text('cases.noLines')} />
          ) : (
            <ol className="vg-timeline">
              {lines.map((line) => (
                <Line key={`${line.kind}:${line.id}`} line={line} detail={detail} />
              ))}
            </ol>
          )
        }
      </QueryView>
      <More query={list} />
      {adding ? <AddLine number={detail.number} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}
