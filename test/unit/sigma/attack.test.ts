/** The table of ATT&CK: complete, of one piece, and what the project's own rules say fits it. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allTechniques, successorOf, TACTICS, tacticsOfTechnique } from '../../../rules/sigma/attack.ts';
import { lint, parseRules } from '../../../rules/sigma/index.ts';

test('has as many techniques as ATT&CK 19.2, each below a known tactic', () => {
  const all = allTechniques();
  expect(all.filter((id) => !id.includes('.'))).toHaveLength(222);
  expect(all.filter((id) => id.includes('.'))).toHaveLength(475);
  expect(new Set(all).size).toBe(697);
  const known: readonly string[] = TACTICS;
  for (const id of all) {
    const tactics = tacticsOfTechnique(id) ?? [];
    expect({
      id,
      ofNone: tactics.length === 0,
      unknown: tactics.filter((tactic) => !known.includes(tactic)),
    }).toEqual({
      id,
      ofNone: false,
      unknown: [],
    });
  }
});

test.each([
  ['T1078', ['initial-access', 'persistence', 'privilege-escalation', 'stealth']],
  ['T1053.005', ['execution', 'persistence', 'privilege-escalation']],
  ['T1548.003', ['privilege-escalation']],
  ['T1685.006', ['defense-impairment']],
  ['T1562.001', ['defense-impairment']],
  ['T1086', ['execution']],
  ['T1999', undefined],
])('%s belongs to %j', (id, want) => {
  expect(tacticsOfTechnique(id)).toEqual(want);
});

test('what was revoked is gone, and what it became is there', () => {
  const all = new Set(allTechniques());
  for (const former of ['T1562', 'T1562.004', 'T1070.001', 'T1086', 'T1574.002']) {
    expect({ former, known: all.has(former) }).toEqual({ former, known: false });
    expect({ former, now: all.has(successorOf(former) ?? '') }).toEqual({ former, now: true });
  }
  expect(successorOf('T1685')).toBeUndefined();
});

test('the rules that come along name techniques of this version, each with a fitting tactic', async () => {
  const root = 'rules/detections';
  const files = (await readdir(root, { recursive: true })).filter(
    (file) => file.endsWith('.yml') && !file.endsWith('.test.yml'),
  );
  expect(files.length).toBeGreaterThan(50);
  const found = [];
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8');
    const codes = lint([parseRules(text, { source: file })]).map(({ code }) => code);
    found.push(
      ...codes.filter((code) => /^(?:technique|tactic)-/.test(code)).map((code) => `${file}: ${code}`),
    );
  }
  expect(found).toEqual([]);
});
