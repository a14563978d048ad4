import { describe, expect, test } from 'vitest';
import {
  allowedNetworks,
  parseNetwork,
  plainAddress,
} from '../../../../../agent/sources/syslog/allowed-networks.ts';
import { SenderRate } from '../../../../../agent/sources/syslog/sender-rate.ts';
import { dropsIn } from '../../../../../agent/sources/syslog/udp-kernel-drops.ts';

describe('networks', () => {
  test.each<[string, boolean]>([
    ['192.0.2.77', true],
    ['192.0.3.1', false],
    ['198.51.100.7', true],
    ['198.51.100.8', false],
    ['2001:db8:1::5', true],
    ['2001:db9::1', false],
  ])('%s: %s', (address, allowed) => {
    expect(allowedNetworks(['192.0.2.0/24', '198.51.100.7', '2001:db8::/32'])(address)).toBe(allowed);
  });

  test('IPv4 is spelled as such however it came, and a zone does not count', () => {
    expect(plainAddress('::ffff:192.0.2.7')).toBe('192.0.2.7');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(plainAddress('192.0.2.7')).toBe('192.0.2.7');
  });

  test.each(['', 'host', '192.0.2.0/33', '::/129', '1.2.3.4/', '1.2.3.4/8/8', '1.2.3/8', 'fe80::1%eth0/64'])(
    '"%s" is no network',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
      expect(() => allowedNetworks([text])).toThrow(RangeError);
    },
  );
});

describe('rate of a sender', () => {
  test('it may send five seconds at once, then as much as time brings', () => {
    let nowMs = 0;
    const rate = new SenderRate({ recordsPerSecondMax: 2, monotonicMs: () => nowMs });
    const passed = (count: number, address = 'a'): number =>
      Array.from({ length: count }, () => rate.take(address)).filter(Boolean).length;
    expect(passed(20)).toBe(10);
    expect(passed(1, 'b')).toBe(1);
    nowMs += 1_500;
    expect(passed(20)).toBe(3);
    nowMs += 1e9;
    expect(passed(20)).toBe(10);
  });

  test('of too many senders the one longest silent is forgotten', () => {
    const rate = new SenderRate({ recordsPerSecondMax: 1, monotonicMs: () => 0, sendersMax: 2 });
    for (let count = 0; count < 5; count += 1) expect(rate.take('a')).toBe(true);
    expect(rate.take('a')).toBe(false);
    rate.take('b');
    expect(rate.take('a')).toBe(false);
    rate.take('c');
    // `b` was forgotten, `a` was not.
    expect(rate.take('a')).toBe(false);
  });
});

describe('datagrams the kernel dropped', () => {
  const HEAD =
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
  const row = (local: string, drops: number): string =>
    ` 1234: ${local} 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 5555 2 0000000000000000 ${drops}        `;

  test.each<[string, string]>([
    ['127.0.0.1', '0100007F:0202'],
    ['0.0.0.0', '00000000:0202'],
    ['192.0.2.33', '210200C0:0202'],
    ['::', '00000000000000000000000000000000:0202'],
    ['::1', '00000000000000000000000001000000:0202'],
    ['2001:db8::a:5', 'B80D0120000000000000000005000A00:0202'],
  ])('are found by the address %s', (address, local) => {
    const table = [HEAD, row('0100007F:0203', 9), row(local, 7), row('0200007F:0202', 8), ''].join('\n');
    expect(dropsIn(table, address, 514)).toBe(7);
    expect(dropsIn(table, address, 515)).toBe(address === '127.0.0.1' ? 9 : undefined);
  });
});
