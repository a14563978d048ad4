/** Notes of a case, the newest first; what is being typed waits as a draft. */
import { useInfiniteQuery } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { More, QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { casesApi, type CaseDetail } from './cases-api.ts';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

const noNote = { text: '' };

function NoteForm({ number }: { readonly number: string }) {
  const text = useText(messages);
  const act = useCaseAct();
  const { value, change, drop } = useDraft(`case:${number}:note`, noNote);
  const send = async () => {
    const done = await act.run(async () => {
      await casesApi.addNote(number, value.text.trim());
      return undefined;
    });
    if (done) drop();
  };
  return (
    <form
      className="vg-note-form"
      data-testid="case-note-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <TextArea
        label={text('cases.newNote')}
        hint={text('cases.noteHint')}
        rows={3}
        maxLength={16_384}
        value={value.text}
        testId="case-note"
        onChange={(next) => change({ text: next })}
      />
      <div>
        <Button
          type="primary"
          htmlType="submit"
          loading={act.busy}
          disabled={value.text.trim() === ''}
          data-testid="case-note-submit"
        >
          {text('cases.addNote')}
        </Button>
      </div>
    </form>
  );
}

export function NotesTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const may = useMay('case:write');
  const list = useInfiniteQuery({
    queryKey: ['cases', 'notes', detail.number],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) => casesApi.notes(detail.number, pageParam, signal),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const notes = list.data?.pages.flatMap((page) => page.notes) ?? [];
  return (
    <section className="vg-card" aria-label={text('cases.tab.notes')}>
      {may ? <NoteForm number={detail.number} /> : null}
      <QueryView query={list}>
        {() =>
          notes.length === 0 ? (
            <EmptyState title={text('cases.noNotes')} />
          ) : (
            <ol className="vg-note-list">
              {notes.map((note) => (
                <li key={note.id} data-testid="case-note-row">
                  <div className="vg-note-head">
                    <LineText value={note.author} />
                    <AbsoluteTime iso={note.at} />
                  </div>
                  <BlockText value={note.text} />
                </li>
              ))}
            </ol>
          )
        }
      </QueryView>
      <More query={list} />
    </section>
  );
}
