/** What administrators put in place of doubtful facts: only of those, whole, and never silently. */
import { describe, expect, test } from 'vitest';
import { applyOverrides, builtInCatalogue, controlsAt } from '../../../rules/compliance/index.ts';
import type { ControlOverride, Profile } from '../../../rules/compliance/index.ts';

function profile(name: string): Profile {
  const found = builtInCatalogue().profiles.get(name);
  if (found === undefined) throw new Error(`no profile ${name}`);
  return found;
}
const older = profile('vn-2022');
const newer = profile('vn-2026');

function control(of: Profile, id: string) {
  return of.controls.find((each) => each.id === id);
}

describe('an override', () => {
  test('of a doubtful threshold counts, beside what the product says', () => {
    const override = { control: 'LG-07', field: 'thresholds.keep.2', value: 'P2M' };
    const { profile: made, applied, refused } = applyOverrides(older, [override]);
    expect(control(made, 'LG-07')?.thresholds['keep']).toEqual({ 2: 'P2M', 3: 'P3M', 4: 'P6M', 5: 'P12M' });
    expect(applied).toEqual([{ override, shipped: 'P1M' }]);
    expect(refused).toEqual([]);
    expect(made.digest).not.toBe(older.digest);
    expect(control(older, 'LG-07')?.thresholds['keep']?.[2]).toBe('P1M');
  });

  test('may take a threshold away, and the later one counts', () => {
    const at = { control: 'LG-07', field: 'thresholds.keep.4' };
    const { profile: made, applied } = applyOverrides(older, [
      { ...at, value: 'P9M' },
      { ...at, value: null },
    ]);
    expect(control(made, 'LG-07')?.thresholds['keep']?.[4]).toBeUndefined();
    expect(applied.map(({ shipped }) => shipped)).toEqual(['P6M', 'P6M']);
  });

  test('may say at which levels a control is not asked, or that it is not asked at all', () => {
    const some = { control: 'GV-07', field: 'levels', value: [5, 3, 4] };
    const none = { control: 'NW-12', field: 'levels', value: [] };
    const { profile: made } = applyOverrides(newer, [some, none]);
    expect(control(made, 'GV-07')).toMatchObject({ levels: [3, 4, 5] });
    expect(Object.keys(control(made, 'GV-07')?.clauses ?? {})).toEqual(['3', '4', '5']);
    expect(controlsAt(made, 1).map(({ id }) => id)).not.toContain('GV-07');
    expect(control(made, 'NW-12')).toBeUndefined();
    expect(made.controls).toHaveLength(117);
  });

  test('may put a text or a clause that was read', () => {
    const text = { vi: 'Nội dung đã đọc', en: 'As it was read' };
    const overrides = [
      { control: 'HW-07', field: 'requirement', value: text },
      { control: 'AC-05', field: 'clauses.2', value: 'TCVN 11930:2017 6.2.2.1 a' },
    ];
    const { profile: made, refused } = applyOverrides(older, overrides);
    expect(refused).toEqual([]);
    expect(control(made, 'HW-07')?.requirement).toEqual(text);
    expect(control(made, 'AC-05')?.clauses[2]).toBe('TCVN 11930:2017 6.2.2.1 a');
  });

  test('without any the profile is the same one', () => {
    expect(applyOverrides(newer, []).profile).toBe(newer);
  });

  test.each<[string, ControlOverride, RegExp]>([
    ['a fact that was read', { control: 'LG-07', field: 'thresholds.keep.3', value: 'P2M' }, /not marked/],
    ['a control that there is not', { control: 'XX-01', field: 'levels', value: [] }, /no control XX-01/],
    [
      'a threshold that is no duration',
      { control: 'LG-07', field: 'thresholds.keep.2', value: 'P2X' },
      /thresholds\.keep\.2/,
    ],
    [
      'a threshold that there is not',
      { control: 'GV-04', field: 'thresholds.kept.3', value: 'P2M' },
      /no threshold kept/,
    ],
    [
      'a threshold of an unasked level',
      { control: 'GV-04', field: 'thresholds.every.9', value: 'P2M' },
      /cannot be overridden/,
    ],
    ['an id', { control: 'GV-04', field: 'id', value: 'GV-05' }, /cannot be overridden/],
    ['evidence', { control: 'GV-04', field: 'evidence', value: [] }, /cannot be overridden/],
    ['a text of one language', { control: 'HW-07', field: 'requirement', value: 'x' }, /takes \{ vi, en \}/],
    [
      'a level that the catalogue has no clause of',
      { control: 'MW-07', field: 'levels', value: [3, 4] },
      /not marked|some of 3/,
    ],
    ['an inherited field', { control: 'GV-04', field: '__proto__', value: {} }, /cannot be overridden/],
  ])('of %s has no effect, and says why', (_, override, why) => {
    const { profile: made, applied, refused } = applyOverrides(older, [override]);
    expect(made).toBe(older);
    expect(applied).toEqual([]);
    expect(refused[0]?.why).toMatch(why);
  });
});
