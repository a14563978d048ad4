/** Which files a field of the console takes. */
import { expect, it } from 'vitest';
import { endingsOf, faultOfFile } from '../../../dashboards/console/src/ui/file-check.ts';

const rule = { accept: '.csv,text/csv,.XLSX', bytesMax: 100 };
const file = (name: string, size = 10, type = '') => ({ name, size, type });

it.each([
  [file('a.csv'), null],
  [file('A.CSV'), null],
  [file('máy tính.xlsx', 100), null],
  [file('export', 1, 'text/csv'), null],
  [file('a.csv.exe'), 'type'],
  [file('a.pdf', 1, 'application/pdf'), 'type'],
  [file('a.csv', 101), 'large'],
  [file('a.csv', 0), 'empty'],
])('says of %o: %s', (chosen, fault) => {
  expect(faultOfFile(chosen, rule)).toBe(fault);
});

it('takes any where nothing is said, and names the endings that people know', () => {
  expect(faultOfFile(file('x.bin'), { accept: '', bytesMax: 10 })).toBeNull();
  expect(endingsOf(rule.accept)).toEqual(['.csv', '.XLSX']);
});
