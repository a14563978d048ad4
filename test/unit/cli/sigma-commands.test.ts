/** check, explain and convert as a user calls them: output, complaints, exit codes, in both languages. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  clientCommand,
  escapeParameter,
  shellQuote,
} from '../../../collector/cli/commands/client-command.ts';
import { sigmaCheckCommand, type SigmaCheckOptions } from '../../../collector/cli/commands/sigma-check.ts';
import {
  sigmaConvertCommand,
  type SigmaConvertOptions,
} from '../../../collector/cli/commands/sigma-convert.ts';
import {
  sigmaExplainCommand,
  type SigmaExplainOptions,
} from '../../../collector/cli/commands/sigma-explain.ts';
import { en } from '../../../collector/cli/messages/en.ts';
import { vi } from '../../../collector/cli/messages/vi.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const ID = '11111111-1111-4111-8111-111111111111';
const RULE = `
title: Whoami Execution
id: ${ID}
logsource: {product: windows, category: process_creation}
detection:
  selection:
    Image|endswith: '\\whoami.exe'
    CommandLine|contains: ['/all', '/groups']
  filter:
    ParentImage: 'C:\\agent.exe'
  condition: selection and not filter
`;
const OTHER = RULE.replace(ID, '22222222-2222-4222-8222-222222222222').replace('Whoami Execution', 'Other');
const COUNT = `
title: Often
correlation: {type: event_count, rules: [${ID}], group-by: [User], timespan: 5m, condition: {gte: 3}}
`;
const HIT = { Image: 'C:\\WHOAMI.exe', CommandLine: 'whoami /all' };

let folder: { path: string; remove: () => void };
let printed: string[];
let complaints: string[];

beforeEach(() => {
  folder = temporaryFolder();
  printed = [];
  complaints = [];
});
afterEach(() => folder.remove());

function place(name: string, text: string | Buffer): string {
  const file = path.join(folder.path, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function* bytesOf(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text);
}

function context(m: typeof en = en): Parameters<typeof sigmaCheckCommand>[0] {
  return {
    m,
    print: (text) => printed.push(...text.split('\n')),
    complain: (line) => complaints.push(line),
  };
}

const check = (paths: readonly string[], options: SigmaCheckOptions = {}, m = en): Promise<number> =>
  sigmaCheckCommand(context(m), paths, options);
const explain = (
  operands: readonly string[],
  options: SigmaExplainOptions = {},
  m = en,
  standardInput = '',
): Promise<number> =>
  sigmaExplainCommand(context(m), operands, options, { columns: 80, standardInput: bytesOf(standardInput) });
const convert = (paths: readonly string[], options: SigmaConvertOptions = {}, m = en): Promise<number> =>
  sigmaConvertCommand(context(m), paths, options, () => Date.UTC(2026, 10, 25));

/** Control characters, direction marks: what could act on a terminal. */
const ACTING = /[\p{Cc}\u202e\u2028]/u;

describe('sigma check', () => {
  it('prints a line per finding and a summary, in the user’s language', async () => {
    const file = place('proc_creation_win_whoami.yml', RULE);
    const only = { only: ['status-missing,level-missing'] };
    expect(await check([file], only)).toBe(0);
    expect(printed).toEqual([
      `${file}:2:1: warning [status-missing] the rule has no status: use one of stable, test, experimental, deprecated, unsupported`,
      `${file}:2:1: warning [level-missing] the rule has no level: use one of informational, low, medium, high, critical`,
      '1 rule in 1 file: 0 errors, 2 warnings, 0 hints',
    ]);
    printed = [];
    await check([file], { only: ['level-missing'] }, vi);
    expect(printed).toEqual([
      `${file}:2:1: cảnh báo [level-missing] luật không có mức độ (level): dùng một trong informational, low, medium, high, critical`,
      '1 luật trong 1 tệp: 0 lỗi, 1 cảnh báo, 0 gợi ý',
    ]);
  });

  it('prints JSON lines without a summary', async () => {
    const file = place('proc_creation_win_whoami.yml', RULE);
    await check([file], { json: true, only: ['author-missing'] });
    expect(printed.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        code: 'author-missing',
        severity: 'hint',
        file,
        line: 2,
        column: 1,
        rule: ID,
        title: 'Whoami Execution',
        message: 'the rule has no author',
      },
    ]);
  });

  it('fails for errors, and for warnings when it is strict', async () => {
    const file = place('proc_creation_win_whoami.yml', RULE);
    expect(await check([file])).toBe(0);
    expect(await check([file], { strict: true })).toBe(1);
    expect(await check([file], { strict: true, skip: ['status-missing', 'level-missing'] })).toBe(0);
    const broken = place('broken.yml', 'title: x\ndetection: 7');
    expect(await check([file, broken], { only: ['rejected'] })).toBe(1);
    expect(printed.at(-2)).toMatch(/broken\.yml:2:\d+: error \[rejected\] /);
    expect(await check([file, broken], { skip: ['rejected'] })).toBe(0);
  });

  it('knows placeholders, the user’s pipelines and our own log sources', async () => {
    const file = place(
      'rule.yml',
      'title: T\nlogsource: {product: own}\ndetection:\n  s: {a|expand: "%p%"}\n  condition: s',
    );
    const only = { only: ['rejected', 'logsource-unknown'] };
    const placeholders = place('table.json', '{"p": 1}');
    const pipeline = [
      place('own/pipeline.yml', 'name: p\nroutes: [{when: {a: 1}, logsource: {product: own}}]'),
    ];
    expect(await check([file], { ...only, placeholders, pipeline })).toBe(0);
    expect(printed).toHaveLength(1);
    expect(await check([file], only)).toBe(1);
    expect(printed.slice(1).map((line) => /\[(.*)\]/.exec(line)?.[1])).toEqual([
      'logsource-unknown',
      'rejected',
      undefined,
    ]);
    const ours = place(
      'ours.yml',
      'title: T\nlogsource: {product: vonggac, service: agent}\ndetection: {s: {a: 1}, condition: s}',
    );
    printed = [];
    await check([ours], { only: ['logsource-unknown'] });
    expect(printed).toHaveLength(1);
  });

  it('refuses a code that is none, and says what cannot be read', async () => {
    const file = place('rule.yml', RULE);
    expect(await check([file], { only: ['title-lenght'] })).toBe(2);
    expect(complaints[0]).toContain('"title-lenght"');
    expect(complaints[0]).toContain('title-length');
    expect(await check(['/no/such/rules'])).toBe(1);
    expect(complaints.at(-1)).toBe(en.sigma.cannotRead('/no/such/rules', 'ENOENT'));
    expect(await check([path.join(folder.path, 'empty')])).toBe(1);
  });

  it('shows nothing that a rule could do to a terminal', async () => {
    const file = place('rule.yml', `${RULE}tags: ["x\\u001b[31m\\u202e"]\nlevel: "\\u009bm"`);
    for (const json of [false, true]) {
      printed = [];
      await check([file], { json });
      expect(printed.length).toBeGreaterThan(3);
      expect(printed.filter((line) => ACTING.test(line))).toEqual([]);
    }
    expect(
      printed
        .map((line) => JSON.parse(line) as { message: string })
        .some(({ message }) => message.includes('\u202e')),
    ).toBe(true);
  });
});

describe('sigma explain', () => {
  it('draws why the event does not match, within 80 columns', async () => {
    const file = place('whoami.yml', RULE);
    const event = JSON.stringify({ ...HIT, CommandLine: `whoami ${'x'.repeat(200)}` });
    expect(await explain([file, event], { logsource: 'windows/process_creation/' })).toBe(0);
    expect(printed).toEqual([
      `DOES NOT MATCH  Whoami Execution (${ID})`,
      `${file}:2`,
      'log source of the rule: windows/process_creation/',
      'log sources of the event (by --logsource): windows/process_creation/',
      '✓ the rule is tried',
      '',
      'detection: selection and not filter',
      '  ✗ all of:',
      '    ✗ selection selection',
      "      ✓ Image|endswith: '\\whoami.exe'",
      "          in the event: Image = 'C:\\WHOAMI.exe'",
      '      ✗ CommandLine|contains:',
      "          ✗ '/all'",
      "          ✗ '/groups'",
      `          in the event: CommandLine = 'whoami ${'x'.repeat(33)}…`,
      '    · not:',
      '      · selection filter',
      '        · ParentImage',
      '',
      '· not reached: an earlier part had decided',
      '',
      'failed first: selection selection, CommandLine|contains',
      `  ${file}:8:5`,
    ]);
  });

  it('draws a match in Vietnamese', async () => {
    const file = place('whoami.yml', RULE);
    const event = { Channel: 'Security', EventID: 4688, NewProcessName: HIT.Image, CommandLine: 'x /groups' };
    expect(await explain([file, JSON.stringify(event)], {}, vi)).toBe(0);
    expect(printed[0]).toBe(`KHỚP  Whoami Execution (${ID})`);
    expect(printed.slice(3, 6)).toEqual([
      'nguồn nhật ký của sự kiện (theo các pipeline):',
      '  windows//security',
      '  windows/process_creation/',
    ]);
    expect(printed).toContain("          ✓ '/groups'");
    expect(printed.join('\n')).not.toContain(vi.sigma.explain.failedFirst);
  });

  it('says when the rule is not tried on events of this log source', async () => {
    const file = place('whoami.yml', RULE);
    await explain([file, JSON.stringify({ ...HIT, product: 'linux' })]);
    expect(printed[0]).toMatch(/^DOES NOT MATCH/);
    expect(printed).toContain('✗ the rule is not tried');
    printed = [];
    await explain([file, JSON.stringify({ ...HIT, product: 'linux' })], { route: 'off' });
    expect(printed[0]).toMatch(/^MATCHES/);
    expect(printed).toContain('log sources of the event: unknown: every rule is tried');
  });

  it.each(['file', 'line', 'gzip', 'pretty', 'input'])('takes the event from: %s', async (kind) => {
    const file = place('whoami.yml', RULE);
    const ndjson = `{}\n\n${JSON.stringify(HIT)}\n`;
    const places: Record<string, string> = {
      file: place('e.json', JSON.stringify(HIT)),
      line: `${place('e.ndjson', ndjson)}:3`,
      gzip: `${place('e.gz', gzipSync(ndjson))}:3`,
      pretty: place('pretty:1', JSON.stringify(HIT, undefined, 2)),
      input: '-',
    };
    expect(await explain([file, places[kind] ?? ''], { route: 'off' }, en, JSON.stringify(HIT))).toBe(0);
    expect(printed[0]).toMatch(/^MATCHES/);
  });

  it('finds the rule by id or title, in its file or among many', async () => {
    const file = place('rules/two.yml', `${RULE}---${OTHER}`);
    const event = JSON.stringify(HIT);
    for (const operands of [
      [`${file}#${ID}`, event],
      [`${file}#Whoami Execution`, event],
    ])
      expect(await explain(operands, { route: 'off' })).toBe(0);
    expect(await explain([event], { rules: [path.dirname(file)], id: ID, route: 'off' })).toBe(0);
    expect(printed.filter((line) => line.startsWith('MATCHES  Whoami Execution'))).toHaveLength(3);
    expect(await explain([file, event])).toBe(2);
    expect(complaints.at(-1)).toBe(
      en.sigma.explain.chooseRule(file, `#${ID}, #22222222-2222-4222-8222-222222222222`),
    );
    const odd = place('a#b.yml', RULE);
    expect(await explain([odd, event], { route: 'off' })).toBe(0);
  });

  it('brings filters and base rules from --rules', async () => {
    const file = place('whoami.yml', RULE);
    const filter = place(
      'more/filter.yml',
      'title: Lab\nlogsource: {product: windows}\nfilter: {rules: any, lab: {Host: lab}, condition: not lab}',
    );
    await explain([file, JSON.stringify({ ...HIT, Host: 'lab' })], { rules: [filter], route: 'off' });
    expect(printed[0]).toMatch(/^DOES NOT MATCH/);
    expect(printed).toContain('filter "Lab"');
    expect(printed.at(-1)).toMatch(new RegExp(`^  ${filter}:3:\\d+$`));
    printed = [];
    const count = place('count.yml', COUNT);
    expect(
      await explain([count, JSON.stringify({ ...HIT, User: 'an' })], { rules: [file], route: 'off' }),
    ).toBe(0);
    expect(printed[0]).toBe('COUNTS the event  Often (title:Often)');
    expect(printed).toContain("  group of the event: User = 'an'");
  });

  it('says the same in colours', async () => {
    const file = place('whoami.yml', RULE);
    const operands = [file, JSON.stringify({ ...HIT, CommandLine: '\u001b[31m' })];
    await explain(operands, { logsource: 'windows/process_creation/' });
    const plain = printed;
    printed = [];
    await sigmaExplainCommand(
      context(),
      operands,
      { logsource: 'windows/process_creation/' },
      { columns: 80, isColoured: true },
    );
    const colour = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
    expect(printed.map((line) => line.replaceAll(colour, ''))).toEqual(plain);
    expect(printed.filter((line) => line.includes('\u001b[32m✓')).length).toBeGreaterThan(1);
  });

  it('prints JSON for machines', async () => {
    const file = place('whoami.yml', RULE);
    await explain([file, '{"Image": "\\u001b\\u202e"}'], { json: true });
    const text = printed.join('\n');
    expect(printed.filter((line) => ACTING.test(line))).toEqual([]);
    expect(JSON.parse(text)).toMatchObject({
      kind: 'rule',
      matches: false,
      failed: { selection: 'selection', step: { item: { found: [{ values: ['\u001b\u202e'] }] } } },
    });
  });

  it('shows nothing that a rule or an event could do to a terminal', async () => {
    const evil = 'x\\u001b]0;t\\u0007\\u202e\\n';
    const file = place(
      'whoami.yml',
      RULE.replace('Whoami Execution', `"${evil}"`).replace("'/all'", `"${evil}"`),
    );
    await explain([file, `{"Image": "\\\\whoami.exe", "CommandLine": "${evil}"}`]);
    expect(printed.length).toBeGreaterThan(10);
    expect(printed.filter((line) => ACTING.test(line))).toEqual([]);
  });

  it.each([
    [[], 2, en.sigma.explain.needsRule],
    [['RULE'], 2, en.sigma.explain.needsEvent],
    [['RULE', '{'], 1, /^\{ is not one JSON object/],
    [['RULE', '{"a": 1} {"b": 2}'], 1, /is not one JSON object/],
    [['RULE', '/no/such/event.json'], 1, en.sigma.cannotRead('/no/such/event.json', 'ENOENT')],
    [['RULE', 'EVENTS'], 1, /has several events: name one by its line, .*:LINE$/],
    [['RULE', 'EVENTS:9'], 1, /has only 3 lines$/],
    [['RULE', 'EVENTS:2'], 1, /is blank$/],
    [['RULE#nothing', '{}'], 1, /^there is no rule "nothing" in /],
    [['BROKEN', '{}'], 1, /^the rule is rejected:\n.*broken\.yml:2:/],
    [['UNKNOWN', '{}'], 1, 'the rule is rejected:'],
    [['/no/such/rule.yml', '{}'], 1, en.sigma.cannotRead('/no/such/rule.yml', 'ENOENT')],
  ])('with %j ends with %i and says why', async (operands, exitCode, why) => {
    const names: Record<string, string> = {
      RULE: place('whoami.yml', RULE),
      BROKEN: place('broken.yml', 'title: x\ndetection: 7'),
      UNKNOWN: place('unknown.yml', RULE.replace('endswith', 'nonsense')),
      EVENTS: place('events.ndjson', `${JSON.stringify(HIT)}\n\n{}\n`),
    };
    const named = operands.map((operand) => operand.replace(/^[A-Z]+/, (name) => names[name] ?? name));
    expect(await explain(named)).toBe(exitCode);
    expect(complaints[0]).toMatch(why);
  });
});

describe('sigma convert', () => {
  it('prints the query and its parameters', async () => {
    const file = place('whoami.yml', RULE);
    expect(
      await convert([file], {
        from: '2026-11-24',
        until: '2026-11-24T12:00:00+07:00',
        builtinPipelines: false,
      }),
    ).toBe(0);
    expect(printed.slice(0, 3)).toEqual([
      `-- Whoami Execution (${ID})`,
      `-- ${file}:2`,
      `-- ${en.sigma.convert.candidates}`,
    ]);
    const at = printed.indexOf(`-- ${en.sigma.convert.parameters}:`);
    expect(printed[at - 1]).toMatch(/SELECT `time`, .* FROM `events` WHERE `time` >= .*;$/);
    expect(printed[at - 1]).not.toContain('whoami');
    const parameters = printed.slice(at);
    expect(parameters.join('\n')).toMatch(/^-- {3}p\d+ = "\\\\whoami\.exe"$/m);
    expect(parameters).toContain(`--   from = ${String(Date.UTC(2026, 10, 24))}`);
    expect(parameters).toContain(`--   to = ${String(Date.UTC(2026, 10, 24, 5))}`);
    expect(complaints).toEqual(['1 query (0 exact), 0 refused']);
  });

  it('prints JSON lines with what was refused and why', async () => {
    place('whoami.yml', RULE);
    place('count.yml', COUNT);
    place('all.yml', ALL.replace('title: any', 'title: All'));
    place('broken.yml', 'title: x\ndetection: 7');
    expect(await convert([folder.path], { json: true, builtinPipelines: false })).toBe(0);
    const made = printed.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(made.map(({ title, refused }) => [title, typeof refused])).toEqual(
      expect.arrayContaining([
        ['Whoami Execution', 'undefined'],
        ['Often', 'undefined'],
        ['All', 'string'],
      ]),
    );
    expect(made.find(({ title }) => title === 'Whoami Execution')).toMatchObject({
      params: { from: 0, to: Date.UTC(2026, 10, 25) },
    });
    expect(complaints).toHaveLength(1);
  });

  it('takes another table and another schema', async () => {
    const file = place('whoami.yml', RULE);
    const schema = place('schema.yml', 'time: at\nselect: [id]\nfields: f\njsonFields: j\n');
    expect(await convert([file], { schema, table: 'logs.old' })).toBe(0);
    expect(printed.join('\n')).toMatch(/SELECT `id` FROM `logs`\.`old` WHERE `at` >= .* ORDER BY `at`.*;$/m);
  });

  it.each([
    [{ from: 'yesterday' }, 2, en.sigma.convert.badTime('--from', 'yesterday')],
    [{ until: '2026-13-01' }, 2, en.sigma.convert.badTime('--until', '2026-13-01')],
    [{ from: '2026-11-26' }, 2, en.sigma.convert.timesReversed],
    [{ table: 'a; DROP' }, 2, en.sigma.convert.badTable('a; DROP')],
    [{ schema: 'time: t' }, 1, /schema\.yml is no description of a table: select/],
    [{ schema: 'time: [' }, 1, /schema\.yml is no description of a table: /],
    [{ schema: 'time: "a b"\nselect: [x]\nfields: f\njsonFields: j' }, 2, /"a b" is not a column/],
    [{ schema: 'time: t\nselect: [x]\nfields: f\njsonFields: j\nmore: 1' }, 1, /more/],
  ])('refuses %j', async (options: SigmaConvertOptions, exitCode, why) => {
    const file = place('whoami.yml', RULE);
    const schema = options.schema === undefined ? {} : { schema: place('schema.yml', options.schema) };
    expect(await convert([file], { ...options, ...schema })).toBe(exitCode);
    expect(complaints[0]).toMatch(why);
  });

  it('fails when no query can be made', async () => {
    expect(await convert([place('count.yml', `${COUNT.replace(ID, 'any')}---\n${ALL}`)])).toBe(1);
    expect(printed.some((line) => line.startsWith('-- no SQL: '))).toBe(true);
  });

  it('writes commands that a shell passes on unchanged', async () => {
    const file = place('whoami.yml', RULE.replace("'/all'", '"it\'s $(x) `y` \\\\\\n\\u001b"'));
    await convert([file], { shell: true, builtinPipelines: false });
    const command = printed.find((line) => line.startsWith('clickhouse-client ')) ?? '';
    expect(printed.filter((line) => ACTING.test(line))).toEqual([]);
    const { stdout } = spawnSync('/bin/sh', ['-c', command.replace('clickhouse-client', "printf '%s\\n'")], {
      encoding: 'utf8',
    });
    const words = stdout.trimEnd().split('\n');
    expect(words.at(-2)).toBe('--query');
    expect(words.at(-1)).toMatch(/ FROM `events` WHERE /);
    expect(words.find((word) => word.includes('$(x)'))).toMatch(/=.*it\\?'s \$\(x\) `y` \\\\\\n\\x1b/);
  });

  it('writes a list as one parameter', () => {
    expect(clientCommand('q', { p: ["it's", 'a\\b\n'] })).toBe(
      `clickhouse-client --param_p='['\\''it\\'\\''s'\\'','\\''a\\\\b\\n'\\'']' --query 'q'`,
    );
  });

  it.each([
    ['a\\b', 'a\\\\b'],
    ['\n\t\r\0', '\\n\\t\\r\\0'],
    ['é\u202e', 'é\\xe2\\x80\\xae'],
    [12, '12'],
  ])('escapes the parameter %j as %s', (value, escaped) => {
    expect(escapeParameter(value)).toBe(escaped);
    expect(shellQuote("a'b")).toBe("'a'\\''b'");
  });
});

/** Nothing that SQL could narrow. */
const ALL = 'title: any\nname: any\nlogsource: {product: p}\ndetection: {s: ["*"], condition: s}';

describe('help of the Sigma commands', () => {
  async function help(args: readonly string[], language: 'en' | 'vi', columns = 80): Promise<string> {
    let text = '';
    const m = language === 'en' ? en : vi;
    const print = (line: string): void => {
      text += `${line}\n`;
    };
    const exitCode = await runProgram([...args, '--help'], {
      m,
      language,
      env: {},
      version: '0',
      columns,
      print,
      complain: print,
    });
    expect(exitCode).toBe(0);
    return text;
  }

  it.each(['match', 'check', 'explain', 'convert'])(
    '%s has notes and examples in both languages, 80 wide',
    async (name) => {
      for (const language of ['en', 'vi'] as const) {
        const text = await help(['sigma', name], language);
        expect(text).toContain(language === 'en' ? en.examples : vi.examples);
        expect(text).toContain(`vonggac sigma ${name} `);
        expect(text.split('\n').filter((line) => line.length > 100)).toEqual([]);
        expect(text).toMatch(language === 'en' ? /Exit code/ : /Mã thoát/);
      }
    },
  );

  it('lists the four', async () => {
    const text = await help(['sigma'], 'en');
    for (const name of ['match', 'check', 'explain', 'convert'])
      expect(text).toMatch(new RegExp(`^ {2}${name} `, 'm'));
  });

  it.each([
    [['sigma', 'convert', 'x'], en.usageError.missingOption('--to <language>')],
    [['sigma', 'convert', '--to', 'splunk', 'x'], /--to/],
    [['sigma', 'check'], /path/],
    [['sigma', 'explain', 'a', 'b', 'c'], en.usageError.excessArguments],
    [['sigma', 'match', '--rules', 'x', '--events', 'y', '--route', 'guess'], /--route/],
  ])('%j is wrong use', async (args, why) => {
    let said = '';
    const exitCode = await runProgram(args, {
      m: en,
      language: 'en',
      env: {},
      version: '0',
      print: () => undefined,
      complain: (line) => (said += line),
    });
    expect(exitCode).toBe(2);
    expect(said).toMatch(why);
  });
});
