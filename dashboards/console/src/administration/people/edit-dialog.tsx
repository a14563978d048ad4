/** Changes a person's role, agency, names and end; what they will gain and lose is said before it is saved. */
import { useQueryClient } from '@tanstack/react-query';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useDraft } from '../../session/drafts.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { changePerson, peopleKey, type Person } from './people-api.ts';
import { messages } from './people-messages.ts';
import { permissionWords } from './permission-words.ts';
import { PersonFields, untilHolds, type PersonDraft } from './person-fields.tsx';
import { dayOfEnd, endOfDay } from './find-people.ts';
import { permissionsOf, useRoles } from './use-roles.ts';

type Props = { readonly person: Person; readonly onClose: () => void };

const draftOf = (person: Person): PersonDraft => ({
  // Machines are no people: the list has none.
  role: person.role === 'api' ? '' : person.role,
  agencyId: String(person.agencyId),
  displayName: person.displayName ?? '',
  email: person.email ?? '',
  until: dayOfEnd(person.endsAt),
});

/** An empty field takes the value away. */
const orNull = (typed: string): string | null => (typed.trim() === '' ? null : typed.trim());

export function EditDialog({ person, onClose }: Props) {
  const text = useText(messages);
  const client = useQueryClient();
  const draft = useDraft(`administration:person:${person.username}`, draftOf(person));
  const { role, agencyId, displayName, email, until } = draft.value;
  const was = draftOf(person);
  const submit = async () => {
    await changePerson(person.username, {
      ...(role === '' || role === was.role ? {} : { role }),
      ...(agencyId === was.agencyId ? {} : { agencyId: Number(agencyId) }),
      ...(displayName === was.displayName ? {} : { displayName: orNull(displayName) }),
      ...(email === was.email ? {} : { email: orNull(email) }),
      ...(until === was.until ? {} : { endsAt: endOfDay(until) ?? null }),
    });
    await client.invalidateQueries({ queryKey: peopleKey });
    const before = {
      ...(was.role === '' ? {} : { role: was.role }),
      agencyId: person.agencyId,
      displayName: person.displayName,
      email: person.email,
      endsAt: person.endsAt,
    };
    const undo = async () => {
      await changePerson(person.username, before);
      await client.invalidateQueries({ queryKey: peopleKey });
    };
    return { text: text('people.saved', { name: person.username }), undo };
  };
  return (
    <FormDialog
      title={text('people.editTitle', { name: person.username })}
      submitLabel={text('people.save')}
      disabled={role === '' || !untilHolds(until)}
      testId="edit-person"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      {(error) => (
        <>
          <PersonFields value={draft.value} error={error} onChange={draft.change} />
          <Effect person={person} draft={draft.value} />
        </>
      )}
    </FormDialog>
  );
}

function Effect({ person, draft }: { readonly person: Person; readonly draft: PersonDraft }) {
  const text = useText(messages);
  const words = useWords();
  const { data } = useRoles();
  const otherRole = draft.role !== '' && draft.role !== person.role;
  const otherAgency = draft.agencyId !== String(person.agencyId);
  if (!otherRole && !otherAgency) return null;
  const before = permissionsOf(data, person.role);
  const after = draft.role === '' ? before : permissionsOf(data, draft.role);
  const gains = after.filter((one) => !before.includes(one));
  const loses = before.filter((one) => !after.includes(one));
  const list = (permissions: typeof gains) =>
    permissions.map((one) => words(permissionWords[one])).join('; ');
  return (
    <div className="vg-effect" data-testid="person-effect">
      {gains.length === 0 ? null : (
        <p>
          <b>{text('people.gains')}:</b> {list(gains)}
        </p>
      )}
      {loses.length === 0 ? null : (
        <p>
          <b>{text('people.loses')}:</b> {list(loses)}
        </p>
      )}
      {otherAgency ? <p>{text('people.agencyEffect')}</p> : null}
      <p>{text('people.sessionsEffect')}</p>
    </div>
  );
}
