/**
 * How windows are summed up, an entry at a time. Invariant: what leaves takes nothing with it that was not its own, so
 * the value is that of the entries in the window, in whatever order they came.
 */
import { ExactSum } from './exact-sum.ts';
import { expressionHolds } from './expression.ts';
import type { RuleExpression } from './expression.ts';
import { SortedNumbers } from './sorted-numbers.ts';

export interface Aggregate {
  clear(): void;
  /** An entry comes in; in the order of time unless `reversible`. */
  add(rule: number, value: number, timeMs: number): void;
  remove(rule: number, value: number): void;
  /** @param startMs where the window starts. Undefined: no value, no condition can hold. */
  value(startMs: number): number | undefined;
  /** Entries may come in and leave at both ends. */
  readonly reversible: boolean;
}

/** Distinct values by a count of each. */
export function distinctValues(): Aggregate {
  const counts = new Map<number, number>();
  return {
    reversible: true,
    clear: () => counts.clear(),
    add(_rule, value) {
      counts.set(value, (counts.get(value) ?? 0) + 1);
    },
    remove(_rule, value) {
      const left = (counts.get(value) ?? 0) - 1;
      if (left > 0) counts.set(value, left);
      else counts.delete(value);
    },
    value: () => counts.size,
  };
}

/** The same for windows that are only ever summed up afresh: a mark for each value instead of a count. */
export function distinctValuesAfresh(): Aggregate {
  let seen = new Uint32Array(64);
  let turn = 1;
  let distinct = 0;
  return {
    reversible: false,
    clear() {
      distinct = 0;
      turn += 1;
      if (turn <= 0xffffffff) return;
      seen.fill(0);
      turn = 1;
    },
    add(_rule, value) {
      if (value >= seen.length) {
        const wider = new Uint32Array(value * 2);
        wider.set(seen);
        seen = wider;
      }
      if (seen[value] === turn) return;
      seen[value] = turn;
      distinct += 1;
    },
    remove: () => undefined,
    value: () => distinct,
  };
}

/** @param sum of how often each rule occurs */
function ruleCounts(
  ruleCount: number,
  sum: (counts: readonly number[], distinct: number) => number,
): Aggregate {
  const counts = Array.from({ length: ruleCount }, () => 0);
  let distinct = 0;
  return {
    reversible: true,
    clear() {
      counts.fill(0);
      distinct = 0;
    },
    add(rule) {
      const before = counts[rule] ?? 0;
      if (before === 0) distinct += 1;
      counts[rule] = before + 1;
    },
    remove(rule) {
      const before = counts[rule] ?? 0;
      if (before === 1) distinct -= 1;
      counts[rule] = before - 1;
    },
    value: () => sum(counts, distinct),
  };
}

export function distinctRules(ruleCount: number): Aggregate {
  return ruleCounts(ruleCount, (_counts, distinct) => distinct);
}

/** 1 while an expression without absence holds over the window, else 0. */
export function holdingExpression(
  expression: RuleExpression,
  ruleCount: number,
  ordered: boolean,
): Aggregate {
  if (ordered) {
    // Ordered expressions without absence or alternatives ask for all of their rules.
    const order = longestOrder(ruleCount);
    return { ...order, value: (startMs) => (order.value(startMs) === ruleCount ? 1 : 0) };
  }
  return ruleCounts(ruleCount, (counts) => {
    const occurs = (input: number): boolean => (counts[input] ?? 0) > 0;
    return expressionHolds(expression, occurs, occurs) ? 1 : 0;
  });
}

/**
 * How many of the rules, from the first on, occur in this order; equal times keep the order of arrival. For each length
 * the latest time at which such a chain begins is enough: it lies in the window or no chain of that length does.
 */
export function longestOrder(ruleCount: number): Aggregate & { value(startMs: number): number } {
  const starts = Array.from({ length: ruleCount }, () => Number.NEGATIVE_INFINITY);
  return {
    reversible: false,
    clear: () => starts.fill(Number.NEGATIVE_INFINITY),
    add(rule, _value, timeMs) {
      starts[rule] = rule === 0 ? timeMs : (starts[rule - 1] ?? Number.NEGATIVE_INFINITY);
    },
    remove: () => undefined,
    value(startMs) {
      let length = 0;
      while (length < ruleCount && (starts[length] ?? 0) >= startMs) length += 1;
      return length;
    },
  };
}

export function sums(value: (sum: number, count: number) => number): Aggregate {
  const sum = new ExactSum();
  let count = 0;
  return {
    reversible: true,
    clear() {
      sum.clear();
      count = 0;
    },
    add(_rule, number) {
      sum.add(number);
      count += 1;
    },
    remove(_rule, number) {
      sum.add(-number);
      count -= 1;
    },
    value: () => (count === 0 ? undefined : value(sum.value, count)),
  };
}

/** @param rank of the numbers in order, which are at least one */
export function ranked(rank: (numbers: SortedNumbers) => number | undefined): Aggregate {
  const numbers = new SortedNumbers();
  return {
    reversible: true,
    clear: () => numbers.clear(),
    add: (_rule, number) => numbers.add(number),
    remove: (_rule, number) => numbers.remove(number),
    value: () => (numbers.size === 0 ? undefined : rank(numbers)),
  };
}

/** Nearest-rank percentile: the smallest value that at least p percent of the values do not exceed. */
export function nearestRank(percentile: number): (numbers: SortedNumbers) => number | undefined {
  return (numbers) => numbers.at(Math.max(0, Math.ceil((percentile / 100) * numbers.size) - 1));
}

/** The middle one, or half-way between the middle two. */
export function median(numbers: SortedNumbers): number | undefined {
  const [low, high] = [numbers.at((numbers.size - 1) >> 1), numbers.at(numbers.size >> 1)];
  return low === undefined || high === undefined ? undefined : low / 2 + high / 2;
}
