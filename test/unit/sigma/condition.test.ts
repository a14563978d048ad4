import { describe, expect, test } from 'vitest';
import { asks, goodEngine, ruleWith } from './rule-text.ts';

describe('conditions', () => {
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
