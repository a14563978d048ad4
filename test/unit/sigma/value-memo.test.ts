import { describe, expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import { detached } from '../../../rules/sigma/detached.ts';
import { MemoBudget, ValueMemo } from '../../../rules/sigma/value-memo.ts';
import type { MemoKey } from '../../../rules/sigma/value-memo.ts';

interface Entry {
  value: MemoKey;
}

function memoOf(bytesMax = 10_000_000): ValueMemo<Entry> {
  return new ValueMemo<Entry>(new MemoBudget(bytesMax));
}

describe('what is remembered of values', () => {
  test('a value is found again, and 1 is not "1"', () => {
    const memo = memoOf();
    const [text, number] = [{ value: '1' }, { value: 1 }];
    memo.set('1', text, 1);
    memo.set(1, number, 1);
    for (let time = 0; time < 3; time += 1) {
      expect(memo.get('1')).toBe(text);
      expect(memo.get(1)).toBe(number);
      expect(memo.get(true)).toBeUndefined();
    }
  });

  test('lists, objects and long texts are not taken', () => {
    const memo = memoOf();
    const taken = ['a', 1, false, null, [], {}, 'x'.repeat(100_000), 1n, undefined].filter((value) =>
      memo.takes(value),
    );
    expect(taken).toEqual(['a', 1, false, null]);
  });

  test('a field whose values never repeat is left alone, and tried again later', () => {
    const memo = memoOf();
    const taken: boolean[] = [];
    for (let value = 0; value < 40_000; value += 1) {
      const takes = memo.takes(value);
      taken.push(takes);
      if (takes && memo.get(value) === undefined) memo.set(value, { value }, 1);
    }
    const share = taken.filter(Boolean).length / taken.length;
    expect(share).toBeLessThan(0.1);
    expect(taken.lastIndexOf(true)).toBeGreaterThan(16_000);
  });

  test('all memos together stay within the budget', () => {
    const budget = new MemoBudget(30_000);
    const memos = [new ValueMemo<Entry>(budget), new ValueMemo<Entry>(budget)];
    const put = (from: number, to: number): void => {
      for (let value = from; value < to; value += 1) memos[value % 2]?.set(value, { value }, 100);
    };
    const kept = (to: number): number =>
      Array.from({ length: to }, (_, at) => at).filter((at) => memos[at % 2]?.get(at) !== undefined).length;
    put(0, 20);
    expect(kept(20)).toBe(20);
    put(20, 120);
    expect(kept(120) * 1_000).toBeLessThanOrEqual(30_000);
  });

  test('texts that look alike at a few places are told apart', () => {
    const memo = memoOf();
    const texts = Array.from(
      { length: 1_000 },
      (_, at) => `${String(at).padStart(4, '0')}-same-middle-same-end`,
    );
    for (const value of texts) memo.set(value, { value }, 1);
    for (const value of [...texts, ...texts]) expect(memo.get(value)?.value).toBe(value);
    expect(memo.get('9999-same-middle-same-end')).toBeUndefined();
  });

  test('a copy holds the same characters, lone surrogates too', () => {
    for (const text of ['', 'a', '\ud800', 'é\udfff\u0000', '😀'.slice(1)]) expect(detached(text)).toBe(text);
    for (const text of ['a', '\ud800', 'é\udfff\u0000', '😀'.slice(1)]) {
      const long = text + 'x'.repeat(20);
      expect(detached(long)).toBe(long);
    }
  });
});

describe('log sources that an event invents', () => {
  const engine = compile([
    parseRules(
      Array.from(
        { length: 40 },
        (_, rule) =>
          `title: r${String(rule)}\nlogsource: {product: p${String(rule)}}\ndetection: {s: {x: a}, condition: s}`,
      ).join('\n---\n'),
      { source: 'many' },
    ),
  ]);
  const ids = (sources: { product: string }[]): string[] =>
    engine.match({ x: 'a' }, sources).map(({ rule }) => rule.title);

  test('more sets of rules than are kept: each answer is still right', () => {
    // Pairs of forty products are 780 sets of rules; the values' lists by route must not outlive their numbering.
    for (let round = 0; round < 2; round += 1) {
      for (let left = 0; left < 40; left += 1) {
        for (let right = left + 1; right < 40; right += 1) {
          const wanted = [`r${String(left)}`, `r${String(right)}`];
          expect(ids([{ product: `p${String(left)}` }, { product: `p${String(right)}` }])).toEqual(wanted);
        }
      }
    }
  });

  test('very long and very many names', () => {
    for (let number = 0; number < 12_000; number += 1) {
      expect(engine.match({ x: 'a' }, { product: `none${String(number)}` })).toEqual([]);
    }
    expect(ids([{ product: 'p7' }, { product: 'z'.repeat(1_000_000) }])).toEqual(['r7']);
    expect(engine.match({ x: 'a' }, { product: 'P8' }).map(({ rule }) => rule.title)).toEqual(['r8']);
  });

  test('a list that is changed after it was used counts as it is now', () => {
    const sources = [{ product: 'p1' }];
    expect(ids(sources)).toEqual(['r1']);
    sources.push({ product: 'p2' });
    expect(ids(sources)).toEqual(['r1', 'r2']);
    const frozen = Object.freeze([Object.freeze({ product: 'p3' })]);
    expect(engine.match({ x: 'a' }, frozen).map(({ rule }) => rule.title)).toEqual(['r3']);
    expect(engine.match({ x: 'a' }, frozen).map(({ rule }) => rule.title)).toEqual(['r3']);
  });
});

test('an accessor may ask the same engine while it is being read', () => {
  const engine = compile([
    parseRules(
      'title: outer\ndetection: {s: {x: a, y: b}, condition: s}\n---\ntitle: inner\ndetection: {s: {x: c}, condition: s}',
      { source: 'two' },
    ),
  ]);
  const inner: string[] = [];
  const event = {
    get: (field: string) => {
      inner.push(...engine.match({ x: 'c' }).map(({ rule }) => rule.title));
      return field === 'x' ? 'a' : 'b';
    },
    has: () => true,
    values: () => [],
  };
  expect(engine.match(event).map(({ rule }) => rule.title)).toEqual(['outer']);
  expect(new Set(inner)).toEqual(new Set(['inner']));
});

test('keywords are looked for in numbers of any size, too', () => {
  const engine = compile([parseRules("title: t\ndetection: {s: ['345'], condition: s}", { source: 'one' })]);
  for (const value of ['12345', 12_345, 12_345n, [12_345], { deep: 12_345n }]) {
    expect(engine.match({ x: value })).toHaveLength(1);
    expect(engine.match({ x: 1 })).toHaveLength(0);
  }
});

test('keys that a prototype brings are no fields', () => {
  const engine = compile([
    parseRules('title: t\ndetection: {s: {inherited: a}, condition: s}', { source: 'one' }),
  ]);
  expect(engine.match(Object.create({ inherited: 'a' }) as Record<string, unknown>)).toEqual([]);
  // What a careless library does to every object of a process.
  Reflect.defineProperty(Object.prototype, 'inherited', {
    value: 'a',
    enumerable: true,
    configurable: true,
    writable: true,
  });
  try {
    expect(engine.match({ other: 1 })).toEqual([]);
    expect(engine.match({ inherited: 'a' })).toHaveLength(1);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'inherited');
  }
});
