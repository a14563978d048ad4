/** One of the agencies that the person sees, in a form. */
import { visibleString } from '../text/visible-text.ts';
import { SelectField } from '../ui/form-fields.tsx';
import { useAgencies } from './agencies.ts';

const nameShownMax = 120;

type Props = {
  readonly label: string;
  readonly hint?: string;
  readonly fault?: string | undefined;
  readonly required?: boolean;
  readonly testId?: string;
  /** Shown while none is chosen, and what choosing none means. */
  readonly empty?: string;
  /** Its id; '' none. */
  readonly value: string;
  readonly onChange: (agencyId: string) => void;
};

export function AgencyField({ empty = '—', ...rest }: Props) {
  const agencies = useAgencies();
  return (
    <SelectField
      {...rest}
      empty={empty}
      choices={agencies.map(({ id, name }) => ({
        value: String(id),
        label: visibleString(name, nameShownMax),
      }))}
    />
  );
}
