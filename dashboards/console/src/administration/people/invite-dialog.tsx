/** Invites a person: an account without a password, and a link to set one with. */
import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '../../api/http.ts';
import { useText } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField, useFaultOf } from '../../ui/form-fields.tsx';
import { invitePerson, peopleKey, type Invitation } from './people-api.ts';
import { messages } from './people-messages.ts';
import { PersonFields, untilHolds, type PersonDraft } from './person-fields.tsx';
import { endOfDay } from './find-people.ts';

type Draft = PersonDraft & { readonly username: string };
const first: Draft = { username: '', role: '', agencyId: '', displayName: '', email: '', until: '' };
const usernameForm = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]*$/u;

/** Somebody has that user name. */
const isTaken = ({ status, field }: ApiError): boolean => status === 409 && field === 'username';

type Props = {
  readonly onMade: (made: { readonly username: string; readonly invitation: Invitation }) => void;
  readonly onClose: () => void;
};

export function InviteDialog({ onMade, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft('administration:invite', first);
  const { username, role, agencyId, displayName, email, until } = draft.value;
  const name = username.trim();
  const nameHolds = usernameForm.test(name);
  const submit = async () => {
    if (role === '') return undefined;
    const endsAt = endOfDay(until);
    const invitation = await invitePerson({
      username: name,
      role,
      agencyId: Number(agencyId),
      ...(displayName.trim() === '' ? {} : { displayName: displayName.trim() }),
      ...(email.trim() === '' ? {} : { email: email.trim() }),
      ...(endsAt === undefined ? {} : { endsAt }),
    });
    await client.invalidateQueries({ queryKey: peopleKey });
    onMade({ username: name, invitation });
    return { text: text('people.invited', { name }) };
  };
  return (
    <FormDialog
      title={text('people.inviteTitle')}
      submitLabel={text('people.inviteSubmit')}
      disabled={!nameHolds || role === '' || agencyId === '' || !untilHolds(until)}
      testId="invite-person"
      toldByField={isTaken}
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <p className="vg-hint">{text('people.inviteEffect')}</p>
          <Username
            error={error}
            value={username}
            wrong={name !== '' && !nameHolds}
            onChange={(next) => draft.change({ username: next })}
          />
          <PersonFields value={draft.value} error={error} onChange={draft.change} />
        </>
      )}
    </FormDialog>
  );
}

function Username(props: {
  readonly error: unknown;
  readonly value: string;
  readonly wrong: boolean;
  readonly onChange: (next: string) => void;
}) {
  const { error, value, wrong, onChange } = props;
  const text = useText(messages);
  const faultOf = useFaultOf(error);
  const taken = error instanceof ApiError && isTaken(error);
  return (
    <TextField
      label={text('people.username')}
      required
      maxLength={128}
      autoComplete="off"
      autoFocus
      testId="person-username"
      hint={text('people.usernameHint')}
      fault={
        wrong ? text('people.usernameWrong') : taken ? text('people.usernameTaken') : faultOf('username')
      }
      value={value}
      onChange={onChange}
    />
  );
}
