import { expect, test } from 'vitest';
import type { IntegrityRecord } from '../../../collector/protocol/record.ts';
import { newEvent } from '../../../collector/normalize/draft.ts';
import type { NormalEvent } from '../../../collector/normalize/event.ts';
import { readIntegrity } from '../../../collector/normalize/integrity.ts';

const RUN = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run';

function read(record: Partial<IntegrityRecord>): NormalEvent {
  const event = newEvent(0, '');
  readIntegrity(event, { kind: 'integrity', at: 0, change: 'created', path: `${RUN}\\Updater`, ...record });
  return event;
}

const field = (event: NormalEvent, name: string): unknown => event.fields.get(name);

test('a new value is what Sysmon calls SetValue, with its data', () => {
  const event = read({ detail: { registryType: 'REG_SZ', registryData: 'C:\\u.exe' } });
  expect(event.logsources).toContainEqual({ product: 'windows', category: 'registry_set' });
  expect(
    ['TargetObject', 'EventType', 'Details', 'registry.key', 'registry.value'].map((name) =>
      field(event, name),
    ),
  ).toEqual([`${RUN}\\Updater`, 'SetValue', 'C:\\u.exe', RUN.slice('HKLM\\'.length), 'Updater']);
  expect(event.columns.event_action).toBe('registry_value_created');
  expect(event.message).toBe(`${RUN}\\Updater was created: C:\\u.exe`);
});

test.each([
  ['REG_DWORD', '1', 'DWORD (0x00000001)'],
  ['REG_QWORD', '4294967296', 'QWORD (0x00000001-0x00000000)'],
  ['REG_BINARY', '00ff', 'Binary Data'],
  ['REG_MULTI_SZ', 'a\nb', 'a;b'],
  ['REG_SZ', '', '(Empty)'],
])('%s %s is written %s', (registryType, registryData, details) => {
  expect(field(read({ detail: { registryType, registryData } }), 'Details')).toBe(details);
});

test('keys and what is deleted have sources of their own', () => {
  const key = read({
    path: 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\Evil',
    detail: { registryType: 'key', registryData: '' },
  });
  expect(key.logsources).toContainEqual({ product: 'windows', category: 'registry_add' });
  expect(field(key, 'EventType')).toBe('CreateKey');
  expect(field(key, 'registry.value')).toBeUndefined();
  const gone = read({
    change: 'deleted',
    detail: { registryType: 'REG_SZ', previousType: 'REG_SZ', previousData: 'x' },
  });
  expect(gone.logsources).toContainEqual({ product: 'windows', category: 'registry_delete' });
  expect(field(gone, 'EventType')).toBe('DeleteValue');
  expect(field(gone, 'registry.previous.data.strings')).toEqual(['x']);
});

test('a file of such a name is a file', () => {
  expect(read({ path: 'C:\\HKLM\\x' }).columns.file_path).toBe('C:\\HKLM\\x');
});
