/** What one does with an exception: decide, take back, end, extend. Each is for the version that was read. */
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { LabelOf } from '../i18n/messages.ts';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { SelectField, TextArea, TextField } from '../ui/form-fields.tsx';
import { act, type ExceptionAct, type ExceptionDetail } from './exceptions-api.ts';
import { doneLabels } from './exception-words.ts';
import { messages } from './messages.ts';

type Close = 'keep' | 'benign' | 'false-positive';

export const actLabels: Readonly<Record<ExceptionAct, LabelOf<typeof messages>>> = {
  approve: 'except.approve',
  reject: 'except.reject',
  withdraw: 'except.withdraw',
  revoke: 'except.revoke',
  extend: 'except.extend',
};

type Props = {
  readonly exception: ExceptionDetail;
  readonly etag: string | undefined;
  readonly what: ExceptionAct;
  readonly onClose: () => void;
};

export function ExceptionActDialog({ exception, etag, what, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const first = useMemo((): { reason: string; close: Close; expiresOn: string } => {
    return { reason: '', close: 'keep', expiresOn: exception.expiresAt.slice(0, 10) };
  }, [exception.expiresAt]);
  const draft = useDraft(`exception:${exception.id}:${what}`, first);
  const { value, change } = draft;
  const reason = value.reason.trim();
  const needsReason = what !== 'approve';
  return (
    <FormDialog
      title={text(actLabels[what])}
      submitLabel={text(actLabels[what])}
      danger={what === 'revoke' || what === 'reject'}
      disabled={needsReason && reason === ''}
      testId={`exception-${what}-form`}
      onSubmit={async () => {
        await act(
          exception.id,
          what,
          {
            ...(reason === '' ? {} : { reason }),
            ...(what === 'approve' && value.close !== 'keep' ? { close: value.close } : {}),
            ...(what === 'extend' ? { expiresAt: `${value.expiresOn}T23:59:59+07:00` } : {}),
          },
          etag,
        );
        await client.invalidateQueries({ queryKey: ['exceptions'] });
        return { text: text(doneLabels[what]) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      {what === 'extend' ? (
        <TextField
          label={text('except.expiresAt')}
          hint={text('except.termHint')}
          type="date"
          required
          value={value.expiresOn}
          onChange={(expiresOn) => change({ expiresOn })}
        />
      ) : null}
      {what === 'approve' && exception.kind === 'rule' ? (
        <SelectField<Close>
          label={text('except.close')}
          value={value.close}
          onChange={(close) => change({ close })}
          choices={[
            { value: 'keep', label: text('except.close.keep') },
            { value: 'benign', label: text('except.close.benign') },
            { value: 'false-positive', label: text('except.close.false') },
          ]}
        />
      ) : null}
      <TextArea
        label={text('except.reason')}
        required={needsReason}
        rows={3}
        maxLength={4_096}
        value={value.reason}
        onChange={(next) => change({ reason: next })}
        testId={`exception-${what}-reason`}
      />
    </FormDialog>
  );
}
