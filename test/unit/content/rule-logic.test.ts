/** Of two rules: whether whatever one finds the other finds, too, by their conditions; nothing is said where it is not sure. */
import { expect, test } from 'vitest';
import { logicOf } from '../../../collector/content/rule-logic.ts';
import { overlap, RuleMeasure } from '../../../collector/content/rule-measure.ts';
import { recommend, type Measured } from '../../../collector/content/rule-recommend.ts';
import { parseRules } from '../../../rules/sigma/index.ts';

const PROCESS = '{ product: windows, category: process_creation }';
function ruleOf(detection: string, logsource = PROCESS) {
  const [rule] = parseRules(`title: x\nid: x\nlogsource: ${logsource}\ndetection:\n${detection}`, {
    source: 'test.yml',
  }).rules;
  if (rule === undefined) throw new Error('no rule');
  return rule;
}
const asks = (items: string, condition = 's'): string => `  s: ${items}\n  condition: ${condition}\n`;

test.each<[string, string, string, string | undefined]>([
  ['equal', asks('{ Image|endswith: \\a.exe }'), asks('{ Image|endswith: \\a.exe }'), 'same'],
  ['in another case', asks('{ Image|endswith: \\A.exe }'), asks('{ image|endswith: \\a.EXE }'), 'same'],
  ['one more condition', asks('{ A: a, B: b }'), asks('{ A: a }'), 'within'],
  ['fewer values', asks('{ A: [a, b] }'), asks('{ A: [a, b, c] }'), 'within'],
  ['a longer text', asks('{ A|contains: abc }'), asks('{ A|contains: b }'), 'within'],
  ['the whole value', asks('{ A: abc }'), asks('{ A|startswith: ab }'), 'within'],
  ['an end is not a begin', asks('{ A|endswith: abc }'), asks('{ A|startswith: ab }'), undefined],
  ['a wildcard is not read', asks('{ A: a*c }'), asks('{ A|contains: a }'), undefined],
  ['another field', asks('{ A: a }'), asks('{ B: a }'), undefined],
  ['the wide one', asks('{ A: a }'), asks('{ A: a, B: b }'), undefined],
  [
    'what the wide one leaves out',
    asks('{ A: a, B: b }'),
    `  f: { C: c }\n${asks('{ A: a }', 's and not f')}`,
    undefined,
  ],
  [
    'what only the narrow one leaves out',
    `  f: { C: c }\n${asks('{ A: a }', 's and not f')}`,
    asks('{ A: a }'),
    'within',
  ],
  ['alternatives are not read', asks('{ A: a }', 's or s'), asks('{ A: a }'), undefined],
])('%s', (_what, narrow, wide, want) => {
  expect(logicOf(ruleOf(narrow), ruleOf(wide))).toBe(want);
});

test('the log source must lie within the other one', () => {
  const detection = asks('{ A: a }');
  const [one, all] = [ruleOf(detection), ruleOf(detection, '{ product: windows }')];
  expect([logicOf(one, all), logicOf(all, one)]).toEqual(['within', undefined]);
});

test('hits, hosts and host-days are counted, and two rules compared by their events', () => {
  const measure = new RuleMeasure();
  const on = (host: string, day: string, ...ids: string[]) => measure.add({ host, day }, ids);
  on('pc-1', '1', 'a', 'b', 'a');
  on('pc-1', '1', 'a');
  on('pc-2', '1');
  on('pc-2', '2', 'a', 'b');
  expect([measure.events, measure.hostDays]).toEqual([4, 3]);
  expect(measure.of('a')).toMatchObject({ hits: 3, hosts: 2 });
  expect(overlap(measure.of('a'), measure.of('b'))).toEqual({ ofA: 2 / 3, ofB: 1 });
  expect(overlap(measure.of('a'), measure.of('none'))).toBeUndefined();
});

const MEASURED: Measured = {
  id: 'a',
  title: 'a',
  level: 'high',
  status: 'test',
  hasLog: true,
  duplicateOf: undefined,
  baseline: { hits: 1, hosts: 1 },
  attackHits: undefined,
};
test.each<[string, Partial<Measured>, string, string]>([
  ['quiet', {}, 'on', 'quiet'],
  ['finds attacks', { attackHits: 2 }, 'on', 'finds-attacks'],
  ['a high rule that finds two on 1,000 host-days', { baseline: { hits: 2, hosts: 2 } }, 'test', 'too-noisy'],
  ['a medium one that does', { level: 'medium', baseline: { hits: 2, hosts: 2 } }, 'on', 'quiet'],
  ['without its log', { hasLog: false, attackHits: 2 }, 'off', 'no-log'],
  ['said already', { duplicateOf: 'b' }, 'off', 'duplicate'],
  ['given up', { status: 'deprecated' }, 'off', 'immature'],
  ['without a level', { level: 'informational' }, 'test', 'only-informs'],
])('recommended: %s', (_what, change, state, reason) => {
  expect(recommend([{ ...MEASURED, ...change }], 1_000)).toMatchObject([{ state, reason }]);
});
