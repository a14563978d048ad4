import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadRuleBook, RulesUnreadableError } from '../../../collector/detect/rule-book.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-rules-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, text: string): Promise<void> => {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), text);
};

const RULE = `title: Second root
id: 11111111-1111-4111-8111-111111111111
name: second_root
title_vi: Thêm root thứ hai
advice: Ask who made it.
level: critical
tags: [attack.persistence]
vonggac: { entity: [user.name] }
logsource: { product: linux }
detection:
  selection: { uid: 0 }
  condition: selection
`;

const CORRELATION = `title: Many
id: 22222222-2222-4222-8222-222222222222
correlation:
  type: event_count
  rules: [second_root]
  group-by: [source.ip]
  timespan: 10m
  condition: { gte: 5 }
level: high
`;

test('rules are read from folders below folders; tests beside them are not rules', async () => {
  await write('linux/second-root.yml', RULE);
  await write('linux/second-root.test.yml', 'not: a rule');
  await write('notes.txt', 'title: no');
  const book = await loadRuleBook([folder], folder);
  expect(book.rejected).toEqual([]);
  expect(book.summaries).toEqual([
    {
      id: '11111111-1111-4111-8111-111111111111',
      title: 'Second root',
      titleVi: 'Thêm root thứ hai',
      kind: 'rule',
      severity: 'critical',
      status: '',
      tags: ['attack.persistence'],
      source: 'linux/second-root.yml:1',
    },
  ]);
});

test('a rule tells its alerts what they are about; a correlation is about its group', async () => {
  await write('a.yml', RULE);
  await write('b.yml', CORRELATION);
  const book = await loadRuleBook([folder], folder);
  expect(book.entityFields('11111111-1111-4111-8111-111111111111')).toEqual(['user.name']);
  expect(book.entityFields('22222222-2222-4222-8222-222222222222')).toEqual(['source.ip']);
  expect(book.facts('11111111-1111-4111-8111-111111111111')).toMatchObject({
    advice: 'Ask who made it.',
    adviceVi: null,
  });
});

test('it knows which rules feed correlations and how far those look', async () => {
  await write('a.yml', RULE);
  await write('b.yml', CORRELATION);
  await write(
    'c.yml',
    RULE.replace(/id: .*/, 'id: 33333333-3333-4333-8333-333333333333').replace('name: second_root\n', ''),
  );
  const { reach } = await loadRuleBook([folder], folder);
  expect(reach.ruleIds).toEqual(['11111111-1111-4111-8111-111111111111']);
  expect(reach.spanMs).toBe(2 * 600_000);
});

test('a correlation over a correlation looks back over both', async () => {
  await write('a.yml', RULE);
  await write('b.yml', CORRELATION);
  await write(
    'c.yml',
    CORRELATION.replace(/id: .*/, 'id: 44444444-4444-4444-8444-444444444444')
      .replace('[second_root]', '[22222222-2222-4222-8222-222222222222]')
      .replace('10m', '1h'),
  );
  const { reach } = await loadRuleBook([folder], folder);
  expect(reach.spanMs).toBe(2 * 70 * 60_000);
});

test('what cannot be read is named with its place, and the rest loads', async () => {
  await write('a.yml', RULE);
  await write('broken.yml', 'title: x\ndetection: [\n');
  await write('huge.yml', `# ${'x'.repeat(11 * 1_048_576)}`);
  const book = await loadRuleBook([folder], folder);
  expect(book.summaries).toHaveLength(1);
  expect(book.rejected.map(({ source, line }) => [source, line > 0])).toEqual([
    ['huge.yml', true],
    ['broken.yml', true],
  ]);
});

test('a folder that is not there is an error of its own', async () => {
  const nowhere = path.join(folder, 'nowhere');
  await expect(loadRuleBook([nowhere], folder)).rejects.toThrow(RulesUnreadableError);
  await expect(loadRuleBook([nowhere], folder)).rejects.toThrow(nowhere);
});
