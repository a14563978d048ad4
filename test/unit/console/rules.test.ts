/** Rules in the console: filters in the address, differences side by side, the ATT&CK matrix, pasted events, exceptions. */
import { describe, expect, test } from 'vitest';
import {
  bodyOf,
  emptyForm,
  isComplete,
  readFieldLines,
} from '../../../dashboards/console/src/exceptions/exception-form.ts';
import { href } from '../../../dashboards/console/src/router/location.ts';
import { attackMatrix } from '../../../dashboards/console/src/rules/attack-matrix.ts';
import { readEventLines } from '../../../dashboards/console/src/rules/event-lines.ts';
import {
  noRuleFilters,
  parseRuleFilters,
  ruleFilterQuery,
  ruleServerQuery,
  type RuleFilters,
} from '../../../dashboards/console/src/rules/rule-filters.ts';
import { completedRule } from '../../../dashboards/console/src/rules/rule-template.ts';
import { sideBySide, type DiffLine } from '../../../dashboards/console/src/rules/side-by-side.ts';

test('filters are read as they were written, and unknown values left out', () => {
  const filters: RuleFilters = {
    ...noRuleFilters,
    view: 'differs',
    states: ['on', 'draft'],
    level: 'high',
    technique: 'T1059.001',
    text: 'sudo',
  };
  const read = (address: string) => parseRuleFilters(new URL(address, 'https://x').searchParams);
  expect(read(href('/rules', ruleFilterQuery(filters)))).toEqual(filters);
  expect(read('/rules?state=away&level=huge&view=x&technique=<b>')).toEqual(noRuleFilters);
  expect(ruleServerQuery(filters)).toMatchObject({
    state: 'on,draft',
    tag: 'attack.t1059.001',
    differs: 'true',
  });
});

describe('a difference', () => {
  const lines = (text: string): DiffLine[] =>
    text.split('\n').map((line) => ({
      sign: line.startsWith('-') ? '-' : line.startsWith('+') ? '+' : ' ',
      text: line.slice(1),
    }));

  test('stands side by side with the numbers of both', () => {
    expect(sideBySide(lines(' a\n-b\n-c\n+d\n e'), false)).toEqual([
      { kind: 'same', left: { number: 1, text: 'a' }, right: { number: 1, text: 'a' } },
      { kind: 'changed', left: { number: 2, text: 'b' }, right: { number: 2, text: 'd' } },
      { kind: 'changed', left: { number: 3, text: 'c' }, right: null },
      { kind: 'same', left: { number: 4, text: 'e' }, right: { number: 3, text: 'e' } },
    ]);
  });

  test('folds what did not change, away from what did', () => {
    const same = Array.from({ length: 10 }, (_none, n) => ` ${n}`).join('\n');
    const rows = sideBySide(lines(`${same}\n+x`), true);
    expect(rows[0]).toEqual({ kind: 'folded', lines: 7 });
    expect(rows).toHaveLength(5);
  });
});

test('techniques stand under each tactic with their sub-techniques', () => {
  const one = { withData: 1, withoutData: 1, matches: 2 };
  const { columns, others } = attackMatrix([
    { technique: 'T1059', tactics: ['execution'], ...one },
    { technique: 'T1059.001', tactics: ['execution', 'persistence'], ...one },
    { technique: 'T1003', tactics: [], ...one },
  ]);
  const cells = (name: string) => columns.find(({ tactic }) => tactic === name)?.cells ?? [];
  expect(cells('execution')).toMatchObject([{ id: 'T1059', rules: 4, withData: 2, matches: 4 }]);
  expect(cells('execution')[0]?.subs.map(({ technique }) => technique)).toEqual(['T1059.001']);
  expect(cells('persistence')).toMatchObject([{ id: 'T1059', rules: 2 }]);
  expect(others.map(({ id }) => id)).toEqual(['T1003']);
});

test.each([
  ['{"a":1}\n\n{"b":2}', { kind: 'events', events: [{ a: 1 }, { b: 2 }] }],
  ['{\n  "a": 1\n}', { kind: 'events', events: [{ a: 1 }] }],
  ['[{"a":1}]', { kind: 'events', events: [{ a: 1 }] }],
  ['{"a":1}\nno', { kind: 'bad', line: 2 }],
  ['3', { kind: 'bad', line: 1 }],
  ['{}\n'.repeat(101), { kind: 'many', count: 101 }],
])('pasted events %j', (text, want) => {
  expect(readEventLines(text)).toEqual(want);
});

test('a rule of a query gets an id and a day, and keeps an id of its own', () => {
  const made = completedRule('title: X\nstatus: experimental\n', 'u', '2026-11-26');
  expect(made).toBe('title: X\nid: u\ndate: 2026-11-26\nstatus: experimental\n');
  expect(completedRule('title: X\nid: own\n', 'u', '2026-11-26')).not.toContain('id: u');
});

describe('the form of an exception', () => {
  const form = { ...emptyForm(0), name: 'backup', reason: 'nightly', rules: 'r1, r2' };

  test('sends only what was filled in', () => {
    expect(bodyOf({ ...form, fields: 'user.name = backup\nhost.name = a | b' })).toEqual({
      name: 'backup',
      reason: 'nightly',
      rules: ['r1', 'r2'],
      fields: { 'user.name': 'backup', 'host.name': ['a', 'b'] },
      expiresAt: '1970-01-31T23:59:59+07:00',
    });
  });

  test.each([
    [{ ...form }, false],
    [{ ...form, fields: 'user.name = backup' }, true],
    [{ ...form, fields: 'user.name' }, false],
    [{ ...form, fields: 'user.name = backup', rules: '' }, false],
    [{ ...form, fields: 'user.name = backup', rules: '', allRules: true }, true],
    [{ ...form, how: 'window' as const }, true],
    [{ ...form, how: 'window' as const, days: [] }, false],
  ])('%#: is complete or not', (value, want) => {
    expect(isComplete(value)).toBe(want);
  });

  test('names the line that cannot be read', () => {
    expect(readFieldLines('a = b\nwrong')).toEqual({ kind: 'bad', line: 2 });
  });
});
