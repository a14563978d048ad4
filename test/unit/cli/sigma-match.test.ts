import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventTimeMs } from '../../../collector/cli/commands/event-time.ts';
import { readLines } from '../../../collector/cli/commands/read-lines.ts';
import { Progress } from '../../../collector/cli/commands/progress.ts';
import { parseLogsource } from '../../../collector/cli/commands/sigma-input.ts';
import { sigmaMatchCommand, type SigmaMatchOptions } from '../../../collector/cli/commands/sigma-match.ts';
import { en } from '../../../collector/cli/messages/en.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const WHOAMI = `
title: Whoami
id: 11111111-1111-4111-8111-111111111111
logsource: {product: windows, category: process_creation}
detection:
  sel: {Image|endswith: '\\whoami.exe'}
  condition: sel
`;
const FAILED = `
title: Failed login
name: failed
logsource: {product: linux, service: sshd}
detection:
  sel: {action: failed}
  condition: sel
---
title: Three failures
id: 22222222-2222-4222-8222-222222222222
correlation:
  type: event_count
  rules: [failed]
  group-by: [ip]
  timespan: 1m
  condition: {gte: 3}
`;
const ABSENT = `
title: Stop
name: stop
detection: {sel: {action: stop}, condition: sel}
---
title: Start
name: start
detection: {sel: {action: start}, condition: sel}
---
title: Stop without start
correlation:
  type: temporal
  rules: [stop, start]
  group-by: [ip]
  timespan: 2m
  condition: stop and not start
`;
const BROKEN = `
title: Broken
logsource: {product: windows}
detection:
  sel: {Image|re: '('}
  condition: sel
`;

let folder: { path: string; remove: () => void };
let complaints: string[];

beforeEach(() => {
  folder = temporaryFolder();
  complaints = [];
});
afterEach(() => folder.remove());

function place(name: string, text: string): string {
  const file = path.join(folder.path, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function* bytesOf(...texts: string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

async function match(
  options: Partial<SigmaMatchOptions>,
  events: readonly unknown[] = [],
): Promise<{ exitCode: number; lines: Record<string, unknown>[] }> {
  let written = '';
  const text = events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n');
  const exitCode = await sigmaMatchCommand(
    { m: en, complain: (line) => complaints.push(line) },
    { rules: [folder.path], events: '-', ...options },
    {
      write: async (chunk) => {
        written += chunk;
      },
      standardInput: bytesOf(text),
    },
  );
  const lines = written.split('\n').filter((line) => line !== '');
  return { exitCode, lines: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const whoami = { Image: 'C:\\Windows\\WHOAMI.exe' };
const ID = '11111111-1111-4111-8111-111111111111';

describe('sigma match', () => {
  it('names the line of each hit, blank and bad lines counted', async () => {
    place('whoami.yml', WHOAMI);
    const events = [whoami, '', 'not json', '[1]', 'null', { Image: 'x' }, '\u001b[31m', whoami];
    expect(await match({ route: 'off' }, events)).toEqual({
      exitCode: 0,
      lines: [
        { line: 1, rules: [ID] },
        { line: 8, rules: [ID] },
      ],
    });
    expect(complaints.map((line) => line.split(':').slice(0, 2).join(':'))).toEqual([
      '<stdin>:3',
      '<stdin>:4',
      '<stdin>:5',
      '<stdin>:7',
    ]);
  });

  it('reads folders and files, not the tests beside rules; a rule without id goes by its title', async () => {
    place('deep/er/whoami.yaml', WHOAMI);
    place('deep/whoami.test.yml', 'events: []');
    place('deep/notes.txt', 'no rule');
    place('untitled.yml', WHOAMI.replace(/^id:.*$/m, ''));
    expect((await match({ route: 'off' }, [whoami])).lines).toEqual([
      { line: 1, rules: [ID, 'title:Whoami'] },
    ]);
    expect(complaints).toEqual([]);
  });

  it.each([
    [{ route: 'off' as const }, [1, 2, 3, 4]],
    [{ route: 'fields' as const }, [1, 2]],
    [{ route: 'fields' as const, logsource: 'linux//' }, [2]],
    [{ logsource: 'windows/process_creation/' }, [1, 2, 3, 4]],
    [{ logsource: 'linux//sshd' }, []],
  ])('with %j tries the rules on lines %j', async (options, lines) => {
    place('whoami.yml', WHOAMI);
    const events = [
      whoami,
      { ...whoami, product: 'windows', category: 'process_creation' },
      { ...whoami, product: 'linux' },
      { ...whoami, product: 'windows', category: 'file_event' },
    ];
    expect((await match(options, events)).lines.map(({ line }) => line)).toEqual(lines);
  });

  it('routes by the pipelines where nothing else is said, and tries every rule where they know nothing', async () => {
    place('whoami.yml', WHOAMI);
    const sysmon = { Channel: 'Microsoft-Windows-Sysmon/Operational', EventID: 1, ...whoami };
    const events = [sysmon, { ...sysmon, EventID: 11 }, whoami, { ...whoami, product: 'linux' }];
    for (const options of [{}, { route: 'pipelines' as const }]) {
      complaints = [];
      expect((await match(options, events)).lines.map(({ line }) => line)).toEqual([1, 3]);
      expect(complaints).toEqual([en.sigma.unrouted(1, 4)]);
    }
    // What no pipeline knows is of the log source that the user names.
    const routed = await match({ route: 'pipelines', logsource: 'linux//sshd' }, events);
    expect(routed.lines.map(({ line }) => line)).toEqual([1]);
  });

  it('maps fields by the pipelines: a process of the security log is a process creation', async () => {
    place('whoami.yml', WHOAMI);
    const event = { Channel: 'Security', EventID: 4688, NewProcessName: whoami.Image };
    expect((await match({}, [event])).lines).toEqual([{ line: 1, rules: [ID] }]);
    expect((await match({ builtinPipelines: false }, [event])).lines).toEqual([]);
  });

  it('takes the user’s own pipelines, built-in ones or not', async () => {
    place('rules/whoami.yml', WHOAMI);
    const pipeline = place(
      'own.yml',
      'name: own\nfields: {Image: exe}\nroutes: [{when: {source: own}, logsource: {product: windows, category: process_creation}}]',
    );
    const options = { rules: [path.join(folder.path, 'rules')], pipeline: [pipeline] };
    const events = [
      { source: 'own', exe: whoami.Image },
      { source: 'other', exe: whoami.Image, product: 'x' },
    ];
    const wanted = [{ line: 1, rules: [ID] }];
    expect((await match({ ...options, builtinPipelines: false }, events)).lines).toEqual(wanted);
    expect((await match({ ...options, route: 'off' }, events)).lines.map(({ line }) => line)).toEqual([1, 2]);
  });

  it('ends with the place of what is wrong in a pipeline or a table of placeholders', async () => {
    place('rules/whoami.yml', WHOAMI);
    const rules = [path.join(folder.path, 'rules')];
    const pipeline = place('own.yml', 'name: own\nfields: 7');
    expect((await match({ rules, pipeline: [pipeline] })).exitCode).toBe(1);
    expect(complaints.at(-1)).toMatch(/own\.yml:2:\d+: /);
    const placeholders = place('table.yml', 'admins: [root]\nothers: {a: b}');
    expect((await match({ rules, placeholders })).exitCode).toBe(1);
    expect(complaints.at(-1)).toMatch(/table\.yml:2:\d+: /);
    expect((await match({ rules, placeholders: '/no/such/table' })).exitCode).toBe(1);
    expect(complaints.at(-1)).toBe(en.sigma.cannotRead('/no/such/table', 'ENOENT'));
  });

  it('fills placeholders from a table in YAML or JSON', async () => {
    place('rules/admin.yml', 'title: Admin\ndetection:\n  s: {user|expand: "%admins%"}\n  condition: s');
    const rules = [path.join(folder.path, 'rules')];
    expect((await match({ rules, route: 'off' }, [{ user: 'root' }])).exitCode).toBe(1);
    for (const text of ['admins: [root, lan]', '{"%admins%": ["root", "lan"]}']) {
      const placeholders = place('table', text);
      const { lines } = await match({ rules, placeholders, route: 'off' }, [{ user: 'lan' }, { user: 'an' }]);
      expect(lines).toEqual([{ line: 1, rules: ['title:Admin'] }]);
    }
  });

  it.each(['windows', 'a/b', 'a/b/c/d', '//', '-/-/-', ''])(
    'refuses the log source %j',
    async (logsource) => {
      place('whoami.yml', WHOAMI);
      expect(parseLogsource(logsource)).toBeUndefined();
      expect((await match({ logsource }, [whoami])).exitCode).toBe(2);
    },
  );

  it('correlates over the events’ own times', async () => {
    place('failed.yml', FAILED);
    const at = (second: number, ip: string) => ({
      action: 'failed',
      ip,
      '@timestamp': `2026-11-22T03:00:${second}Z`,
    });
    const events = [at(10, 'a'), at(11, 'b'), at(12, 'a'), at(13, 'a'), { action: 'ok' }];
    expect((await match({ route: 'off' }, events)).lines.filter((line) => 'correlation' in line)).toEqual([
      { line: 4, correlation: '22222222-2222-4222-8222-222222222222', group: { ip: 'a' } },
    ]);
    const apart = events.map((event, minute) => ({
      ...event,
      '@timestamp': `2026-11-22T03:${10 + minute * 2}:00Z`,
    }));
    expect((await match({ route: 'off' }, apart)).lines.filter((line) => 'correlation' in line)).toEqual([]);
  });

  it('puts a hit that only the end of the input decides on the line of the last event', async () => {
    place('absent.yml', ABSENT);
    const at = (minute: number, action: string) => ({
      action,
      ip: 'a',
      '@timestamp': `2026-11-22T03:${String(minute).padStart(2, '0')}:00Z`,
    });
    const hit = { correlation: 'title:Stop without start', group: { ip: 'a' } };
    const hitsOf = async (events: readonly unknown[]): Promise<unknown[]> =>
      (await match({ route: 'off' }, events)).lines.filter((line) => 'correlation' in line);
    expect(await hitsOf([at(10, 'stop'), { action: 'other' }, ''])).toEqual([{ line: 2, ...hit }]);
    expect(await hitsOf([at(10, 'stop'), at(11, 'start')])).toEqual([]);
  });

  it('says how many matches came too late to be correlated', async () => {
    place('failed.yml', FAILED);
    const at = (time: string) => ({ action: 'failed', ip: 'a', '@timestamp': `2026-11-22T${time}Z` });
    await match({ route: 'off' }, [at('03:10:00'), at('03:04:00')]);
    expect(complaints).toEqual([en.sigma.late(1)]);
  });

  it('reads a file named twice once', async () => {
    const file = place('whoami.yml', WHOAMI);
    const { lines } = await match({ route: 'off', rules: [file, folder.path], stats: true }, [whoami]);
    expect(lines).toMatchObject([{ rules: [ID] }, { rules: 1, rejected: 0 }]);
  });

  it('names rejected rules with their place; the rest match', async () => {
    place('whoami.yml', WHOAMI);
    const broken = place('broken.yml', BROKEN);
    expect((await match({ route: 'off' }, [whoami])).exitCode).toBe(0);
    expect(complaints).toHaveLength(1);
    expect(complaints[0]).toMatch(new RegExp(`^${broken}:5:\\d+: `));
  });

  it('fails when every rule is rejected, there is none, or a file is not there', async () => {
    place('broken.yml', BROKEN);
    expect((await match({ route: 'off' })).exitCode).toBe(1);
    expect(complaints.at(-1)).toBe(en.sigma.allRejected);
    mkdirSync(path.join(folder.path, 'empty'));
    const empty = path.join(folder.path, 'empty');
    expect((await match({ route: 'off', rules: [empty] })).exitCode).toBe(1);
    expect(complaints.at(-1)).toBe(en.sigma.noRules(empty));
    expect((await match({ route: 'off', rules: ['/no/such/rules'] })).exitCode).toBe(1);
    place('whoami.yml', WHOAMI);
    expect((await match({ route: 'off', events: '/no/such/events' })).exitCode).toBe(1);
    expect(complaints.at(-1)).toBe(en.sigma.cannotRead('/no/such/events', 'ENOENT'));
  });

  it('ends with one line of figures when asked', async () => {
    place('whoami.yml', WHOAMI);
    place('broken.yml', BROKEN);
    const { lines } = await match({ route: 'off', stats: true }, [whoami, { a: 1 }, 'bad']);
    const last = lines.at(-1) ?? {};
    expect(Object.keys(last)).toEqual([
      'rules',
      'rejected',
      'events',
      'hits',
      'loadMs',
      'parseMs',
      'matchMs',
      'rssMb',
    ]);
    expect(last).toMatchObject({ rules: 1, rejected: 1, events: 2, hits: 1 });
  });

  it('complains of twenty bad lines and counts the rest, showing nothing a line could do to a terminal', async () => {
    place('whoami.yml', WHOAMI);
    await match(
      { route: 'off' },
      Array.from({ length: 33 }, () => '\u001b]0;title\u0007'),
    );
    expect(complaints).toHaveLength(21);
    expect(complaints.at(-1)).toBe('13 more lines were left out');
    expect(complaints.some((line) => line.includes('\u001b'))).toBe(false);
  });

  it('takes a byte order mark and carriage returns', async () => {
    place('whoami.yml', WHOAMI);
    const events = place(
      'bom.ndjson',
      `\ufeff${JSON.stringify(whoami)}\r\n\r\n${JSON.stringify(whoami)}\r\n`,
    );
    expect((await match({ route: 'off', events })).lines.map(({ line }) => line)).toEqual([1, 3]);
    expect(complaints).toEqual([]);
  });

  it('reads events from a file', async () => {
    place('whoami.yml', WHOAMI);
    const events = place('events.ndjson', `{}\n${JSON.stringify(whoami)}\n`);
    expect((await match({ route: 'off', events })).lines).toEqual([{ line: 2, rules: [ID] }]);
  });
});

describe('lines of a stream', () => {
  async function linesOf(chunks: readonly Buffer[], max: number): Promise<(string | undefined)[]> {
    const lines: (string | undefined)[] = [];
    async function* stream(): AsyncGenerator<Buffer> {
      yield* chunks;
    }
    for await (const batch of readLines(stream(), max)) {
      expect(batch.first).toBe(lines.length + 1);
      expect(batch.lines.length).toBeGreaterThan(0);
      lines.push(...batch.lines.map((line) => line?.toString('utf8')));
    }
    return lines;
  }

  it('are the same however the stream is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.stringMatching(/^[a-zạ\r]{0,12}$/)),
        fc.array(fc.nat(40), { maxLength: 10 }),
        async (texts, cuts) => {
          const bytes = Buffer.from(texts.join('\n'));
          const places = [
            0,
            ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b),
            bytes.length,
          ];
          const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
          const whole = bytes.toString('utf8');
          const wanted = whole === '' ? [] : whole.replace(/\n$/, '').split('\n');
          expect(await linesOf(chunks, 1_000)).toEqual(wanted);
        },
      ),
    );
  });

  it('over the limit are reported and let go, wherever they are cut', async () => {
    const chunks = ['ab', 'cdef\nok\n', 'x'.repeat(9), 'x\nlast'].map((text) => Buffer.from(text));
    expect(await linesOf(chunks, 5)).toEqual([undefined, 'ok', undefined, 'last']);
  });
});

describe('progress', () => {
  it('is shown after a while, now and then, and cleared', () => {
    let nowMs = 0;
    let text = '';
    const progress = new Progress({ write: (part) => (text += part), now: () => nowMs });
    progress.tick(() => 'early');
    progress.clear();
    expect(text).toBe('');
    for (nowMs of [2_000, 2_100, 2_600]) progress.tick(() => `at ${String(nowMs)}`);
    expect(text).toBe('\r\u001b[Kat 2000\r\u001b[Kat 2600');
    progress.clear();
    progress.clear();
    expect(text.endsWith('2600\r\u001b[K')).toBe(true);
  });

  it('is silent where there is no terminal', () => {
    const progress = new Progress({ write: undefined, now: () => 10_000 });
    expect(() => progress.tick(() => expect.unreachable())).not.toThrow();
  });
});

describe('the time of an event', () => {
  it.each([
    [{ '@timestamp': '2026-11-22T10:00:00+07:00' }, Date.UTC(2026, 10, 22, 3)],
    [{ UtcTime: '2026-11-22 03:00:00.250' }, Date.UTC(2026, 10, 22, 3, 0, 0, 250)],
    [{ timestamp: 1_700_000_000 }, 1_700_000_000_000],
    [{ timestamp: 1_700_000_000_123 }, 1_700_000_000_123],
    [{ '@timestamp': 'soon', EventTime: '2026-11-22T03:00:00Z' }, Date.UTC(2026, 10, 22, 3)],
    [{ message: 'none' }, undefined],
    [{ timestamp: Number.NaN }, undefined],
    [{ timestamp: { value: 1 } }, undefined],
  ])('of %j is %j', (event, ms) => {
    expect(eventTimeMs(event)).toBe(ms);
  });
});
