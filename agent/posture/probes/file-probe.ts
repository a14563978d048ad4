/** `file`: whether files are there, and whether lines of theirs match. */
import type { z } from 'zod';
import { compilePattern } from '#protocol/linear-pattern.ts';
import type { fileTestSchema } from '#protocol/posture-tests.ts';
import { listed, type Finding } from '../finding.ts';
import { toLines, type HostView } from '../host-view.ts';

type FileTest = z.infer<typeof fileTestSchema>;

const WORLD_READABLE = 0o004;

export async function probeFile(test: FileTest, view: HostView): Promise<Finding> {
  const found = await view.expand(test.paths);
  const where = test.paths.join(', ');
  if (test.exists !== undefined) {
    const ok = found.length > 0 === test.exists;
    const expected = test.exists ? `${where}: exists` : `${where}: absent`;
    if (!ok || (test.matches === undefined && test.lacks === undefined))
      return { ok, observed: found.length > 0 ? listed(found) : `${where}: absent`, expected };
  }
  if (found.length === 0) {
    const ok = (test.absent ?? (test.matches === undefined ? 'pass' : 'fail')) === 'pass';
    return { ok, observed: `${where}: absent`, expected: describe(test, where) };
  }
  const matching: string[] = [];
  const lacking: string[] = [];
  const matches = test.matches === undefined ? undefined : compilePattern(test.matches);
  const lacks = test.lacks === undefined ? undefined : compilePattern(test.lacks);
  for (const file of found) {
    const facts = await view.facts(file);
    if (facts?.type !== 'file') continue;
    const text = (await view.openText(file)) ?? '';
    // What not everybody may read is not quoted, only pointed at.
    const quoted = (facts.mode & WORLD_READABLE) !== 0;
    for (const line of toLines(text, file)) {
      if (line.text.trimStart().startsWith('#')) continue;
      const shown = quoted ? `${line.text.trim()} (${line.place})` : line.place;
      if (matches?.test(line.text) === true) matching.push(shown);
      if (lacks?.test(line.text) === true) lacking.push(shown);
    }
  }
  const ok = (matches === undefined || matching.length > 0) && lacking.length === 0;
  const observed = [
    ...lacking,
    ...(matches !== undefined && matching.length === 0 ? [`${listed(found)}: no such line`] : matching),
  ];
  return {
    ok,
    observed: observed.length === 0 ? `${listed(found)}: no such line` : listed(observed),
    expected: describe(test, where),
  };
}

function describe({ matches, lacks }: FileTest, where: string): string {
  const parts = [matches !== undefined && `~ ${matches}`, lacks !== undefined && `!~ ${lacks}`];
  return `${where}: ${parts.filter((part) => part !== false).join(', ')}`;
}
