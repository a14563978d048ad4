/** Puts a text into the clipboard; where the browser forbids it, says to select it instead. */
import { useText } from '../i18n/use-text.ts';
import { Icon } from '../shell/icons.tsx';
import { messages } from './copy-messages.ts';
import { showToast } from './toasts.tsx';

type Props = { readonly value: string; readonly label: string; readonly testId?: string };

export function CopyButton({ value, label, testId }: Props) {
  const text = useText(messages);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      showToast({ kind: 'done', about: 'copied', text: text('copy.done') });
    } catch (error) {
      // Without a safe address there is no clipboard at all.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      showToast({ kind: 'error', about: 'copied', text: text('copy.failed') });
    }
  };
  return (
    <button type="button" className="vg-button" data-testid={testId} onClick={() => void copy()}>
      <Icon name="copy" /> {label}
    </button>
  );
}
