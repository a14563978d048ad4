import { expect, test } from 'vitest';
import { Detector } from '../../../collector/detect/detector.ts';
import { loadRuleBook } from '../../../collector/detect/rule-book.ts';
import type { LogRecord } from '../../../collector/protocol/record.ts';

const NOW = 1_760_000_000_000;
const sender = {
  agentId: 'a',
  epoch: 'e',
  hostname: 'pc-01',
  timeZone: 'Asia/Ho_Chi_Minh',
  agencyId: 1,
};
const log = (text: string): LogRecord => ({
  kind: 'log',
  at: NOW,
  channel: 'sshd',
  origin: '/var/log/auth.log',
  text,
});

test('a record that meets a defect of ours is kept as rejected, and the rest of its batch is not held up', async () => {
  const book = await loadRuleBook([]);
  const faults: unknown[] = [];
  const engine = Object.create(book.engine) as typeof book.engine;
  engine.match = (event, logsources) => {
    if ('message' in event && event['message'] === 'poison') throw new TypeError('a defect of a matcher');
    return book.engine.match(event, logsources);
  };
  const detector = new Detector(
    { ...book, engine },
    { onUnparsed: () => undefined, onFault: (error) => faults.push(error) },
  );
  const records = ['before', 'poison', 'after'].map((text, index) => ({ seq: index + 1, record: log(text) }));
  const rows = detector.rows({ sender, lane: 0, lastSeq: 3, records, bytes: 1 }, NOW);
  expect(rows.map(({ seq, channel }) => [seq, channel])).toEqual([
    [1, 'log/sshd'],
    [2, 'rejected'],
    [3, 'log/sshd'],
  ]);
  expect(rows[1]?.event.message).toContain('poison');
  expect(faults).toHaveLength(1);
});
