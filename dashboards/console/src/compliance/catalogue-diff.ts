/** How a control differs between the profiles: who asks it, at which levels, with which thresholds. Pure. */

type Asked = {
  readonly levels: readonly number[];
  readonly thresholds: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly mode: string;
};

export type Difference = 'only-2026' | 'only-2022' | 'changed' | 'same';

/** The same text for the same contents, whatever the order of names. */
function inOrder(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

const essence = ({ levels, thresholds, mode }: Asked): string => inOrder({ levels, thresholds, mode });

export function differenceOf(newer: Asked | undefined, older: Asked | undefined): Difference {
  if (older === undefined) return 'only-2026';
  if (newer === undefined) return 'only-2022';
  return essence(newer) === essence(older) ? 'same' : 'changed';
}
