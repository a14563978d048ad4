import { expect, test } from 'vitest';
import { entityOf, titleOf } from '../../../dashboards/console/src/alerts/labels.ts';
import { alertOf } from './alert-fixture.ts';

test('the entity names the host only when nothing else is known or the host is another one', () => {
  const hostname = 'pc-1';
  expect(entityOf(alertOf({ hostname, entity: { 'host.name': 'pc-1', 'file.path': '/etc/passwd' } }))).toBe(
    '/etc/passwd',
  );
  expect(entityOf(alertOf({ hostname, entity: { 'host.name': 'pc-1' } }))).toBe('pc-1');
  expect(entityOf(alertOf({ hostname, entity: { 'host.name': 'pc-2', 'user.name': 'hoa' } }))).toBe(
    'pc-2 · hoa',
  );
});

test('the title is in the language of the person where the rule has it', () => {
  expect(titleOf({ title: 'SSH', titleVi: 'Dò SSH' }, 'vi')).toBe('Dò SSH');
  expect(titleOf({ title: 'SSH', titleVi: 'Dò SSH' }, 'en')).toBe('SSH');
  expect(titleOf({ title: 'SSH', titleVi: null }, 'vi')).toBe('SSH');
});
