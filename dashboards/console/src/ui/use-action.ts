/**
 * Something that a person does: busy while the server works, then a note with a way back, or the reason why not. What was
 * typed is the caller's to keep until it is done.
 */
import { useCallback, useRef, useState } from 'react';
import { ApiError } from '../api/http.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { errorText } from './notices.tsx';
import { showToast } from './toasts.tsx';

export type Done = {
  readonly text: string;
  /** Takes it back. */
  readonly undo?: (() => Promise<unknown>) | undefined;
  /** Said when it was taken back. */
  readonly undone?: string | undefined;
};

export type Action = {
  readonly busy: boolean;
  /** The last failure, until the next try. */
  readonly error: unknown;
  /**
   * @param work asks the server and resolves to what to say; undefined: nothing
   * @param quiet the caller shows the failure (a form); otherwise a note does
   * @returns whether it was done
   */
  readonly run: (
    work: () => Promise<Done | undefined>,
    options?: { readonly quiet?: boolean },
  ) => Promise<boolean>;
  readonly clear: () => void;
};

export function useAction(): Action {
  const { t } = useI18n();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const running = useRef(false);

  const tellFailure = useCallback(
    (failure: unknown) => showToast({ kind: 'error', text: errorText(failure, t) }),
    [t],
  );
  const run = useCallback<Action['run']>(
    async (work, { quiet = false } = {}) => {
      // A second click is not a second act.
      if (running.current) return false;
      running.current = true;
      setBusy(true);
      setError(null);
      try {
        const done = await work();
        if (done !== undefined) {
          const { undo, undone } = done;
          showToast({
            kind: 'done',
            text: done.text,
            action:
              undo === undefined
                ? undefined
                : {
                    label: t('action.undo'),
                    run: () => {
                      undo().then(
                        () => showToast({ kind: 'done', text: undone ?? t('action.undone') }),
                        (failure: unknown) => tellFailure(failure),
                      );
                    },
                  },
          });
        }
        return true;
      } catch (failure) {
        if (!(failure instanceof ApiError)) console.error(failure);
        setError(failure);
        if (!quiet) tellFailure(failure);
        return false;
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    [t, tellFailure],
  );
  return { busy, error, run, clear: () => setError(null) };
}
