/** A moment of the past in a filter row; empty is now. */
import { useText } from '../i18n/use-text.ts';
import { isoOf, localTime } from '../format/local-time.ts';
import { messages } from './host-state-messages.ts';

type Props = {
  readonly label: string;
  /** ISO 8601; empty: now. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Whether it may be now. */
  readonly withNow?: boolean;
  readonly testId?: string;
};

export function MomentField({ label, value, onChange, withNow = true, testId }: Props) {
  const text = useText(messages);
  return (
    <label className="vg-moment">
      <span>{label}</span>
      <input
        className="vg-input"
        type="datetime-local"
        data-testid={testId}
        value={value === '' ? '' : localTime(value)}
        max={localTime(new Date().toISOString())}
        onChange={(event) => onChange(isoOf(event.target.value) ?? '')}
      />
      {!withNow ? null : value === '' ? (
        <span className="vg-muted">{text('inventory.now')}</span>
      ) : (
        <button type="button" className="vg-link" onClick={() => onChange('')}>
          {text('inventory.now')}
        </button>
      )}
    </label>
  );
}
