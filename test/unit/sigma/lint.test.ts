import { describe, expect, it } from 'vitest';
import { lintVi } from '../../../collector/content/lint-vi.ts';
import {
  lint,
  LINT_CODES,
  lintMessage,
  parsePipelines,
  parseRules,
  severityOf,
  type Finding,
  type LintCode,
  type LintOptions,
} from '../../../rules/sigma/index.ts';

const HEAD: Readonly<Record<string, string>> = {
  title: 'Process From A Temporary Folder',
  id: '929a690e-bef0-4204-a928-ef5e620d6fcc',
  status: 'test',
  description: 'Detects a process that starts from a temporary folder',
  references: '[https://example.org/a]',
  author: 'Lan',
  date: '2026-11-20',
  tags: '[attack.execution, attack.t1059.001, cve.2021-44228, tlp.amber-strict, stp.3k, car.2016-04-005]',
  logsource: '{product: windows, category: process_creation}',
  detection: "{selection: {Image|contains: '\\Temp\\'}, condition: selection}",
  falsepositives: '[Unknown]',
  level: 'low',
};

/** A rule without findings, but for what is changed; undefined takes a key out. */
function rule(changes: Readonly<Record<string, string | undefined>> = {}): string {
  return Object.entries({ ...HEAD, ...changes })
    .flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${value}`]))
    .join('\n');
}

function findings(
  texts: string | readonly string[],
  options?: LintOptions,
  source = 'proc_creation_win_temp.yml',
): Finding[] {
  const list = typeof texts === 'string' ? [texts] : texts;
  return lint(
    list.map((text, index) =>
      parseRules(text, { source: index === 0 ? source : `${String(index)}_${source}` }),
    ),
    options,
  );
}

const detection = (selection: string, condition = 'selection'): { detection: string } => ({
  detection: `{selection: ${selection}, condition: ${condition}}`,
});
const block = (text: string): { detection: string } => ({ detection: `\n${text.replaceAll(/^/gm, '  ')}` });
const long = (length: number): string => `A${'a'.repeat(length - 1)}`;

type Row = readonly [
  code: LintCode,
  changes: Readonly<Record<string, string | undefined>>,
  ...args: string[],
];

const ROWS: readonly Row[] = [
  ['rejected', detection('{Image|nonsense: x}')],
  ['title-missing', { title: undefined }],
  ['title-length', { title: long(121) }, '121', '120'],
  ['title-case', { title: 'Process from the small folder, cmd.exe and /tmp' }, 'small'],
  ['title-dot', { title: 'A Process.' }],
  ['title-detects', { title: 'Detects A Process' }, 'Detects'],
  ['id-missing', { id: undefined }],
  ['id-form', { id: 'my-rule' }, 'my-rule'],
  ['id-version', { id: 'b222df08-0e07-11eb-adc1-0242ac120002' }, 'b222df08-0e07-11eb-adc1-0242ac120002'],
  ['related-form', { related: '[{id: x, type: similar}]' }, 'x'],
  ['related-type', { related: `[{id: ${HEAD['id'] ?? ''}, type: sibling}]` }, 'sibling'],
  ['status-missing', { status: undefined }],
  ['status-unknown', { status: 'testing' }, 'testing'],
  ['status-retired', { status: 'deprecated' }, 'deprecated'],
  ['level-missing', { level: undefined }],
  ['level-unknown', { level: 'severe' }, 'severe'],
  ['description-missing', { description: undefined }],
  ['description-length', { description: 'Detects it' }, '10', '16'],
  ['description-link', { description: 'Detects what https://example.org tells of' }],
  ['author-missing', { author: undefined }],
  ['date-missing', { date: undefined }],
  ['date-form', { date: '2026/11/20' }, 'date', '2026/11/20'],
  ['date-form', { date: "'2026-02-30'" }, 'date', '2026-02-30'],
  ['date-order', { modified: '2026-11-19' }, '2026-11-19', '2026-11-20'],
  ['references-missing', { references: undefined }],
  ['reference-attack', { references: '[https://attack.mitre.org/techniques/T1059/]' }],
  ['reference-branch', { references: '[https://github.com/a/b/blob/master/c.md]' }],
  [
    'reference-duplicate',
    { references: '[https://example.org, https://example.org]' },
    'https://example.org',
  ],
  ['tags-missing', { tags: undefined }],
  ['tag-form', { tags: '[attack.T1059]' }, 'attack.T1059'],
  ['tag-form', { tags: '[execution]' }, 'execution'],
  ['tag-namespace', { tags: '[mitre.t1059]' }, 'mitre.t1059'],
  ['tag-unknown', { tags: '[attack.t10590]' }, 'attack.t10590'],
  ['tag-unknown', { tags: '[tlp.white]' }, 'tlp.white'],
  ['tag-duplicate', { tags: '[attack.t1059, attack.t1059]' }, 'attack.t1059'],
  ['tactic-former', { tags: '[attack.defense-evasion, attack.t1070]' }, 'defense-evasion', '19.2'],
  ['technique-unknown', { tags: '[attack.execution, attack.t1999]' }, 'T1999', '19.2'],
  ['technique-revoked', { tags: '[attack.execution, attack.t1086]' }, 'T1086', 'T1059.001', '19.2'],
  ['technique-tactic', { tags: '[attack.impact, attack.t1190]' }, 'T1190', 'initial-access'],
  ['falsepositives-missing', { falsepositives: undefined }],
  ['falsepositives-banned', { falsepositives: '[Penetration Testing]' }, 'Penetration Testing'],
  ['falsepositives-case', { falsepositives: '[administrators]' }, 'administrators'],
  ['falsepositives-typo', { falsepositives: '[Unkown]' }, 'Unkown'],
  ['logsource-missing', { logsource: '{}' }],
  ['logsource-unknown', { logsource: '{product: windows, service: securitty}' }, 'windows//securitty'],
  ['field-space', detection("{'Image Path': x}"), 'Image Path'],
  ['all-single-value', detection('{Image|contains|all: x}'), 'Image|contains|all'],
  ['value-duplicate', detection('{Image: [a, b, A]}'), 'Image', 'A'],
  ['wildcard-affix', detection("{Image: ['*a', '*b']}"), 'Image', 'endswith'],
  ['wildcard-affix', detection("{Image|windash: '*a*'}"), 'Image|windash', 'contains'],
  ['wildcard-needless', detection("{Image|endswith: '*a'}"), 'Image|endswith', '*a'],
  ['wildcard-double', detection("{Image: 'a**b'}"), 'Image', 'a**b'],
  ['escape-needless', detection("{Image: 'C:\\\\a'}"), 'Image', 'C:\\\\a'],
  ['regex-inline-flag', detection("{Image|re: '(?i)ab+'}"), 'Image|re', 'i'],
  ['regex-edge', detection("{Image|re: '.*ab+'}"), 'Image|re', '.*ab+'],
  ['keyword-logsource', detection('[whoami]'), 'windows/process_creation/'],
  ['selection-unused', block('selection: {a: 1}\nother: {a: 2}\ncondition: selection'), 'other'],
  ['condition-them', block('a: {a: 1}\nb: {b: 2}\ncondition: all of them'), 'all of them'],
  ['condition-of-single', block('sel: {a: 1}\ncondition: 1 of them'), '1 of them', 'sel'],
  ['condition-of-single', block('sel: {a: 1}\nb: {b: 1}\ncondition: b and all of sel'), 'all of sel', 'sel'],
  ['condition-never', block('sel_a: {a: 1}\nb: {b: 1}\ncondition: b and sel_a and not 1 of sel_*')],
  ['field-never', detection("{Image: ['A', 'b'], Image|endswith: c}"), 'Image', '"a" | "b"'],
  ['field-never', block('s: {a: x}\nf: {a: [x, y]}\ncondition: s and not f'), 'a', '"x"'],
  ['field-never', detection('{a|exists: true, a|exists|neq: true}'), 'a', 'present + absent'],
  ['field-part-never', detection('[{a: x, a|contains: y}, {a: z}]'), 'a', '"x"'],
  ['condition-always', block('s: {a: 1}\nt: {b: 1}\ncondition: s or t or not s')],
  ['no-witness', block('s: {a: 1}\ncondition: not s')],
];

describe('a rule', () => {
  it('that keeps to everything has no findings', () => {
    expect(findings(rule())).toEqual([]);
  });

  it.each(ROWS.map(([code, changes, ...args]) => ({ code, changes, args })))(
    'is found by $code: $changes',
    ({ code, changes, args }) => {
      const found = findings(rule(changes));
      const first = found.find((finding) => finding.code === code);
      expect(found.map((finding) => finding.code)).toContain(code);
      expect(first?.args.slice(0, args.length)).toEqual(args);
      expect(first?.severity).toBe(severityOf(code));
      const message = lintMessage({ code, args: first?.args ?? [] });
      for (const arg of args) expect(message).toContain(arg);
      // Nothing else but what the same fault implies.
      const implied: Partial<Record<LintCode, LintCode[]>> = {
        'title-missing': ['id-missing'],
        'logsource-unknown': ['filename-prefix'],
        'logsource-missing': ['filename-prefix'],
        'condition-always': ['no-witness'],
        'condition-never': ['field-never'],
      };
      const others = found.map((finding) => finding.code).filter((other) => other !== code);
      expect(others.filter((other) => implied[code]?.includes(other) !== true)).toEqual([]);
    },
  );

  it.each([
    ['kept apart by a list of exact values', detection('{Image: [a, b], Image|endswith: b}')],
    ['negated in a part', block('s: {a: [x, y]}\nf: {a: x}\ncondition: s and not f')],
    ['a cased test of an uncased value', detection('{a: x, a|contains|cased: X}')],
    ['wildcards', detection("{a: 'x*z', a|contains: y}")],
    ['two fields', detection('{a: x, b: y}')],
    ['a presence test', detection("{a|contains: '*'}")],
    ['an escaped backslash before a wildcard', detection("{Image: 'C:\\\\*\\x'}")],
    ['a network share', detection("{Image: '\\\\\\\\server\\x'}")],
    ['regular expressions without needless edges', detection("{Image|re: ['^a.*b$', 'a\\.*', '.*?a']}")],
    ['the same regular expression in another case', detection("{Image|re: ['a', 'A']}")],
    ['a pattern that may have more selections', block('sel_a: {a: 1}\ncondition: 1 of sel_*')],
    ['a selection kept out by an underscore', block('_x: {a: 1}\ns: {b: 1}\ncondition: s and _x')],
  ] as const)('with %s has no findings', (_what, changes) => {
    expect(findings(rule(changes)).map(({ code }) => code)).toEqual([]);
  });

  it('is told at the place of the fault', () => {
    const text = rule({
      ...block("selection:\n  Image:\n    - 'a'\n    - 'a'\nother: {a: 1}\ncondition: selection"),
    });
    const places = findings(text).map(({ code, line, column }) => [code, line, column]);
    expect(places).toEqual([
      ['value-duplicate', 14, 9],
      ['selection-unused', 15, 11],
    ]);
    expect(findings(rule({ level: 'severe' }))).toMatchObject([
      { code: 'level-unknown', line: 12, column: 1 },
    ]);
  });

  it.each([
    ['Temp.yml', ['filename-form', 'filename-prefix']],
    ['win_temp_process.yml', ['filename-prefix']],
    ['folder/proc_creation_win_temp.yml', []],
    ['folder\\proc_creation_win_temp.yml', []],
    ['proc_creation_win_temp.yaml', ['filename-form']],
  ])('in a file %s has the findings %j', (source, codes) => {
    expect(findings(rule(), {}, source).map(({ code }) => code)).toEqual(codes);
  });

  it('is of a known log source where a pipeline or the host says so', () => {
    const text = rule({ logsource: '{product: own, service: x}' });
    const codes = (options?: LintOptions): string[] => findings(text, options).map(({ code }) => code);
    const { pipelines } = parsePipelines(
      'name: p\nroutes: [{when: {a: 1}, logsource: {product: own, service: x}}]',
      { source: 'p' },
    );
    expect(codes()).toEqual(['logsource-unknown']);
    expect(codes({ pipelines })).toEqual([]);
    expect(codes({ logsources: [{ product: 'OWN', service: 'x' }] })).toEqual([]);
  });

  it('asks for a field that the pipelines of its log source do not know', () => {
    const { pipelines } = parsePipelines(
      'name: p\nlogsource: {product: windows, category: process_creation}\nknown: [Image]\nfields: {User: user}',
      { source: 'p' },
    );
    expect(findings(rule(detection('{Image: a, User: b, Imagge: c}')), { pipelines })).toMatchObject([
      { code: 'field-unknown', args: ['Imagge', 'windows/process_creation/'], line: 10, column: 44 },
    ]);
  });

  it('that has one id with another is rejected, and both are read all the same', () => {
    const codes = findings([rule(), rule({ title: 'Other', ...detection('{a: 1}') })]).map(
      ({ code }) => code,
    );
    expect(codes.toSorted()).toEqual(['filename-prefix', 'rejected']);
  });

  it('needs its placeholders', () => {
    const text = rule(detection("{Image|expand: '%tools%'}"));
    expect(findings(text)).toMatchObject([{ code: 'rejected' }]);
    expect(findings(text, { placeholders: { tools: 'a.exe' } })).toEqual([]);
  });
});

describe('several rules', () => {
  const other = (changes: Readonly<Record<string, string>>): string =>
    rule({
      id: 'a43dd2d1-ffcf-4041-acae-aab590bfad28',
      logsource: '{product: windows, service: wmi}',
      ...changes,
    });
  const of = (texts: readonly string[]): [LintCode, ...string[]][] =>
    findings(texts)
      .filter(({ code }) => code !== 'filename-prefix')
      .map(({ code, args }) => [code, ...args]);

  it('with one title, or one detection for one log source, name each other', () => {
    expect(of([rule(), other({ title: HEAD['title']?.toUpperCase() ?? '' })])).toEqual([
      ['title-duplicate', 'proc_creation_win_temp.yml:1'],
    ]);
    expect(of([rule(), other({ title: 'Other' })])).toEqual([]);
    const twins = [
      '{selection: {a: 1, b: 2}, condition: selection}',
      '{s: {b: 2}, t: {a: 1}, condition: s and t}',
    ];
    expect(
      of([
        rule({ detection: twins[0] }),
        other({ title: 'Other', logsource: HEAD['logsource'] ?? '', detection: twins[1] ?? '' }),
      ]),
    ).toEqual([['detection-duplicate', 'proc_creation_win_temp.yml:1']]);
  });

  it('correlated: what it counts must be able to match, over a group', () => {
    const {
      logsource: _logsource,
      detection: _detection,
      tags: _tags,
      references: _references,
      ...head
    } = HEAD;
    const correlation = Object.entries({
      ...head,
      id: 'a43dd2d1-ffcf-4041-acae-aab590bfad28',
      title: 'Many Of Them',
      correlation: '{type: event_count, rules: [base], timespan: 1m, condition: {gte: 3}}',
    }).map(([key, value]) => `${key}: ${value}`);
    const dead = rule({ name: 'base', ...detection('{a: x, a|contains: y}') });
    expect(of([dead, correlation.join('\n')])).toEqual([
      ['field-never', 'a', '"x"'],
      ['correlation-group'],
      ['correlation-dead', 'base'],
    ]);
  });
});

describe('codes', () => {
  it('each have a row here', () => {
    const elsewhere = [
      'engine-warning',
      'title-duplicate',
      'detection-duplicate',
      'correlation-dead',
      'correlation-group',
      'field-unknown',
      'filename-form',
      'filename-prefix',
    ];
    const codes = new Set<string>([...ROWS.map(([code]) => code), ...elsewhere]);
    expect(LINT_CODES.filter((code) => !codes.has(code))).toEqual([]);
  });

  it.each(LINT_CODES)('%s has a text in both languages that names the same things', (code) => {
    const english = lintMessage({ code, args: ['«1»', '«2»', '«3»'] });
    const vietnamese = lintVi[code]('«1»', '«2»', '«3»');
    const named = (text: string): string[] => [...new Set(text.match(/«\d»/g))].toSorted();
    expect(named(vietnamese)).toEqual(named(english));
    expect(vietnamese).not.toBe('');
    expect(vietnamese === english).toBe(['rejected', 'engine-warning'].includes(code));
  });
});
