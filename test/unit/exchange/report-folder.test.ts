/** Reports that are carried to the centre: what was written is known again, and what was changed is told. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { messagesIn } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { listReports, putReport } from '../../../collector/exchange/report-folder.ts';

const NOW = Date.UTC(2026, 10, 26, 8);
let folder: string;
beforeEach(() => {
  folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-reports-')), 'out');
});
afterEach(() => fs.rmSync(path.dirname(folder), { recursive: true, force: true }));

async function vonggac(...operands: string[]) {
  const lines: string[] = [];
  const keep = (line: string): void => void lines.push(line);
  const code = await runProgram(['exchange', ...operands], {
    m: messagesIn('en'),
    language: 'en',
    env: { VONGGAC_DATA: '/nowhere/at/all' },
    version: '1.2.3',
    print: keep,
    complain: keep,
  });
  return { code, text: lines.join('\n') };
}

it('are hashed as sha256sum checks it, and nothing else lies beside them', async () => {
  const first = await putReport(folder, '<a></a>', NOW);
  await putReport(folder, '<b></b>', NOW);
  expect(path.basename(first)).toMatch(/^avreport-20261126T080000Z-[0-9a-f]{8}\.xml$/);
  expect(fs.readdirSync(folder).length).toBe(3);
  execFileSync('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], { cwd: folder });
  expect((await vonggac('list', folder)).code).toBe(0);
});

it('are never overwritten', async () => {
  await putReport(folder, '<a></a>', NOW);
  await expect(putReport(folder, '<a></a>', NOW)).rejects.toThrow('EEXIST');
});

it('that were changed or are missing are told', async () => {
  const [first, second] = [await putReport(folder, '<a></a>', NOW), await putReport(folder, '<b></b>', NOW)];
  fs.appendFileSync(first, ' ');
  fs.rmSync(second);
  expect((await listReports(folder)).map(({ state }) => state)).toEqual(['changed', 'missing']);
  const told = await vonggac('list', folder);
  expect([told.code, told.text]).toEqual([1, expect.stringContaining('CHANGED')]);
});

it('at fault are told with line and path', async () => {
  const file = await putReport(folder, '<?xml version="1.0"?>\n<html>\n<x></x></html>', NOW);
  const told = await vonggac('validate', file);
  expect([told.code, told.text]).toEqual([1, 'line 2 html: a document of no variant: html\n1 faults']);
});

it('need settings that say who sends', async () => {
  const settings = path.join(path.dirname(folder), 'settings.json');
  fs.writeFileSync(
    settings,
    JSON.stringify({ variant: 'soap-2026', organisation: { id: 'H01', name: 'x' } }),
  );
  const refused = await vonggac('make', '--settings', settings);
  expect([refused.code, refused.text]).toEqual([2, expect.stringContaining('organisation.id')]);
});
