/**
 * Correlation by its definition alone, slow and without memory of how it came about: the entries of each group are
 * sorted anew, every window is filtered out of them and summed up, and each stretch without a hit gets one.
 */
export interface Pushed {
  rule: string;
  user: string;
  host: string;
  value: number | undefined;
  timeMs: number;
  ref?: string | undefined;
}

export interface ModelHit {
  user: string;
  timeMs: number;
  firstMs: number;
  count: number;
  value: number;
  refs: string[];
}

export interface Kind {
  type: string;
  /** As a rule says it. */
  condition: string;
  rules: readonly string[];
  /** The value of a window, undefined for none. */
  value: (window: readonly Pushed[]) => number | undefined;
  holds: (value: number) => boolean;
}

export const TIMESPAN_MS = 10_000;

const numbers = (window: readonly Pushed[]): number[] =>
  window.map(({ value }) => value ?? 0).toSorted((left, right) => left - right);
const sum = (window: readonly Pushed[]): number => numbers(window).reduce((total, value) => total + value, 0);
const distinct = (values: readonly unknown[]): number => new Set(values).size;
const has = (window: readonly Pushed[], rule: string): boolean => window.some((one) => one.rule === rule);

/** How many of the rules, from the first on, come one after the other. */
function inOrder(window: readonly Pushed[], rules: readonly string[]): number {
  let found = 0;
  for (const { rule } of window) if (rule === rules[found]) found += 1;
  return found;
}

/** Calls end where nothing follows for five seconds; at this timespan two of them are the most. */
function regular(window: readonly Pushed[]): number {
  const ends = window.filter(({ timeMs }, at) => (window[at + 1]?.timeMs ?? Infinity) - timeMs > 5_000);
  return ends.length > 1 ? ends.length : 0;
}

const AB = ['a', 'b'];
const ABC = ['a', 'b', 'c'];
const number = (type: string, condition: string, value: Kind['value'], holds: Kind['holds']): Kind => ({
  type,
  condition: `{field: value, ${condition}}`,
  rules: AB,
  value,
  holds,
});
const count = (condition: string, holds: Kind['holds']): Kind => ({
  type: 'event_count',
  condition: `{${condition}}`,
  rules: AB,
  value: (window) => window.length,
  holds,
});
const over = (type: string, condition: string, value: Kind['value'], holds: Kind['holds']): Kind => ({
  type,
  condition,
  rules: ABC,
  value,
  holds,
});
const yes = (value: number): boolean => value >= 1;
const percentile =
  (percent: number) =>
  (window: readonly Pushed[]): number | undefined =>
    numbers(window)[Math.max(0, Math.ceil((percent / 100) * window.length) - 1)];
const middle = (window: readonly Pushed[]): number => {
  const sorted = numbers(window);
  return ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
};

/** Every type, operator and form of condition without absence. */
export const KINDS: readonly Kind[] = [
  count('gte: 3', (value) => value >= 3),
  count('gt: 3', (value) => value > 3),
  count('lt: 3', (value) => value < 3),
  count('lte: 2', (value) => value <= 2),
  count('eq: 2', (value) => value === 2),
  count('neq: 2', (value) => value !== 2),
  count('gt: 1, lte: 3', (value) => value > 1 && value <= 3),
  number(
    'value_count',
    'gte: 3',
    (window) => distinct(numbers(window)),
    (value) => value >= 3,
  ),
  number(
    'value_count',
    'eq: 2',
    (window) => distinct(numbers(window)),
    (value) => value === 2,
  ),
  over(
    'temporal',
    '{gte: 2}',
    (window) => distinct(window.map(({ rule }) => rule)),
    (value) => value >= 2,
  ),
  over(
    'temporal',
    '{gte: 3}',
    (window) => distinct(window.map(({ rule }) => rule)),
    (value) => value >= 3,
  ),
  over(
    'temporal',
    'a and (b or c)',
    (window) => Number(has(window, 'a') && (has(window, 'b') || has(window, 'c'))),
    yes,
  ),
  over(
    'temporal_ordered',
    '{gte: 2}',
    (window) => inOrder(window, ABC),
    (value) => value >= 2,
  ),
  over(
    'temporal_ordered',
    '{gte: 3}',
    (window) => inOrder(window, ABC),
    (value) => value >= 3,
  ),
  over('temporal_ordered', 'a and b and c', (window) => Number(inOrder(window, ABC) === 3), yes),
  number('value_sum', 'gte: 6', sum, (value) => value >= 6),
  number('value_sum', 'eq: 4', sum, (value) => value === 4),
  number(
    'value_avg',
    'gt: 2',
    (window) => sum(window) / window.length,
    (value) => value > 2,
  ),
  number('value_percentile', 'percentile: 75, gte: 3', percentile(75), (value) => value >= 3),
  number('value_percentile', 'percentile: 20, lt: 1', percentile(20), (value) => value < 1),
  number('value_median', 'gt: 2', middle, (value) => value > 2),
  over('regular_count', '{spread: 25, gte: 2}', regular, (value) => value >= 2),
  over('regular_count', '{spread: 25, eq: 0}', regular, (value) => value === 0),
];

interface Kept extends Pushed {
  hit: boolean;
}

export interface Stretch {
  user: string;
  entries: readonly Kept[];
}

export class Model {
  readonly #kind: Kind;
  readonly #groupOf: (one: Pushed) => string;
  readonly #groups = new Map<string, Kept[]>();

  constructor(kind: Kind, groupOf: (one: Pushed) => string = ({ user }) => user) {
    this.#kind = kind;
    this.#groupOf = groupOf;
  }

  add(one: Pushed): void {
    const { type, rules } = this.#kind;
    if (!rules.includes(one.rule) || (type.startsWith('value_') && one.value === undefined)) return;
    const group = this.#groups.get(this.#groupOf(one)) ?? [];
    this.#groups.set(this.#groupOf(one), group);
    group.push({ ...one, hit: false });
  }

  /** The hits that are due now and were not given before. */
  settle(): ModelHit[] {
    const { value, holds } = this.#kind;
    return this.stretches().flatMap(({ user, entries }) => {
      const [first] = entries;
      if (first === undefined || entries.some(({ hit }) => hit)) return [];
      first.hit = true;
      const window = this.#windowOf(first);
      const judged = value(window) ?? Number.NaN;
      if (!holds(judged)) throw new Error('a stretch of what does not hold');
      const refs = window.flatMap(({ ref }) => ref ?? []).slice(-100);
      const firstMs = window[0]?.timeMs ?? Number.NaN;
      return [{ user, timeMs: first.timeMs, firstMs, count: window.length, value: judged, refs }];
    });
  }

  push(one: Pushed): ModelHit[] {
    this.add(one);
    return this.settle();
  }

  /** The entries of each stretch, in order. */
  stretches(): Stretch[] {
    const { value, holds } = this.#kind;
    return [...this.#groups.values()].flatMap((group) => {
      const stretches: Kept[][] = [];
      let previous: Kept | undefined;
      for (const entry of sorted(group)) {
        const judged = value(this.#windowOf(entry));
        if (judged === undefined || !holds(judged)) {
          previous = undefined;
          continue;
        }
        if (previous !== undefined && entry.timeMs - previous.timeMs <= TIMESPAN_MS)
          stretches.at(-1)?.push(entry);
        else stretches.push([entry]);
        previous = entry;
      }
      return stretches.map((entries) => ({ user: entries[0]?.user ?? '', entries }));
    });
  }

  /** What the window that ends at this entry holds, in order. */
  #windowOf(entry: Kept): Kept[] {
    const all = sorted(this.#groups.get(this.#groupOf(entry)) ?? []);
    return all.slice(0, all.indexOf(entry) + 1).filter(({ timeMs }) => timeMs >= entry.timeMs - TIMESPAN_MS);
  }
}

/** Equal times stay in the order of arrival. */
function sorted(group: readonly Kept[]): Kept[] {
  return group.toSorted((left, right) => left.timeMs - right.timeMs);
}

/** Conditions that ask for an absence: what must hold of the rules up to an entry and of those around it. */
export interface AbsenceKind {
  type: string;
  condition: string;
  /** The rules that must come in order, where the type asks for it. */
  order?: readonly string[];
  /** Rules that make up a hit. */
  required: readonly string[];
  holds: (before: (rule: string) => boolean, around: (rule: string) => boolean) => boolean;
}

export const ABSENCES: readonly AbsenceKind[] = [
  {
    type: 'temporal',
    condition: 'a and not b',
    required: ['a'],
    holds: (has, near) => has('a') && !near('b'),
  },
  {
    type: 'temporal',
    condition: 'a and not (b or c)',
    required: ['a'],
    holds: (has, near) => has('a') && !near('b') && !near('c'),
  },
  {
    type: 'temporal',
    condition: 'a and not (b and c)',
    required: ['a'],
    holds: (has, near) => has('a') && !(near('b') && near('c')),
  },
  {
    type: 'temporal',
    condition: '(a or c) and not b',
    required: ['a', 'c'],
    holds: (has, near) => (has('a') || has('c')) && !near('b'),
  },
  {
    type: 'temporal',
    condition: 'a and not (b and not c)',
    required: ['a', 'c'],
    holds: (has, near) => has('a') && !(near('b') && !has('c')),
  },
  {
    type: 'temporal_ordered',
    condition: 'a and not b and c',
    order: ['a', 'c'],
    required: ['a', 'c'],
    holds: (has, near) => has('a') && has('c') && !near('b'),
  },
];

/** All hits of a stream with nothing more to come. */
export function absenceHits({ order, required, holds }: AbsenceKind, list: readonly Pushed[]): ModelHit[] {
  return [...new Set(list.map(({ user }) => user))].flatMap((user) => {
    const entries = list
      .filter((one) => one.user === user)
      .toSorted((left, right) => left.timeMs - right.timeMs);
    const hits: ModelHit[] = [];
    let lastTrueMs = Number.NEGATIVE_INFINITY;
    for (const [index, { timeMs }] of entries.entries()) {
      const before = entries.slice(0, index + 1).filter((one) => one.timeMs >= timeMs - TIMESPAN_MS);
      const around = entries.filter((one) => Math.abs(one.timeMs - timeMs) <= TIMESPAN_MS);
      const wanted = before.filter(({ rule }) => required.includes(rule));
      const held =
        holds(
          (rule) => has(before, rule),
          (rule) => has(around, rule),
        ) &&
        (order === undefined || inOrder(wanted, order) === order.length);
      if (!held) continue;
      const goesOn = timeMs - lastTrueMs <= TIMESPAN_MS;
      lastTrueMs = timeMs;
      if (goesOn) continue;
      const refs = wanted.flatMap(({ ref }) => ref ?? []);
      const firstMs = wanted[0]?.timeMs ?? timeMs;
      hits.push({ user, timeMs: timeMs + TIMESPAN_MS, firstMs, count: wanted.length, value: 1, refs });
    }
    return hits;
  });
}
