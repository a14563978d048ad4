/** Indicators as people write them: one form for each, and clear refusals. */
import { describe, expect, it } from 'vitest';
import { canonical, guessKind } from '../../../collector/indicator/canonical.ts';
import type { IndicatorFault, IndicatorKind } from '../../../collector/indicator/indicator.ts';

const TAKEN: readonly (readonly [IndicatorKind, string, string])[] = [
  ['ip', ' 203.0.113.7 ', '203.0.113.7'],
  ['ip', '203[.]0[.]113[.]7', '203.0.113.7'],
  ['ip', '203.0.113.7/32', '203.0.113.7'],
  ['ip', '203.0.113.7/24', '203.0.113.0/24'],
  ['ip', '2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['ip', '2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['ip', '[2001:db8::1]', '2001:db8::1'],
  ['ip', '2001:db8::ff/32', '2001:db8::/32'],
  ['ip', '::ffff:203.0.113.7', '203.0.113.7'],
  ['ip', '::ffff:203.0.113.7/120', '203.0.113.0/24'],
  ['domain', 'EVIL.Example.', 'evil.example'],
  ['domain', '*.evil[.]example', 'evil.example'],
  ['domain', 'evil(dot)example', 'evil.example'],
  ['domain', 'thuế-điện-tử.vn', 'xn--thu-in-t-ocb2907evcatw.vn'],
  ['domain', '_dmarc.evil.example', '_dmarc.evil.example'],
  ['url', 'hxxp://evil[.]example/a', 'http://evil.example/a'],
  ['url', 'hxxps[:]//EVIL.example:443/A?b=C#d', 'https://evil.example/A?b=C'],
  ['url', 'HTTP://user:pass@evil.example', 'http://evil.example/'],
  ['url', 'http://evil.example/a/../b', 'http://evil.example/b'],
  ['hash', 'D41D8CD98F00B204E9800998ECF8427F', 'd41d8cd98f00b204e9800998ecf8427f'],
  ['email', 'Phish[@]Evil[.]Example', 'phish@evil.example'],
];

const REFUSED: readonly (readonly [IndicatorKind, string, IndicatorFault])[] = [
  ['ip', '   ', 'empty'],
  ['ip', '203.0.113.256', 'bad-address'],
  ['ip', '203.0.113.07', 'bad-address'],
  ['ip', '203.0.113.7/33', 'bad-address'],
  ['ip', '2001:db8::1::2', 'bad-address'],
  ['ip', '2001:db8', 'bad-address'],
  ['ip', '0.0.0.0/0', 'prefix-too-short'],
  ['ip', '96.0.0.0/3', 'prefix-too-short'],
  ['ip', '::/0', 'prefix-too-short'],
  ['ip', '10.1.2.3', 'local-address'],
  ['ip', '192.168.1.0/24', 'local-address'],
  ['ip', '::1', 'local-address'],
  ['ip', 'fe80::1%eth0', 'local-address'],
  ['domain', 'vn', 'public-suffix'],
  ['domain', 'GOV.VN', 'public-suffix'],
  ['domain', 'a b.example', 'bad-domain'],
  ['domain', '-a.example', 'bad-domain'],
  ['domain', '203.0.113.7', 'bad-domain'],
  ['domain', `${'a'.repeat(64)}.example`, 'bad-domain'],
  ['url', 'evil.example/a', 'bad-url'],
  ['url', 'javascript:alert(1)', 'bad-url'],
  ['url', `http://evil.example/${'a'.repeat(2_048)}`, 'too-long'],
  ['url', 'x'.repeat(5_000), 'too-long'],
  ['hash', 'abc', 'bad-hash'],
  ['hash', 'g'.repeat(32), 'bad-hash'],
  ['hash', 'd41d8cd98f00b204e9800998ecf8427e', 'empty-file-hash'],
  ['email', '@evil.example', 'bad-email'],
  ['email', 'a b@evil.example', 'bad-email'],
  ['email', 'a@localhost', 'bad-email'],
];

describe('canonical', () => {
  it.each(TAKEN)('%s %j is %j', (kind, text, value) => {
    expect(canonical(kind, text)).toEqual({ value });
    expect(canonical(kind, value)).toEqual({ value });
  });

  it.each(REFUSED.map(([kind, text, fault]) => ({ kind, text, fault, shown: text.slice(0, 60) })))(
    'refuses $kind $shown: $fault',
    ({ kind, text, fault }) => {
      expect(canonical(kind, text)).toEqual({ fault });
    },
  );
});

describe('guessKind', () => {
  it.each([
    ['203[.]0.113.0/24', 'ip'],
    ['2001:db8::1', 'ip'],
    ['hxxps://evil.example/a@b', 'url'],
    ['A'.repeat(40), 'hash'],
    ['a@evil.example', 'email'],
    ['*.evil.example', 'domain'],
    ['evil.exe name', undefined],
    ['localhost', undefined],
  ])('%s: %s', (text, kind) => {
    expect(guessKind(text)).toBe(kind);
  });
});
