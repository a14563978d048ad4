import { describe, expect, it } from 'vitest';
import { normalize } from '../../../collector/normalize/normalize.ts';
import { CONTEXT, lineRecord, readLine, RECEIVED_MS } from './helpers.ts';

describe('a defect in a reader', () => {
  const broken = {
    ...CONTEXT,
    get timeZone(): string {
      throw new Error('defect');
    },
  };

  it.each(['sshd', 'linux-syslog', 'dpkg', 'web-access'] as const)('keeps a line of %s whole', (channel) => {
    const event = normalize(lineRecord(channel, 'Jun 15 09:00:00 srv sshd[1]: x'), broken);
    expect(event.parsed).toBe(false);
    expect(event.message).toBe('Jun 15 09:00:00 srv sshd[1]: x');
    expect(event.timeMs).toBe(RECEIVED_MS - 1_000);
    expect(event.fields.toRecord()).toMatchObject({ 'normalize.error': 'defect', 'host.name': 'may-01' });
    expect(event.logsources).toHaveLength(1);
  });
});

it('says what the agent had to do to a line', () => {
  const event = readLine('linux-syslog', 'Jun 15 09:00:00 srv app: x', {}, { cutBytes: 9, repaired: true });
  expect(event.fields.toRecord()).toMatchObject({ 'log.cut_bytes': 9, 'log.repaired': true });
});

it('takes the host of the line where it names one, else the host of the agent', () => {
  expect(readLine('linux-syslog', 'Jun 15 09:00:00 gateway app: x').fields.get('host.name')).toBe('gateway');
  expect(readLine('dpkg', '2025-06-15 09:00:00 startup archives unpack').fields.get('host.name')).toBe(
    'may-01',
  );
});

it('keeps a line of ten kinds of dirt as it is', () => {
  const text =
    'Jun 15 09:00:00 srv app[1]: \u{0}\u{1b}[31mred\u{1b}[0m \u{fffd} \u{202e}\n\nDROP TABLE x; -- 🙂';
  const event = readLine('linux-syslog', text);
  expect(event.message).toBe(text);
  expect(event.parsed).toBe(true);
});
