/** Single-key commands. Invariant: never while typing, in a dialog or menu, or with a modifier held. */
import { useEffect, useRef } from 'react';
import { navigate } from '../router/router.tsx';

export type Hotkeys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const typing =
  'input, textarea, select, [contenteditable], dialog, [role="menu"], [role="listbox"], [role="dialog"]';

/** Whether a key is meant as a command, not as text. */
function isCommand(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing)
    return false;
  const inField = event.target instanceof Element && event.target.closest(typing) !== null;
  return !inField && document.querySelector('dialog[open]') === null;
}

/** Runs the command of a pressed key (KeyboardEvent.key). */
export function useHotkeys(hotkeys: Hotkeys): void {
  const latest = useRef(hotkeys);
  useEffect(() => {
    latest.current = hotkeys;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      const run = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (run === undefined) return;
      run(event);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

const jumpMs = 1_200;

/** `g` and then a letter leads to a room. @param places letter and address */
export function useJumpKeys(places: readonly (readonly [key: string, to: string])[]): void {
  const pressedAt = useRef(Number.NEGATIVE_INFINITY);
  const jump = (to: string) => () => {
    if (performance.now() - pressedAt.current < jumpMs) navigate(to);
    pressedAt.current = Number.NEGATIVE_INFINITY;
  };
  // Before the pages' own letters, which mean something else there.
  const latest = useRef(new Map<string, () => void>());
  useEffect(() => {
    latest.current = new Map(places.map(([key, to]) => [key, jump(to)]));
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!isCommand(event)) return;
      if (event.key === 'g') {
        pressedAt.current = performance.now();
        return;
      }
      const run = latest.current.get(event.key);
      if (run === undefined || performance.now() - pressedAt.current >= jumpMs) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      run();
    };
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, []);
}
