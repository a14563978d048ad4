/** A rule while it is written: findings with their place, its meaning, and events tried on it with the line that decided. */
import { expect, test } from 'vitest';
import { checkRule } from '../../../collector/content/rule-check.ts';

const TEXT = `title: Odd Program
id: 11111111-1111-4111-8111-111111111111
level: high
logsource: { product: windows, category: process_creation }
detection:
  selection:
    Image|endswith: ['\\odd.exe', '\\even.exe']
    User: an
  filter:
    - CommandLine|contains: ok
    - ParentImage: null
  condition: selection and not filter
`;
const alone = async () => [];

test('says what a rule looks for, in its own parts', async () => {
  const { meaning, findings } = await checkRule(TEXT, [], alone);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(meaning?.conditions).toEqual(['selection and not filter']);
  expect(meaning?.selections).toEqual([
    {
      name: 'selection',
      any: [
        [
          { field: 'Image', modifiers: ['endswith'], values: ['\\odd.exe', '\\even.exe'], more: 0 },
          { field: 'User', modifiers: [], values: ['an'], more: 0 },
        ],
      ],
    },
    {
      name: 'filter',
      any: [
        [{ field: 'CommandLine', modifiers: ['contains'], values: ['ok'], more: 0 }],
        [{ field: 'ParentImage', modifiers: [], values: ['null'], more: 0 }],
      ],
    },
  ]);
});

test('tries events as they are stored and as they are shown, and names the line that decided', async () => {
  const hit = { Image: 'C:\\odd.exe', User: 'an', ParentImage: 'x' };
  const { events } = await checkRule(
    TEXT,
    [hit, { hostname: 'h', channel: 'c', message: 'm', fields: hit }, { ...hit, User: 'binh' }, {}],
    alone,
  );
  expect(events.map(({ matches }) => matches)).toEqual([true, true, false, false]);
  expect(events[0]?.held.map(({ field, found }) => [field, found])).toEqual([
    ['Image', ['C:\\odd.exe']],
    ['User', ['an']],
  ]);
  expect(events[2]?.failed).toMatchObject({ selection: 'selection', field: 'User', found: ['binh'] });
  expect(events[3]?.failed).toMatchObject({ field: 'Image', found: null });
});

test.each([
  ['no YAML', 'title: [', 1],
  ['no rule', 'a: b\n', 1],
  ['a condition that cannot be read', TEXT.replace('and not filter', 'and nothing'), 12],
  ['a modifier that nobody knows', TEXT.replace('endswith', 'endwith'), 7],
])('%s is an error with its line', async (_what, text, line) => {
  const { findings } = await checkRule(text, [{}], alone);
  expect(findings.find(({ severity }) => severity === 'error')?.line).toBe(line);
});
