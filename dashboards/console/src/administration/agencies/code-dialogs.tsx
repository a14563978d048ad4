/** Codes of an agency: added from a day on, ended on a day, taken back where they were a mistake. */
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/http.ts';
import { dayOf } from '../../format/day.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { visibleString } from '../../text/visible-text.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, TextField } from '../../ui/form-fields.tsx';
import {
  addCode,
  agenciesKey,
  endCode,
  removeCode,
  type AgencyCode,
  type AgencyDetail,
} from './agencies-api.ts';
import { messages } from './agencies-messages.ts';

const first = { code: '', from: '', replaces: true };

export function AddCodeDialog({
  agency,
  onClose,
}: {
  readonly agency: AgencyDetail;
  readonly onClose: () => void;
}) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft(`administration:code:${agency.id}`, first);
  const { code, from, replaces } = draft.value;
  const refresh = () => client.invalidateQueries({ queryKey: agenciesKey });
  const submit = async () => {
    const made = await addCode(agency.id, {
      code: code.trim(),
      ...(from === '' ? {} : { from, replaces }),
    });
    await refresh();
    return {
      text: text('code.added', { code: made.code }),
      // What it replaced was given an end, which taking it back would not undo.
      ...(from !== '' && replaces && agency.codes.some(({ to }) => to === null)
        ? {}
        : {
            undo: async () => {
              await removeCode(agency.id, made.id);
              await refresh();
            },
          }),
    };
  };
  return (
    <FormDialog
      title={text('code.addTitle', { name: visibleString(agency.name, 80) })}
      submitLabel={text('agency.addCode')}
      disabled={code.trim() === ''}
      testId="code-form"
      toldByField={({ field }) => field === 'code'}
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <TextField
            label={text('code.code')}
            required
            autoFocus
            maxLength={64}
            testId="code-text"
            hint={text('code.codeHint')}
            fault={
              error instanceof ApiError && error.field === 'code'
                ? text(error.status === 409 ? 'code.taken' : 'code.wrongForm')
                : undefined
            }
            value={code}
            onChange={(next) => draft.change({ code: next })}
          />
          <TextField
            label={text('code.from')}
            type="date"
            value={from}
            onChange={(next) => draft.change({ from: next })}
          />
          <CheckField
            label={text('code.replaces')}
            hint={text('code.replacesHint')}
            disabled={from === ''}
            checked={from !== '' && replaces}
            onChange={(next) => draft.change({ replaces: next })}
          />
        </>
      )}
    </FormDialog>
  );
}

type OneProps = { readonly agencyId: number; readonly code: AgencyCode; readonly onClose: () => void };

export function EndCodeDialog({ agencyId, code, onClose }: OneProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft(`administration:code-end:${code.id}`, { on: dayOf(Date.now()) });
  return (
    <FormDialog
      title={text('code.endTitle', { code: code.code })}
      submitLabel={text('agency.endCode')}
      disabled={draft.value.on === ''}
      testId="code-end"
      onSubmit={async () => {
        await endCode(agencyId, code.id, draft.value.on);
        await client.invalidateQueries({ queryKey: agenciesKey });
        return { text: text('code.ended', { code: code.code }) };
      }}
      onDone={draft.drop}
      onClose={onClose}
    >
      <p>{text('code.endEffect')}</p>
      <TextField
        label={text('code.endOn')}
        type="date"
        required
        value={draft.value.on}
        onChange={(on) => draft.change({ on })}
      />
    </FormDialog>
  );
}

export function RemoveCodeDialog({ agencyId, code, onClose }: OneProps) {
  const text = useText(messages);
  const client = useQueryClient();
  const refresh = () => client.invalidateQueries({ queryKey: agenciesKey });
  return (
    <FormDialog
      title={text('code.removeTitle', { code: code.code })}
      submitLabel={text('agency.removeCode')}
      danger
      testId="code-remove"
      onSubmit={async () => {
        await removeCode(agencyId, code.id);
        await refresh();
        return {
          text: text('code.removed', { code: code.code }),
          undo: async () => {
            await addCode(agencyId, {
              code: code.code,
              form: code.form,
              ...(code.from === null ? {} : { from: code.from }),
              ...(code.to === null ? {} : { to: code.to }),
            });
            await refresh();
          },
        };
      }}
      onClose={onClose}
    >
      <p>{text('code.removeEffect')}</p>
    </FormDialog>
  );
}
