/** `vonggac hunt` in English. */
import type { HuntFault } from '../../hunt/hunt-query.ts';

export const huntEn = {
  oneAsked: 'say what to hunt for: a query, or --sigma FILE, or --rule ID',
  noSpan: '--from must be before --to',
  ruleOfQuery: '--as-rule makes a rule of a query',
  wrong: (fault: string, at: number, found: string) =>
    `the query cannot be read: ${fault}, at character ${at}${found === '' ? '' : `: ${found}`}`,
  faults: {
    empty: 'it asks nothing',
    'too-long': 'it is too long',
    'too-deep': 'there are too many parentheses within each other',
    'too-many': 'there are too many tests',
    'open-quote': 'a quote is not closed',
    'open-pattern': 'a regular expression is not closed by /',
    'open-parenthesis': 'a parenthesis is not closed',
    'value-expected': 'a value is expected',
    'condition-expected': 'a condition is expected',
    'end-expected': 'this does not belong here',
    'field-expected': 'the name of a field is expected before the operator',
    'number-expected': 'a number is expected',
    'network-wrong': 'this is no network (the bits behind the prefix must be zero)',
  } satisfies Record<HuntFault, string>,
  unknownField: (field: string, near: string) =>
    `No event of that time has a field ${field}${near === '' ? '.' : `; there is: ${near}.`}`,
  none: (from: string, to: string) => `Nothing of that kind from ${from} to ${to}.`,
  more: (shown: number) => `The newest ${shown}; there are more: --limit, or a shorter time.`,
  columns: { time: 'TIME', host: 'HOST', channel: 'CHANNEL', message: 'MESSAGE' },
  count: (count: number) => `${count} events.`,
  atMost: (count: number) => `At most ${count} events: the database alone cannot decide all of this query.`,
  hosts: (inScope: number, withEvents: number) =>
    inScope === 0
      ? 'No host is enrolled in this time, so nobody can be silent.'
      : inScope === withEvents
        ? `All ${inScope} hosts told something in this time.`
        : `${withEvents} of ${inScope} hosts told anything in this time. Of the others nothing can be found:`,
  silent: (host: string, lastSeen: string | undefined) =>
    `  ${host}: ${lastSeen === undefined ? 'never heard of' : `last heard of ${lastSeen}`}`,
  silentMore: (count: number) => `  ... and ${count} more`,
};

export const huntHelpEn = {
  hunt: 'search all stored events by a query or a Sigma rule',
  huntQuery: 'e.g. "user.name: an and not source.ip: 10.0.0.0/8" (docs/hunting.md)',
  huntSigma: 'a file with one Sigma rule instead',
  huntRule: 'a rule that is in force instead',
  huntFrom: 'at this time or later (a day before --to)',
  huntTo: 'before this time (now)',
  huntLimit: 'at most so many events, the newest (50; with --csv 10000)',
  huntSeconds: 'stop after so long',
  huntSummary: 'counts over time and by value, and which hosts were silent',
  huntAsRule: 'print the query as a Sigma rule of this title',
};
