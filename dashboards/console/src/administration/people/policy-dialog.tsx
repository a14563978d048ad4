/** What is asked of all people at signing in: which roles need a second factor, how long sessions last. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useText } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useDraft } from '../../session/drafts.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { CheckField, TextField } from '../../ui/form-fields.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { readPolicy, setPolicy, type PeoplePolicy, type Person } from './people-api.ts';
import { messages } from './people-messages.ts';
import { personRoles } from './role-words.ts';

type Props = { readonly people: readonly Person[]; readonly onClose: () => void };

const policyKey = ['administration', 'people-policy'] as const;
const within = (typed: string, min: number, max: number): boolean =>
  /^\d+$/u.test(typed) && Number(typed) >= min && Number(typed) <= max;

export function PolicyDialog({ people, onClose }: Props) {
  const text = useText(messages);
  const query = useQuery({
    queryKey: policyKey,
    queryFn: ({ signal }) => readPolicy(signal),
    staleTime: 0,
  });
  return query.data === undefined ? (
    <Dialog title={text('people.policyTitle')} onClose={onClose}>
      <QueryView query={query}>{() => null}</QueryView>
    </Dialog>
  ) : (
    <PolicyForm policy={query.data} people={people} onClose={onClose} />
  );
}

function PolicyForm({ policy, people, onClose }: Props & { readonly policy: PeoplePolicy }) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const draft = useDraft('administration:people-policy', {
    roles: policy.secondFactorRoles,
    idle: String(policy.idleMinutes),
    absolute: String(policy.absoluteHours),
  });
  const { roles, idle, absolute } = draft.value;
  const missing = people.filter(
    ({ role, state, hasSecondFactor, external }) =>
      roles.some((one) => one === role) && state === 'active' && !hasSecondFactor && external === null,
  ).length;
  const save = async (next: PeoplePolicy) => {
    await setPolicy(next);
    await client.invalidateQueries({ queryKey: policyKey });
  };
  const submit = async () => {
    await save({ secondFactorRoles: [...roles], idleMinutes: Number(idle), absoluteHours: Number(absolute) });
    return { text: text('people.policySaved'), undo: () => save(policy) };
  };
  return (
    <FormDialog
      title={text('people.policyTitle')}
      submitLabel={text('people.save')}
      disabled={!within(idle, 5, 60) || !within(absolute, 1, 24)}
      testId="people-policy"
      onSubmit={submit}
      onDone={draft.drop}
      onClose={onClose}
    >
      <fieldset className="vg-plain-fieldset">
        <legend>{text('people.policyFactor')}</legend>
        {personRoles.map((role) => (
          <CheckField
            key={role}
            label={t(roleLabel[role])}
            checked={roles.includes(role)}
            onChange={(on) =>
              draft.change({ roles: on ? [...roles, role] : roles.filter((one) => one !== role) })
            }
          />
        ))}
        <p className="vg-hint">{text('people.policyFactorHint')}</p>
        {missing === 0 ? null : <p role="status">{text('people.policyMissing', { n: missing })}</p>}
      </fieldset>
      <div className="vg-form-row">
        <TextField
          label={text('people.policyIdle')}
          type="number"
          min={5}
          max={60}
          required
          value={idle}
          onChange={(next) => draft.change({ idle: next })}
        />
        <TextField
          label={text('people.policyAbsolute')}
          type="number"
          min={1}
          max={24}
          required
          value={absolute}
          onChange={(next) => draft.change({ absolute: next })}
        />
      </div>
    </FormDialog>
  );
}
