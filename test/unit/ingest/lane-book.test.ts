import { expect, test } from 'vitest';
import { EPOCHS_MAX, LaneBook } from '../../../collector/ingest/lane-book.ts';

const A = 'agent-a';
const E = 'e1';

test('a new lane begins at sequence 1', () => {
  const book = new LaneBook([]);
  expect(book.admit(A, E, 0, 2, 1)).toEqual({ kind: 'gap', expected: 1 });
  expect(book.admit(A, E, 0, 1, 10)).toEqual({ kind: 'new', skip: 0 });
});

test('a resend joins what is pending, and only its new part is admitted', () => {
  const book = new LaneBook([]);
  book.admit(A, E, 0, 1, 10);
  expect(book.admit(A, E, 0, 1, 10)).toEqual({ kind: 'known' });
  expect(book.admit(A, E, 0, 6, 10)).toEqual({ kind: 'new', skip: 5 });
  expect(book.admit(A, E, 0, 17, 1)).toEqual({ kind: 'gap', expected: 16 });
});

test('nothing is committed until the store says so', () => {
  const book = new LaneBook([]);
  book.admit(A, E, 1, 1, 10);
  expect(book.marksOf(A, E)).toEqual([]);
  book.commit({ agentId: A, epoch: E, lane: 1, seq: 10 });
  expect(book.marksOf(A, E)).toEqual([{ lane: 1, seq: 10 }]);
});

test('after a restart a lane goes on at its stored mark', () => {
  const book = new LaneBook([{ agentId: A, epoch: E, lane: 2, seq: 7 }]);
  expect(book.admit(A, E, 2, 5, 3)).toEqual({ kind: 'known' });
  expect(book.admit(A, E, 2, 8, 1)).toEqual({ kind: 'new', skip: 0 });
});

test('lanes, epochs and agents do not touch each other', () => {
  const book = new LaneBook([{ agentId: A, epoch: E, lane: 0, seq: 7 }]);
  expect(book.admit(A, 'e2', 0, 1, 1)).toEqual({ kind: 'new', skip: 0 });
  expect(book.admit(A, E, 1, 1, 1)).toEqual({ kind: 'new', skip: 0 });
  expect(book.admit('agent-b', E, 0, 1, 1)).toEqual({ kind: 'new', skip: 0 });
});

test('all marks can be saved', () => {
  const marks = [
    { agentId: A, epoch: E, lane: 0, seq: 7 },
    { agentId: 'agent-b', epoch: 'e9', lane: 3, seq: 1 },
  ];
  expect([...new LaneBook(marks).all()]).toEqual(marks);
});

test('judging changes nothing', () => {
  const book = new LaneBook([]);
  expect(book.judge(A, E, 0, 1, 10)).toEqual({ kind: 'new', skip: 0 });
  expect(book.judge(A, E, 0, 2, 10)).toEqual({ kind: 'gap', expected: 1 });
});

test('an agent that begins epochs without end costs a bounded number of them, the ones in use last', () => {
  const used = { agentId: A, epoch: 'used', lane: 0, seq: 7 };
  const other = { agentId: 'agent-b', epoch: E, lane: 0, seq: 3 };
  const book = new LaneBook([used, other]);
  book.admit(A, 'under way', 0, 1, 5);
  for (let count = 0; count < 3 * EPOCHS_MAX; count += 1) {
    const mark = { agentId: A, epoch: `epoch ${count}`, lane: 0, seq: 1 };
    book.admit(A, mark.epoch, 0, 1, 1);
    book.commit(mark);
    book.marksOf(A, 'used');
  }
  const own = [...book.all()].filter(({ agentId }) => agentId === A);
  expect(own.length).toBeLessThanOrEqual(EPOCHS_MAX);
  expect(own).toContainEqual(used);
  expect(book.judge(A, 'under way', 0, 6, 1)).toEqual({ kind: 'new', skip: 0 });
  expect(book.committed('agent-b', E, 0)).toBe(3);
});

test('a lane that was jumped to the last sequence of all takes nothing more, and the others go on', () => {
  const book = new LaneBook([]);
  book.admit(A, E, 0, 1, Number.MAX_SAFE_INTEGER);
  expect(book.admit(A, E, 0, Number.MAX_SAFE_INTEGER - 1, 1)).toEqual({ kind: 'known' });
  expect(book.admit(A, E, 1, 1, 1)).toEqual({ kind: 'new', skip: 0 });
});
