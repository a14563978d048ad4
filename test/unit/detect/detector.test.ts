import { ShapedEvent } from '../../../rules/sigma/index.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
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
    if (event instanceof ShapedEvent && event.get('message') === 'poison')
      throw new TypeError('a defect of a matcher');
    return book.engine.match(event, logsources);
  };
  const detector = new Detector(
    { ...book, engine },
    { onUnparsed: () => undefined, onFault: (error) => faults.push(error) },
  );
  const records = ['before', 'poison', 'after'].map((text, index) => ({ seq: index + 1, record: log(text) }));
  const rows = detector.rows({ sender, lane: 0, records }, NOW);
  expect(rows.map(({ seq, channel }) => [seq, channel])).toEqual([
    [1, 'log/sshd'],
    [2, 'rejected'],
    [3, 'log/sshd'],
  ]);
  expect(rows[1]?.event.message).toContain('poison');
  expect(faults).toHaveLength(1);
});

test('what a hit keeps of a field is bounded, be it one long text or a long list', async () => {
  const rule = `title: Any\nid: 33333333-3333-4333-8333-333333333333\nlogsource: {product: windows}\ndetection:\n  s: {Many|contains: item, Long|startswith: x}\n  condition: s\n`;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-detector-'));
  try {
    await writeFile(path.join(folder, 'rule.yml'), rule);
    const detector = new Detector(await loadRuleBook([folder]), {
      onUnparsed: () => undefined,
      onFault: (error) => expect.fail(String(error)),
    });
    const many = Array.from({ length: 2_000 }, (_, at) => `<Data Name='Many'>item ${String(at)}</Data>`);
    const text = `<Event><System><Provider Name='P'/><EventID>1</EventID><Channel>C</Channel></System><EventData><Data Name='Long'>${'x'.repeat(50_000)}</Data>${many.join('')}</EventData></Event>`;
    const records = [{ seq: 1, record: { ...log(text), channel: 'windows-xml' as const } }];
    const [row] = detector.rows({ sender, lane: 0, records }, NOW);
    expect(row?.hits).toHaveLength(1);
    expect(JSON.stringify(row?.hits).length).toBeLessThan(10_000);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('rules in the words of Sigma see events under our own names: the pipelines lie between', async () => {
  const rule = (id: string, logsource: string, selection: string): string =>
    `title: ${id}\nid: ${id}\nlogsource: ${logsource}\ndetection: {s: {${selection}}, condition: s}\n`;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-detector-'));
  try {
    const rules = [
      rule('created', '{product: windows, category: process_creation}', "Image|endswith: '\\evil.exe'"),
      rule('other channel', '{product: windows, service: system}', 'EventID: 4688'),
      rule('url', '{category: webserver}', 'c-uri|contains: /etc/passwd'),
    ];
    await writeFile(path.join(folder, 'rules.yml'), rules.join('---\n'));
    const book = await loadRuleBook([folder]);
    expect(book.rejected).toEqual([]);
    const detector = new Detector(book, {
      onUnparsed: () => expect.fail('not understood'),
      onFault: (error) => expect.fail(String(error)),
    });
    const created =
      "<Event><System><Provider Name='P'/><EventID>4688</EventID><Channel>Security</Channel></System><EventData><Data Name='NewProcessName'>C:\\evil.exe</Data></EventData></Event>";
    const asked =
      '10.0.0.9 - - [15/Jun/2025:02:00:00 +0000] "GET /?f=/etc/passwd HTTP/1.1" 404 12 "-" "curl/8"';
    const records = [
      { seq: 1, record: { ...log(created), channel: 'windows-xml' as const } },
      { seq: 2, record: { ...log(asked), channel: 'web-access' as const } },
    ];
    const rows = detector.rows({ sender, lane: 0, records }, NOW);
    expect(rows.map(({ hits }) => hits)).toEqual([
      [{ ruleId: 'created', fields: { Image: 'C:\\evil.exe' } }],
      [{ ruleId: 'url', fields: { 'cs-uri': '/?f=/etc/passwd' } }],
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
