/** What the Sigma commands say, in English. The Vietnamese part has the same shape. */
import { lintMessage, type Finding, type Severity } from '../../../rules/sigma/index.ts';

const many = (count: number, one: string, several = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : several}`;

const severities: Record<Severity, string> = { error: 'error', warning: 'warning', hint: 'hint' };

export const sigmaEn = {
  badLogsource: (text: string) =>
    `"${text}" is not product/category/service, e.g. windows/process_creation/ or linux//sshd`,
  cannotRead: (file: string, reason: string) => `${file} cannot be read: ${reason}`,
  noRules: (places: string) => `there is no rule file (.yml, .yaml) in ${places}`,
  allRejected: 'no rule could be loaded',
  badLine: (place: string, reason: string) => `${place}: not a JSON object, left out (${reason})`,
  moreBadLines: (count: number) => `${count} more ${count === 1 ? 'line was' : 'lines were'} left out`,
  tooLong: (bytes: number) => `line of more than ${bytes} bytes`,
  progress: (lines: number, hits: number) => `${many(lines, 'line')} read, ${many(hits, 'hit')}`,
  unrouted: (count: number, events: number) =>
    `${many(count, 'event')} of ${events.toLocaleString('en')} named no known log source: every rule was tried on them (--logsource names one)`,
  late: (count: number) =>
    `${many(count, 'match', 'matches')} came more than 5 minutes out of the order of time and were not correlated: sort the events by time`,

  severities,
  finding: (finding: Finding) => lintMessage(finding),
  unknownCode: (code: string, known: string) => `"${code}" is not a code of a finding; there are: ${known}`,
  checked: (rules: number, files: number, counts: Readonly<Record<Severity, number>>) =>
    `${many(rules, 'rule')} in ${many(files, 'file')}: ${many(counts.error, 'error')}, ${many(counts.warning, 'warning')}, ${many(counts.hint, 'hint')}`,

  explain: {
    matches: 'MATCHES',
    matchesNot: 'DOES NOT MATCH',
    counts: 'COUNTS the event',
    countsNot: 'does not count the event',
    notReachedLegend: 'not reached: an earlier part had decided',
    logsource: 'log source of the rule',
    anyLogsource: 'any',
    eventLogsources: 'log sources of the event',
    logsourceUnknown: 'unknown: every rule is tried',
    routed: 'the rule is tried',
    notRouted: 'the rule is not tried',
    by: (way: string) => `by ${way}`,
    ways: { pipelines: 'the pipelines', fields: 'its own fields', off: '--logsource' },
    detection: 'detection',
    filter: (title: string) => `filter "${title}"`,
    failedFirst: 'failed first',
    allOf: 'all of:',
    anyOf: 'any of:',
    notThis: 'not:',
    selection: (name: string) => `selection ${name}`,
    keywords: 'keywords',
    inEvent: 'in the event',
    absent: 'absent',
    noValue: 'no value',
    more: (count: number) => `and ${count.toLocaleString('en')} more`,
    type: 'type',
    condition: 'condition',
    timespan: 'within',
    groupBy: 'group of the event',
    countsOver: 'counts over',
    ofField: (fields: string) => `of ${fields}`,
    rejected: 'the rule is rejected:',
    unknown: (id: string, places: string) => `there is no rule "${id}" in ${places}`,
    chooseRule: (place: string, ids: string) => `${place} has several rules: choose one of ${ids}`,
    needsRule: 'say which rule: FILE, FILE#ID, or --rules PATH --id ID',
    needsEvent: 'say which event: a JSON file, FILE:LINE of NDJSON, JSON itself, or - for standard input',
    badEvent: (place: string, reason: string) => `${place} is not one JSON object (${reason})`,
    severalEvents: (place: string) => `${place} has several events: name one by its line, ${place}:LINE`,
    noLine: (place: string, lines: number) => `${place} has only ${many(lines, 'line')}`,
    emptyLine: (place: string) => `${place} is blank`,
  },

  convert: {
    exact: 'exact: every row that is selected matches',
    candidates: 'candidates: the matcher must decide on each row that is selected',
    wide: (parts: string) => `not narrowed by SQL: ${parts}`,
    refused: (reason: string) => `no SQL: ${reason}`,
    parameters: 'parameters',
    badTime: (option: string, text: string) =>
      `${option}: "${text}" is no time; write it like 2026-11-22T03:00:00Z or 2026-11-22`,
    timesReversed: '--from must be before --until',
    badSchema: (file: string, reason: string) => `${file} is no description of a table: ${reason}`,
    badTable: (name: string) => `"${name}" is not the name of a table`,
    summary: (queries: number, exact: number, refused: number) =>
      `${many(queries, 'query', 'queries')} (${exact} exact), ${refused} refused`,
  },
};

export type SigmaMessages = typeof sigmaEn;

export const sigmaHelpEn = {
  sigma: 'Sigma rules: match, check, explain, convert; none needs a collector',
  sigmaMatch: 'match rules against events (NDJSON)',
  sigmaMatchNotes: [
    'Each event with hits is one line {"line": N, "rules": [ID...]}; a correlation hit is one',
    '{"line": N, "correlation": ID, "group": {...}}. N is the line of the event; for a hit',
    'decided by the end of the input (an event that did not come) the line of the last event.',
    'Rejected rules and bad lines are named on standard error. Exit code 0, also without hits;',
    '1 when no rule could be loaded or the input could not be read; 2 for wrong use.',
  ].join(' '),
  sigmaRules: 'file or folder of rules; repeatable',
  sigmaEvents: 'file of events, one JSON object a line, gzip or not; - reads standard input',
  route:
    'which rules an event is tried on: pipelines (by channel, event id and the like), fields (its own product, category, service), off (all) (default: pipelines, with --logsource off)',
  logsource: 'log source of events that name none: product/category/service, parts may be empty',
  pipeline: 'file of pipelines, in addition to the built-in ones; repeatable',
  noBuiltinPipelines: 'leave the built-in pipelines out',
  placeholders: 'file (YAML, JSON) of values for placeholders: NAME: VALUE or a list of them',
  stats: 'end with one JSON line of figures',
  sigmaCheck: 'lint rules: errors, what cannot work or costs much, the SigmaHQ conventions',
  sigmaCheckNotes: [
    'Exit code 0 without errors, 1 with errors (with --strict: or warnings), 2 for wrong use.',
    'Messages of errors in rules are in English.',
  ].join(' '),
  sigmaCheckPaths: 'file or folder of rules',
  only: 'only findings of these codes, e.g. no-witness,title-case',
  skip: 'no findings of these codes',
  strict: 'warnings fail too',
  jsonLines: 'one JSON object a line',
  sigmaExplain: 'why a rule matches an event, or which of its lines failed first',
  sigmaExplainNotes: 'Exit code 0 whether it matches or not; 1 when there is nothing to explain.',
  explainRule: 'rule: FILE, or FILE#ID or FILE#TITLE; left out with --rules and --id',
  explainEvent: 'event: a JSON file, FILE:LINE of NDJSON, JSON itself, or - for standard input',
  explainRules: 'further rules and filters, or where --id is; repeatable',
  explainId: 'id or title of the rule',
  sigmaConvert: 'write rules as queries over stored events',
  sigmaConvertNotes: [
    'Values are bound parameters, never part of the query. A query that is not exact selects',
    'candidates: the matcher must decide on them. Exit code 0; 1 when no query could be made.',
  ].join(' '),
  convertTo: 'language of the queries',
  convertFrom: 'events from this time on (default: all)',
  convertUntil: 'events before this time (default: now)',
  table: "table of the events (default: the collector's)",
  schema: "file (YAML, JSON) that says how the table's columns are called",
  shell: 'as commands for clickhouse-client, quoted for a POSIX shell',
};
