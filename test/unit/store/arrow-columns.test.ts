import { makeVector } from 'apache-arrow';
import { expect, test } from 'vitest';
import { ListColumn, MapColumn, RepeatedColumn, TextColumn } from '../../../collector/store/arrow-columns.ts';
import { RowNames } from '../../../collector/store/row-names.ts';

test('a row that was added in part can be taken back from every kind of column', () => {
  const text = new TextColumn(4);
  const repeated = new RepeatedColumn(1, 4);
  const list = new ListColumn(new TextColumn(4), 4);
  const map = new MapColumn(2, 4);
  for (const value of ['một', 'two', 'three']) {
    text.add(value);
    repeated.add(value);
    list.values.add(value);
    list.values.add('again');
    list.end(2);
    map.add(map.keyNumber('key'), value);
    map.end();
  }
  // Of a fourth row only some columns were filled, and neither the list nor the map was closed.
  text.add('part');
  list.values.add('part');
  map.add(map.keyNumber('part'), 'part');
  for (const column of [text, repeated, list, map]) column.truncate(2);
  text.add('four');
  expect([...makeVector(text.finish())]).toEqual(['một', 'two', 'four']);
  expect([...makeVector(repeated.finish())]).toEqual(['một', 'two']);
  list.values.add('last');
  list.end(1);
  const lists: unknown = JSON.parse(JSON.stringify([...makeVector(list.finish())]));
  expect(lists).toEqual([['một', 'again'], ['two', 'again'], ['last']]);
  const maps: unknown = JSON.parse(JSON.stringify([...makeVector(map.finish())]));
  expect(maps).toEqual([{ key: 'một' }, { key: 'two' }]);
});

test('names of rows are the same however they were added, and other rows have other names', () => {
  const names = (seqs: number[], agentId = 'a', epoch = 'e'): RowNames => {
    const rows = new RowNames();
    for (const seq of seqs) rows.add({ agentId, epoch, lane: 1, seq });
    return rows;
  };
  const whole = names([1, 2, 3, 7, 8]);
  expect(whole.slice(1, 4).digest()).toBe(names([2, 3, 7]).digest());
  expect(whole.at(3)).toEqual({ agentId: 'a', epoch: 'e', lane: 1, seq: 7 });
  expect(() => whole.at(5)).toThrow(RangeError);
  const others = [names([1, 2, 3, 7]), names([7, 8, 1, 2, 3]), names([1, 2, 3, 7, 8], 'ae', '')];
  expect(new Set([whole, ...others].map((rows) => rows.digest())).size).toBe(4);
});
