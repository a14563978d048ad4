/** The fields of an account that inviting and changing have in common. */
import { AgencyField } from '../../api/agency-field.tsx';
import { dayOf } from '../../format/day.ts';
import { useText, useWords } from '../../i18n/use-text.ts';
import { useI18n } from '../../i18n/use-i18n.ts';
import { roleLabel } from '../../shell/role-label.ts';
import { SelectField, TextField, useFaultOf } from '../../ui/form-fields.tsx';
import type { PersonRole } from './people-api.ts';
import { messages } from './people-messages.ts';
import { personRoles, rolePurpose } from './role-words.ts';

export type PersonDraft = {
  readonly role: PersonRole | '';
  readonly agencyId: string;
  readonly displayName: string;
  readonly email: string;
  readonly until: string;
};

type Props = {
  readonly value: PersonDraft;
  readonly error: unknown;
  readonly onChange: (next: Partial<PersonDraft>) => void;
};

/** Whether the end, where there is one, is still to come. */
export const untilHolds = (until: string): boolean => until === '' || until >= dayOf(Date.now());

export function PersonFields({ value, error, onChange }: Props) {
  const text = useText(messages);
  const words = useWords();
  const { t } = useI18n();
  const faultOf = useFaultOf(error);
  return (
    <>
      <div className="vg-form-row">
        <TextField
          label={text('people.displayName')}
          maxLength={256}
          autoComplete="off"
          testId="person-name"
          fault={faultOf('displayName')}
          value={value.displayName}
          onChange={(displayName) => onChange({ displayName })}
        />
        <TextField
          label={text('people.email')}
          type="email"
          maxLength={254}
          autoComplete="off"
          testId="person-email"
          fault={faultOf('email')}
          value={value.email}
          onChange={(email) => onChange({ email })}
        />
      </div>
      <SelectField
        label={text('people.role')}
        required
        testId="person-role"
        value={value.role}
        empty="—"
        choices={personRoles.map((role) => ({ value: role, label: t(roleLabel[role]) }))}
        hint={value.role === '' ? undefined : words(rolePurpose[value.role])}
        onChange={(role) => onChange({ role })}
      />
      <AgencyField
        label={text('people.agency')}
        required
        testId="person-agency"
        value={value.agencyId}
        fault={faultOf('agencyId')}
        onChange={(agencyId) => onChange({ agencyId })}
      />
      <TextField
        label={text('people.until')}
        type="date"
        min={dayOf(Date.now())}
        testId="person-until"
        hint={text('people.untilHint')}
        fault={untilHolds(value.until) ? faultOf('endsAt') : text('people.untilPast')}
        value={value.until}
        onChange={(until) => onChange({ until })}
      />
    </>
  );
}
