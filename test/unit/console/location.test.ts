import { describe, expect, test } from 'vitest';
import { alertPath, href, parsePath } from '../../../dashboards/console/src/router/location.ts';

describe('addresses', () => {
  test.each([
    ['/', { name: 'alerts', alertId: null }],
    ['/alerts', { name: 'alerts', alertId: null }],
    ['/alerts/a%2Fb', { name: 'alerts', alertId: 'a/b' }],
    ['/alerts/%E0%A4%A', { name: 'alerts', alertId: '%E0%A4%A' }],
    ['/events/', { name: 'events' }],
    ['/agents', { name: 'agents' }],
    ['/rules', { name: 'rules' }],
    ['/password', { name: 'password' }],
    ['/rules/x', { name: 'not-found' }],
    ['/alerts/a/b', { name: 'not-found' }],
    ['/constructor', { name: 'not-found' }],
  ])('%s', (path, page) => {
    expect(parsePath(path)).toEqual(page);
  });

  test('an alert has an address that leads back to it', () => {
    for (const id of ['a', 'a/b?c#d', 'Nguyễn', '%41']) {
      expect(parsePath(alertPath(id))).toEqual({ name: 'alerts', alertId: id });
    }
  });

  test('empty values leave no trace', () => {
    expect(href('/x', { a: '', b: [], c: null, d: undefined })).toBe('/x');
    expect(href('/x', { a: ['1', '2'], b: 'c d' })).toBe('/x?a=1%2C2&b=c+d');
  });
});
