import { describe, expect, test } from 'vitest';
import { alertPath, href, matchPath, pathOf } from '../../../dashboards/console/src/router/location.ts';

describe('addresses', () => {
  test.each([
    ['/alerts/:alertId?', '/alerts', {}],
    ['/alerts/:alertId?', '/alerts/', {}],
    ['/alerts/:alertId?', '/alerts/a%2Fb', { alertId: 'a/b' }],
    ['/alerts/:alertId?', '/alerts/%E0%A4%A', { alertId: '%E0%A4%A' }],
    ['/alerts/:alertId?', '/alerts/a/b', null],
    ['/events', '/events/', {}],
    ['/events', '/events/x', null],
    ['/events', '/', null],
    ['/hosts/:hostId/:part?', '/hosts/7', { hostId: '7' }],
    ['/hosts/:hostId/:part?', '/hosts/7/changes', { hostId: '7', part: 'changes' }],
    ['/hosts/:hostId/:part?', '/hosts', null],
    ['/rules', '/constructor', null],
  ])('%s takes %s', (pattern, path, params) => {
    expect(matchPath(pattern, path)).toEqual(params);
  });

  test('an alert has an address that leads back to it', () => {
    for (const id of ['a', 'a/b?c#d', 'Nguyễn', '%41']) {
      expect(matchPath('/alerts/:alertId?', alertPath(id))).toEqual({ alertId: id });
      expect(matchPath('/cases/:id/:part', pathOf('cases', id, id))).toEqual({ id, part: id });
    }
  });

  test('empty values leave no trace', () => {
    expect(href('/x', { a: '', b: [], c: null, d: undefined })).toBe('/x');
    expect(href('/x', { a: ['1', '2'], b: 'c d' })).toBe('/x?a=1%2C2&b=c+d');
  });
});
