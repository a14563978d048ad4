/** What the rooms of administration and of one's own account work out by themselves. */
import { describe, expect, test } from 'vitest';
import { PERMISSIONS } from '../../../collector/api/permissions.ts';
import {
  findAgencies,
  pathTo,
  sumsBelow,
  treeRows,
  withBelow,
} from '../../../dashboards/console/src/administration/agencies/agency-tree.ts';
import { permissionGroups } from '../../../dashboards/console/src/administration/people/permission-words.ts';
import { endOfDay, findPeople } from '../../../dashboards/console/src/administration/people/find-people.ts';
import { clientName } from '../../../dashboards/console/src/account/client-name.ts';

const agency = (id: number, name: string, parentId: number | null) => ({
  id,
  name,
  shortName: '',
  kind: 'department' as const,
  parentId,
  beganOn: null,
  endedOn: null,
  version: 1,
});
const tree = [
  agency(1, 'Tỉnh', null),
  agency(2, 'Sở Y tế', 1),
  agency(3, 'Sở Tài chính', 1),
  agency(4, 'Bệnh viện', 2),
];

describe('the agency tree', () => {
  test('has children below their parent, by name, and leaves out what is folded', () => {
    const shown = (closed: readonly number[]) =>
      treeRows(tree, new Set(closed), 'vi').map(({ agency: { id }, depth, children }) => [
        id,
        depth,
        children,
      ]);
    expect(shown([])).toEqual([
      [1, 0, 2],
      [3, 1, 0],
      [2, 1, 1],
      [4, 2, 0],
    ]);
    expect(shown([2]).map(([id]) => id)).toEqual([1, 3, 2]);
  });

  test('begins with whose parent is out of sight', () => {
    expect(treeRows(tree.slice(1), new Set(), 'vi').map(({ depth }) => depth)).toEqual([0, 0, 1]);
  });

  test('is searched by words without marks', () => {
    expect(findAgencies(tree, 'te so').map(({ id }) => id)).toEqual([2]);
    expect(pathTo(tree, 4)).toEqual(['Tỉnh', 'Sở Y tế']);
  });

  test('counts what lies below, also for an agency that is not in it', () => {
    const own = new Map([
      [4, 3],
      [1, 1],
      [99, 5],
    ]);
    expect(Object.fromEntries(sumsBelow(tree, own))).toEqual({ 1: 4, 2: 3, 4: 3, 99: 5 });
    expect([...withBelow(tree, 2)]).toEqual([2, 4]);
  });
});

describe('people', () => {
  test('are found by words without marks and by state', () => {
    const person = (username: string, displayName: string | null, state: 'active' | 'disabled') => ({
      username,
      displayName,
      email: null,
      role: 'analyst' as const,
      agencyId: 1,
      state,
      hasSecondFactor: false,
      external: null,
      createdAt: '2026-01-01T00:00:00Z',
      lastLoginAt: null,
      endsAt: null,
    });
    const people = [person('an', 'Nguyễn An', 'active'), person('binh', null, 'disabled')];
    const found = (text: string, state = '') =>
      findPeople(people, { text, state, role: '', agency: '' }).map(({ username }) => username);
    expect(found('nguyen')).toEqual(['an']);
    expect(found('', 'disabled')).toEqual(['binh']);
  });

  test('end with the last second of their day in Vietnam', () => {
    expect(Date.parse(endOfDay('2026-12-31') ?? '')).toBe(Date.parse('2026-12-31T16:59:59Z'));
    expect(endOfDay('')).toBeUndefined();
  });

  test('every permission is said in exactly one group', () => {
    expect(permissionGroups.flatMap(({ has }) => has).toSorted()).toEqual([...PERMISSIONS].toSorted());
  });
});

describe("one's own account", () => {
  test('names browsers and systems', () => {
    const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0';
    expect(clientName(firefox)).toEqual({ browser: 'Firefox', system: 'Windows' });
    const edge =
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0';
    expect(clientName(edge)).toEqual({ browser: 'Edge', system: 'macOS' });
    expect(clientName(null)).toEqual({ browser: undefined, system: undefined });
  });
});
