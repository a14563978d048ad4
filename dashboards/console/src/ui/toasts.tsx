/**
 * Short notes about what was just done, with a way back. Announced to screen readers, held while looked at.
 * Invariant: a note that carries an error stays until it is closed.
 */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { createStore } from './store.ts';

export type Toast = {
  readonly id: number;
  readonly kind: 'done' | 'error';
  /** What it is about: a newer note about the same thing takes its place. */
  readonly about?: string | undefined;
  readonly text: string;
  readonly action?: { readonly label: string; readonly run: () => void } | undefined;
};

const shownMs = 8_000;
const toastsMax = 4;
const toasts = createStore<readonly Toast[]>([]);
let lastId = 0;

/** Somebody signed out: what was told to them goes, too. */
export function closeToasts(): void {
  toasts.set([]);
}

function close(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id));
}

/** Shows a note in place of an older one about the same thing; the oldest go when there are too many. */
export function showToast(toast: Omit<Toast, 'id'>): void {
  lastId += 1;
  const others = toasts.get().filter((known) => toast.about === undefined || known.about !== toast.about);
  toasts.set([...others, { ...toast, id: lastId }].slice(-toastsMax));
}

function ToastView({ toast }: { readonly toast: Toast }) {
  const { t } = useI18n();
  const [held, setHeld] = useState(false);
  const timer = useRef(0);
  useEffect(() => {
    if (held || toast.kind === 'error') return undefined;
    timer.current = window.setTimeout(() => close(toast.id), shownMs);
    return () => window.clearTimeout(timer.current);
  }, [held, toast]);
  const { action } = toast;
  return (
    <li
      className="vg-toast"
      data-kind={toast.kind}
      role={toast.kind === 'error' ? 'alert' : undefined}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span>{toast.text}</span>
      {action === undefined ? null : (
        <button
          type="button"
          className="vg-toast-action"
          onClick={() => {
            close(toast.id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <button
        type="button"
        className="vg-toast-close"
        aria-label={t('action.dismiss')}
        onClick={() => close(toast.id)}
      >
        ×
      </button>
    </li>
  );
}

/** The place where notes appear; one per page. */
export function Toaster() {
  const shown = useSyncExternalStore(toasts.subscribe, toasts.get);
  return (
    <ul className="vg-toasts" aria-live="polite">
      {shown.map((toast) => (
        <ToastView key={toast.id} toast={toast} />
      ))}
    </ul>
  );
}
