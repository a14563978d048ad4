import { describe, expect, test } from 'vitest';
import { EventShape, ShapedEvent } from '../../../rules/sigma/index.ts';
import { goodEngine, ruleWith } from './rule-text.ts';

describe('a shaped event', () => {
  test('keeps its fields in order, and names that JavaScript finds special', () => {
    const event = new ShapedEvent();
    for (const name of ['b', '__proto__', 'a', 'constructor', '']) event.set(name, `of ${name}`);
    expect(event.shape.names).toEqual(['b', '__proto__', 'a', 'constructor', '']);
    expect(event.list).toEqual(['of b', 'of __proto__', 'of a', 'of constructor', 'of ']);
    expect(event.get('__proto__')).toBe('of __proto__');
    expect(event.has('toString')).toBe(false);
    expect(event.get('toString')).toBeUndefined();
    expect(Object.entries(event.toRecord())).toEqual([
      ['b', 'of b'],
      ['__proto__', 'of __proto__'],
      ['a', 'of a'],
      ['constructor', 'of constructor'],
      ['', 'of '],
    ]);
  });

  test('gives a name that is there another value only when told to', () => {
    const event = ShapedEvent.from<unknown>({ a: 1, b: 2 });
    expect(event.add('a', 3)).toBe(false);
    expect(event.get('a')).toBe(1);
    event.set('a', 3);
    expect(event.toRecord()).toEqual(ShapedEvent.from<unknown>({ a: 3, b: 2 }).toRecord());
    expect(event.size).toBe(2);
  });

  test('of the same names in the same order has the same shape, of others another', () => {
    const shapeOf = (...names: string[]): EventShape =>
      ShapedEvent.from(Object.fromEntries(names.map((name) => [name, 0]))).shape;
    expect(shapeOf('a', 'b')).toBe(shapeOf('a', 'b'));
    expect(shapeOf('a', 'b')).not.toBe(shapeOf('b', 'a'));
    expect(shapeOf('a', 'c').names).toEqual(['a', 'c']);
    expect(shapeOf('a', 'b').names).toEqual(['a', 'b']);
  });

  test('lends a field for as long as the work takes, also when it fails', () => {
    const event = ShapedEvent.from<unknown>({ a: 1 });
    const { shape } = event;
    expect(event.lend('b', 2, () => ({ ...event.toRecord() }))).toEqual({ a: 1, b: 2 });
    expect(event.lend('a', 2, () => ({ ...event.toRecord() }))).toEqual({ a: 1 });
    expect(() =>
      event.lend('b', 2, () => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(event.shape).toBe(shape);
    expect({ ...event.toRecord() }).toEqual({ a: 1 });
  });

  test('with thousands of names is as any other', () => {
    const event = new ShapedEvent<number>();
    for (let at = 0; at < 5_000; at += 1) expect(event.add(`name ${at}`, at)).toBe(true);
    for (let at = 0; at < 5_000; at += 1) expect(event.add(`name ${at}`, -1)).toBe(false);
    expect(event.lend('more', 1, () => event.get('more'))).toBe(1);
    expect(event.add('more', 2)).toBe(true);
    expect(event.get('name 4999')).toBe(4_999);
    expect(event.get('more')).toBe(2);
  });
});

test('names that strangers make up are not remembered without end', () => {
  const first = EventShape.empty;
  for (let at = 0; at < 30_000; at += 1) ShapedEvent.from({ [`made up ${at}`]: at });
  expect(EventShape.empty).not.toBe(first);
  const long = EventShape.empty;
  for (let at = 0; at < 40; at += 1) ShapedEvent.from({ [`${'x'.repeat(64_000)}${at}`]: at });
  expect(EventShape.empty).not.toBe(long);
});

describe('rules see in it what they see in a plain object', () => {
  const engine = goodEngine(
    [
      ['field', 's: {Image|endswith: evil.exe}'],
      ['not', 's: {User: null}'],
      ['word', 's: [mimikatz]'],
      ['list', 's: {Args|contains: needle}'],
    ]
      .map(([id, selection]) => ruleWith(`${selection}\ncondition: s`, `title: ${id}\nid: ${id}`))
      .join('---\n'),
  );
  const rows: readonly Record<string, unknown>[] = [
    {},
    { Image: 'C:\\EVIL.exe', User: 'a' },
    { Other: 'mimikatz', User: 'a' },
    { User: ['a', 'x mimikatz y'] },
    { Args: ['hay', 'needle'], User: 'a' },
    { Image: 'C:\\good.exe', User: null },
    { Image: 'C:\\good.exe', User: 'a', Image2: 'C:\\evil.exe' },
  ];
  const ids = (event: Record<string, unknown> | ShapedEvent): string[] =>
    engine.match(event).map(({ rule, fields }) => `${rule.id} ${JSON.stringify(fields)}`);
  test.each(rows)('%j', (record) => {
    const plain = ids(record);
    expect(ids(ShapedEvent.from(record))).toEqual(plain);
    expect(ids(ShapedEvent.from(record))).toEqual(plain);
  });
});
