/** The list of groups as it is typed, and claims as they are pasted. */
import { describe, expect, test } from 'vitest';
import {
  claimsOf,
  groupsOf,
  moved,
  rowsOf,
  twins,
  withRow,
} from '../../../dashboards/console/src/administration/groups/group-form.ts';

const list = [
  { name: 'admins', role: 'administrator' as const, agencyId: 1 },
  { name: 'soc', role: 'analyst' as const, agencyId: 1 },
];

describe('groups', () => {
  test('are the list again, in the order of the rows', () => {
    const rows = rowsOf(list);
    expect(groupsOf(rows)).toEqual(list);
    expect(groupsOf(moved(rows, 'g1', -1))).toEqual(list.toReversed());
    expect(moved(rows, 'g0', -1)).toBe(rows);
    expect(moved(rows, 'g1', 1)).toBe(rows);
  });

  test('are no list while a row is not filled in, or a name stands twice', () => {
    const rows = withRow(rowsOf(list));
    expect(rows.at(-1)?.key).toBe('g2');
    expect(groupsOf(rows)).toBeNull();
    const same = rows.map((row) => ({ ...row, name: ' soc ', role: 'analyst' as const, agencyId: '1' }));
    expect([...twins(same)]).toEqual(['soc']);
    expect(groupsOf(same)).toBeNull();
  });
});

describe('claims', () => {
  test('are an object of JSON; a whole token is not sent anywhere', () => {
    expect(claimsOf('{"sub":"an","groups":["soc"]}')).toEqual({
      ok: true,
      claims: { sub: 'an', groups: ['soc'] },
    });
    expect(claimsOf('sub: an')).toEqual({ ok: false, why: 'not-json' });
    expect(claimsOf('["soc"]')).toEqual({ ok: false, why: 'not-object' });
    expect(claimsOf(' eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbiJ9.c2lnbmF0dXJl\n')).toEqual({
      ok: false,
      why: 'token',
    });
  });
});
