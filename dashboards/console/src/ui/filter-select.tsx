/** A choice of a filter row: a short native list with its name for screen readers. */

type Option<Value extends string> = { readonly value: Value; readonly label: string };

type Props<Value extends string> = {
  readonly label: string;
  /** What stands for no choice. */
  readonly all: string;
  readonly value: string;
  readonly options: readonly Option<Value>[];
  readonly onChange: (value: Value | '') => void;
  readonly testId?: string;
};

export function FilterSelect<Value extends string>(props: Props<Value>) {
  const { label, all, value, options, onChange, testId } = props;
  return (
    <select
      className="vg-filter-select"
      aria-label={label}
      data-testid={testId}
      data-set={value === '' ? undefined : 'true'}
      value={value}
      onChange={(event) => {
        onChange(options.find((option) => option.value === event.target.value)?.value ?? '');
      }}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
