/** The keys of a list: j/k and the arrows move, Enter opens, x selects, Esc closes what is open, / goes to the search. */
import { startTransition, useEffect, useRef, useState } from 'react';
import { navigate } from '../router/router.tsx';
import { useHotkeys, type Hotkeys } from '../shell/hotkeys.ts';
import type { Selection } from './use-selection.ts';

type Options = {
  /** The shown rows in order. */
  readonly keys: readonly string[];
  /** What is open beside the list. */
  readonly openKey: string | null;
  readonly addressOf?: ((key: string | null) => string) | undefined;
  readonly selection?: Selection | undefined;
  readonly onSearch?: (() => void) | undefined;
  /** More keys; they come first. */
  readonly more?: Hotkeys | undefined;
};

/** @returns the row that the keys are at */
export function useListKeys(options: Options): string | null {
  const { keys, openKey, addressOf, selection, onSearch, more } = options;
  const [at, setAt] = useState<string | null>(openKey);
  const current = openKey ?? at;
  // Where the last key led, which the page may not have drawn yet: focus moves at once, the rest when there is time.
  const place = useRef(current);
  useEffect(() => {
    place.current = current;
  }, [current]);
  // Counts what was asked to be opened, or given up: only the last is.
  const turn = useRef(0);
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );
  const show = (key: string) => {
    const row = document.querySelector(`[data-row-key="${CSS.escape(key)}"]`);
    row?.scrollIntoView({ block: 'nearest' });
    row?.querySelector<HTMLElement>('a')?.focus({ preventScroll: true });
  };
  const move = (step: 1 | -1) => (event: KeyboardEvent) => {
    event.preventDefault();
    const index = place.current === null ? -1 : keys.indexOf(place.current);
    const next = index < 0 ? keys[0] : keys[index + step];
    if (next === undefined) return;
    place.current = next;
    show(next);
    startTransition(() => setAt(next));
    if (openKey === null || addressOf === undefined) return;
    // After the focus is painted; of keys that come fast only the last opens something.
    turn.current += 1;
    const own = turn.current;
    requestAnimationFrame(() => {
      window.setTimeout(() => {
        if (own === turn.current) navigate(addressOf(next), { replace: true });
      });
    });
  };
  useHotkeys({
    j: move(1),
    k: move(-1),
    ArrowDown: move(1),
    ArrowUp: move(-1),
    Enter(event) {
      const onControl = event.target instanceof Element && event.target.closest('a, button') !== null;
      if (onControl || place.current === null || addressOf === undefined) return;
      event.preventDefault();
      navigate(addressOf(place.current));
    },
    x() {
      if (place.current !== null) selection?.toggle(place.current);
    },
    '/': (event) => {
      if (onSearch === undefined) return;
      event.preventDefault();
      onSearch();
    },
    Escape() {
      turn.current += 1;
      if (openKey !== null && addressOf !== undefined) {
        navigate(addressOf(null));
        show(openKey);
      } else if (selection !== undefined && selection.keys.size > 0) selection.clear();
    },
    ...more,
  });
  return current;
}
