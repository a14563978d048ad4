/** The form of a new join token. */
import { useQueryClient } from '@tanstack/react-query';
import { AgencyField } from '../api/agency-field.tsx';
import { useText } from '../i18n/use-text.ts';
import { useDraft } from '../session/drafts.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { CheckField, TextField } from '../ui/form-fields.tsx';
import { createJoinToken, type MadeJoinToken } from './administration-api.ts';
import { messages } from './administration-messages.ts';

const first = { uses: '1', days: '7', agencyId: '', group: '', note: '', approve: false };
const usesMax = 100_000;
const daysMax = 3_650;

type Props = { readonly onMade: (made: MadeJoinToken) => void; readonly onClose: () => void };

export function CreateToken({ onMade, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('administration:join-token', first);
  const { uses, days, agencyId, group, note, approve } = draft.value;
  const valid =
    /^\d+$/u.test(uses) &&
    Number(uses) >= 1 &&
    Number(uses) <= usesMax &&
    Number(days) > 0 &&
    Number(days) <= daysMax;
  const submit = async () => {
    const made = await createJoinToken({
      uses: Number(uses),
      days: Number(days),
      approve,
      ...(agencyId === '' ? {} : { agencyId: Number(agencyId) }),
      ...(group.trim() === '' ? {} : { group: group.trim() }),
      ...(note.trim() === '' ? {} : { note: note.trim() }),
    });
    await client.invalidateQueries({ queryKey: ['administration', 'join-tokens'] });
    onMade(made);
    return { text: text('joinTokens.made') };
  };
  return (
    <FormDialog
      title={text('joinTokens.createTitle')}
      submitLabel={text('joinTokens.create')}
      disabled={!valid}
      testId="create-join-token"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      <AgencyField
        label={text('joinTokens.agency')}
        value={agencyId}
        empty={text('joinTokens.own')}
        onChange={(next) => draft.change({ agencyId: next })}
      />
      <div className="vg-form-row">
        <TextField
          label={text('joinTokens.usesMax')}
          type="number"
          min={1}
          max={usesMax}
          value={uses}
          onChange={(next) => draft.change({ uses: next })}
        />
        <TextField
          label={text('joinTokens.days')}
          type="number"
          min={1}
          max={daysMax}
          value={days}
          onChange={(next) => draft.change({ days: next })}
        />
      </div>
      <TextField
        label={text('joinTokens.group')}
        hint={text('joinTokens.groupHint')}
        maxLength={256}
        value={group}
        onChange={(next) => draft.change({ group: next })}
      />
      <TextField
        label={text('joinTokens.note')}
        maxLength={256}
        value={note}
        onChange={(next) => draft.change({ note: next })}
      />
      <CheckField
        label={text('joinTokens.approveField')}
        checked={approve}
        onChange={(next) => draft.change({ approve: next })}
      />
    </FormDialog>
  );
}
