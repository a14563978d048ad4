/** The attack stories that come with the product, each by itself: through the real normaliser, engine and correlator. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  buildStory,
  builtInStories,
  loadStory,
  STORY_RULES_FOLDER,
  type LoadedStory,
} from '../../rules/stories/index.ts';
import { GUIDE_LANGUAGES, storyGuide } from '../../scripts/story-guide.ts';
import { recordSchema } from '../../collector/protocol/record.ts';
import { compilePack, eventOf, ROOT, START_MS, view } from './pack.ts';

const engine = compilePack();
const { stories, problems } = builtInStories();

/** Names of rules that raise an alert, by the host they raise it on. */
function found({ story }: LoadedStory): { rules: Set<string>; unparsed: string[]; records: number } {
  const rules = new Set<string>();
  const unparsed: string[] = [];
  const correlator = engine.correlator();
  const records = buildStory(story, START_MS);
  for (const { role, timeMs, record } of records) {
    const valid = recordSchema.safeParse(record);
    if (!valid.success) unparsed.push(`${role}: ${valid.error.message}`);
    const event = eventOf(record, timeMs + 1_000);
    if (!event.parsed) unparsed.push(`${role}: ${JSON.stringify(record)}`);
    for (const match of engine.match(view(event), event.logsources)) {
      if (engine.generates(match.rule.id)) rules.add(`${match.rule.id} on ${role}`);
      for (const hit of correlator.push(match, view(event), timeMs)) rules.add(`${hit.rule.id} on ${role}`);
    }
  }
  return { rules, unparsed, records: records.length };
}

it('ten and more stories come with the product, and each of them is well made', () => {
  expect(problems).toEqual([]);
  expect(stories.length).toBeGreaterThanOrEqual(10);
});

it.each(GUIDE_LANGUAGES)('the guide says what the stories say (%s)', (language) => {
  const written = readFileSync(path.join(ROOT, 'docs', language, 'training-with-stories.md'), 'utf8');
  expect(
    storyGuide(
      stories.map(({ story }) => story),
      language,
    ),
  ).toBe(written);
});

describe.each(stories)('$story.name', (loaded) => {
  const { story, ruleIds } = loaded;
  const { rules, unparsed } = found(loaded);
  const idOf = (rule: string): string => ruleIds.get(rule) ?? '';

  it('consists of records that an agent could have sent', () => {
    expect(unparsed).toEqual([]);
  });

  it('is seen by the rules it names, and not by those that must stay quiet', () => {
    const wanted = story.alerts.map(({ rule, on }) => `${idOf(rule)} on ${on}`);
    expect(wanted.filter((one) => !rules.has(one))).toEqual([]);
    for (const rule of story.quiet) {
      for (const on of Object.keys(story.hosts)) expect(rules).not.toContain(`${idOf(rule)} on ${on}`);
    }
  });
});

describe('a story that is not well made', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vonggac-story-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['at: 2m', 'at: later', 'steps[0].at', 'a time from the begin is expected'],
    ['on: desk', 'on: dekc', 'steps[0].on', '"dekc" is none of the hosts: desk'],
    ['technique: T1059', 'technique: X1059', 'steps[0].technique', 'a technique of ATT&CK'],
    ['process: cmd', 'proces: cmd', 'steps[0].events[0]', 'an event begins with what it is'],
    [
      'parent: explorer',
      'parent: word',
      'steps[0].events[0].parent',
      'no process "word" has begun on "desk"',
    ],
    ['line: cmd.exe', 'lines: cmd.exe', 'steps[0].events[0].line', 'expected string'],
    [
      'rule: windows/log-emptied',
      'rule: windows/no-such',
      'alerts[0].rule',
      'there is no rule "windows/no-such"',
    ],
    ['name: try', 'name: other', 'name', "the name is the file's"],
  ])('says with file, line and field that "%s" must not be "%s"', (right, wrong, field, message) => {
    const file = path.join(folder, 'try.yml');
    const text = GOOD.replace(right, wrong);
    writeFileSync(file, text);
    const said: Parameters<typeof loadStory>[2] = [];
    expect(loadStory(file, STORY_RULES_FOLDER, said)).toBeUndefined();
    expect(said).toContainEqual(
      expect.objectContaining({ file, field, message: expect.stringContaining(message) }),
    );
    expect(said.every(({ line }) => line > 0)).toBe(true);
  });

  it('is taken when all is well', () => {
    const file = path.join(folder, 'try.yml');
    writeFileSync(file, GOOD);
    const said: Parameters<typeof loadStory>[2] = [];
    expect(loadStory(file, STORY_RULES_FOLDER, said)?.story.steps[0]?.at).toBe(120);
    expect(said).toEqual([]);
  });
});

const GOOD = `name: try
title: a
title_vi: a
summary: a
summary_vi: a
hosts:
  desk: { name: pc-1, platform: windows, role: a, role_vi: a, agency: A, address: 10.1.1.1, user: 'A\\b' }
steps:
  - at: 2m
    on: desk
    what: a
    what_vi: a
    technique: T1059
    events:
      - { process: cmd, parent: explorer, image: 'C:\\cmd.exe', line: cmd.exe }
  - { at: 3m, on: desk, what: b, what_vi: b, technique: T1059, events: [{ file: 'C:\\a', by: cmd }] }
alerts:
  - { rule: windows/log-emptied, on: desk }
  - { rule: windows/admin-made, on: desk }
case: { hosts: [desk], tactics: [execution, impact], verdict: a, verdict_vi: a }
`;
