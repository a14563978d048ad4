/** A hunt's query: what it means to the matcher, where it is wrong, and that it never costs more than its length. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileQuery, compileText, ruleTextOf } from '../../../collector/hunt/hunt-rule.ts';
import { DEPTH_MAX, HuntQueryError, QUERY_CHARS_MAX, TESTS_MAX } from '../../../collector/hunt/hunt-query.ts';
import { parseHunt } from '../../../collector/hunt/parse-hunt.ts';

const ALIASES = new Map([['process.command_line', ['process.command_line', 'CommandLine']]]);

const LOGON = { 'event.code': '4624', 'source.ip': '10.1.2.3', 'user.name': 'Nguyễn Văn An', LogonType: 3 };
const SHELL = {
  CommandLine: 'powershell.exe -enc SQBFAFgA',
  Image: String.raw`C:\Windows\System32\powershell.exe`,
  'user.name': 'SYSTEM',
};
const SSH = { 'event.action': 'ssh_login', 'source.ip': 'fd00::17', message_id: 'a*b?c', bytes: 1500 };
const EVENTS = { logon: LOGON, shell: SHELL, ssh: SSH };

function matched(query: string): string[] {
  const { engine, ruleId } = compileQuery(query, ALIASES);
  return Object.entries(EVENTS)
    .filter(([, event]) => engine.match(event).some(({ rule }) => rule.id === ruleId))
    .map(([name]) => name);
}

/** `read`, or the name of what it was refused by. */
function outcome(query: string): string {
  try {
    compileQuery(query, ALIASES);
    return 'read';
  } catch (error) {
    return error instanceof Error ? error.name : String(error);
  }
}

describe('a hunt', () => {
  it.each<[query: string, events: readonly (keyof typeof EVENTS)[]]>([
    ['event.code: 4624', ['logon']],
    ['event.code:4624', ['logon']],
    ['event.code = 4624', ['logon']],
    ['EVENT.code: 4624', []],
    ['user.name: system', ['shell']],
    ['user.name: "nguyễn văn an"', ['logon']],
    ['user.name: nguyễn*', ['logon']],
    ['user.name: (system or nguyễn*)', ['logon', 'shell']],
    ['user.name: (system, nguyễn*)', ['logon', 'shell']],
    ['user.name: (n* and *an)', ['logon']],
    ['user.name: (not system)', ['logon', 'ssh']],
    ['not user.name: system', ['logon', 'ssh']],
    ['user.name: *', ['logon', 'shell']],
    ['not user.name: *', ['ssh']],
    ['source.ip: 10.0.0.0/8', ['logon']],
    ['source.ip: (10.0.0.0/8 or fd00::/8)', ['logon', 'ssh']],
    ['source.ip: fd00::17', ['ssh']],
    ['source.ip: (fd00::17 or 10.1.2.3)', ['logon', 'ssh']],
    ['LogonType > 2 and LogonType <= 3', ['logon']],
    ['bytes >= 1500.5', []],
    ['process.command_line: *-enc*', ['shell']],
    [String.raw`Image: C:\Windows\*\powershell.exe`, ['shell']],
    [String.raw`Image: "C:\Windows\System32\powershell.exe"`, ['shell']],
    [String.raw`Image: *\powershell.exe`, ['shell']],
    ['message_id: "a*b?c"', ['ssh']],
    ['message_id: "a*"', []],
    ['message_id: a*c', ['ssh']],
    ['CommandLine: /-enc +[A-Za-z0-9+]{4,}/', ['shell']],
    ['CommandLine: /POWERSHELL/', []],
    ['CommandLine: /POWERSHELL/i', ['shell']],
    [String.raw`Image: /C:\\Windows/`, ['shell']],
    ['powershell', ['shell']],
    ['"văn an" 4624', ['logon']],
    ['ssh_login or powershell', ['shell', 'ssh']],
    ['ssh_login powershell', []],
    ['event.code: 4624 or user.name: SYSTEM and CommandLine: *nothing*', ['logon']],
    ['(event.code: 4624 or user.name: SYSTEM) and CommandLine: *enc*', ['shell']],
    ['not (event.code: 4624 or user.name: SYSTEM)', ['ssh']],
    ['not not event.code: 4624', ['logon']],
    ['NOT event.code: 4624 AND NOT user.name: SYSTEM', ['ssh']],
    ['"or" or powershell', ['shell']],
  ])('%s', (query, events) => {
    expect(matched(query)).toEqual(events);
  });

  it.each<[query: string, code: string, at: number]>([
    ['', 'empty', 0],
    ['   ', 'empty', 0],
    ['user.name:', 'value-expected', 10],
    ['user.name: )', 'value-expected', 11],
    [': x', 'field-expected', 0],
    ['a and', 'condition-expected', 5],
    ['or a', 'condition-expected', 0],
    ['a or or b', 'condition-expected', 5],
    ['(a', 'open-parenthesis', 0],
    ['a)', 'end-expected', 1],
    ['()', 'condition-expected', 1],
    ['a: (b', 'open-parenthesis', 3],
    ['a: "b', 'open-quote', 3],
    ['a: /b', 'open-pattern', 3],
    ['a > b', 'number-expected', 4],
    ['a < 1e3', 'number-expected', 4],
    ['a: 10.0.0.1/8', 'network-wrong', 3],
    ['a: 10.0.0.0/33', 'network-wrong', 3],
    ['a: fd00::1/64', 'network-wrong', 3],
    ['"a\nb": c', 'field-expected', 0],
    ['x'.repeat(QUERY_CHARS_MAX + 1), 'too-long', QUERY_CHARS_MAX],
    ['('.repeat(DEPTH_MAX + 2) + 'a', 'too-deep', DEPTH_MAX + 1],
    ['a '.repeat(TESTS_MAX + 1), 'too-many', TESTS_MAX * 2],
  ])('%s is refused at its place', (query, code, at) => {
    let error: unknown;
    try {
      parseHunt(query);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(HuntQueryError);
    expect(error).toMatchObject({ code, at });
  });

  it('of whatever text is read or refused, never anything else', () => {
    const pieces = fc.constantFrom(
      'a',
      ':',
      '(',
      ')',
      '"',
      '/',
      '*',
      '\\',
      ' ',
      'and',
      'or',
      'not',
      '>',
      '=',
      ',',
      '10.0.0.0/8',
      'ư',
      '\u0000',
      '\uD800',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (parts) => {
        const query = parts.join('');
        expect(outcome(query)).toMatch(/^(read|HuntQueryError|HuntRuleError)$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it('holds for a quoted value exactly the texts that are the same but for case', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z*?\\"/:. ]{1,12}$/),
        fc.stringMatching(/^[a-z*?\\"/:. ]{1,12}$/),
        (value, other) => {
          const query = `f: "${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
          const { engine } = compileQuery(query, ALIASES);
          expect(engine.match({ f: value })).toHaveLength(1);
          expect(engine.match({ f: other })).toHaveLength(other === value ? 1 : 0);
        },
      ),
    );
  });

  it('turned into a rule finds what it found', () => {
    const query = String.raw`(process.command_line: *-enc* or Image: "C:\a*b") and not user.name: (root, "a'b: c") and LogonType < 10`;
    const text = ruleTextOf(query, ALIASES, {
      title: 'Mã hóa: "đáng ngờ"',
      id: '5f0c8a43-8a43-4a43-9a43-5f0c8a43aa00',
    });
    const rule = compileText(text);
    expect(rule.info).toMatchObject({ title: 'Mã hóa: "đáng ngờ"', level: 'medium', status: 'experimental' });
    const hunt = compileQuery(query, ALIASES);
    for (const event of [
      { CommandLine: 'x -enc y', LogonType: 3 },
      { CommandLine: 'x -enc y', LogonType: 30 },
      { CommandLine: 'x -enc y', LogonType: 3, 'user.name': "A'B: C" },
      { Image: String.raw`C:\a*b`, LogonType: 1 },
      { Image: String.raw`C:\axb`, LogonType: 1 },
    ])
      expect(rule.engine.match(event).length).toBe(hunt.engine.match(event).length);
  });
});

describe('a rule as a hunt', () => {
  it.each([
    ['', /one Sigma rule is expected|line/],
    ['title: x', /line 1/],
    [
      'title: a\ndetection: {s: {a: b}, condition: s}\n---\ntitle: b\ndetection: {s: {a: b}, condition: s}',
      /one Sigma rule/,
    ],
    ['title: a\ndetection: {s: {a|re: "("}, condition: s}', /line 2/],
    ['x'.repeat(70_000), /65536 characters/],
  ])('is refused with its line: %s', (text, message) => {
    expect(() => compileText(text)).toThrow(message);
  });
});
