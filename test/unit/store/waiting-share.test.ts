import { expect, test } from 'vitest';
import { WaitingShare } from '../../../collector/store/waiting-share.ts';

const MIB = 1_048_576;

test('an agent alone may have all that may wait', () => {
  const share = new WaitingShare(32 * MIB);
  share.add('a', 31 * MIB);
  expect(share.isOver('a')).toBe(false);
});

test('among others each has its share, and whoever is above it is held until some is durable', () => {
  const share = new WaitingShare(32 * MIB);
  for (const agent of ['a', 'b', 'c', 'd']) share.add(agent, 1_000);
  share.add('a', 4 * MIB);
  expect(['a', 'b'].map((agent) => share.isOver(agent))).toEqual([true, false]);
  share.remove('a', 2 * MIB);
  expect(share.isOver('a')).toBe(false);
});

test('however many there are, each may have a mebibyte', () => {
  const share = new WaitingShare(32 * MIB);
  for (let at = 0; at < 10_000; at += 1) share.add(`agent-${at}`, MIB);
  expect(share.isOver('agent-1')).toBe(false);
  share.add('agent-1', 1);
  expect(share.isOver('agent-1')).toBe(true);
});

test('what is gone is forgotten', () => {
  const share = new WaitingShare(32 * MIB);
  share.add('a', 20 * MIB);
  share.add('b', 1);
  share.remove('b', 1);
  expect(share.isOver('a')).toBe(false);
});
