import { describe, expect, test } from 'vitest';
import type { LogRecord } from '#protocol/record.ts';
import { auditStamp, endsEvent } from '../../../../../agent/sources/audit/audit-line.ts';
import { EventJoiner, type EventJoinerOptions } from '../../../../../agent/sources/audit/event-joiner.ts';

const line = (text: string): LogRecord => ({
  kind: 'log',
  at: 1_750_000_000_000,
  channel: 'linux-audit',
  origin: '/var/log/audit/audit.log',
  text,
});

const record = (type: string, serial: number, rest = '', second = 1_700_000_000): string =>
  `type=${type} msg=audit(${second}.123:${serial}): ${rest}`;

function join(
  lines: readonly string[],
  options: EventJoinerOptions = {},
): { over: string[]; joiner: EventJoiner } {
  const joiner = new EventJoiner(options);
  const over = lines.flatMap((text) => joiner.add(line(text), 'security')).map((event) => event.record.text);
  return { over, joiner };
}

describe('stamp', () => {
  test('tells type, event and time, with and without a host', () => {
    expect(auditStamp('type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e')).toEqual({
      type: 'SYSCALL',
      eventId: '/1364481363.243:24287',
      timeMs: 1_364_481_363_243,
    });
    expect(auditStamp('node=web1 type=UNKNOWN[1334] msg=audit(1364481363.003:7): x')).toEqual({
      type: 'UNKNOWN[1334]',
      eventId: 'web1/1364481363.003:7',
      timeMs: 1_364_481_363_003,
    });
  });

  test('is none in what auditd did not write', () => {
    for (const text of ['', 'type=SYSCALL', 'type=SYSCALL msg=audit(x): ', ' type=CWD msg=audit(1.000:1): '])
      expect(auditStamp(text)).toBeUndefined();
  });

  test.each([
    ['PROCTITLE', true],
    ['USER_LOGIN', true],
    ['ADD_USER', true],
    ['CRED_ACQ', true],
    ['SERVICE_START', true],
    ['DAEMON_ROTATE', true],
    ['ANOM_LOGIN_FAILURES', true],
    ['KERNEL', true],
    ['ANOM_ABEND', false],
    ['ANOM_PROMISCUOUS', false],
    ['ANOM_CREAT', false],
    ['KERNEL_OTHER', false],
    ['LOGIN', false],
    ['CONFIG_CHANGE', false],
    ['AVC', false],
    ['SYSCALL', false],
    ['UNKNOWN[1420]', false],
  ])('%s ends an event: %s', (type, ends) => {
    expect(endsEvent(type)).toBe(ends);
  });
});

describe('joining', () => {
  test('puts interleaved records together, each event in its own order', () => {
    const a = ['SYSCALL', 'CWD', 'PROCTITLE'].map((type) => record(type, 1, 'a'));
    const b = ['SYSCALL', 'PATH', 'PROCTITLE'].map((type) => record(type, 2, 'b'));
    const { over, joiner } = join([a[0], b[0], b[1], a[1], a[2], b[2]].map((text) => text ?? ''));
    expect(over).toEqual([a.join('\n'), b.join('\n')]);
    expect(joiner.openEvents).toBe(0);
    expect(joiner.state).toBeUndefined();
  });

  test('lets a message of a program go at once, and what is no audit line pass', () => {
    const user = record('USER_LOGIN', 5, "pid=1 msg='op=login'");
    const { over, joiner } = join([record('SYSCALL', 4), user, 'Listening for events']);
    expect(over).toEqual([user, 'Listening for events']);
    expect(joiner.openEvents).toBe(1);
  });

  test('takes an event as over when the log has gone on for two seconds without it', () => {
    const abend = record('ANOM_ABEND', 8);
    const { over } = join([abend, record('SYSCALL', 9), record('USER_CMD', 10, '', 1_700_000_003)]);
    expect(over).toEqual([abend, record('SYSCALL', 9), record('USER_CMD', 10, '', 1_700_000_003)]);
  });

  test('keeps a call that lasted longer than that together: its stamp is when it began', () => {
    const slow = ['SYSCALL', 'SOCKADDR', 'PROCTITLE'].map((type) => record(type, 3, 'slow', 1_700_000_000));
    const busy = record('USER_ACCT', 9, '', 1_700_000_060);
    const { over } = join([busy, slow[0] ?? '', busy, slow[1] ?? '', slow[2] ?? '']);
    expect(over).toEqual([busy, busy, slow.join('\n')]);
  });

  test('keeps events together after the clock was set back', () => {
    const early = ['SYSCALL', 'CWD', 'PROCTITLE'].map((type) => record(type, 3, 'early', 1_600_000_000));
    const other = ['SYSCALL', 'PROCTITLE'].map((type) => record(type, 4, 'early', 1_600_000_000));
    const { over } = join([
      record('USER_ACCT', 1),
      early[0] ?? '',
      other[0] ?? '',
      ...early.slice(1),
      other[1] ?? '',
    ]);
    expect(over.slice(1)).toEqual([early.join('\n'), other.join('\n')]);
  });

  test('takes an event as over after four ticks without a line of it', () => {
    const { joiner } = join([record('BPF', 1)]);
    for (const _ of [1, 2, 3]) expect(joiner.tick()).toEqual([]);
    joiner.add(line(record('BPF', 1, 'more')), 'security');
    for (const _ of [1, 2, 3]) expect(joiner.tick()).toEqual([]);
    expect(joiner.tick().map((event) => event.record.text)).toEqual([
      `${record('BPF', 1)}\n${record('BPF', 1, 'more')}`,
    ]);
  });

  test('swallows a mark of the end, and only that', () => {
    const { over } = join([record('SYSCALL', 1), record('EOE', 1), record('EOE', 1), record('PROCTITLE', 1)]);
    expect(over).toEqual([record('SYSCALL', 1), record('PROCTITLE', 1)]);
  });

  test('tells the same event of two hosts apart', () => {
    const one = `node=a ${record('SYSCALL', 1)}`;
    const two = `node=b ${record('SYSCALL', 1)}`;
    const { over } = join([one, two, `node=a ${record('PROCTITLE', 1)}`]);
    expect(over).toEqual([`${one}\nnode=a ${record('PROCTITLE', 1)}`]);
  });
});

describe('bounds', () => {
  test('lets the oldest event go when too many are open', () => {
    const { over, joiner } = join(
      Array.from({ length: 10 }, (_, serial) => record('SYSCALL', serial)),
      { openEventsMax: 4 },
    );
    expect(over).toEqual([0, 1, 2, 3, 4, 5].map((serial) => record('SYSCALL', serial)));
    expect(joiner.openEvents).toBe(4);
  });

  test('lets the oldest go when they are too long together', () => {
    const { over } = join(
      Array.from({ length: 10 }, (_, serial) => record('SYSCALL', serial, 'x'.repeat(1_000))),
      { openCharsMax: 4_500 },
    );
    expect(over).toHaveLength(6);
  });

  test('counts what it leaves out of an event that is too long', () => {
    const joiner = new EventJoiner({ eventBytesMax: 1_000 });
    const part = record('EXECVE', 1, 'é'.repeat(200));
    for (const text of [part, part, part]) joiner.add(line(text), 'security');
    const [event] = joiner.flush();
    expect(event?.record.text).toBe(`${part}\n${part}`);
    expect(event?.record.cutBytes).toBe(Buffer.byteLength(part) + 1);
  });
});

describe('state', () => {
  test('goes on from what was written down', () => {
    const { joiner } = join([record('SYSCALL', 1), record('SYSCALL', 2)]);
    const later = new EventJoiner();
    later.restore(joiner.state ?? '', 'linux-audit');
    expect(later.state).toBe(joiner.state);
    const over = later.add(line(record('PROCTITLE', 1)), 'security');
    expect(over).toEqual([
      { lane: 'security', record: line(`${record('SYSCALL', 1)}\n${record('PROCTITLE', 1)}`) },
    ]);
  });
});
