import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  attestationEveryAt,
  evidenceAt,
  isUnconfirmed,
  loadCatalogue,
} from '../../../rules/compliance/index.ts';
import type { CatalogueControl } from '../../../rules/compliance/index.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'catalogue-'));
  write('aa-2026/profile.yml', head('aa-2026', 'groups: [{ id: LG, title: { vi: a, en: b } }]\n'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  fs.writeFileSync(path.join(folder, name), text);
}

const head = (profile: string, more = ''): string =>
  `profile: ${profile}
version: 1.0.0
title: { vi: a, en: b }
inForce: { from: 2026-01-01 }
basis: [{ document: x, title: { vi: a, en: b }, source: { vi: x, en: x }, confidence: A }]
${more}`;

const control = (id: string, changes: Record<string, string | undefined> = {}): string => {
  const fields: Record<string, string | undefined> = {
    levels: '[2, 3]',
    title: '{ vi: a, en: b }',
    requirement: '{ vi: a, en: b }',
    clauses: 'L 1',
    source: '{ vi: x, en: x }',
    confidence: 'B',
    mode: 'auto',
    thresholds: '{ keep: { 3: P3M } }',
    evidence: '[{ kind: retention, keep: { threshold: keep } }]',
    remedy: '{ vi: a, en: b }',
    ...changes,
  };
  const lines = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`    ${key}: ${value}`],
  );
  return `  - id: ${id}\n${lines.join('\n')}\n`;
};
const group = (...controls: string[]): string => `group: LG\ncontrols:\n${controls.join('')}`;

function problems(): string[] {
  return loadCatalogue(folder).problems.map(
    ({ file, line, field, message }) => `${path.relative(folder, file)}:${line} ${field}: ${message}`,
  );
}

function first(profile: string): CatalogueControl {
  const { profiles, problems: found } = loadCatalogue(folder);
  expect(found).toEqual([]);
  const [made] = profiles.get(profile)?.controls ?? [];
  if (made === undefined) throw new Error('no control');
  return made;
}

describe('catalogues of a folder', () => {
  test('a value written once counts at every level of the control', () => {
    write('aa-2026/logs.yml', group(control('LG-01', { thresholds: '{ keep: P1M }' })));
    const { clauses, thresholds } = first('aa-2026');
    expect(clauses).toEqual({ 2: 'L 1', 3: 'L 1' });
    expect(thresholds).toEqual({ keep: { 2: 'P1M', 3: 'P1M' } });
  });

  test('a profile takes over words and evidence of another, but no number and no clause', () => {
    write('aa-2026/logs.yml', group(control('LG-01', { unconfirmed: '[title]', note: '{ vi: a, en: b }' })));
    write('bb-2022/profile.yml', head('bb-2022', 'extends: aa-2026\n'));
    write(
      'bb-2022/logs.yml',
      `group: LG\ncontrols:\n  - { id: LG-01, levels: [3], clauses: O 1, source: { vi: y, en: y }, confidence: D }\n`,
    );
    const made = first('bb-2022');
    expect(made).toMatchObject({
      title: { vi: 'a' },
      clauses: { 3: 'O 1' },
      thresholds: { keep: {} },
      mode: 'auto',
    });
    expect(made.unconfirmed).toEqual([]);
    expect(made.note).toBeUndefined();
    expect(isUnconfirmed(made, 'clauses.3')).toBe(true);
    expect(loadCatalogue(folder).profiles.get('bb-2022')?.groups).toHaveLength(1);
  });

  test('evidence may be asked at some levels only', () => {
    const evidence = '[{ kind: retention }, { kind: room, levels: [3] }]';
    write('aa-2026/logs.yml', group(control('LG-01', { evidence })));
    const made = first('aa-2026');
    expect(evidenceAt(made, 2).map(({ kind }) => kind)).toEqual(['retention']);
    expect(evidenceAt(made, 3).map(({ kind }) => kind)).toEqual(['retention', 'room']);
  });

  test('evidence at levels that the other profile does not ask is left out', () => {
    const evidence = '[{ kind: room }, { kind: x, levels: [2] }]';
    write('aa-2026/logs.yml', group(control('LG-01', { evidence })));
    write('bb-2022/profile.yml', head('bb-2022', 'extends: aa-2026\n'));
    write(
      'bb-2022/logs.yml',
      `group: LG\ncontrols:\n  - { id: LG-01, levels: [3], clauses: O 1, source: { vi: y, en: y }, confidence: B }\n`,
    );
    expect(first('bb-2022').evidence.map(({ kind }) => kind)).toEqual(['room']);
  });

  test('a mark counts for all that is in the field', () => {
    write('aa-2026/logs.yml', group(control('LG-01', { unconfirmed: '[thresholds.keep]' })));
    const made = first('aa-2026');
    expect(isUnconfirmed(made, 'thresholds.keep.3')).toBe(true);
    expect(isUnconfirmed(made, 'thresholds')).toBe(false);
    expect(isUnconfirmed(made, 'title')).toBe(false);
  });

  test('how often a person confirms may depend on the level', () => {
    const attestation = '{ every: { threshold: review }, documents: { vi: a, en: b } }';
    const thresholds = '{ review: { 3: P6M } }';
    const changes = { mode: 'manual', evidence: undefined, attestation, thresholds };
    write('aa-2026/logs.yml', group(control('LG-01', changes)));
    const made = first('aa-2026');
    expect(attestationEveryAt(made, 3)).toBe('P6M');
    expect(attestationEveryAt(made, 2)).toBeUndefined();
  });

  test('the digest changes with the content and with nothing else', () => {
    write('aa-2026/logs.yml', group(control('LG-01')));
    const digest = (): string | undefined => loadCatalogue(folder).profiles.get('aa-2026')?.digest;
    const before = digest();
    write('aa-2026/logs.yml', `# a word\n${group(control('LG-01'))}`);
    expect(digest()).toBe(before);
    write('aa-2026/logs.yml', group(control('LG-01', { source: '{ vi: z, en: z }' })));
    expect(digest()).not.toBe(before);
  });

  test.each([
    ['no clause of a level', { clauses: '{ 2: L 1 }' }, 'clauses: level 3 has no clause'],
    [
      'a clause of a level that is not asked',
      { clauses: '{ 2: L, 3: L, 4: L }' },
      'clauses.4: the control is not asked at level 4',
    ],
    [
      'a threshold of a level that is not asked',
      { thresholds: '{ keep: { 5: P1M } }' },
      'thresholds.keep.5: the control is not asked at level 5',
    ],
    [
      'a level that there is not',
      { levels: '[2, 6]', clauses: '{ 2: L }' },
      'levels[1]: must be a level from 1 to 5',
    ],
    ['a threshold that is no duration', { thresholds: '{ keep: { 3: P3X } }' }, /thresholds\.keep\.3/],
    [
      'an unknown threshold',
      { thresholds: '{ kept: { 3: P3M } }' },
      'evidence[0].keep: there is no threshold keep in this control',
    ],
    ['automatic without evidence', { evidence: '[]' }, 'evidence: nothing is looked at on level 2'],
    ['manual with evidence', { mode: 'manual' }, 'evidence: a manual control rests on its attestation alone'],
    [
      'partial without an attestation',
      { mode: 'partial' },
      'attestation: a control of mode partial needs an attestation',
    ],
    ['no English', { title: '{ vi: a }' }, /title\.en/],
    [
      'a mark of a field that is not there',
      { unconfirmed: '[thresholds.keep.2]' },
      'unconfirmed[0]: the control has no field thresholds.keep.2',
    ],
    ['an unknown field', { titel: 'x' }, /titel/],
    ['the name of another group', { id: 'GV-01' }, 'id: a control of group LG is called LG-NN'],
  ])('%s is told with file, line and field', (_, changes: Record<string, string>, expected) => {
    const { id = 'LG-01', ...fields } = changes;
    write('aa-2026/logs.yml', group(control('LG-09'), control(id, fields)));
    const found = problems();
    expect(found.length).toBeGreaterThan(0);
    expect(found.join('\n')).toMatch(typeof expected === 'string' ? new RegExp(escape(expected)) : expected);
    for (const each of found) expect(each).toMatch(/^aa-2026\/logs\.yml:(1[2-9]|2\d) controls\[1\]/);
  });

  test('a control stands once in a profile, a profile in its folder, a group with its title', () => {
    write('aa-2026/logs.yml', group(control('LG-01')));
    write('aa-2026/more.yml', group(control('LG-01')));
    write('aa-2026/names.yml', `group: CF\ncontrols:\n${control('CF-01')}`);
    write('cc-2026/profile.yml', head('dd-2026', 'extends: ee-2026\n'));
    expect(problems()).toEqual([
      'cc-2026/profile.yml:1 profile: must be called as its folder: cc-2026',
      'aa-2026/more.yml:3 controls[0].id: LG-01 stands in logs.yml too',
      'cc-2026/profile.yml:6 extends: there is no profile ee-2026',
      'aa-2026/profile.yml:6 groups: group CF has no title here',
    ]);
  });

  test('profiles that extend each other are told', () => {
    write('aa-2026/logs.yml', group(control('LG-01')));
    write('bb-2022/profile.yml', head('bb-2022', 'extends: cc-2022\n'));
    write('cc-2022/profile.yml', head('cc-2022', 'extends: bb-2022\n'));
    expect(problems()).toEqual(['cc-2022/profile.yml:6 extends: bb-2022 extends this profile']);
  });

  test('a folder without profiles says so', () => {
    fs.rmSync(path.join(folder, 'aa-2026'), { recursive: true });
    expect(problems()[0]).toContain('no folder here has a profile.yml');
  });

  test('what somebody else finds wrong has its place', () => {
    write('aa-2026/logs.yml', group(control('LG-09'), control('LG-01')));
    const { problemOf } = loadCatalogue(folder);
    expect(problemOf('aa-2026', 'LG-01', ['evidence', 0, 'keep'], 'no')).toEqual({
      file: path.join(folder, 'aa-2026/logs.yml'),
      line: 23,
      field: 'controls[1].evidence[0].keep',
      message: 'no',
    });
    expect(problemOf('aa-2026', 'LG-99', [], 'no')).toBeUndefined();
  });
});

function escape(text: string): string {
  return text.replaceAll(/[.[\]]/g, String.raw`\$&`);
}
