/** Which rows of a list are chosen for what is done to many at once. */
import { useMemo, useRef, useState } from 'react';

export type Selection = {
  readonly keys: ReadonlySet<string>;
  readonly has: (key: string) => boolean;
  /** @param range the shown rows in order: all from the last one chosen to this one are chosen too */
  readonly toggle: (key: string, range?: readonly string[]) => void;
  /** All of these, or none of them when all are chosen. */
  readonly toggleAll: (keys: readonly string[]) => void;
  readonly clear: () => void;
};

export function useSelection(): Selection {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const last = useRef<string | null>(null);
  return useMemo(
    () => ({
      keys,
      has: (key) => keys.has(key),
      toggle(key, range) {
        const next = new Set(keys);
        const from = range?.indexOf(last.current ?? '') ?? -1;
        const to = range?.indexOf(key) ?? -1;
        if (range !== undefined && from >= 0 && to >= 0) {
          for (const between of range.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(between);
        } else if (!next.delete(key)) next.add(key);
        last.current = key;
        setKeys(next);
      },
      toggleAll(all) {
        setKeys(all.every((key) => keys.has(key)) ? new Set() : new Set(all));
      },
      clear: () => setKeys(new Set()),
    }),
    [keys],
  );
}
