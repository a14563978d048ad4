/** Raises alerts for what an ended exception hid: first how many that would be, then a job that can be taken back. */
import { useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import type { Job } from '../jobs/job-api.ts';
import { useWhy } from '../jobs/why.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea } from '../ui/form-fields.tsx';
import { previewRaise, raiseHidden } from './exceptions-api.ts';
import { messages } from './messages.ts';

const empty = { reason: '' };

type Props = {
  readonly id: number;
  readonly onStarted: (job: Job) => void;
  readonly onClose: () => void;
};

export function RaiseDialog({ id, onStarted, onClose }: Props) {
  const text = useText(messages);
  const why = useWhy();
  const draft = useDraft(`exception:${id}:raise`, empty);
  const [look, setLook] = useState<Job['preview'] | null>(null);
  const reason = draft.value.reason.trim();
  return (
    <FormDialog
      title={text('except.raise')}
      submitLabel={text(look === null ? 'except.raiseLook' : 'except.raise')}
      disabled={reason === '' || look?.changes === 0}
      testId="exception-raise-form"
      before={look === null ? async () => setLook(await previewRaise(id, reason)) : undefined}
      onSubmit={async () => {
        onStarted(await raiseHidden(id, reason));
        return undefined;
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p className="vg-hint">{text('except.raiseHint')}</p>
      <TextArea
        label={text('except.reason')}
        required
        rows={3}
        maxLength={4_096}
        value={draft.value.reason}
        onChange={(next) => draft.change({ reason: next })}
        testId="exception-raise-reason"
      />
      {look === null ? null : (
        <div role="status" data-testid="exception-raise-look">
          <p>
            <strong>{text('except.raiseChanges', { n: look.changes, total: look.total })}</strong>
          </p>
          {Object.entries(look.skipped).map(([code, n]) => (
            <p key={code}>
              {why(code)}: {n}
            </p>
          ))}
          {look.needsApproval.length === 0 ? null : (
            <p className="vg-warn">{look.needsApproval.map(why).join(', ')}</p>
          )}
        </div>
      )}
    </FormDialog>
  );
}
