import { describe, expect, test } from 'vitest';
import { asks, goodEngine, ruleWith } from './rule-text.ts';

const SELECTIONS =
  'a: {x: 1}\nb: {y: 1}\nc: {z: 1}\nsel_1: {x: 1}\nsel_2: {y: 1}\nother_sel: {z: 1}\n_hidden: {h: 1}\n';

/** Fields set to 1 in the event. */
type Row = readonly [condition: string, fields: string, want: boolean];

const rows: readonly Row[] = [
  ['a', 'x', true],
  ['a', 'y', false],
  ['not a', 'x', false],
  ['not a', '', true],
  ['not not a', 'x', true],
  ['not not not a', 'x', false],
  ['a and b', 'x', false],
  ['a and b', 'xy', true],
  ['a or b', 'y', true],
  ['a or b', '', false],
  // not > and > or
  ['a or b and c', 'x', true],
  ['a or b and c', 'y', false],
  ['a or b and not c', 'y', true],
  ['a and b or c', 'z', true],
  ['(a or b) and c', 'x', false],
  ['(a or b) and c', 'xz', true],
  ['not a and b', 'y', true],
  ['not a and b', 'xy', false],
  ['not (a and b)', 'x', true],
  ['not (a or b)', 'x', false],
  ['a and not b', 'x', true],
  ['a and not b', 'xy', false],
  ['((((a))))', 'x', true],
  ['( a)and( b )', 'xy', true],
  ['A', 'x', false],
  ['a AND b', 'xy', true],
  ['a Or b', 'y', true],
  ['NOT a', '', true],
  ['a\n  or\tb', 'y', true],
  ['1 of sel_*', 'y', true],
  ['1 of sel_*', 'z', false],
  ['any of sel_*', 'x', true],
  ['all of sel_*', 'x', false],
  ['all of sel_*', 'xy', true],
  ['All Of sel_*', 'xy', true],
  ['1 of *sel', 'z', true],
  ['1 of *sel*', 'z', true],
  ['all of *sel*', 'xy', false],
  ['all of *sel*', 'xyz', true],
  ['1 of s*l_1', 'x', true],
  ['1 of sel_1', 'x', true],
  ['1 of them', 'h', false],
  ['1 of them', 'z', true],
  ['1 of THEM', 'z', true],
  ['all of them', 'xyz', true],
  ['all of them', 'xyh', false],
  ['not 1 of sel_*', 'z', true],
  ['not 1 of sel_*', 'x', false],
  ['_hidden and not all of sel_*', 'hx', true],
  ['_hidden and not all of sel_*', 'hxy', false],
  ['c and 1 of sel_* or _hidden', 'h', true],
  ['[a, b]', 'y', true],
  ['[a and b, c]', 'z', true],
  ['[a and b, c]', 'x', false],
];

describe('conditions', () => {
  test.each(rows)('%s with %s set: %s', (condition, fields, want) => {
    const text = condition === 'A' ? 'a and b' : condition;
    const engine = goodEngine(ruleWith(`${SELECTIONS}condition: ${text.replaceAll('\n', ' ')}`));
    const event = Object.fromEntries(Array.from(fields, (field) => [field, 1]));
    expect(asks(engine, event)).toBe(want);
  });

  test('selection names keep their case, dots and dashes', () => {
    const engine = goodEngine(ruleWith('Sel-a.1: {x: 1}\nsel-a.1: {y: 1}\ncondition: Sel-a.1'));
    expect(asks(engine, { x: 1 })).toBe(true);
    expect(asks(engine, { y: 1 })).toBe(false);
  });

  test('a selection named like a method of objects is only a name', () => {
    const engine = goodEngine(
      ruleWith('constructor: {x: 1}\n__proto__: {y: 1}\ncondition: constructor and __proto__'),
    );
    expect(asks(engine, { x: 1, y: 1 })).toBe(true);
    expect(asks(engine, { x: 1 })).toBe(false);
  });

  test('a missing field inside a negated filter does not suppress', () => {
    const engine = goodEngine(ruleWith("s: {x: 1}\nf: {p|startswith: 'C:'}\ncondition: s and not f"));
    expect(asks(engine, { x: 1 })).toBe(true);
    expect(asks(engine, { x: 1, p: 'C:\\a' })).toBe(false);
  });
});

describe('size', () => {
  test('ten thousand terms are one flat chain', () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `s${String(index)}`);
    const selections = names.map((name, index) => `${name}: {x: ${String(index)}}`).join('\n');
    const engine = goodEngine(ruleWith(`${selections}\ncondition: ${names.join(' or ')}`));
    expect(engine.match({ x: 9999 })).toHaveLength(1);
    expect(engine.match({ x: 10_000 })).toHaveLength(0);
  });

  test('ten thousand negations cancel out', () => {
    const engine = goodEngine(ruleWith(`a: {x: 1}\ncondition: ${'not '.repeat(10_000)}a`));
    expect(engine.match({ x: 1 })).toHaveLength(1);
  });
});
