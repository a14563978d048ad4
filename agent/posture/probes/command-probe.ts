/** `command`: lines of what a fixed, read-only command writes. */
import type { z } from 'zod';
import { compilePattern } from '#protocol/linear-pattern.ts';
import type { commandTestSchema } from '#protocol/posture-tests.ts';
import { COMMANDS } from '../commands.ts';
import { listed, type Finding } from '../finding.ts';
import type { HostView } from '../host-view.ts';

export async function probeCommand(
  { run, matches, lacks }: z.infer<typeof commandTestSchema>,
  view: HostView,
): Promise<Finding> {
  const lines = (await view.run(run)).split('\n').map((line) => line.trimEnd());
  const { program, args } = COMMANDS[run];
  const name = [program, ...args].join(' ');
  const wanted =
    matches === undefined ? undefined : lines.filter((line) => compilePattern(matches).test(line));
  const unwanted = lacks === undefined ? [] : lines.filter((line) => compilePattern(lacks).test(line));
  const parts = [matches !== undefined && `~ ${matches}`, lacks !== undefined && `!~ ${lacks}`];
  const shown = [...unwanted, ...(wanted ?? [])];
  return {
    ok: (wanted === undefined || wanted.length > 0) && unwanted.length === 0,
    observed: `${name}: ${shown.length === 0 ? 'no such line' : listed(shown)}`,
    expected: `${name}: ${parts.filter((part) => part !== false).join(', ')}`,
  };
}
