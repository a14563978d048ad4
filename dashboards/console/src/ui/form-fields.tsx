/** Labelled fields of a form: the label names the field, the hint and the fault are read with it. */
import { useId, type ReactNode } from 'react';
import { ApiError } from '../api/http.ts';
import { useI18n } from '../i18n/use-i18n.ts';

type Common = {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Why what is in the field will not do. */
  readonly fault?: string | undefined;
  readonly required?: boolean;
  readonly testId?: string;
};

type FieldProps = Common & {
  readonly children: (ids: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean | undefined;
  }) => ReactNode;
};

/** A label, its control, what helps to fill it in, and what is wrong with it. */
export function Field({ label, hint, fault, required = false, children }: FieldProps) {
  const id = useId();
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(fault === undefined ? [] : [`${id}-fault`]),
  ];
  return (
    <div className="vg-field">
      <label htmlFor={id}>
        {label}
        {required ? <span aria-hidden="true">{'\u00a0'}*</span> : null}
      </label>
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': fault === undefined ? undefined : true,
      })}
      {hint === undefined ? null : (
        <div id={`${id}-hint`} className="vg-hint">
          {hint}
        </div>
      )}
      {fault === undefined ? null : (
        <div id={`${id}-fault`} className="vg-field-fault" role="alert">
          {fault}
        </div>
      )}
    </div>
  );
}

type TextProps = Common & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'email' | 'url' | 'number' | 'date' | 'datetime-local' | 'time';
  readonly maxLength?: number;
  readonly autoComplete?: string;
  /** For a field that comes later; of a dialog the first field has the focus by itself. */
  readonly autoFocus?: boolean;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly min?: string | number;
  readonly max?: string | number;
};

/** One line of text, a number or a date (the browser's own pickers). */
export function TextField({ value, onChange, type = 'text', testId, ...rest }: TextProps) {
  const { label, hint, fault, required, ...input } = rest;
  return (
    <Field label={label} hint={hint} fault={fault} required={required ?? false}>
      {(ids) => (
        <input
          {...ids}
          {...input}
          className="vg-input"
          type={type}
          required={required}
          data-testid={testId}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

type AreaProps = Common & {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly rows?: number;
  readonly maxLength?: number;
  /** Text for machines: fixed width, no spelling. */
  readonly code?: boolean;
  readonly placeholder?: string;
};

/** Text of several lines. */
export function TextArea({ value, onChange, rows = 4, code = false, testId, ...rest }: AreaProps) {
  const { label, hint, fault, required, ...input } = rest;
  return (
    <Field label={label} hint={hint} fault={fault} required={required ?? false}>
      {(ids) => (
        <textarea
          {...ids}
          {...input}
          className={code ? 'vg-textarea vg-textarea-code' : 'vg-textarea'}
          rows={rows}
          spellCheck={code ? false : undefined}
          required={required}
          data-testid={testId}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

export type Choice<Value extends string> = {
  readonly value: Value;
  readonly label: string;
  readonly disabled?: boolean;
};

type SelectProps<Value extends string> = Common & {
  readonly value: Value | '';
  readonly onChange: (value: Value) => void;
  readonly choices: readonly Choice<Value>[];
  /** Shown while nothing is chosen. */
  readonly empty?: string;
  readonly disabled?: boolean;
};

/** One of a few: the browser's own list, which every keyboard and screen reader knows. */
export function SelectField<Value extends string>(props: SelectProps<Value>) {
  const { value, onChange, choices, empty, label, hint, fault, required, testId, disabled } = props;
  return (
    <Field label={label} hint={hint} fault={fault} required={required ?? false}>
      {(ids) => (
        <select
          {...ids}
          className="vg-input"
          required={required}
          disabled={disabled}
          data-testid={testId}
          value={value}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value);
            if (chosen !== undefined) onChange(chosen.value);
          }}
        >
          {empty === undefined ? null : <option value="">{empty}</option>}
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value} disabled={choice.disabled}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

type CheckProps = {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly testId?: string;
};

export function CheckField({ label, hint, checked, onChange, disabled = false, testId }: CheckProps) {
  const id = useId();
  return (
    <div className="vg-check">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        data-testid={testId}
        aria-describedby={hint === undefined ? undefined : `${id}-hint`}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint === undefined ? null : (
        <div id={`${id}-hint`} className="vg-hint">
          {hint}
        </div>
      )}
    </div>
  );
}

/** What the server says is wrong with a field of this name, in words; undefined when the refusal is about others. */
export function useFaultOf(error: unknown): (field: string) => string | undefined {
  const { t } = useI18n();
  return (field) => {
    if (!(error instanceof ApiError)) return undefined;
    const message =
      error.faults.find((fault) => fault.field === field)?.message ??
      (error.field === field ? error.message : undefined);
    return message === undefined ? undefined : t('form.fieldRefused', { message });
  };
}
