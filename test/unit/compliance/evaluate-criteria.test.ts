import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { authorityOf } from '../../../collector/compliance/dossier/authority.ts';
import {
  builtInCatalogue,
  COMPLIANCE_FOLDER,
  evaluateCriteria,
  loadCatalogue,
} from '../../../rules/compliance/index.ts';
import type { Criteria, CriteriaAnswers } from '../../../rules/compliance/index.ts';

const { criteria } = builtInCatalogue();

function of(profile: string): Criteria {
  const found = criteria.get(profile);
  if (found === undefined) throw new Error(`no criteria of ${profile}`);
  return found;
}

/** Nothing that raises a level by itself. */
const PLAIN: CriteriaAnswers = {
  secrets: ['no'],
  national: ['no'],
  'central-data': ['no'],
  critical: ['no'],
  risk: ['not-higher'],
};
const PUBLIC: CriteriaAnswers = {
  ...PLAIN,
  kinds: ['public-service'],
  procedures: ['no'],
  'conditional-business': ['no'],
  'subjects-basic': ['none'],
  'subjects-sensitive': ['none'],
};

/** Cases as an official would bring them, with the level and the clause that decides. */
const CASES: readonly (readonly [what: string, answers: CriteriaAnswers, level: number, clause: string])[] = [
  [
    'an internal page of public news',
    { ...PLAIN, kinds: ['internal'], 'internal-information': ['public-only'] },
    1,
    'Đ11.1',
  ],
  [
    'internal mail',
    { ...PLAIN, kinds: ['internal'], 'internal-information': ['private-or-personal'] },
    2,
    'Đ12.1',
  ],
  ['a service for people without personal data', PUBLIC, 2, 'Đ12.2.a'],
  ['a service with 99,999 people', { ...PUBLIC, 'subjects-basic': ['under-100000'] }, 2, 'Đ12.2.a'],
  ['a service with 100,000 people', { ...PUBLIC, 'subjects-basic': ['from-100000'] }, 3, 'Đ13.2.c'],
  [
    'a service with sensitive data of 10,000',
    { ...PUBLIC, 'subjects-sensitive': ['from-10000'] },
    3,
    'Đ13.2.c',
  ],
  ['the one-stop portal', { ...PUBLIC, procedures: ['yes'] }, 3, 'Đ13.2.b'],
  ['a conditional business', { ...PUBLIC, 'conditional-business': ['yes'] }, 3, 'Đ13.2.a'],
  [
    'the network of one office',
    { ...PLAIN, kinds: ['infrastructure'], 'infrastructure-scope': ['one-agency'] },
    2,
    'Đ12.3',
  ],
  [
    'the data centre of a province',
    { ...PLAIN, kinds: ['infrastructure'], 'infrastructure-scope': ['province'] },
    3,
    'Đ13.3',
  ],
  [
    'a network of the whole country',
    { ...PLAIN, kinds: ['infrastructure'], 'infrastructure-scope': ['nationwide'] },
    4,
    'Đ14.2',
  ],
  [
    'links to other countries',
    { ...PLAIN, kinds: ['infrastructure'], 'infrastructure-scope': ['international'] },
    5,
    'Đ15.3',
  ],
  ['control of class I works', { ...PLAIN, kinds: ['industrial'], works: ['class-1'] }, 4, 'Đ14.3'],
  ['another kind that was assigned', { ...PLAIN, kinds: ['other'], assigned: ['level-2'] }, 2, 'Đ12.4'],
  ['a portal with state secrets', { ...PUBLIC, secrets: ['serious'] }, 4, 'Đ14.1'],
  ['data of the nation', { ...PUBLIC, 'central-data': ['yes'] }, 5, 'Đ15.2'],
  ['risks of a higher level', { ...PUBLIC, risk: ['level-4'] }, 4, 'Đ10.5'],
];

describe('the level by the criteria of 2026', () => {
  test.each(CASES)('%s', (_, answers, level, clause) => {
    const result = evaluateCriteria(of('vn-2026'), answers);
    expect(result).toMatchObject({ level, isComplete: true, missing: [], ignored: [] });
    expect(result.decided.map((each) => each.clause.split(' ').at(-1))).toContain(clause);
  });

  test('is the highest of all kinds, and tells what was outweighed', () => {
    const answers = {
      ...PUBLIC,
      kinds: ['internal', 'public-service'],
      'internal-information': ['public-only'],
      procedures: ['yes'],
    };
    const { level, decided, outweighed } = evaluateCriteria(of('vn-2026'), answers);
    expect(level).toBe(3);
    expect(decided.map(({ question }) => question)).toEqual(['procedures']);
    expect(outweighed.map(({ question, level: lower }) => [question, lower])).toEqual([
      ['internal-information', 1],
      ['conditional-business', 2],
    ]);
  });

  test('of what is answered so far may still rise: what is open is told', () => {
    const result = evaluateCriteria(of('vn-2026'), { kinds: ['internal'] });
    expect(result).toMatchObject({ level: undefined, isComplete: false });
    expect(result.missing).toEqual([
      'internal-information',
      'secrets',
      'national',
      'central-data',
      'critical',
      'risk',
    ]);
    expect(evaluateCriteria(of('vn-2026'), {}).missing[0]).toBe('kinds');
  });

  test('does not listen to what was not asked, is unknown or contradicts itself', () => {
    const answers = {
      ...PLAIN,
      kinds: ['internal'],
      works: ['special'],
      nothing: ['x'],
      'internal-information': ['public-only', 'private-or-personal'],
    };
    const result = evaluateCriteria(of('vn-2026'), { ...answers, secrets: ['no', 'no'] });
    expect(result.level).toBeUndefined();
    expect(result.missing).toEqual(['internal-information']);
    expect(result.ignored).toEqual([
      { question: 'secrets', answer: 'no' },
      { question: 'works', answer: 'special' },
      { question: 'nothing', answer: 'x' },
      { question: 'internal-information', answer: 'public-only' },
      { question: 'internal-information', answer: 'private-or-personal' },
    ]);
    expect(evaluateCriteria(of('vn-2026'), { __proto__: ['x'], constructor: ['y'] }).level).toBeUndefined();
  });
});

describe('the questionnaires', () => {
  test('of 2022 are marked as to be confirmed, but for the kinds of systems', () => {
    const { questions, authority, rule } = of('vn-2022');
    expect(questions.filter(({ confidence }) => confidence !== 'D').map(({ id }) => id)).toEqual(['kinds']);
    expect(
      new Set([rule.confidence, ...Object.values(authority).map(({ confidence }) => confidence)]),
    ).toEqual(new Set(['D']));
    const { decided } = evaluateCriteria(of('vn-2022'), { kinds: ['public-service'], users: ['from-10000'] });
    expect(decided).toMatchObject([{ level: 3, clause: 'NĐ 85/2016 Đ9.2.c', confidence: 'D' }]);
  });

  test('of 2026 are read in the law', () => {
    const { questions, authority } = of('vn-2026');
    const marks = [...questions, ...Object.values(authority)].map(({ confidence }) => confidence);
    expect(new Set(marks)).toEqual(new Set(['A']));
  });

  test.each([
    [1, 'specialised-unit', 'specialised-unit', null],
    [2, 'specialised-unit', 'specialised-unit', null],
    [3, 'specialised-unit', 'owner', 15],
    [4, 'ministry', 'owner', 25],
    [5, 'ministry', 'prime-minister', 25],
  ])('level %i is appraised by %s and approved by %s', (level, appraises, approves, appraisalDays) => {
    const days = { appraisalDays, supplementDays: 5, approvalDays: 7 };
    expect(authorityOf('vn-2026', level)).toMatchObject({ appraises, approves, ...days });
  });

  test('there is no level 6', () => {
    expect(() => authorityOf('vn-2026', 6)).toThrow(RangeError);
  });

  test('with what is wrong in them are told with file, line and field', () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'criteria-'));
    fs.cpSync(path.join(COMPLIANCE_FOLDER, 'vn-2026'), path.join(folder, 'vn-2026'), { recursive: true });
    const text = fs.readFileSync(path.join(COMPLIANCE_FOLDER, 'criteria-2026.yml'), 'utf8');
    const broken = text
      .replace('answers: [internal] }', 'answers: [inside] }')
      .replace(
        'when: { question: kinds, answers: [industrial] }',
        'when: { question: risk, answers: [level-2] }',
      )
      .replace('- id: harm', "- id: 'no'");
    fs.writeFileSync(path.join(folder, 'criteria-2026.yml'), broken);
    fs.writeFileSync(
      path.join(folder, 'criteria-2022.yml'),
      text.replace('profile: vn-2026', 'profile: vn-2022'),
    );
    const { problems } = loadCatalogue(folder);
    fs.rmSync(folder, { recursive: true });
    expect(problems.map(({ file, field, message }) => `${path.basename(file)} ${field}: ${message}`)).toEqual(
      [
        'criteria-2022.yml profile: there is no profile vn-2022',
        'criteria-2026.yml questions[1].when.answers[0]: kinds has no answer inside',
        'criteria-2026.yml questions[7].when.question: no earlier question is called risk',
        'criteria-2026.yml questions[9].answers[1].id: the answer no stands here twice',
      ],
    );
    expect(problems.every(({ line }) => line > 1)).toBe(true);
  });
});
