import { expect, test } from 'vitest';
import { longKey, parseRegFile } from '../../../../agent/windows/reg-file.ts';
import { windowsText } from '../../../../agent/windows/windows-text.ts';

const FILE = [
  'Windows Registry Editor Version 5.00',
  '',
  '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Tin học]',
  '@="mặc định"',
  '"Tên"="một \\"dòng\\"',
  'và dòng hai\\\\"',
  '"Số"=dword:0000001f',
  '"Dài"=hex(b):00,00,00,00,01,00,00,00',
  '"Nơi"=hex(2):25,00,41,00,\\',
  '  25,00,00,00',
  '"Nhiều"=hex(7):61,00,00,00,62,00,00,00,00,00',
  '"Byte"=hex:01,ff',
  '',
  '[HKEY_LOCAL_MACHINE\\SOFTWARE\\Tin học\\Con]',
  '',
].join('\r\n');

test('an export is read with all its kinds of values, over lines and with marks inside', () => {
  const { keys, faults } = parseRegFile(FILE);
  expect(faults).toBe(0);
  expect([...keys.keys()]).toEqual([
    'hkey_local_machine\\software\\tin học',
    'hkey_local_machine\\software\\tin học\\con',
  ]);
  const values = [...(keys.get('hkey_local_machine\\software\\tin học')?.values.values() ?? [])];
  expect(values).toEqual([
    { type: 'text', name: '', text: 'mặc định' },
    { type: 'text', name: 'Tên', text: 'một "dòng"\r\nvà dòng hai\\' },
    { type: 'number', name: 'Số', number: 31 },
    { type: 'number', name: 'Dài', number: 2 ** 32 },
    { type: 'text', name: 'Nơi', text: '%A%', isExpanded: true },
    { type: 'texts', name: 'Nhiều', texts: ['a', 'b'] },
    { type: 'bytes', name: 'Byte', bytes: Buffer.from([1, 255]) },
  ]);
});

test('what is damaged is left out and counted, and the rest is read', () => {
  const cut = parseRegFile(
    'Windows Registry Editor Version 5.00\r\n\r\n"no key"=dword:1\r\n[K]\r\nnoise\r\n"a"=dword:zz\r\n"b"=dword:2\r\n"open',
  );
  expect(cut.faults).toBe(4);
  expect([...(cut.keys.get('k')?.values.keys() ?? [])]).toEqual(['b']);
  expect(parseRegFile(FILE, 2).faults).toBe(5);
  expect(parseRegFile('').keys.size).toBe(0);
});

test('texts of Windows are read by their mark', () => {
  expect(windowsText(Buffer.from('\ufeffTên', 'utf16le'))).toBe('Tên');
  expect(windowsText(Buffer.from('\ufeffTên', 'utf16le').swap16())).toBe('Tên');
  expect(windowsText(Buffer.from('\ufeffTên'))).toBe('Tên');
  expect(windowsText(Buffer.from('plain'))).toBe('plain');
  expect(longKey('hklm\\SOFTWARE')).toBe('HKEY_LOCAL_MACHINE\\SOFTWARE');
});
