/** Asking for a command to one host, and deciding about what waits. */
import { useQueryClient } from '@tanstack/react-query';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { visibleString } from '../text/visible-text.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { TextArea, type Choice } from '../ui/form-fields.tsx';
import { actions, commandOf, emptyForm, expiryMs, takingActions, type CommandForm } from './command-form.ts';
import { actionLabel, CommandFields } from './response-parts.tsx';
import { decideJob, decideResponse, requestResponse } from './responses-api.ts';
import { messages } from './responses-messages.ts';

type RequestProps = {
  readonly agentId: string;
  readonly hostname: string;
  /** What the form begins with, e.g. what undoes a command. */
  readonly preset?: Partial<CommandForm> | undefined;
  readonly quarantined?: readonly Choice<string>[];
  readonly onClose: () => void;
};

export function RequestDialog({ agentId, hostname, preset, quarantined = [], onClose }: RequestProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft<CommandForm>(`response:${agentId}:${preset?.action ?? ''}`, {
    ...emptyForm,
    ...preset,
  });
  const form = draft.value;
  const command = commandOf(form);
  const submit = async () => {
    if (command === null) return undefined;
    const asked = await requestResponse({
      agentId,
      command,
      dryRun: form.dryRun,
      reason: form.reason.trim(),
      expiresInMs: expiryMs[form.expiry],
    });
    await client.invalidateQueries({ queryKey: ['hosts', 'responses'] });
    const what = `${text(actionLabel[asked.command.action])}, ${visibleString(asked.hostname)}`;
    return {
      text:
        asked.state === 'requested' ? text('responses.asked', { what }) : text('responses.going', { what }),
    };
  };
  return (
    <FormDialog
      title={text('responses.requestTitle', { host: visibleString(hostname) })}
      submitLabel={text('responses.submit')}
      danger={takingActions.has(form.action) && !form.dryRun}
      disabled={command === null || form.reason.trim() === ''}
      testId="response-request"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      <CommandFields
        form={form}
        onChange={draft.change}
        actions={actions.filter((action) => action !== 'restore-file' || quarantined.length > 0)}
        quarantined={quarantined}
      />
    </FormDialog>
  );
}

export type Decision = {
  readonly kind: 'response' | 'job';
  readonly id: string;
  readonly decision: 'approve' | 'reject';
  /** What is decided about, in words. */
  readonly what: string;
};

const noNote = { note: '' };

export function DecideDialog({
  decision,
  onClose,
}: {
  readonly decision: Decision;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const { kind, id, what } = decision;
  const approves = decision.decision === 'approve';
  const draft = useDraft(`response:decide:${id}`, noNote);
  const submit = async () => {
    const note = draft.value.note.trim();
    if (kind === 'job') await decideJob(id, decision.decision, note);
    else await decideResponse(id, decision.decision, note);
    await client.invalidateQueries({ queryKey: ['hosts', 'responses'] });
    return { text: text(approves ? 'responses.approved' : 'responses.rejected') };
  };
  return (
    <FormDialog
      title={text(approves ? 'responses.approveTitle' : 'responses.rejectTitle', { what })}
      submitLabel={text(approves ? 'responses.approve' : 'responses.reject')}
      danger={approves}
      testId={approves ? 'response-approve' : 'response-reject'}
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      {approves ? <p>{text('responses.approveNote')}</p> : null}
      <TextArea
        label={text('responses.note')}
        rows={3}
        maxLength={1_000}
        value={draft.value.note}
        onChange={(note) => draft.change({ note })}
      />
    </FormDialog>
  );
}
