/** Who did what to an alert and when, and the notes of people. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useMemo } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMayAct } from '../shell/me.ts';
import { BlockText, LineText } from '../text/safe-text.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { Section } from '../ui/side-panel.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { useAction } from '../ui/use-action.ts';
import { messages } from './alert-messages.ts';
import { addNote, useAlertHistory, useAlertNotes } from './alerts-api.ts';
import { stateLabel, verdictLabel } from './labels.ts';

const none = { text: '' };

function Notes({ id }: { readonly id: string }) {
  const text = useText(messages);
  const client = useQueryClient();
  const action = useAction();
  const mayAct = useMayAct();
  const notes = useAlertNotes(id);
  const draft = useDraft(`alert:${id}:note`, none);
  const send = () =>
    void action.run(async () => {
      await addNote(id, draft.value.text.trim());
      draft.drop();
      await client.invalidateQueries({ queryKey: ['alert', id] });
      return { text: text('triage.noteDone') };
    });
  return (
    <Section title={text('triage.notes')}>
      <QueryView query={notes}>
        {(data) => (
          <ol className="vg-acts">
            {data.notes.map((note) => (
              <li key={note.id}>
                <span className="vg-muted">
                  <AbsoluteTime iso={note.at} /> · <LineText value={note.author} />
                </span>
                <BlockText value={note.text} />
              </li>
            ))}
          </ol>
        )}
      </QueryView>
      {mayAct ? (
        <form
          className="vg-form"
          data-testid="note-form"
          onSubmit={(event) => {
            event.preventDefault();
            send();
          }}
        >
          <TextArea
            label={text('triage.noteText')}
            rows={3}
            maxLength={8_192}
            value={draft.value.text}
            onChange={(next) => draft.change({ text: next })}
            testId="note-text"
          />
          <div>
            <Button
              htmlType="submit"
              loading={action.busy}
              disabled={draft.value.text.trim() === ''}
              data-testid="note-submit"
            >
              {text('triage.noteAdd')}
            </Button>
          </div>
        </form>
      ) : null}
    </Section>
  );
}

/** A field's value before or after an act, in words where there are some. */
function useValueText() {
  const { t } = useI18n();
  const text = useText(messages);
  return useMemo(() => {
    const states = new Map<string, string>(Object.entries(stateLabel).map(([key, label]) => [key, t(label)]));
    const verdicts = new Map<string, LabelOf<typeof messages>>(Object.entries(verdictLabel));
    return (value: unknown) => {
      if (value === null || value === undefined || value === '') return text('triage.nothing');
      if (typeof value !== 'string') return JSON.stringify(value).slice(0, 200);
      const verdict = verdicts.get(value);
      return states.get(value) ?? (verdict === undefined ? value.slice(0, 200) : text(verdict));
    };
  }, [t, text]);
}

export default function PanelHistory({ id }: { readonly id: string }) {
  const text = useText(messages);
  const valueText = useValueText();
  const history = useAlertHistory(id);
  return (
    <>
      <Notes id={id} />
      <Section title={text('triage.acts')}>
        <QueryView query={history}>
          {(data) => (
            <>
              {data.entries.length === 0 ? <p className="vg-muted">{text('triage.noActs')}</p> : null}
              <ol className="vg-acts" data-testid="alert-history">
                {data.entries.map((entry) => (
                  <li key={entry.id}>
                    <span className="vg-muted">
                      <AbsoluteTime iso={entry.at} /> · <LineText value={entry.actor} />
                      {entry.jobId === null ? null : ` · ${text('triage.byJob')}`}
                    </span>
                    <ul>
                      {Object.entries(entry.changes).map(([field, { before, after }]) => (
                        <li key={field}>
                          <LineText value={`${field}: ${valueText(before)} → ${valueText(after)}`} />
                        </li>
                      ))}
                    </ul>
                    {entry.reason === null ? null : <BlockText value={entry.reason} />}
                  </li>
                ))}
              </ol>
            </>
          )}
        </QueryView>
      </Section>
    </>
  );
}
