/** What is to be done in a case: tasks one by one, and the checklist of its class. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isoOf } from '../format/local-time.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMay } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, TextArea, TextField } from '../ui/form-fields.tsx';
import { EmptyState } from '../ui/notices.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { AbsoluteTime } from '../ui/times.tsx';
import { casesApi, type CaseDetail, type CaseTask } from './cases-api.ts';
import { Due } from './due.tsx';
import { messages } from './messages.ts';
import { useCaseAct } from './use-case-act.ts';

const noTask = { title: '', detail: '', assignee: '', dueAt: '' };

function AddTask({ number, onClose }: { readonly number: string; readonly onClose: () => void }) {
  const text = useText(messages);
  const { refresh } = useCaseAct();
  const { value, change, drop } = useDraft(`case:${number}:task`, noTask);
  return (
    <FormDialog
      title={text('cases.addTask')}
      submitLabel={text('cases.add')}
      testId="case-task-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        const dueAt = isoOf(value.dueAt);
        await casesApi.addTask(number, {
          title: value.title.trim(),
          ...(value.detail.trim() === '' ? {} : { detail: value.detail.trim() }),
          ...(value.assignee.trim() === '' ? {} : { assignee: value.assignee.trim() }),
          ...(dueAt === null ? {} : { dueAt }),
        });
        await refresh();
        return { text: text('cases.taskAdded') };
      }}
    >
      <TextField
        label={text('cases.task')}
        required
        maxLength={300}
        value={value.title}
        testId="case-task-title"
        onChange={(title) => change({ title })}
      />
      <TextArea
        label={text('cases.detail')}
        maxLength={4_096}
        value={value.detail}
        onChange={(detail) => change({ detail })}
      />
      <div className="vg-form-row">
        <TextField
          label={text('cases.for')}
          maxLength={256}
          value={value.assignee}
          onChange={(assignee) => change({ assignee })}
        />
        <TextField
          label={text('cases.due')}
          type="datetime-local"
          value={value.dueAt}
          onChange={(dueAt) => change({ dueAt })}
        />
      </div>
    </FormDialog>
  );
}

function Task({
  task,
  number,
  may,
}: {
  readonly task: CaseTask;
  readonly number: string;
  readonly may: boolean;
}) {
  const text = useText(messages);
  const { language } = useI18n();
  const act = useCaseAct();
  // Tasks of a checklist hold their English words as detail.
  const ofList = task.checklist !== null;
  const title = ofList && language === 'en' && task.detail !== '' ? task.detail : task.title;
  const done = task.doneAt !== null;
  const set = (next: boolean) =>
    void act.run(async () => {
      await casesApi.patchTask(number, task.id, { done: next });
      return {
        text: next ? text('cases.taskDone') : text('cases.taskOpen'),
        undo: () => casesApi.patchTask(number, task.id, { done: !next }),
      };
    });
  return (
    <li className={done ? 'vg-task-done' : undefined} data-testid="case-task" data-done={done}>
      <CheckField
        label={<LineText value={title} />}
        hint={task.detail === '' || ofList ? undefined : <LineText value={task.detail} />}
        checked={done}
        disabled={!may || act.busy}
        onChange={set}
      />
      <span className="vg-hint">
        {task.assignee === null ? null : (
          <>
            <LineText value={task.assignee} />
            {' · '}
          </>
        )}
        {task.doneAt === null ? (
          task.dueAt === null ? (
            text('cases.noDue')
          ) : (
            <Due iso={task.dueAt} />
          )
        ) : (
          <>
            <LineText value={task.doneBy ?? ''} /> <AbsoluteTime iso={task.doneAt} />
          </>
        )}
      </span>
    </li>
  );
}

export function TasksTab({ detail }: { readonly detail: CaseDetail }) {
  const text = useText(messages);
  const may = useMay('case:write') && detail.state !== 'closed';
  const act = useCaseAct();
  const [adding, setAdding] = useState(false);
  const tasks = useQuery({
    queryKey: ['cases', 'tasks', detail.number],
    queryFn: ({ signal }) => casesApi.tasks(detail.number, signal),
  });
  return (
    <section className="vg-card" aria-label={text('cases.tab.tasks')}>
      {may ? (
        <div className="vg-section-head">
          <span />
          <span className="vg-buttons">
            <button
              type="button"
              className="vg-button"
              disabled={act.busy}
              onClick={() =>
                void act.run(async () => {
                  await casesApi.checklist(detail.number);
                  return { text: text('cases.checklistAdded') };
                })
              }
            >
              {text('cases.checklist')}
            </button>
            <button
              type="button"
              className="vg-button"
              data-testid="case-add-task"
              aria-haspopup="dialog"
              onClick={() => setAdding(true)}
            >
              {text('cases.addTask')}
            </button>
          </span>
        </div>
      ) : null}
      <QueryView query={tasks}>
        {({ tasks: all }) =>
          all.length === 0 ? (
            <EmptyState title={text('cases.noTasks')}>{may ? text('cases.noTasksText') : null}</EmptyState>
          ) : (
            <ul className="vg-plain-list">
              {[
                ...all.filter((task) => task.doneAt === null),
                ...all.filter((task) => task.doneAt !== null),
              ].map((task) => (
                <Task key={task.id} task={task} number={detail.number} may={may} />
              ))}
            </ul>
          )
        }
      </QueryView>
      {adding ? <AddTask number={detail.number} onClose={() => setAdding(false)} /> : null}
    </section>
  );
}
