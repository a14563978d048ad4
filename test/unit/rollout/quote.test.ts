import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  quoteMsiProperty,
  quotePowerShell,
  quoteSh,
  UnquotableError,
} from '../../../collector/rollout/quote.ts';

/** Everything an argument can hold. */
const argument = fc
  .string({ unit: 'grapheme', maxLength: 60 })
  .map((text) => text.replaceAll('\u0000', '').toWellFormed());

describe('sh', () => {
  it('reads back what was quoted, whatever characters it has', () => {
    const hostile = fc.oneof(
      argument,
      fc.constantFrom(
        `'`,
        `''`,
        `'; touch /tmp/x; '`,
        '$(id)',
        '`id`',
        '\\',
        '\n',
        '!!',
        '"',
        '-n',
        '*',
        '~',
        ' ',
        '',
      ),
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 8 }), (values) => {
        const script = `printf '%s\\0' ${values.map(quoteSh).join(' ')}`;
        const read = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' });
        expect(read.split('\0').slice(0, -1)).toEqual(values);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what no argument can hold', () => {
    expect(() => quoteSh('a\u0000b')).toThrow(UnquotableError);
  });
});

describe('PowerShell', () => {
  it.each([
    ['plain', "'plain'"],
    ["it's", "'it''s'"],
    // It takes these for the plain quote (about_Quoting_Rules).
    ['\u2018a\u2019b\u201ac\u201b', "'\u2018\u2018a\u2019\u2019b\u201a\u201ac\u201b\u201b'"],
    ['$env:USERNAME $(id) `n "x"', '\'$env:USERNAME $(id) `n "x"\''],
    ['Sở Y tế; & | < > %PATH%', "'Sở Y tế; & | < > %PATH%'"],
    ['', "''"],
  ])('%j is %s', (value, quoted) => {
    expect(quotePowerShell(value)).toBe(quoted);
  });

  it('reads as one literal: every quote inside stands twice', () => {
    fc.assert(
      fc.property(argument, (value) => {
        // eslint-disable-next-line no-control-regex -- what is refused
        fc.pre(!/[\u0000-\u001f\u007f]/.test(value));
        const quoted = quotePowerShell(value);
        const inside = quoted.slice(1, -1);
        expect(inside.replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, '')).not.toMatch(
          /['\u2018\u2019\u201a\u201b]/,
        );
        expect(inside.replaceAll(/(['\u2018\u2019\u201a\u201b])\1/g, '$1')).toBe(value);
      }),
    );
  });

  it.each(['a\nb', 'a\rb', '\u001b[0m', '\u0000'])('refuses %j', (value) => {
    expect(() => quotePowerShell(value)).toThrow(UnquotableError);
  });
});

describe('msiexec in cmd', () => {
  it.each([
    ['https://soc.tinh.example:8443', '"https://soc.tinh.example:8443"'],
    ['vgjoin1.AbC-_.x', '"vgjoin1.AbC-_.x"'],
    [String.raw`\\SERVER\vọng gác & | < > ^ ()`, String.raw`"\\SERVER\vọng gác & | < > ^ ()"`],
  ])('%j is %s', (value, quoted) => {
    expect(quoteMsiProperty(value)).toBe(quoted);
  });

  it.each(['a"b', '%PATH%', 'a!b', 'a\nb', '\u0000'])(
    'refuses %j, which cmd would read for itself',
    (value) => {
      expect(() => quoteMsiProperty(value)).toThrow(UnquotableError);
    },
  );
});
