/** How the lines of each tail are joined: by its settings, else by its channel. */
import type { SourceProblem } from '../source.ts';
import { GROUP_DEFAULTS, groupingBy, groupingOf } from './line-grouping.ts';
import type { LineGrouping, MultilineSettings } from './line-grouping.ts';
import { LineGroup } from './line-group.ts';
import type { GroupOf } from './tailed-file.ts';

interface GroupedTail {
  path: string;
  multiline?: MultilineSettings | 'none' | undefined;
}

export type GroupingFor = (tail: GroupedTail, file: string) => GroupOf;

/** A pattern that cannot be used is reported, and the tail read as if there were none. */
export async function groupingsOf(
  tails: readonly GroupedTail[],
  report: (problem: SourceProblem) => void,
): Promise<GroupingFor> {
  const made = new Map<MultilineSettings, () => LineGrouping>();
  for (const { path, multiline } of tails) {
    if (multiline === undefined || multiline === 'none' || made.has(multiline)) continue;
    try {
      made.set(multiline, await groupingBy(multiline));
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const message = `the pattern of "multiline" cannot be used, lines are not joined by it: ${reason}`;
      report({ subject: path, message, cause });
    }
  }
  return ({ multiline }, file) =>
    (channel, encoding) => {
      if (multiline === 'none') return undefined;
      const make = multiline === undefined ? undefined : made.get(multiline);
      const grouping = make === undefined ? groupingOf(channel, file) : make();
      if (grouping === undefined) return undefined;
      return new LineGroup(grouping, multiline ?? GROUP_DEFAULTS, encoding);
    };
}
