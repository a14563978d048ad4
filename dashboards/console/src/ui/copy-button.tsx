/** A button that puts a text into the clipboard. */
import { Icon } from '../shell/icons.tsx';
import { useCopy } from './use-copy.ts';

type Props = { readonly value: string; readonly label: string; readonly testId?: string };

export function CopyButton({ value, label, testId }: Props) {
  const copy = useCopy();
  return (
    <button type="button" className="vg-button" data-testid={testId} onClick={() => void copy(value)}>
      <Icon name="copy" /> {label}
    </button>
  );
}
