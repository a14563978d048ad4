import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { checkRules } from '../../scripts/check-rules.ts';
import { DETECTIONS } from './pack.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'vonggac-rules-'));
const RULE = 'agent/source-failed.yml';
const TEST = 'agent/source-failed.test.yml';

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  cpSync(DETECTIONS, folder, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function edit(name: string, from: RegExp, to: string): void {
  const file = path.join(folder, name);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(from);
  writeFileSync(file, text.replace(from, to));
}

const messages = (): string[] =>
  checkRules(folder).findings.map(({ source, message }) => `${source}: ${message}`);

it('finds nothing in our own rules', () => {
  expect(messages()).toEqual([]);
});

it.each([
  [
    'a missing translation',
    RULE,
    /^title_vi: .*$/m,
    'title_vi: The agent',
    'title_vi is missing or not Vietnamese',
  ],
  ['a missing advice', RULE, /^advice: .*$/m, 'advice_x: 1', 'advice is missing'],
  ['a bad level', RULE, /^level: .*$/m, 'level: urgent', 'the level "urgent" is unknown'],
  [
    'no technique',
    RULE,
    / {2}- attack\.t1685/,
    '  - attack.defense-impairment',
    'tags name no ATT&CK technique',
  ],
  ['a bad id', RULE, /^id: .*$/m, 'id: seven', '"seven" is no UUID'],
  [
    'an entity that no event has',
    RULE,
    / - agent\.subject/,
    ' - agent.colour',
    'has no field "agent.colour"',
  ],
  [
    'an entity outside of group-by',
    'linux/ssh-brute-force.yml',
    /(entity:\s+- )source\.ip/,
    '$1user.name',
    'not in group-by',
  ],
  ['an unknown modifier', RULE, /event\.action: agent_source_failed/, 'event.action|nearly: x', 'nearly'],
  [
    'an informational rule that nobody uses',
    RULE,
    /^level: .*$/m,
    'level: informational',
    'no correlation uses it',
  ],
  ['a test with one case', TEST, /near_miss:[\s\S]*$/, 'near_miss: []\n', 'near_miss'],
  [
    'a test of another rule',
    TEST,
    /^rule: .*$/m,
    'rule: 00000000-0000-4000-8000-000000000000',
    'its test is for the rule',
  ],
  ['a record that no agent can send', TEST, /kind: agent/, 'kind: spy', 'no agent can send'],
])('finds %s', (_name, file, from, to, message) => {
  edit(file, from, to);
  expect(messages().filter((text) => text.includes(message))).not.toEqual([]);
});

it('finds a rule without a test, and a test without a rule', () => {
  rmSync(path.join(folder, TEST));
  rmSync(path.join(folder, 'agent/spool-dropped.yml'));
  expect(messages()).toEqual([
    expect.stringContaining('agent/source-failed.yml: there is no test beside it'),
    expect.stringContaining('agent/spool-dropped.test.yml: is a test without a rule'),
  ]);
});

it('finds an id used twice', () => {
  const id = /^id: (.*)$/m.exec(readFileSync(path.join(folder, RULE), 'utf8'))?.[1] ?? '';
  edit('agent/spool-dropped.yml', /^id: .*$/m, `id: ${id}`);
  expect(messages().some((text) => text.includes('is taken by'))).toBe(true);
});
