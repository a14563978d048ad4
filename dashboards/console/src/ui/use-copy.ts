/** Puts a text into the clipboard and says so; where the browser forbids it, says to select it instead. */
import { useText } from '../i18n/use-text.ts';
import { messages } from './copy-messages.ts';
import { showToast } from './toasts.tsx';

/** @returns what copies a text; `done` is said then, if another word fits better */
export function useCopy(): (value: string, done?: string) => Promise<void> {
  const text = useText(messages);
  return async (value, done = text('copy.done')) => {
    try {
      await navigator.clipboard.writeText(value);
      showToast({ kind: 'done', about: 'copied', text: done });
    } catch (error) {
      // Without a safe address there is no clipboard at all.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      showToast({ kind: 'error', about: 'copied', text: text('copy.failed') });
    }
  };
}
