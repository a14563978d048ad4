/** One filter of a list as the browser's own list, its name before it; with counts where the server tells them. */
import { useId } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

export type FacetChoice = { readonly value: string; readonly label: string; readonly count?: number };

type Props = {
  readonly label: string;
  /** What an empty value means: all. Empty: one is always chosen. */
  readonly all: string;
  readonly value: string;
  readonly choices: readonly FacetChoice[];
  readonly onChange: (value: string) => void;
  readonly testId?: string;
};

export function FacetSelect({ label, all, value, choices, onChange, testId }: Props) {
  const { number } = useI18n();
  const id = useId();
  const known = value === '' || choices.some((choice) => choice.value === value);
  return (
    <span className="vg-filter" data-set={value === '' || all === '' ? undefined : 'true'}>
      <label htmlFor={id}>{label}</label>
      <select id={id} data-testid={testId} value={value} onChange={(event) => onChange(event.target.value)}>
        {all === '' ? null : <option value="">{all}</option>}
        {known ? null : <option value={value}>{value}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.count === undefined ? choice.label : `${choice.label} (${number(choice.count)})`}
          </option>
        ))}
      </select>
    </span>
  );
}
