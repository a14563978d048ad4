/** One filter of a list as the browser's own list: short, with its name for screen readers, or with the name before it. */
import { useId } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';

type Option<Value extends string> = {
  readonly value: Value;
  readonly label: string;
  /** How many there are, where the server tells. */
  readonly count?: number;
};

type Props<Value extends string> = {
  readonly label: string;
  /** Shows the name before the list. */
  readonly labelled?: boolean;
  /** What stands for no choice. Left out: one is always chosen. */
  readonly all?: string;
  readonly value: string;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value | '') => void;
  readonly testId?: string;
};

export function FilterSelect<Value extends string>(props: Props<Value>) {
  const { label, labelled = false, all, value, options, onChange, testId } = props;
  const { number } = useI18n();
  const id = useId();
  const isSet = value !== '' && all !== undefined ? 'true' : undefined;
  const list = (
    <select
      {...(labelled ? { id } : { 'aria-label': label, className: 'vg-filter-select', 'data-set': isSet })}
      data-testid={testId}
      value={value}
      onChange={(event) => {
        onChange(options.find((option) => option.value === event.target.value)?.value ?? '');
      }}
    >
      {all === undefined ? null : <option value="">{all}</option>}
      {value === '' || options.some((option) => option.value === value) ? null : (
        <option value={value}>{value}</option>
      )}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.count === undefined ? option.label : `${option.label} (${number(option.count)})`}
        </option>
      ))}
    </select>
  );
  if (!labelled) return list;
  return (
    <span className="vg-filter" data-set={isSet}>
      <label htmlFor={id}>{label}</label>
      {list}
    </span>
  );
}
