import { expect, test } from 'vitest';
import { reconcile, rememberSpool } from '../../../../agent/transport/reconcile.ts';
import type { SpoolStatus } from '../../../../agent/spool/spool.ts';

function status(lanes: [nextSeq: number, acknowledgedSeq: number][]): SpoolStatus {
  return {
    epoch: '0'.repeat(32),
    lanes: lanes.map(([nextSeq, acknowledgedSeq], lane) => ({
      lane,
      nextSeq,
      acknowledgedSeq,
      waiting: nextSeq - 1 - acknowledgedSeq,
      bytes: 0,
      retainedBytes: 0,
    })),
    waitingBytes: 0,
    bytesMax: 1,
    retainBytesMax: 1,
    droppedRecords: 0,
  };
}

const atOpen = status([
  [11, 5],
  [1, 0],
  [1, 0],
]);

test('sending goes on behind the marks; a lane without one begins at its beginning', () => {
  expect(reconcile([{ lane: 0, seq: 8 }], atOpen, rememberSpool(atOpen))).toEqual({
    kind: 'continue',
    marks: [8, 0, 0],
  });
});

test('a mark below what was acknowledged is taken as it is: the collector lost some', () => {
  expect(reconcile([{ lane: 0, seq: 3 }], atOpen, rememberSpool(atOpen))).toEqual({
    kind: 'continue',
    marks: [3, 0, 0],
  });
});

test('a mark at or above the next sequence is of another history', () => {
  expect(reconcile([{ lane: 0, seq: 11 }], atOpen, rememberSpool(atOpen))).toMatchObject({
    kind: 'foreign-history',
  });
  expect(reconcile([{ lane: 0, seq: 10 }], atOpen, rememberSpool(atOpen))).toMatchObject({
    kind: 'continue',
  });
});

test('a mark over what this process made but never sent is of another history', () => {
  const memory = rememberSpool(atOpen);
  const later = status([
    [51, 5],
    [1, 0],
    [1, 0],
  ]);
  expect(reconcile([{ lane: 0, seq: 20 }], later, memory)).toMatchObject({
    kind: 'foreign-history',
    lane: 0,
    mark: 20,
  });
  memory.sent[0] = 20;
  expect(reconcile([{ lane: 0, seq: 20 }], later, memory)).toMatchObject({ kind: 'continue' });
});

test('a lane this agent does not have is of another history, unless it is empty', () => {
  const memory = rememberSpool(atOpen);
  expect(reconcile([{ lane: 7, seq: 0 }], atOpen, memory)).toMatchObject({ kind: 'continue' });
  expect(reconcile([{ lane: 7, seq: 1 }], atOpen, memory)).toMatchObject({
    kind: 'foreign-history',
    lane: 7,
  });
});

test('what was there at opening is shared with the other history, what this process added is not', () => {
  const memory = rememberSpool(atOpen);
  memory.sent[0] = 20;
  const later = status([
    [51, 5],
    [4, 0],
    [1, 0],
  ]);
  const marks = [
    { lane: 0, seq: 90 },
    { lane: 1, seq: 3 },
  ];
  expect(reconcile(marks, later, memory)).toMatchObject({ kind: 'foreign-history', shared: [10, 0, 0] });
});
