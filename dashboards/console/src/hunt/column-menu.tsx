/** Chooses the fields that are shown as columns: those that are, and any other by its name. */
import { useId, useState } from 'react';
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { messages } from './messages.ts';

const namesMax = 1_000;

type Props = {
  readonly columns: readonly string[];
  readonly fields: readonly string[];
  readonly onColumn: (field: string) => void;
};

export function ColumnMenu({ columns, fields, onColumn }: Props) {
  const text = useText(messages);
  const id = useId();
  const [name, setName] = useState('');
  const add = (field: string) => {
    if (field.trim() === '' || columns.includes(field.trim())) return;
    onColumn(field.trim());
    setName('');
  };
  return (
    <details className="vg-pop" data-testid="hunt-columns">
      <summary className="vg-button">
        {text('hunt.columns')}
        {columns.length === 0 ? '' : ` (${columns.length})`}
      </summary>
      <div className="vg-pop-body">
        {columns.map((field) => (
          <button key={field} type="button" className="vg-link" onClick={() => onColumn(field)}>
            <LineText value={field} /> ×
          </button>
        ))}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add(name);
          }}
        >
          <input
            className="vg-input"
            list={`${id}-fields`}
            aria-label={text('hunt.columnName')}
            placeholder={text('hunt.columnName')}
            maxLength={256}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <datalist id={`${id}-fields`}>
            {fields.slice(0, namesMax).map((field) => (
              <option key={field} value={field} />
            ))}
          </datalist>
          <button type="submit" className="vg-button">
            {text('hunt.columnAdd')}
          </button>
        </form>
      </div>
    </details>
  );
}
