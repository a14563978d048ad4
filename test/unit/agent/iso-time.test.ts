import fs from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoDay, isoTime } from '../../../agent/iso-time.ts';

const AGENT = path.resolve(import.meta.dirname, '../../../agent');

test('a moment is written as the language writes it, in years of four digits and beyond', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.date({ noInvalidDate: true }),
        fc.integer().map((ms) => new Date(ms)),
      ),
      (date) => {
        expect(isoTime(date.getTime())).toBe(date.toISOString());
        expect(isoDay(date.getTime())).toBe(date.toISOString().replace(/T.*$/, ''));
      },
    ),
  );
});

test('what is no moment is refused', () => {
  expect(() => isoTime(NaN)).toThrow(RangeError);
  expect(() => isoDay(8.64e15 + 1)).toThrow(RangeError);
});

test('nothing of the agent has the runtime write a moment', () => {
  const files = fs.readdirSync(AGENT, { recursive: true, encoding: 'utf8' });
  const asking = files
    .filter((file) => file.endsWith('.ts') && file !== 'iso-time.ts')
    .filter((file) => /toISOString|stdTimeFunctions/.test(fs.readFileSync(path.join(AGENT, file), 'utf8')));
  expect(asking).toEqual([]);
});
