/** What of an event is looked at, and which indicators it shows. */
import { describe, expect, it } from 'vitest';
import { ShapedEvent } from '../../../rules/sigma/index.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';
import { IndicatorIndex } from '../../../collector/indicator/indicator-index.ts';
import type { Indicator } from '../../../collector/indicator/indicator.ts';

const NOW = Date.UTC(2026, 10, 26);
const MD5 = '0123456789abcdef0123456789abcdef';

const INDICATORS: readonly (readonly [Indicator['kind'], string])[] = [
  ['ip', '203.0.113.7'],
  ['ip', '198.51.100.0/24'],
  ['ip', '2001:db8::/32'],
  ['domain', 'evil.example'],
  ['domain', 'xn--bcher-kva.example'],
  ['url', 'http://good.example/bad?x=1'],
  ['hash', MD5],
  ['email', 'phish@mail.example'],
];

function indexOf(...more: readonly Partial<Indicator>[]): IndicatorIndex {
  const index = new IndicatorIndex(7);
  for (const [kind, value] of INDICATORS)
    index.add({ kind, value, source: 'feed', confidence: 80, validUntilMs: null });
  for (const one of more)
    index.add({ kind: 'ip', value: '192.0.2.1', source: 'feed', confidence: 50, validUntilMs: null, ...one });
  return index;
}

const found = (index: IndicatorIndex, fields: Record<string, FieldValue>, nowMs = NOW): string[] =>
  index.match(ShapedEvent.from(fields), nowMs).map(({ value }) => value);

describe('an event shows an indicator', () => {
  it.each<[Record<string, FieldValue>, string]>([
    [{ 'source.ip': '203.0.113.7' }, '203.0.113.7'],
    [{ 'destination.address': '::ffff:203.0.113.7' }, '203.0.113.7'],
    [{ 'source.address': '[2001:DB8:1::5]' }, '2001:db8::/32'],
    [{ DestinationIp: '198.51.100.255' }, '198.51.100.0/24'],
    [{ 'dns.question.name': 'evil.example' }, 'evil.example'],
    [{ 'dns.question.name': 'A.b.EVIL.example.' }, 'evil.example'],
    [{ QueryName: 'www.bücher.example' }, 'xn--bcher-kva.example'],
    [{ QueryResults: 'type:  5 x.example;::ffff:203.0.113.7;' }, '203.0.113.7'],
    [{ 'dns.answers.data': ['192.0.2.9', '203.0.113.7'] }, '203.0.113.7'],
    [{ 'url.original': 'HTTP://Good.Example:80/bad?x=1#top' }, 'http://good.example/bad?x=1'],
    [{ 'url.full': 'https://user@www.evil.example:8443/x' }, 'evil.example'],
    [{ 'url.full': 'http://203.0.113.7:8080' }, '203.0.113.7'],
    [{ 'url.full': 'http://[2001:db8::9]/' }, '2001:db8::/32'],
    [{ Hashes: `SHA1=${'0'.repeat(40)},MD5=${MD5.toUpperCase()}` }, MD5],
    [{ 'file.hash.md5': MD5 }, MD5],
    [{ 'email.from.address': '<Phish@Mail.example>' }, 'phish@mail.example'],
    [{ 'email.to.address': ['a@b.example', 'x@evil.example'] }, 'evil.example'],
  ])('%j: %s', (fields, value) => {
    expect(found(indexOf(), fields)).toEqual([value]);
  });
});

describe('an event shows none', () => {
  it.each<Record<string, FieldValue>>([
    { 'source.ip': '203.0.113.70' },
    { 'source.ip': '203.0.113.7.example' },
    { 'dns.question.name': 'notevil.example' },
    { 'dns.question.name': 'evil.example.org' },
    { 'url.original': '/bad?x=1' },
    { 'url.original': 'http://good.example/BAD?x=1' },
    { Hashes: `IMPHASH=${MD5}` },
    { 'email.from.address': 'phish@mail.example.org' },
    { 'process.command_line': 'curl 203.0.113.7' },
    { 'source.ip': 7, 'dns.question.name': null },
  ])('%j', (fields) => {
    expect(found(indexOf(), fields)).toEqual([]);
  });
});

describe('the indicators in force', () => {
  const event = { 'source.ip': '192.0.2.1', 'client.ip': '192.0.2.1' };

  it('are told once an event and source, with what the source says', () => {
    const index = indexOf({ source: 'first', confidence: 10 }, { source: 'second', confidence: 90 });
    expect(index.match(ShapedEvent.from<FieldValue>(event), NOW)).toEqual([
      {
        id: 0,
        kind: 'ip',
        value: '192.0.2.1',
        source: 'first',
        confidence: 10,
        field: 'source.ip',
        found: '192.0.2.1',
      },
      {
        id: 0,
        kind: 'ip',
        value: '192.0.2.1',
        source: 'second',
        confidence: 90,
        field: 'source.ip',
        found: '192.0.2.1',
      },
    ]);
  });

  it('end at their time', () => {
    const index = indexOf({ validUntilMs: NOW });
    expect(found(index, event, NOW - 1)).toEqual(['192.0.2.1']);
    expect(found(index, event, NOW)).toEqual([]);
  });

  it('end when they are removed, of that source alone', () => {
    const index = indexOf({ source: 'first' }, { source: 'second' });
    expect(index.remove({ kind: 'ip', value: '192.0.2.1', source: 'first' })).toBe(true);
    expect(index.remove({ kind: 'ip', value: '192.0.2.1', source: 'first' })).toBe(false);
    expect(index.match(ShapedEvent.from<FieldValue>(event), NOW)).toMatchObject([{ source: 'second' }]);
    expect(index.remove({ kind: 'domain', value: 'evil.example', source: 'feed' })).toBe(true);
    expect(found(index, { QueryName: 'evil.example' })).toEqual([]);
    expect(index.removed).toBe(2);
  });

  it('are told up to a number of one event', () => {
    const index = indexOf(...Array.from({ length: 100 }, (_, number) => ({ source: `feed ${number}` })));
    expect(found(index, event)).toHaveLength(16);
  });
});
