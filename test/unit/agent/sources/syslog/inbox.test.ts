import { expect, test } from 'vitest';
import type { LogRecord } from '#protocol/record.ts';
import { Inbox } from '../../../../../agent/sources/syslog/inbox.ts';

function record(text: string): LogRecord {
  return { kind: 'log', at: 1, channel: 'linux-syslog', origin: 'syslog://192.0.2.1', text };
}

function inboxOf(recordsMax: number): Inbox {
  return new Inbox({ lane: 'bulk', channel: 'log/linux-syslog', now: () => 7, recordsMax });
}

test('what was added is taken in order, with the drops counted by reason', () => {
  const inbox = inboxOf(10);
  expect(inbox.take()).toBeUndefined();
  inbox.add(record('a'), 1);
  inbox.drop('queue-full');
  inbox.drop('queue-full', 3);
  inbox.drop('bad-frame');
  inbox.add(record('b'), 1);
  const limited = { channel: 'log/linux-syslog', at: 7 };
  expect(inbox.take()).toEqual({
    lane: 'bulk',
    records: [record('a'), record('b')],
    positions: [],
    limited: [
      { ...limited, reason: 'queue-full', count: 4 },
      { ...limited, reason: 'bad-frame', count: 1 },
    ],
  });
  expect(inbox.take()).toBeUndefined();
});

test('it is full by records and by bytes, and tells who waits once there is room', () => {
  const inbox = inboxOf(1_500);
  let told = 0;
  const tell = (): void => {
    told += 1;
  };
  for (let count = 0; count < 1_500; count += 1) inbox.add(record('x'), 1);
  expect(inbox.full).toBe(true);
  inbox.whenRoom(tell);
  inbox.whenRoom(tell);
  expect(inbox.take()?.records).toHaveLength(1_000);
  expect([inbox.full, told]).toEqual([false, 1]);
  inbox.whenRoom(tell);
  inbox.forget(tell);
  inbox.take();
  expect(told).toBe(1);
  inbox.add(record('long'), 5 * 1_048_576);
  expect(inbox.full).toBe(true);
});

test('waiting ends with a record, a drop, a failure or a stop', async () => {
  const { signal } = new AbortController();
  for (const wake of ['add', 'drop', 'fail'] as const) {
    const inbox = inboxOf(10);
    const filled = inbox.filled(signal);
    if (wake === 'add') inbox.add(record('a'), 1);
    else if (wake === 'drop') inbox.drop('bad-frame');
    else inbox.fail(new Error('gone'));
    await filled;
    await inbox.filled(signal);
    expect(inbox.failure?.message).toBe(wake === 'fail' ? 'gone' : undefined);
  }
  const stop = new AbortController();
  const stopped = inboxOf(10).filled(stop.signal);
  stop.abort();
  await stopped;
});
