/** STIX bundles and MISP events: what is taken of them, what is left out and by what name. */
import { describe, expect, it } from 'vitest';
import { IndicatorFileError } from '../../../collector/indicator/indicator.ts';
import { guessForm, readIndicators } from '../../../collector/indicator/read-indicators.ts';
import { readPattern } from '../../../collector/indicator/stix-pattern.ts';

const DEFAULTS = { source: 'tay', confidence: 50, validUntilMs: null };
const MD5 = '0123456789abcdef0123456789abcdef';

describe('readPattern', () => {
  it.each([
    ["[ipv4-addr:value = '203.0.113.7']", ['ip 203.0.113.7']],
    [
      " [ domain-name:value='a.example' OR url:value = 'http://a.example/it\\'s' ] ",
      ['domain a.example', "url http://a.example/it's"],
    ],
    ["[ipv6-addr:value IN ('2001:db8::1', '2001:db8::2')]", ['ip 2001:db8::1', 'ip 2001:db8::2']],
    [`[file:hashes.'SHA-256' = 'x'] OR [file:hashes.MD5 = '${MD5}']`, ['hash x', `hash ${MD5}`]],
  ])('%s', (pattern, expected) => {
    const read = readPattern(pattern);
    expect('values' in read && read.values.map(({ kind, value }) => `${kind} ${value}`)).toEqual(expected);
  });

  it.each([
    [`[file:hashes.MD5 = '${MD5}' AND file:name = 'a.exe']`, 'pattern operator AND'],
    ["[ipv4-addr:value = 'a'] FOLLOWEDBY [ipv4-addr:value = 'b']", 'pattern operator FOLLOWEDBY'],
    ["[ipv4-addr:value = 'a'] WITHIN 5 SECONDS", 'pattern operator WITHIN'],
    ["[url:value LIKE '%x%']", 'pattern operator LIKE'],
    ["[domain-name:value != 'a.example']", 'pattern operator !='],
    ["[windows-registry-key:key = 'HKLM']", 'object path windows-registry-key:key'],
    ["[ipv4-addr:value = 'a'", 'pattern is malformed'],
    ["[ipv4-addr:value = 'a' 'OR' url:value = 'b']", 'pattern is malformed'],
    ["[ipv4-addr:value IN ('a'", 'pattern is malformed'],
    ['', 'pattern is malformed'],
    ['['.repeat(60_000), 'pattern is malformed'],
    [`[url:value = '${'x'.repeat(70_000)}']`, 'pattern is too long'],
  ])('does not understand %.80s', (pattern, why) => {
    expect(readPattern(pattern)).toEqual({ why });
  });
});

const indicator = (number: number, more: object): object => ({
  type: 'indicator',
  spec_version: '2.1',
  id: `indicator--${number}`,
  pattern_type: 'stix',
  pattern: "[ipv4-addr:value = '203.0.113.7']",
  ...more,
});

describe('a STIX bundle', () => {
  it('gives its simple indicators, and counts the rest by why not', () => {
    const bundle = {
      type: 'bundle',
      objects: [
        indicator(1, {
          name: 'C2',
          created_by_ref: 'identity--1',
          confidence: 85,
          valid_until: '2027-01-01T00:00:00Z',
          indicator_types: ['malicious-activity'],
          object_marking_refs: ['marking-definition--f88d31f6-486f-44da-b317-01333bde0b82'],
        }),
        indicator(2, { pattern: "[ipv4-addr:value = '10.0.0.1']" }),
        indicator(3, { pattern_type: 'yara' }),
        indicator(4, { revoked: true }),
        indicator(5, { pattern: "[process:name = 'x']" }),
        indicator(6, { pattern: 7 }),
        { type: 'malware', id: 'malware--1' },
        { type: 'identity', id: 'identity--1', name: 'VNCERT' },
        'junk',
      ],
    };
    expect(readIndicators('stix', JSON.stringify(bundle), DEFAULTS)).toEqual({
      indicators: [
        {
          kind: 'ip',
          value: '203.0.113.7',
          confidence: 85,
          source: 'VNCERT',
          validUntilMs: Date.UTC(2027, 0, 1),
          tlp: 'amber',
          tags: ['malicious-activity'],
          description: 'C2',
        },
      ],
      refusals: [
        { place: 'indicator--2', value: '10.0.0.1', fault: 'local-address' },
        { place: 'indicator--6', value: '', fault: 'bad-pattern' },
        { place: 'object without type or id', value: '', fault: 'bad-row' },
      ],
      refusedCount: 3,
      warnings: [],
      warnedCount: 0,
      skipped: { 'pattern_type yara': 1, revoked: 1, 'object path process:name': 1, 'object malware': 1 },
    });
  });

  it.each(['{', '{"objects": 7}', '[]', '7', '['.repeat(200_000)])(
    'is refused when it is none: %.20s',
    (text) => {
      expect(() => readIndicators('stix', text, DEFAULTS)).toThrow(IndicatorFileError);
    },
  );
});

describe('a MISP event', () => {
  const attribute = (type: string, value: string, more: object = {}): object => ({
    type,
    value,
    to_ids: true,
    ...more,
  });
  const event = {
    info: 'Chiến dịch',
    Orgc: { name: 'CIRCL' },
    Tag: [{ name: 'tlp:green' }, { name: 'misp:confidence-level="usually-confident"' }, { name: 'apt' }],
    Attribute: [
      attribute('ip-dst|port', '203.0.113.7|443', { comment: 'C2', Tag: [{ name: 'tlp:red' }] }),
      attribute('domain|ip', 'evil.example|203.0.113.8'),
      attribute('url', 'http://evil.example/a|b'),
      attribute('ip-src', '203.0.113.9', { to_ids: false }),
      attribute('mutex', 'Global\\x'),
      attribute('md5', 'short'),
      { type: 7 },
    ],
    Object: [{ Attribute: [attribute('filename|md5', `a.exe|${MD5}`)] }],
  };

  it.each([
    ['alone', { Event: event }],
    ['in an answer', { response: [{ Event: event }] }],
  ])('gives what is meant for detection: %s', (_, document) => {
    const result = readIndicators('misp', JSON.stringify(document), DEFAULTS);
    expect(result.indicators.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      'ip 203.0.113.7',
      'domain evil.example',
      'ip 203.0.113.8',
      'url http://evil.example/a|b',
      `hash ${MD5}`,
    ]);
    expect(result.indicators.slice(0, 2)).toMatchObject([
      { confidence: 75, source: 'CIRCL', tlp: 'red', tags: ['apt'], description: 'Chiến dịch: C2' },
      { tlp: 'green', description: 'Chiến dịch' },
    ]);
    expect(result.refusals.map(({ fault }) => fault)).toEqual(['bad-hash', 'bad-row']);
    expect(result.skipped).toEqual({ 'to_ids=false': 1, 'type mutex': 1 });
  });

  it('is refused when it is none', () => {
    expect(() => readIndicators('misp', '{"a": 1}', DEFAULTS)).toThrow(IndicatorFileError);
  });
});

describe('guessForm', () => {
  it.each([
    ['value\n1.2.3.4', 'csv'],
    ['[.]', 'csv'],
    ['{"type":"bundle","objects":[]}', 'stix'],
    ['\uFEFF {"Event": {}}', 'misp'],
    ['[{"Event": {}}]', 'misp'],
  ])('%s: %s', (text, form) => {
    expect(guessForm(text)).toBe(form);
  });
});
