/** Single-key commands. Invariant: never while typing, in a dialog or menu, or with a modifier held. */
import { useEffect, useRef } from 'react';

export type Hotkeys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const typing =
  'input, textarea, select, [contenteditable], dialog, [role="menu"], [role="listbox"], [role="dialog"]';

/** Runs the command of a pressed key (KeyboardEvent.key). */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
        return;
      const inField = event.target instanceof Element && event.target.closest(typing) !== null;
      if (inField || document.querySelector('dialog[open]') !== null) return;
      const run = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (run === undefined) return;
      run(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}
