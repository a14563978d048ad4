/** Changes of watched files: their cause, their groups, their differences; inventories as rows. */
import { describe, expect, test } from 'vitest';
import type { ApiEvent } from '../../../dashboards/console/src/api/types.ts';
import {
  differences,
  factColumns,
  searchItems,
} from '../../../dashboards/console/src/hosts/inventory-rows.ts';
import {
  changeOf,
  differenceLines,
  groupChanges,
  searchChanges,
} from '../../../dashboards/console/src/integrity/integrity-change.ts';

const eventOf = (fields: Readonly<Record<string, unknown>>, change: Partial<ApiEvent> = {}): ApiEvent => ({
  id: 'e',
  time: '2026-11-26T03:00:00.000Z',
  receivedAt: '2026-11-26T03:00:01.000Z',
  agentId: 'a',
  hostname: 'web-1',
  channel: 'integrity',
  origin: '/etc',
  message: '',
  fields,
  ruleIds: [],
  ...change,
});
const causeOf = (fields: Readonly<Record<string, unknown>>) =>
  changeOf(eventOf({ 'event.action': 'file_modified', ...fields })).cause;

describe('the cause of a change', () => {
  test.each([
    [{}, 'unknown'],
    [{ 'integrity.package': 'openssl 3.0' }, 'package'],
    [{ 'user.audit.name': 'an', 'user.name': 'root' }, 'person'],
    [{ 'user.audit.name': 'unset', 'user.name': 'root' }, 'unknown'],
    [{ 'integrity.package': 'openssl 3.0', 'user.audit.name': 'an' }, 'package'],
    [{ 'event.action': 'integrity_reconciled' }, 'maintenance'],
    [{ 'event.action': 'decoy_touched', 'user.audit.name': 'an' }, 'tripwire'],
    [{ 'event.action': 'integrity_baseline_tampered' }, 'baseline'],
  ])('%j is %s', (fields, cause) => {
    expect(causeOf(fields)).toBe(cause);
  });
});

describe('changes', () => {
  const changes = [
    changeOf(eventOf({ 'event.action': 'file_created', 'file.path': '/etc/a', 'file.directory': '/etc' })),
    changeOf(
      eventOf(
        {
          'event.action': 'file_deleted',
          'file.path': '/srv/Hồ sơ',
          'file.directory': '/srv',
          'user.name': 'an',
        },
        { agentId: 'b', hostname: 'web-2' },
      ),
    ),
  ];
  const known = { agencyOf: (id: string) => `agency ${id}`, dayOf: (iso: string) => iso.slice(0, 10) };

  test('are grouped, the unknown before the explained', () => {
    const keys = (by: Parameters<typeof groupChanges>[1]) =>
      groupChanges(changes, by, known).map(({ key }) => key);
    expect(keys('cause')).toEqual(['unknown', 'person']);
    expect(keys('agency')).toEqual(['agency a', 'agency b']);
    expect(keys('path')).toEqual(['/etc', '/srv']);
    expect(keys('day')).toEqual(['2026-11-26']);
  });

  test('are searched without accents', () => {
    expect(searchChanges(changes, 'ho so').map(({ path }) => path)).toEqual(['/srv/Hồ sơ']);
  });

  test('show their differences line by line, and no more than asked', () => {
    expect(differenceLines('@@ -1 +1 @@\n-a\n+b\n c\n', 10)).toEqual([
      { kind: 'place', text: '@@ -1 +1 @@' },
      { kind: 'removed', text: 'a' },
      { kind: 'added', text: 'b' },
      { kind: 'same', text: 'c' },
    ]);
    expect(differenceLines('+a\n'.repeat(1_000), 5)).toHaveLength(5);
  });
});

describe('an inventory', () => {
  const items = [
    { category: 'package', key: 'openssl', facts: { name: 'openssl', version: '3.0', manager: 'dpkg' } },
    { category: 'package', key: 'curl', facts: { name: 'curl', version: '8.1' } },
  ];

  test('has columns for the facts that most items have', () => {
    expect(factColumns(items, 2)).toEqual(['version', 'manager']);
  });

  test('is searched in keys and facts', () => {
    expect(searchItems(items, 'DPKG').map(({ key }) => key)).toEqual(['openssl']);
    expect(searchItems(items, '')).toHaveLength(2);
  });

  test('says what differs', () => {
    expect(differences(['version'], { version: '1' }, { version: '2', port: 3 })).toEqual([
      { name: 'version', before: '1', after: '2' },
    ]);
  });
});
