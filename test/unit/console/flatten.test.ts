import { describe, expect, test } from 'vitest';
import { flatten } from '../../../dashboards/console/src/text/flatten.ts';

describe('flatten', () => {
  test('nested fields get dotted names in the order of the event', () => {
    expect(
      flatten({
        source: { ip: '10.0.0.1', port: 22 },
        'event.action': 'login',
        ok: false,
        none: null,
        empty: {},
      }),
    ).toEqual({
      entries: [
        ['source.ip', '10.0.0.1'],
        ['source.port', '22'],
        ['event.action', 'login'],
        ['ok', 'false'],
        ['none', 'null'],
        ['empty', '{}'],
      ],
      left: 0,
    });
  });

  test('a list of texts is a line each, any other list is JSON', () => {
    expect(flatten({ tags: ['a', 'b'], mixed: [1, { x: 2 }] }).entries).toEqual([
      ['tags', 'a\nb'],
      ['mixed', '[1,{"x":2}]'],
    ]);
  });

  test('what is beyond the limit is counted', () => {
    const fields = Object.fromEntries(Array.from({ length: 620 }, (_, index) => [`f${index}`, 'x']));
    const { entries, left } = flatten(fields);
    expect(entries).toHaveLength(500);
    expect(left).toBe(120);
  });

  test('what is nested too deep is shown as JSON', () => {
    let deep: Record<string, unknown> = { end: 1 };
    for (let level = 0; level < 50; level += 1) deep = { a: deep };
    const { entries } = flatten(deep);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.[0]).toBe('a.a.a.a.a.a.a.a');
  });
});
