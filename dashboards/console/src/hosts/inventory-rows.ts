/** Inventories as rows: which facts are worth a column, what a person searches in, what changed in words. Pure. */
import { containsWords, fold, foldedWords } from '../text/fold.ts';

export type Facts = Readonly<Record<string, unknown>>;
export type Item = { readonly category: string; readonly key: string; readonly facts: Facts };

const valueUnitsMax = 300;

/** A fact's value as text; empty where there is none. */
export function factText(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return JSON.stringify(value);
}

/** Facts that most of the items have and that do not only repeat the key; the most frequent first. */
export function factColumns(items: readonly Item[], max: number): readonly string[] {
  const counts = new Map<string, number>();
  for (const { key, facts } of items) {
    for (const [name, value] of Object.entries(facts)) {
      const text = factText(value);
      if (text !== '' && text !== key) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .toSorted(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .slice(0, max)
    .map(([name]) => name);
}

/** Items whose key or facts hold all words, accents and case aside. */
export function searchItems<Row extends Item>(items: readonly Row[], text: string): readonly Row[] {
  const words = foldedWords(text);
  if (words.length === 0) return items;
  return items.filter(({ key, facts }) => {
    const values = Object.values(facts).map((value) => factText(value).slice(0, valueUnitsMax));
    return containsWords(fold([key, ...values].join(' ')), words);
  });
}

/** Facts that differ, as they were and as they are. */
export function differences(
  names: readonly string[],
  before: Facts | undefined,
  after: Facts | undefined,
): readonly { readonly name: string; readonly before: string; readonly after: string }[] {
  return names.map((name) => ({
    name,
    before: factText(before?.[name]),
    after: factText(after?.[name]),
  }));
}
