/** The form of a split and the plan that it makes: what the collector takes. */
import { describe, expect, test } from 'vitest';
import { changePlanSchema } from '../../../collector/agency/change-plan.ts';
import {
  give,
  keyOf,
  splitForm,
  splitPlan,
  withoutPart,
  withPart,
  type SplitForm,
} from '../../../dashboards/console/src/administration/agencies/split-form.ts';

const two = (): SplitForm => {
  const form = withPart(splitForm('2027-01-01', 'department'), 'unit');
  const [first, second] = form.parts;
  if (first === undefined || second === undefined) throw new Error('no parts');
  return {
    ...form,
    reason: ' QĐ 45/QĐ-UBND ',
    parts: [
      { ...first, name: ' Sở Khoa học ', hostnames: 'kh-*, kh-??  may-01' },
      { ...second, agencyId: '12' },
    ],
    given: {
      ...give({}, [keyOf('host', 'a1'), keyOf('host', 'a2'), keyOf('system', 4)], '1'),
      [keyOf('agency', 21)]: '2',
      [keyOf('person', 'chi')]: '2',
    },
  };
};

describe('a split', () => {
  test('is a plan that the collector takes', () => {
    const plan = splitPlan(9, { ...two(), rest: '2', history: '1' });
    expect(changePlanSchema.parse(plan)).toEqual({
      kind: 'split',
      on: '2027-01-01',
      source: 9,
      reason: 'QĐ 45/QĐ-UBND',
      rest: 1,
      history: 0,
      parts: [
        {
          into: { name: 'Sở Khoa học', shortName: '', kind: 'department' },
          takes: {
            hosts: { hostnames: ['kh-*', 'kh-??', 'may-01'] },
            agentIds: ['a1', 'a2'],
            systemIds: [4],
          },
        },
        { into: { agencyId: 12 }, takes: { agencyIds: [21], usernames: ['chi'] } },
      ],
    });
  });

  test('is none while a name, the day or the reason is missing', () => {
    const form = two();
    const [first, second] = form.parts;
    if (first === undefined || second === undefined) throw new Error('no parts');
    expect(splitPlan(9, { ...form, reason: ' ' })).toBeNull();
    expect(splitPlan(9, { ...form, on: '' })).toBeNull();
    expect(splitPlan(9, { ...form, parts: [{ ...first, name: ' ' }, second] })).toBeNull();
  });

  test('that stays has nobody who sees what it left, since it goes on', () => {
    expect(splitPlan(9, { ...two(), rest: 'stays', history: '1' })).toMatchObject({
      rest: 'stays',
      history: null,
    });
  });

  test('gives what a dropped part had to the rest', () => {
    const form = withoutPart({ ...two(), rest: '1', history: '1' }, '1');
    expect(form.given).toEqual({ [keyOf('agency', 21)]: '2', [keyOf('person', 'chi')]: '2' });
    expect([form.rest, form.history]).toEqual(['stays', '']);
    // A new part has a key of its own, so it does not take over what another had.
    expect(withPart(form, 'unit').parts.map(({ key }) => key)).toEqual(['2', '3']);
  });
});
