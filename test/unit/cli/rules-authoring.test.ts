/** `vonggac rules new`, `test` and `stats` as an author of rules uses them: files, output, exit codes, both languages. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { newRuleCommand } from '../../../collector/cli/commands/rules-new.ts';
import { ruleStatsCommand } from '../../../collector/cli/commands/rules-stats.ts';
import { testRulesCommand, type RulesTestFlags } from '../../../collector/cli/commands/rules-test.ts';
import { en } from '../../../collector/cli/messages/en.ts';
import { vi } from '../../../collector/cli/messages/vi.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { RULE_TEMPLATES } from '../../../rules/testing/rule-templates.ts';
import { checkRules } from '../../../scripts/check-rules.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const DETECTIONS = path.resolve(import.meta.dirname, '../../../rules/detections');

let folder: { path: string; remove: () => void };
let printed: string[];
let complaints: string[];

beforeEach(() => {
  folder = temporaryFolder();
  printed = [];
  complaints = [];
});
afterEach(() => folder.remove());

function context(m: typeof en = en) {
  return {
    m,
    print: (text: string) => void printed.push(...text.split('\n')),
    complain: (line: string) => void complaints.push(line),
  };
}

const at = (name: string): string => path.join(folder.path, name);
const flags = (logsource: string) => ({
  title: `Something odd by ${logsource.replaceAll('/', ' ')}`,
  titleVi: 'Một việc lạ',
  logsource,
  level: 'high',
  author: 'An',
});
const write = (name: string, logsource = 'windows/process_creation/', m = en): Promise<void> =>
  newRuleCommand(context(m), at(name), flags(logsource));
const test = (places: readonly string[], options: RulesTestFlags = {}, m = en): Promise<number> =>
  testRulesCommand(context(m), places, options);

function replace(name: string, old: string, other: string): void {
  const text = readFileSync(at(name), 'utf8');
  expect(text).toContain(old);
  writeFileSync(at(name), text.replace(old, other));
}

it('what is written for any log source passes our checks and its own test', async () => {
  for (const logsource of RULE_TEMPLATES.keys())
    await write(`${logsource.replaceAll(/[/_]+/g, '-').replaceAll(/^-|-$/g, '')}.yml`, logsource);
  const { findings, rules } = checkRules(folder.path);
  expect(findings).toEqual([]);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(RULE_TEMPLATES.size);
  printed = [];
  expect(await test([folder.path])).toBe(0);
  expect(complaints).toEqual([]);
  expect(printed.at(-1)).toBe(
    `${RULE_TEMPLATES.size} rules, ${RULE_TEMPLATES.size * 4} cases: 0 came out otherwise, 0 tests could not be run`,
  );
  // Each says where it is still the template.
  expect(
    printed.slice(0, -1).filter((line) => !/: lines 1, [\d, ]+ still as in the template/u.test(line)),
  ).toEqual([]);
  expect(printed).toHaveLength(RULE_TEMPLATES.size + 1);
});

it('takes a log source without the slashes at its end', async () => {
  await write('odd.yml', 'windows/process_creation');
  expect(readFileSync(at('odd.yml'), 'utf8')).toContain('  product: windows\n  category: process_creation\n');
});

it('nothing is overwritten, neither rule nor test', async () => {
  await write('odd.yml');
  const before = readFileSync(at('odd.yml'), 'utf8');
  await expect(write('odd.yml')).rejects.toThrow('is there already');
  expect(readFileSync(at('odd.yml'), 'utf8')).toBe(before);
  writeFileSync(at('other.test.yml'), 'mine');
  await expect(write('other.yml', 'linux//sshd', vi)).rejects.toThrow('đã có: không ghi đè');
  expect(readFileSync(at('other.test.yml'), 'utf8')).toBe('mine');
  expect(() => readFileSync(at('other.yml'))).toThrow('ENOENT');
});

it('a name or a log source that will not do is refused, with those that will', async () => {
  await expect(write('Odd Rule.yml')).rejects.toThrow('kebab-case');
  await expect(write('odd.yml', 'windows/nothing/')).rejects.toThrow(
    /there are: .*windows\/process_creation\//,
  );
});

it('a rule that no longer finds its event fails, and the line at fault is named', async () => {
  await write('odd.yml');
  replace('odd.yml', 'replace-me.exe', 'renamed.exe');
  expect(await test([at('odd.yml')])).toBe(1);
  const text = printed.join('\n');
  expect(text).toContain('✗ must match: the attack, by Sysmon: it did not match');
  expect(text).toContain('failed first: selection selection, Image|endswith');
  expect(text).toContain('✓ must not match: another program');
  expect(text).toContain('1 rule, 4 cases: 2 came out otherwise');
  printed = [];
  expect(await test([at('odd.yml')], {}, vi)).toBe(1);
  expect(printed.join('\n')).toContain('phải khớp: the attack, by Sysmon: lại không khớp');
});

it('a rule without a test, with one of another rule, or with records that no agent sends, fails', async () => {
  for (const name of ['a.yml', 'b.yml', 'c.yml']) await write(name);
  writeFileSync(at('a.test.yml'), readFileSync(at('b.test.yml'), 'utf8'));
  replace('c.test.yml', 'kind: windows', 'kind: nothing');
  expect(await test([at('a.yml')])).toBe(1);
  expect(printed.join('\n')).toContain('a.test.yml is the test of another rule');
  printed = [];
  expect(await test([at('c.yml')])).toBe(1);
  expect(printed.join('\n')).toContain('1 test could not be run');
});

it('a correlation finds the rules beside it; for programs there is JSON', async () => {
  const file = path.join(DETECTIONS, 'linux/ssh-brute-force.yml');
  expect(await test([file], { json: true })).toBe(0);
  const [told] = z
    .array(
      z.object({ file: z.string(), cases: z.array(z.object({ kind: z.string(), isAsWanted: z.boolean() })) }),
    )
    .parse(JSON.parse(printed.join('\n')));
  expect(told?.file).toBe(file);
  expect(told?.cases.length).toBeGreaterThanOrEqual(2);
  expect(told?.cases.every(({ kind, isAsWanted }) => kind === 'sequence' && isAsWanted)).toBe(true);
});

it('counts rules by platform, tactic and level', async () => {
  await write('one.yml');
  await write('two.yml', 'linux//sshd');
  printed = [];
  expect(await ruleStatsCommand(context(), [folder.path], { json: true })).toBe(0);
  expect(JSON.parse(printed.join('\n'))).toEqual({
    rules: 2,
    correlations: 0,
    deprecated: 0,
    tested: 2,
    techniques: 2,
    byLevel: { high: 2 },
    byPlatform: { linux: { high: 1 }, windows: { high: 1 } },
    byTactic: { execution: { high: 1 }, 'initial-access': { high: 1 } },
  });
});

it('counts what comes along by itself, on the command line', async () => {
  const code = await runProgram(['rules', 'stats'], {
    ...context(vi),
    language: 'vi',
    env: { VONGGAC_DATA: folder.path },
    version: '1.2.3',
  });
  expect({ code, complaints }).toEqual({ code: 0, complaints: [] });
  expect(printed.join('\n')).toMatch(/luật, trong đó .* tương quan[\s\S]*windows[\s\S]*credential-access/);
});
