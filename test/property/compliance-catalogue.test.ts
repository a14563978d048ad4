/**
 * Catalogues that somebody else wrote, or damaged: whatever is in them, reading them ends, throws nothing but what the file system
 * says, and every problem has its place. And of the questionnaire: more answers never lower a level.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  applyOverrides,
  builtInCatalogue,
  COMPLIANCE_FOLDER,
  evaluateCriteria,
  loadCatalogue,
} from '../../rules/compliance/index.ts';

const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 40);

let folder: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'catalogue-'));
});
afterAll(() => fs.rmSync(folder, { recursive: true }));

const FILES = ['vn-2026/profile.yml', 'vn-2026/logs.yml', 'vn-2022/logs.yml', 'criteria-2026.yml'] as const;
const original = new Map(
  [...FILES, 'vn-2022/profile.yml'].map((name) => [
    name,
    fs.readFileSync(path.join(COMPLIANCE_FOLDER, name), 'utf8'),
  ]),
);
const HOSTILE = [
  '__proto__: { levels: [1] }',
  'constructor: 1',
  '  - *a',
  'thresholds: { keep: { 9: P1M, __proto__: P1M } }',
  'levels: [1, 1e99, -1, "3", null]',
  'id: "=cmd|calc"',
  '\u202Etitle: { vi: x, en: y }',
  `title: { vi: ${'x'.repeat(10_000)}, en: y }`,
  'evidence: [{ kind: a, levels: [], x: { threshold: __proto__ } }]',
  'when: { question: risk, answers: [risk] }',
  ': : :',
  '\t-',
  '---',
];

/** What is done to a line: taken out, put in twice, replaced. */
const change = fc.record({
  file: fc.constantFrom(...FILES),
  at: fc.nat(400),
  how: fc.constantFrom('drop', 'twice', 'replace', 'indent'),
  text: fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 60 })),
});

test('damaged catalogues are read to the end, and what is wrong has its place', () => {
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      const texts = new Map(original);
      for (const { file, at, how, text } of changes) {
        const lines = (texts.get(file) ?? '').split('\n');
        const place = at % lines.length;
        const line = lines[place] ?? '';
        const indent = /^ */.exec(line)?.[0] ?? '';
        const made = { drop: [], twice: [line, line], replace: [indent + text], indent: [` ${line}`] }[how];
        lines.splice(place, 1, ...made);
        texts.set(file, lines.join('\n'));
      }
      for (const [name, text] of texts) {
        fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
        fs.writeFileSync(path.join(folder, name), text);
      }
      const { problems, profiles } = loadCatalogue(folder);
      expect(problems.filter(({ file, line }) => !file.startsWith(folder) || line < 1)).toEqual([]);
      // A profile that nothing is wrong with is whole.
      const wrong = problems.map(({ file }) => path.basename(path.dirname(file)));
      expect(wrong.includes('vn-2026') || (profiles.get('vn-2026')?.controls.length ?? 0) > 0).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

const { criteria, profiles } = builtInCatalogue();
const questionnaire = fc.constantFrom(...criteria.values());

test('another answer never lowers the level, and one that is not asked changes nothing', () => {
  fc.assert(
    fc.property(questionnaire, fc.array(fc.nat(), { maxLength: 30 }), fc.nat(), (asked, picks, extra) => {
      const all = asked.questions.flatMap(({ id, many, answers }) =>
        answers.map((answer) => ({ question: id, answer: answer.id, many })),
      );
      const answers = new Map<string, string[]>();
      const give = (pick: number): void => {
        const picked = all[pick % all.length];
        if (picked === undefined) return;
        const before = answers.get(picked.question);
        if (before === undefined) answers.set(picked.question, [picked.answer]);
        else if (picked.many && !before.includes(picked.answer)) before.push(picked.answer);
      };
      for (const pick of picks) give(pick);
      const before = evaluateCriteria(asked, Object.fromEntries(answers));
      give(extra);
      const after = evaluateCriteria(asked, Object.fromEntries(answers));
      expect(after.level ?? 0).toBeGreaterThanOrEqual(before.level ?? 0);
      const kept = Object.fromEntries(
        [...answers].filter(([question]) => !after.ignored.some((ignored) => ignored.question === question)),
      );
      expect(evaluateCriteria(asked, kept)).toMatchObject({
        level: after.level,
        missing: after.missing,
        ignored: [],
      });
    }),
    { numRuns: RUNS * 5 },
  );
});

test('an override is applied or refused, and never touches another control', () => {
  const every = [...profiles.values()];
  const field = fc.constantFrom(
    'levels',
    'title',
    'thresholds.keep.2',
    'clauses.2',
    '__proto__',
    'id',
    'evidence.0',
  );
  const value = fc.oneof(
    fc.constantFrom<unknown>('P2M', [], [3], null, { vi: 'a', en: 'b' }, 5),
    fc.jsonValue(),
  );
  fc.assert(
    fc.property(fc.constantFrom(...every), fc.nat(), field, value, (profile, pick, at, put) => {
      const control = profile.controls[pick % profile.controls.length]?.id ?? '';
      const {
        profile: made,
        applied,
        refused,
      } = applyOverrides(profile, [{ control, field: at, value: put }]);
      expect(applied.length + refused.length).toBe(1);
      const others = (of: typeof profile) => of.controls.filter(({ id }) => id !== control);
      expect(others(made)).toEqual(others(profile));
      expect(applied.length === 1 || made === profile).toBe(true);
    }),
    { numRuns: RUNS * 2 },
  );
});
