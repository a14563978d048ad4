/** Forms of a request: its words while it is a draft, the answer step by step, taking it, returning it, calling it off. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useText, useWords } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { messages } from './request-messages.ts';
import { outcomeOfStep, stepOutcomes } from './request-words.ts';
import { requestsApi, type RequestDetail } from './requests-api.ts';

type Props = { readonly detail: RequestDetail; readonly onClose: () => void };
type Tagged = Props & { readonly etag: string | undefined };

function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['requests'] });
}

export function EditRequestDialog({ detail, etag, onClose }: Tagged) {
  const text = useText(messages);
  const refresh = useRefresh();
  const first = useMemo(
    () => ({
      title: detail.title,
      body: detail.body,
      steps: detail.steps.join('\n'),
      dueOn: '',
      number: detail.dispatch.number,
      day: detail.dispatch.day ?? '',
    }),
    [detail],
  );
  const { value, change, drop } = useDraft(`request:${detail.id}:edit`, first);
  return (
    <FormDialog
      title={text('request.edit')}
      submitLabel={text('request.save')}
      testId="request-edit-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await requestsApi.patch(
          detail.id,
          {
            title: value.title.trim(),
            body: value.body.trim(),
            steps: value.steps
              .split('\n')
              .map((step) => step.trim())
              .filter((step) => step !== ''),
            ...(value.dueOn === '' ? {} : { dueOn: value.dueOn }),
            dispatch: { number: value.number.trim(), day: value.day === '' ? null : value.day },
          },
          etag,
        );
        await refresh();
        return { text: text('request.saved') };
      }}
    >
      <TextField
        label={text('request.title')}
        required
        maxLength={300}
        value={value.title}
        onChange={(title) => change({ title })}
      />
      <TextArea
        label={text('request.text')}
        required
        rows={8}
        maxLength={8_000}
        value={value.body}
        onChange={(body) => change({ body })}
      />
      <TextArea
        label={text('request.steps')}
        hint={text('request.stepsHint')}
        required
        rows={5}
        value={value.steps}
        onChange={(steps) => change({ steps })}
      />
      <div className="vg-form-row">
        <TextField
          label={text('request.dueOn')}
          hint={text('request.dueKeep')}
          type="date"
          value={value.dueOn}
          onChange={(dueOn) => change({ dueOn })}
        />
        <TextField
          label={text('request.number')}
          maxLength={30}
          value={value.number}
          onChange={(number) => change({ number })}
        />
        <TextField
          label={text('request.day')}
          type="date"
          value={value.day}
          onChange={(day) => change({ day })}
        />
      </div>
    </FormDialog>
  );
}

const noMove = { reason: '', dueOn: '' };

export function MoveDialog({
  detail,
  etag,
  move,
  onClose,
}: Tagged & { readonly move: 'accept' | 'return' | 'cancel' }) {
  const text = useText(messages);
  const refresh = useRefresh();
  const { value, change, drop } = useDraft(`request:${detail.id}:${move}`, noMove);
  const label = {
    accept: text('request.accept'),
    return: text('request.return'),
    cancel: text('request.cancel'),
  }[move];
  const done = {
    accept: text('request.accepted'),
    return: text('request.returned'),
    cancel: text('request.cancelled'),
  }[move];
  return (
    <FormDialog
      title={label}
      submitLabel={label}
      danger={move === 'cancel'}
      testId="request-move-form"
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await requestsApi.move(
          detail.id,
          move,
          {
            ...(value.reason.trim() === '' ? {} : { reason: value.reason.trim() }),
            ...(move === 'return' && value.dueOn !== '' ? { dueOn: value.dueOn } : {}),
          },
          etag,
        );
        await refresh();
        return { text: done };
      }}
    >
      <TextArea
        label={text('request.reason')}
        required={move !== 'accept'}
        maxLength={1_000}
        value={value.reason}
        onChange={(reason) => change({ reason })}
      />
      {move === 'return' ? (
        <TextField
          label={text('request.newDue')}
          type="date"
          required
          value={value.dueOn}
          onChange={(dueOn) => change({ dueOn })}
        />
      ) : null}
    </FormDialog>
  );
}

export function AnswerDialog({ detail, onClose }: Props) {
  const text = useText(messages);
  const words = useWords();
  const refresh = useRefresh();
  const me = useMe();
  const first = useMemo(
    () => ({
      name: me.username,
      answer: '',
      steps: detail.steps.map(() => ({ outcome: 'done' as (typeof stepOutcomes)[number], note: '' })),
    }),
    [detail.steps, me.username],
  );
  const { value, change, drop } = useDraft(`request:${detail.id}:answer`, first);
  const changeStep = (index: number, next: Partial<(typeof value.steps)[number]>) =>
    change({ steps: value.steps.map((step, at) => (at === index ? { ...step, ...next } : step)) });
  return (
    <FormDialog
      title={text('request.answer')}
      submitLabel={text('request.answerSend')}
      testId="request-answer-form"
      wide
      onClose={onClose}
      onDone={drop}
      onSubmit={async () => {
        await requestsApi.answer(detail.id, {
          name: value.name.trim(),
          text: value.answer.trim(),
          steps: value.steps.map(({ outcome, note }, index) => ({
            step: index + 1,
            outcome,
            note: note.trim(),
          })),
        });
        await refresh();
        return { text: text('request.answerSent') };
      }}
    >
      <TextField
        label={text('request.who')}
        required
        maxLength={160}
        value={value.name}
        onChange={(name) => change({ name })}
      />
      {detail.steps.map((step, index) => (
        <div key={step} className="vg-request-step">
          <p>
            {index + 1}. <LineText value={step} />
          </p>
          <div className="vg-form-row">
            <SelectField
              label={text('request.outcome')}
              value={value.steps[index]?.outcome ?? 'done'}
              choices={stepOutcomes.map((one) => ({ value: one, label: words(outcomeOfStep[one]) }))}
              onChange={(outcome) => changeStep(index, { outcome })}
            />
            <TextField
              label={text('request.note')}
              required={value.steps[index]?.outcome !== 'done'}
              maxLength={1_000}
              value={value.steps[index]?.note ?? ''}
              onChange={(note) => changeStep(index, { note })}
            />
          </div>
        </div>
      ))}
      <TextArea
        label={text('request.answerText')}
        maxLength={8_000}
        value={value.answer}
        onChange={(answer) => change({ answer })}
      />
    </FormDialog>
  );
}
