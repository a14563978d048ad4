import { expect, test } from 'vitest';
import { globMatcher, isGlob, scanGlob } from '../../../agent/path-glob.ts';

test('on Windows parentheses and backslashes are of names, and case is one', () => {
  const matches = globMatcher('C:\\Program Files (x86)\\App\\*.log', false, 'win32');
  expect(matches('C:\\Program Files (x86)\\App\\a.log')).toBe(true);
  expect(matches('c:\\program files (X86)\\app\\A.LOG')).toBe(true);
  expect(matches('C:\\Program Files (x86)\\App\\sub\\a.log')).toBe(false);
  expect(matches('C:\\Program Files x86\\App\\a.log')).toBe(false);
});

test('what has no wildcard is no glob', () => {
  expect(isGlob('C:\\Program Files (x86)\\App\\a.log', 'win32')).toBe(false);
  expect(isGlob('Program Files (x86)', 'win32')).toBe(false);
  expect(isGlob('C:\\Users\\*\\Desktop', 'win32')).toBe(true);
  expect(isGlob('C:\\Logs\\@(a|b).log', 'win32')).toBe(true);
  expect(isGlob('/var/log/*.log', 'linux')).toBe(true);
});

test('the folder it begins in is one of the system', () => {
  expect(scanGlob('C:\\Program Files (x86)\\App\\*\\*.log', 'win32')).toEqual({
    base: 'C:\\Program Files (x86)\\App',
    levels: 1,
  });
  expect(scanGlob('C:\\Logs\\**\\*.log', 'win32')).toEqual({ base: 'C:\\Logs', levels: undefined });
  expect(scanGlob('/var/log/*.log', 'linux')).toEqual({ base: '/var/log', levels: 0 });
});
