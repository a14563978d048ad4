/** What is doubtful and accepted: `[what, text, the warnings, each as line:column: message]`. */
import { ruleOf } from '../rule-text.ts';

export type WarningRow = readonly [what: string, text: string, warnings: readonly string[]];

/** A rule without any doubt; its title stands in line 1, `lines` follow from line 5 on. */
const rule = (lines: string, title = 'title: A rule'): string =>
  `${title}\nlevel: low\nlogsource: {product: windows}\ndetection: {s: {x: a}, condition: s}\n${lines}\n`;
/** The same around a selection, whose first line is line 6, column 5. */
const selecting = (selection: string): string =>
  ruleOf(selection).replace('id: r', 'level: low').replace('{}', '{category: process_creation}');
const filter = 'title: F\nlogsource: {product: windows}\nfilter: {rules: any, s: {x: a}, condition: not s}\n';

const UUID = '5f1abf38-1111-4000-8000-000000000000';

export const WARNING_ROWS: Record<string, readonly WarningRow[]> = {
  none: [
    ['a rule', rule(''), []],
    [
      'all keys',
      rule(
        `id: ${UUID}\nname: n\nrelated: [{id: ${UUID}, type: similar}]\ntaxonomy: sigma\nstatus: test\ndescription: d\nlicense: MIT\nreferences: [a]\nauthor: An\ndate: 2026-01-31\nmodified: 2026-02-28\nfields: [x]\nfalsepositives: [Admins]\ntags: [attack.t1059.001, cve.2021-44228, d3fend.d3f-WindowsNtOpenFile, tlp.amber]\nscope: [server]`,
      ),
      [],
    ],
    ["keys of one's own", rule('agency: x\nx-level: 3\nregression_tests_path: a/b'), []],
    ['upper-case UUID', rule(`id: ${UUID.toUpperCase()}`), []],
    ['a leap day', rule('date: 2024-02-29'), []],
    ['a filter', filter, []],
    [
      'a correlation',
      `${rule('name: base')}---\ntitle: C\nlevel: high\ncorrelation: {type: event_count, rules: [base], timespan: 5m, condition: {gte: 2}}`,
      [],
    ],
    [
      'a base rule of a correlation without level',
      `${rule('name: base').replace('level: low\n', '')}---\ntitle: C\nlevel: high\ncorrelation: {type: event_count, rules: [base], timespan: 5m, condition: {gte: 2}}`,
      [],
    ],
  ],
  title: [
    ['missing', rule('', 'author: An'), ['1:1: the rule has no title']],
    ['empty', rule('', 'title:'), ['1:1: "title" is empty: leave it out']],
    ['a number', rule('', 'title: 123'), ['1:8: "title" should be text: quote it']],
    ['a list', rule('', 'title: [a]'), ['1:8: "title" should be one text, not a list or a mapping']],
    [
      'too long',
      rule('', `title: ${'x'.repeat(257)}`),
      ['1:8: "title" has 257 characters, more than 256: shorten it'],
    ],
    ['of a filter', filter.replace('title: F\n', ''), ['1:1: the rule has no title']],
  ],
  identity: [
    ['id', rule('id: abc'), ['5:5: "id" should be a UUID, found "abc": make one with "uuidgen"']],
    [
      'id without dashes',
      rule(`id: ${UUID.replaceAll('-', '')}`),
      ['5:5: "id" should be a UUID, found "5f1abf38111140008000000000000000": make one with "uuidgen"'],
    ],
    ['id as a number', rule('id: 5'), ['5:5: "id" should be a UUID, found "5": make one with "uuidgen"']],
    ['empty id', rule("id: ''"), ['5:5: "id" is empty: leave it out']],
    [
      'name too long',
      rule(`name: ${'n'.repeat(300)}`),
      ['5:7: "name" has 300 characters, more than 256: shorten it'],
    ],
    [
      'taxonomy',
      rule('taxonomy: ecs'),
      ['5:11: "taxonomy" is "ecs": field names are used as they are written'],
    ],
  ],
  related: [
    [
      'no list',
      rule(`related: {id: ${UUID}, type: derived}`),
      ['5:10: "related" should be a list of mappings with "id" and "type"'],
    ],
    ['a text', rule('related: [abc]'), ['5:11: an item of "related" needs "id" and "type", and is left out']],
    [
      'without id',
      rule('related:\n  - type: derived'),
      ['6:5: an item of "related" needs "id" and "type", and is left out'],
    ],
    [
      'without type',
      rule(`related:\n  - id: ${UUID}`),
      ['6:5: an item of "related" needs "type": derived, obsolete, merged, renamed, similar'],
    ],
    [
      'unknown type',
      rule(`related:\n  - id: ${UUID}\n    type: obsoletes`),
      [
        '7:11: "type" in "related" should be one of derived, obsolete, merged, renamed, similar, found "obsoletes"; did you mean "obsolete"?',
      ],
    ],
    [
      'wrong id',
      rule('related:\n  - id: abc\n    type: merged'),
      ['6:9: "id" in "related" should be a UUID, found "abc": make one with "uuidgen"'],
    ],
  ],
  'status, level, dates': [
    [
      'status',
      rule('status: testing'),
      ['5:9: "status" should be one of stable, test, experimental, deprecated, unsupported, found "testing"'],
    ],
    [
      'level',
      rule('').replace('level: low', 'level: hihg'),
      [
        '2:8: "level" should be one of informational, low, medium, high, critical, found "hihg"; did you mean "high"?',
      ],
    ],
    [
      'level in capitals',
      rule('').replace('level: low', 'level: High'),
      [
        '2:8: "level" should be one of informational, low, medium, high, critical, found "High"; did you mean "high"?',
      ],
    ],
    [
      'no level',
      rule('').replace('level: low\n', ''),
      ['1:1: the rule has no "level": say informational, low, medium, high or critical'],
    ],
    [
      'no level, generated',
      `${rule('name: base').replace('level: low\n', '')}---\ntitle: C\nlevel: high\ncorrelation: {type: event_count, rules: [base], timespan: 5m, condition: {gte: 2}, generate: true}`,
      ['1:1: the rule has no "level": say informational, low, medium, high or critical'],
    ],
    [
      'a value_percentile that names no percentile',
      `${rule('name: base')}---\ntitle: C\nlevel: high\ncorrelation:\n  type: value_percentile\n  rules: [base]\n  timespan: 5m\n  condition: {field: n, gte: 2}`,
      ['13:3: "percentile" is missing: 50 is taken; say which one you mean'],
    ],
    [
      'no level of a correlation',
      `${rule('name: base')}---\ntitle: C\ncorrelation: {type: event_count, rules: [base], timespan: 5m, condition: {gte: 2}}`,
      ['7:1: the rule has no "level": say informational, low, medium, high or critical'],
    ],
    [
      'date with slashes',
      rule('date: 2026/01/31'),
      ['5:7: "date" should be a date such as 2026-01-31, found "2026/01/31"'],
    ],
    [
      'date of no calendar',
      rule('date: 2026-02-29'),
      ['5:7: "date" should be a date such as 2026-01-31, found "2026-02-29"'],
    ],
    [
      'date with time',
      rule('modified: 2026-01-01T00:00:00Z'),
      ['5:11: "modified" should be a date such as 2026-01-31, found "2026-01-01T00:00:00Z"'],
    ],
    ['a year', rule('date: 2026'), ['5:7: "date" should be a date such as 2026-01-31, found "2026"']],
  ],
  'texts and lists': [
    [
      'description too long',
      rule(`description: ${'d'.repeat(65_536)}`),
      ['5:14: "description" has 65536 characters, more than 65535: shorten it'],
    ],
    [
      'description as a list',
      rule('description: [a]'),
      ['5:14: "description" should be one text, not a list or a mapping'],
    ],
    [
      'authors as a list',
      rule('author: [An, Bình]'),
      ['5:9: "author" should be one text, not a list or a mapping'],
    ],
    ['license as a number', rule('license: 2'), ['5:10: "license" should be text: quote it']],
    ['references as a text', rule('references: https://a.example'), ['5:13: "references" should be a list']],
    [
      'references with a mapping',
      rule('references: [a, {b: c}]'),
      ['5:17: an item of "references" should be text'],
    ],
    ['reference twice', rule('references: [a, b, a]'), ['5:20: "a" stands twice in "references"']],
    ['fields as a text', rule('fields: x'), ['5:9: "fields" should be a list']],
    ['empty fields', rule('fields:'), ['5:1: "fields" is empty: leave it out']],
    ['an empty item', rule("fields: [x, '']"), ['5:13: an item of "fields" should be text']],
    ['falsepositives as a text', rule('falsepositives: None'), ['5:17: "falsepositives" should be a list']],
    ['a short false positive', rule('falsepositives: [x]'), ['5:18: "x" in "falsepositives" is too short']],
    [
      'scope as a mapping',
      rule('scope: {a: b}'),
      ['5:8: "scope" should be a list', '5:8: an item of "scope" should be text'],
    ],
    [
      'tag in capitals',
      rule('tags: [attack.T1059]'),
      ['5:8: "attack.T1059" in "tags" should be "namespace.name" in lower case, such as attack.t1059'],
    ],
    [
      'tag without namespace',
      rule('tags: [a.b, t1059]'),
      ['5:13: "t1059" in "tags" should be "namespace.name" in lower case, such as attack.t1059'],
    ],
    [
      'tag with a blank',
      rule("tags: ['attack.a b']"),
      ['5:8: "attack.a b" in "tags" should be "namespace.name" in lower case, such as attack.t1059'],
    ],
    ['tags as a text', rule('tags: attack.t1059'), ['5:7: "tags" should be a list']],
  ],
  'log source': [
    [
      'missing',
      rule('').replace('logsource: {product: windows}\n', ''),
      ['1:1: no log source: name a product, category or service, or the rule is tried on every event'],
    ],
    [
      'empty',
      rule('').replace('{product: windows}', '{}'),
      ['3:1: no log source: name a product, category or service, or the rule is tried on every event'],
    ],
    [
      'definition only',
      rule('').replace('product: windows', 'definition: x'),
      ['3:1: no log source: name a product, category or service, or the rule is tried on every event'],
    ],
    [
      'an empty part',
      rule('').replace('windows}', 'windows, service: }'),
      ['3:31: "service" of the log source is empty: leave it out'],
    ],
    [
      'a misspelt part',
      rule('').replace('windows}', 'windows, catgory: x}'),
      ['3:31: the log source has no part "catgory"; did you mean "category"?'],
    ],
    [
      'of a filter',
      filter.replace('{product: windows}', '{}'),
      ['2:1: no log source: name a product, category or service, or the rule is tried on every event'],
    ],
  ],
  'keys that look misspelt': [
    [
      'falsepositive',
      rule('falsepositive: [Admins]'),
      ['5:1: "falsepositive" is no key of Sigma; did you mean "falsepositives"?'],
    ],
    ['Tags', rule('Tags: [a.b]'), ['5:1: "Tags" is no key of Sigma; did you mean "tags"?']],
    [
      'reference',
      rule('reference: [a]'),
      ['5:1: "reference" is no key of Sigma; did you mean "references"?'],
    ],
    [
      'false_positives',
      rule('false_positives: [a]'),
      ['5:1: "false_positives" is no key of Sigma; did you mean "falsepositives"?'],
    ],
    ['only where the right one is missing', rule('tag: [x.y]\ntags: [x.y]'), []],
  ],
  selections: [
    ['all on one value', selecting('x|contains|all: a'), ['6:16: "all" on a single value changes nothing']],
    ['all on a list of one', selecting('x|all: [a]'), ['6:7: "all" on a single value changes nothing']],
    ['contains behind re', selecting('x|re|contains: a'), ['6:10: "contains" behind "re" changes nothing']],
    [
      'a modifier twice',
      selecting('x|contains|contains: a'),
      ['6:16: "contains" stands twice and changes nothing the second time'],
    ],
    ['an encoding twice', selecting('x|base64|base64: a'), []],
    [
      'expand without a placeholder',
      selecting('x|expand: abc'),
      ['6:7: "expand" changes nothing: the value has no %placeholder%'],
    ],
    [
      'expand with escaped percent signs',
      selecting(String.raw`x|expand: '\%abc\%'`),
      ['6:7: "expand" changes nothing: the value has no %placeholder%'],
    ],
    [
      'timeframe',
      rule('').replace('condition: s', 'timeframe: 5m, condition: s'),
      ['4:24: "timeframe" belonged to the removed aggregations and has no meaning: write a correlation'],
    ],
    [
      'two of them, in order',
      selecting('x|all: a\ny|contains|all: b'),
      ['6:7: "all" on a single value changes nothing', '7:16: "all" on a single value changes nothing'],
    ],
    ['in a filter', filter.replace('x: a', 'x|all: a'), ['3:28: "all" on a single value changes nothing']],
  ],
};
