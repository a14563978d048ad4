/** What the catalogues say, against what is restated here: counts, modes, thresholds per level, and that doubts are marked. */
import { describe, expect, test } from 'vitest';
import { EVIDENCE_KINDS } from '../../../collector/compliance/evidence/all-kinds.ts';
import { linkEvidence } from '../../../collector/compliance/evidence/link-evidence.ts';
import { LAW_MONTHS } from '../../../collector/retention/law-months.ts';
import { builtInCatalogue, isUnconfirmed, LEVELS } from '../../../rules/compliance/index.ts';
import type { CatalogueControl, Profile } from '../../../rules/compliance/index.ts';
import { builtInPolicies } from '../../../rules/posture/index.ts';

const catalogue = builtInCatalogue();

function profile(name: string): Profile {
  const found = catalogue.profiles.get(name);
  if (found === undefined) throw new Error(`no profile ${name}`);
  return found;
}

function control(name: string, id: string): CatalogueControl {
  const found = profile(name).controls.find((each) => each.id === id);
  if (found === undefined) throw new Error(`no control ${id}`);
  return found;
}

/** Controls of each group, numbered without gaps. */
const GROUPS = {
  GV: 8,
  RR: 4,
  HW: 7,
  SW: 6,
  IN: 7,
  CF: 9,
  AC: 12,
  VU: 5,
  LG: 15,
  WM: 5,
  MW: 7,
  BK: 6,
  NW: 12,
  MO: 6,
  HR: 1,
  SP: 1,
  IR: 5,
  DV: 1,
  PT: 1,
};

/** Threshold of the profile of 2026 at levels 1 to 5; a dash: no demand. */
const THRESHOLDS: readonly (readonly [control: string, threshold: string, levels: string])[] = [
  ['LG-07', 'keep', '- P1M P3M P6M P12M'],
  ['LG-09', 'review', 'P1Y P1Y P6M P1M P1M'],
  ['AC-02', 'review', 'P1Y P1Y P6M P3M P1M'],
  ['HW-02', 'review', 'P1Y P1Y P1Y P1Y P6M'],
  ['HW-03', 'search', 'P1Y P1Y P6M P3M P1M'],
  ['HW-04', 'scan', '- - - P3M P1M'],
  ['HW-05', 'review', '- - P6M P3M P1M'],
  ['SW-02', 'review', 'P1Y P1Y P1Y P1Y P6M'],
  ['SW-03', 'search', 'P1Y P1Y P1Y P6M P1M'],
  ['SW-04', 'review', '- - P1Y P1Y P6M'],
  ['SW-06', 'review', '- - - P1Y P6M'],
  ['IN-01', 'review', 'P1Y P1Y P6M P3M P1M'],
  ['IN-03', 'layers', '- - 1 2 2'],
  ['IN-05', 'review', '- - - P3M P1M'],
  ['RR-02', 'review', 'P1Y P1Y P1Y P1Y P6M'],
  ['RR-03', 'review', '- - P1Y P6M P6M'],
  ['RR-04', 'review', '- - P1Y P6M P6M'],
  ['VU-01', 'all', 'P1Y P1Y P6M P6M P3M'],
  ['VU-01', 'important', '- - - P3M P1M'],
  ['VU-02', 'every', 'P1M P1M P1M P1M P1M'],
  ['AC-04', 'age', 'P2M P2M P2M P2M P2M'],
  ['AC-04', 'history', '- - 10 10 10'],
  ['AC-06', 'idle', 'P45D P45D P45D P45D P45D'],
  ['CF-05', 'administration', 'PT5M PT5M PT5M PT5M PT5M'],
  ['CF-05', 'userMachine', 'PT15M PT15M PT15M PT15M PT15M'],
  ['CF-05', 'businessApplication', '- PT15M PT15M PT15M PT15M'],
  ['CF-06', 'attemptsDevice', '10 10 10 10 10'],
  ['CF-06', 'attemptsBusinessApplication', '- 5 5 5 5'],
  ['BK-06', 'every', '- - - P6M P3M'],
  ['NW-01', 'review', 'P1Y P1Y P1Y P6M P3M'],
  ['NW-03', 'zones', '- 5 7 - -'],
  ['MO-04', 'every', '- - P6M P3M P1M'],
  ['IR-03', 'first', 'PT24H PT24H PT24H PT24H PT24H'],
  ['IR-03', 'full', 'PT72H PT72H PT72H PT72H PT72H'],
  ['IR-04', 'every', '- - - P1Y P1Y'],
  ['DV-01', 'billOfMaterials', '- - - P3M P1M'],
  ['PT-01', 'every', '- - - P1Y P6M'],
];

/** The level from which on a control is asked; all are asked up to level 5 but the two of the older profile. */
const FIRST_LEVEL: Readonly<Record<number, string>> = {
  2: 'HW-07 CF-02 CF-03 VU-04 LG-03 BK-05 NW-03 NW-04 NW-08',
  3:
    'RR-03 RR-04 HW-05 SW-04 SW-05 IN-03 IN-04 IN-06 IN-07 CF-04 AC-09 VU-03 LG-04 LG-06 LG-08 WM-05 MW-04 MW-05 ' +
    'MW-07 BK-02 BK-03 BK-04 NW-12 MO-01 MO-02 MO-04 MO-05 MO-06 IR-04 DV-01 PT-01',
  4: 'HW-04 SW-06 IN-05 CF-07 CF-08 AC-10 LG-10 LG-11 LG-12 LG-13 LG-14 WM-03 WM-04 MW-06 NW-09 NW-10 MO-03',
};

describe('the catalogue of 2026', () => {
  const { controls } = profile('vn-2026');

  test('has every control of every group, once', () => {
    const expected = Object.entries(GROUPS).flatMap(([group, count]) =>
      Array.from({ length: count }, (_, index) => `${group}-${String(index + 1).padStart(2, '0')}`),
    );
    expect(controls.map(({ id }) => id)).toEqual(expected);
    expect(expected).toHaveLength(118);
  });

  test('has 61 automatic, 31 partial and 26 manual controls', () => {
    expect(Object.groupBy(controls, ({ mode }) => mode)).toMatchObject({
      auto: { length: 61 },
      partial: { length: 31 },
      manual: { length: 26 },
    });
  });

  test('asks each control from its level on', () => {
    const firstOf = (id: string): number =>
      Number(Object.entries(FIRST_LEVEL).find(([, ids]) => ids.split(' ').includes(id))?.[0] ?? 1);
    const levelsOf = (id: string): number[] =>
      ['MW-07', 'NW-12'].includes(id) ? [3] : LEVELS.filter((level) => level >= firstOf(id));
    expect(Object.fromEntries(controls.map(({ id, levels }) => [id, levels]))).toEqual(
      Object.fromEntries(controls.map(({ id }) => [id, levelsOf(id)])),
    );
  });

  test.each(THRESHOLDS)('%s: %s is %s', (id, name, levels) => {
    const values = control('vn-2026', id).thresholds[name];
    expect(LEVELS.map((level) => String(values?.[level] ?? '-')).join(' ')).toBe(levels);
  });

  test('keeps logs as long as retention does', () => {
    for (const name of ['vn-2026', 'vn-2022'] as const)
      for (const level of LEVELS) {
        const { months } = LAW_MONTHS[name][level];
        const keep = control(name, 'LG-07').thresholds['keep']?.[level];
        expect(keep).toBe(months === null ? undefined : `P${months}M`);
      }
  });

  test('marks what it only takes from the older profile', () => {
    const older = controls.filter(
      ({ title, clauses }) =>
        title.vi.includes('hồ sơ cũ') || Object.values(clauses).some((text) => text?.includes('11930')),
    );
    expect(older.map(({ id }) => id)).toEqual(['LG-15', 'MW-07', 'NW-12']);
    expect(older.filter((each) => !isUnconfirmed(each, 'levels'))).toEqual([]);
  });

  test('says both languages, and not the same', () => {
    const texts = controls.flatMap(({ title, requirement, source, remedy, attestation, note }) =>
      [title, requirement, source, remedy, attestation?.documents, note].filter((text) => text !== undefined),
    );
    const isRight = ({ vi, en }: { vi: string; en: string }): boolean =>
      vi !== en && vi === vi.normalize('NFC') && /^[\u0020-\u007e]+$/.test(en);
    expect(texts.filter((text) => !isRight(text))).toEqual([]);
  });
});

describe('the catalogue of 2022', () => {
  const { controls } = profile('vn-2022');

  test('has controls of the one of 2026 only', () => {
    const known = new Set(profile('vn-2026').controls.map(({ id }) => id));
    expect(controls.filter(({ id }) => !known.has(id))).toEqual([]);
    expect(controls).toHaveLength(54);
  });

  test('cites no law of 2026', () => {
    const cited = controls.flatMap(({ clauses }) => Object.values(clauses));
    expect(cited.filter((text) => /14423|33[13]\/2026|116\/2025/.test(text ?? ''))).toEqual([]);
  });

  test('has the zones of circular 12', () => {
    expect(control('vn-2022', 'NW-03').thresholds['zones']).toEqual({ 1: 3, 2: 5, 3: 7, 4: 8, 5: 8 });
  });

  test('marks numbers that nobody has read', () => {
    const keep = control('vn-2022', 'LG-07');
    for (const level of [2, 4, 5]) expect(isUnconfirmed(keep, `thresholds.keep.${level}`)).toBe(true);
    expect(isUnconfirmed(keep, 'thresholds.keep.3')).toBe(false);
    expect(isUnconfirmed(control('vn-2022', 'GV-04'), 'thresholds.every.3')).toBe(true);
  });
});

describe.each(['vn-2026', 'vn-2022'])('%s', (name) => {
  const { controls } = profile(name);

  test('marks what is from memory', () => {
    const unmarked = controls.filter(
      (each) =>
        each.source.vi.includes('trí nhớ') && each.confidence !== 'D' && each.unconfirmed.length === 0,
    );
    expect(unmarked).toEqual([]);
  });

  test('has no evidence of configuration checks that no policy has', () => {
    const linked = new Set<unknown>(
      builtInPolicies().policies.flatMap(({ checks }) => checks.flatMap((check) => check.controls)),
    );
    const asked = controls.flatMap(({ evidence }) => evidence.filter(({ kind }) => kind === 'posture'));
    expect(asked.filter(({ parameters }) => !linked.has(parameters['control']))).toEqual([]);
  });

  test('asks evidence as its kinds understand it', () => {
    const { problems } = linkEvidence(controls, EVIDENCE_KINDS, (id, field) => {
      const place = catalogue.problemOf(name, id, field, '');
      if (place === undefined) throw new Error(`${id} has no place`);
      return place;
    });
    expect(problems.filter(({ kind }) => kind !== 'unknown-kind')).toEqual([]);
  });
});

test('what is looked at has a source of evidence', () => {
  const kinds = profile('vn-2026').controls.flatMap(({ evidence }) => evidence.map(({ kind }) => kind));
  expect(kinds.filter((kind) => !EVIDENCE_KINDS.has(kind))).toEqual([]);
});
