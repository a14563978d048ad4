/**
 * The browser's own modal dialog: focus stays inside, the rest of the page is inert, Esc closes. Focus begins on the first
 * field, or on the button that does nothing, and goes back to where it was.
 */
import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { Icon } from '../shell/icons.tsx';
import { followFirstField, keepFocus } from './dialog-focus.ts';

type DialogProps = {
  readonly title: string;
  /** Null: the dialog cannot be left without answering it. */
  readonly onClose: (() => void) | null;
  readonly children: ReactNode;
  readonly wide?: boolean;
};

export function Dialog({ title, onClose, children, wide = false }: DialogProps) {
  const { t } = useI18n();
  const element = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the children's effects, so that a form inside can choose where the focus goes.
  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    dialog.showModal();
    const stop = followFirstField(dialog);
    return () => {
      stop();
      dialog.close();
      keepFocus();
    };
  }, []);
  return (
    <dialog
      ref={element}
      className={wide ? 'vg-dialog vg-dialog-wide' : 'vg-dialog'}
      aria-labelledby={id}
      onCancel={(event) => {
        // A file field says so too when its picker is left without a choice.
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        onClose?.();
      }}
    >
      <header className="vg-dialog-head">
        <h2 id={id}>{title}</h2>
        {onClose === null ? null : (
          <button type="button" className="vg-icon-button" aria-label={t('action.close')} onClick={onClose}>
            <Icon name="close" />
          </button>
        )}
      </header>
      {children}
    </dialog>
  );
}
