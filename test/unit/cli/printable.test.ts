import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { printable as agentPrintable } from '../../../agent/printable.ts';
import { en } from '../../../collector/cli/messages/en.ts';
import { printable, printableLines } from '../../../collector/cli/printable.ts';
import { runProgram } from '../../../collector/cli/program.ts';

// Clears the screen; writes the rest backwards; a command in one 8-bit character; ends a line.
const HOSTILE = 'a\u001b[2Jb\u202ec\u009b2Jd\re';

test('no text of others reaches a terminal with control characters', () => {
  expect(printable(`${HOSTILE}\n`)).toBe('a\ufffd[2Jb\ufffdc\ufffd2Jd\ufffde\ufffd');
  for (const lines of [printableLines, agentPrintable])
    expect(lines(`${HOSTILE}\n\tTiếng Việt 😀`)).toBe('a\ufffd[2Jb\ufffdc\ufffd2Jd\ufffde\n\tTiếng Việt 😀');
});

test('why a rule was rejected is told without the control characters of the rule', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vonggac-printable-'));
  const complaints: string[] = [];
  try {
    const rule = path.join(folder, 'rule.yml');
    writeFileSync(
      rule,
      'title: t\nlogsource: {product: p}\ndetection:\n  s: {"f|\\e[2Jx": 1}\n  condition: s\n',
    );
    const events = path.join(folder, 'events.ndjson');
    writeFileSync(events, '{}\n');
    await runProgram(['sigma', 'match', '--route', 'off', '--rules', rule, '--events', events], {
      m: en,
      language: 'en',
      env: {},
      version: '0',
      print: () => undefined,
      complain: (line) => complaints.push(line),
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(complaints.join('\n')).toContain('[2Jx');
  expect(complaints.join('\n')).not.toContain('\u001b');
});
