/** Choices of a filter side by side, each a button that is pressed or not; with counts where the server tells them. */
import { useI18n } from '../i18n/use-i18n.ts';

export type Chip<Value extends string> = {
  readonly value: Value;
  readonly label: string;
  readonly count?: number | undefined;
};

type Props<Value extends string> = {
  readonly label: string;
  readonly chips: readonly Chip<Value>[];
  readonly chosen: readonly Value[];
  readonly onToggle: (value: Value) => void;
  readonly testId?: string;
};

export function Chips<Value extends string>({ label, chips, chosen, onToggle, testId }: Props<Value>) {
  const { number } = useI18n();
  return (
    <div className="vg-chips" role="group" aria-label={label} data-testid={testId}>
      {chips.map((chip) => (
        <button
          key={chip.value}
          type="button"
          aria-pressed={chosen.includes(chip.value)}
          data-value={chip.value}
          onClick={() => onToggle(chip.value)}
        >
          {chip.label}
          {chip.count === undefined ? null : <span className="vg-chip-count">{number(chip.count)}</span>}
        </button>
      ))}
    </div>
  );
}
