import { expect, test } from 'vitest';
import { groupKey } from '../../../collector/alert/detection.ts';
import { entityOf } from '../../../collector/alert/entity.ts';

test.each<
  [string, string[], Record<string, never> | Record<string, string | number | null | string[]>, object]
>([
  [
    'the fields the rule names',
    ['source.ip', 'user.name'],
    { 'source.ip': '203.0.113.9', 'user.name': 'root', other: 'x' },
    { 'source.ip': '203.0.113.9', 'user.name': 'root' },
  ],
  [
    'those of them that have a value',
    ['source.ip', 'user.name'],
    { 'source.ip': '', 'user.name': 'root' },
    { 'user.name': 'root' },
  ],
  ['the host when none has', ['source.ip'], { 'source.ip': null }, { 'host.name': 'srv-01' }],
  ['the host when the rule names nothing', [], { a: '1' }, { 'host.name': 'srv-01' }],
  [
    'the host the agent runs on, whatever a log line claims',
    ['host.name'],
    { 'host.name': 'forged' },
    { 'host.name': 'srv-01' },
  ],
  ['numbers and lists as text', ['port', 'ips'], { port: 22, ips: ['a', 'b'] }, { port: '22', ips: 'a, b' }],
])('an alert is about %s', (_, names, fields, entity) => {
  expect(entityOf(names, fields, 'srv-01')).toEqual(entity);
});

test('a field named like a property of every object is only a field', () => {
  expect(entityOf(['constructor', '__proto__'], {}, 'srv-01')).toEqual({ 'host.name': 'srv-01' });
});

test('a hostile value is cut', () => {
  const entity = entityOf(['user.name'], { 'user.name': 'x'.repeat(100_000) }, 'srv-01');
  expect(entity['user.name']?.length).toBe(512);
});

test('the group does not depend on the order of fields, and its parts cannot run into each other', () => {
  expect(groupKey('r', { a: '1', b: '2' }, 1)).toBe(groupKey('r', { b: '2', a: '1' }, 1));
  expect(groupKey('r', { a: '1b', c: '2' }, 1)).not.toBe(groupKey('r', { a: '1', bc: '2' }, 1));
  expect(groupKey('r1', { a: '1' }, 1)).not.toBe(groupKey('r2', { a: '1' }, 1));
  expect(groupKey('r', { a: '1' }, 1)).not.toBe(groupKey('r', { a: '1' }, 2));
});
