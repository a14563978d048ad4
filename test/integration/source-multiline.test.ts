/** Records of several lines: joined by pattern or by channel, restarted and rotated in the middle. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFileSource, type FileSourceOptions } from '../../agent/sources/file/file-source.ts';
import type { MultilineSettings } from '../../agent/sources/file/line-grouping.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { readAll, start, texts, type Run } from '../unit/agent/sources/source-harness.ts';

let folder: string;
let log: string;
let positions: MemoryPositions;
let runs: Run[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-multiline-'));
  log = path.join(folder, 'app.log');
  positions = new MemoryPositions();
  runs = [];
});

afterEach(async () => {
  for (const run of runs) await run.stop();
  fs.rmSync(folder, { recursive: true });
});

const LIMITS = { linesMax: 500, bytesMax: 65_536, waitMs: 60_000 };
const BY_START: MultilineSettings = { startsWith: String.raw`^\d{4}-\d\d-\d\d `, ...LIMITS };
const BY_MORE: MultilineSettings = { continues: String.raw`^\s|^Caused by:`, ...LIMITS };

function source(
  multiline: MultilineSettings | 'none' | undefined,
  options: Partial<FileSourceOptions> = {},
): ReturnType<typeof createFileSource> {
  return createFileSource({
    tails: [{ path: log, channel: 'linux-syslog', multiline }],
    pollMs: 10,
    settleMs: 0,
    rotateWaitMs: 20,
    ...options,
  });
}

function tail(multiline: MultilineSettings, options: Partial<FileSourceOptions> = {}): Run {
  const run = start(source(multiline, options), { positions });
  runs.push(run);
  return run;
}

async function take(run: Run, count: number): Promise<string[]> {
  return texts(await run.until((records) => records.length >= count));
}

async function once(multiline: MultilineSettings | 'none' | undefined): Promise<string[]> {
  return texts(await readAll(source(multiline, { once: true }), positions));
}

describe('lines are joined', () => {
  test('by what a record begins with; lines before the first such are records too', async () => {
    fs.writeFileSync(
      log,
      ' lost\n2026-01-31 one\n  at a\n\n  at b\n\n2026-01-31 two\n2026-01-31 three\nend\n',
    );
    expect(await once(BY_START)).toEqual([
      ' lost',
      '2026-01-31 one\n  at a\n\n  at b',
      '2026-01-31 two',
      '2026-01-31 three\nend',
    ]);
  });

  test('by what its further lines begin with', async () => {
    fs.writeFileSync(log, '  first\none\n\tat a\nCaused by: b\n\tat c\ntwo\nthree\n');
    expect(await once(BY_MORE)).toEqual(['  first', 'one\n\tat a\nCaused by: b\n\tat c', 'two', 'three']);
  });

  test('in UTF-16 too', async () => {
    const text = Buffer.from('\uFEFF2026-01-31 một\r\n  hai\r\n2026-01-31 ba\r\n', 'utf16le');
    fs.writeFileSync(log, text);
    expect(await once(BY_START)).toEqual(['2026-01-31 một\n  hai', '2026-01-31 ba']);
  });

  test('up to the limits, and what is over them is the next record: nothing is left out', async () => {
    const lines = Array.from({ length: 25 }, (_, index) => `  line ${index}`);
    fs.writeFileSync(log, `2026-01-31 head\n${lines.join('\n')}\n2026-01-31 next\n`);
    const read = await once({ ...BY_START, linesMax: 10 });
    expect(read.map((text) => text.split('\n').length)).toEqual([10, 10, 6, 1]);
    expect(read.join('\n')).toBe(`2026-01-31 head\n${lines.join('\n')}\n2026-01-31 next`);
    positions = new MemoryPositions();
    const small = await once({ ...BY_START, bytesMax: 100 });
    expect(small.every((text) => text.length <= 100)).toBe(true);
    expect(small.join('\n')).toBe(read.join('\n'));
  });

  test('and a line that was cut stands alone', async () => {
    fs.writeFileSync(log, `2026-01-31 a\n${'x'.repeat(2_000_000)}\n more\n2026-01-31 b\n`);
    const records = await readAll(source(BY_START, { once: true }), positions);
    expect(texts(records).map((text) => text.length)).toEqual([12, expect.any(Number), 5, 12]);
    expect(records.map((record) => record.kind === 'log' && record.cutBytes !== undefined)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('by a pattern that would stall other engines, in no time', async () => {
    fs.writeFileSync(log, `${'a'.repeat(100_000)}!\nb\n`);
    const began = performance.now();
    expect((await once({ ...LIMITS, startsWith: '^(a+)+$|^b' })).map((text) => text.length)).toEqual([
      100_001, 1,
    ]);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  test('not at all by a pattern that cannot be used, which is reported', async () => {
    fs.writeFileSync(log, 'one\n  two\n');
    const run = tail({ ...LIMITS, startsWith: '(?=x)' });
    expect(await take(run, 2)).toEqual(['one', '  two']);
    expect(run.problems).toMatchObject([
      { subject: log, message: expect.stringContaining('multiline') as string },
    ]);
  });
});

describe('the record under way', () => {
  test('is complete when nothing came for long enough', async () => {
    fs.writeFileSync(log, '2026-01-31 one\n  more\n');
    const run = tail({ ...BY_START, waitMs: 30 });
    expect(await take(run, 1)).toEqual(['2026-01-31 one\n  more']);
    await run.stop();
    expect(await once(BY_START)).toEqual([]);
  });

  test('is read again from its first line after a restart', async () => {
    fs.writeFileSync(log, '2026-01-31 one\n2026-01-31 two\n  more\n');
    const run = tail(BY_START);
    expect(await take(run, 1)).toEqual(['2026-01-31 one']);
    await run.stop();
    fs.appendFileSync(log, '  and more\n2026-01-31 three\n');
    expect(await take(tail(BY_START), 1)).toEqual(['2026-01-31 two\n  more\n  and more']);
  });

  test.each([
    [
      'rename',
      (): void => {
        fs.renameSync(log, `${log}.1`);
      },
    ],
    [
      'copy and truncation',
      (): void => {
        fs.copyFileSync(log, `${log}.1`);
        fs.truncateSync(log);
      },
    ],
  ])(
    'ends with its file at a rotation by %s, while the agent is up and while it is down',
    async (_, rotate) => {
      fs.writeFileSync(log, '2026-01-31 one\n2026-01-31 two\n  more\n');
      const run = tail(BY_START);
      expect(await take(run, 1)).toEqual(['2026-01-31 one']);
      rotate();
      fs.writeFileSync(log, '2026-01-31 three\n  of three\n2026-01-31 four\n');
      expect((await take(run, 2)).sort()).toEqual(['2026-01-31 three\n  of three', '2026-01-31 two\n  more']);
      await run.stop();
      fs.renameSync(`${log}.1`, `${log}.2`);
      rotate();
      fs.writeFileSync(log, '2026-01-31 five\n2026-01-31 six\n');
      expect((await take(tail(BY_START), 2)).sort()).toEqual(['2026-01-31 five', '2026-01-31 four']);
    },
  );
});

test('whatever the lines and wherever the agent is stopped, the records are the same', async () => {
  const settings = { ...BY_START, linesMax: 7 };
  const whole = async (): Promise<string[]> =>
    texts(await readAll(source(settings, { once: true }), new MemoryPositions()));
  const line = fc.constantFrom('2026-01-31 head', '  more', '', '\tlonger '.repeat(40), 'đuôi');
  const step = fc.record({
    lines: fc.array(line, { minLength: 1, maxLength: 12 }),
    /** What happens then: killed before what was pulled is committed, killed after it, or left running. */
    end: fc.constantFrom('killed', 'stopped', 'running'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
      fs.writeFileSync(log, '');
      positions = new MemoryPositions();
      const read: string[] = [];
      let run: Run | undefined;
      for (const { lines, end } of steps) {
        fs.appendFileSync(log, `${lines.join('\n')}\n`);
        // The last record is not complete yet.
        const complete = (await whole()).length - 1;
        while (read.length < complete) {
          run ??= tail(settings);
          const item = await run.pull();
          if (item === undefined || end === 'killed') break;
          positions.commit(item);
          read.push(...texts(item.records));
        }
        if (end !== 'running') {
          await run?.stop();
          run = undefined;
        }
      }
      await run?.stop();
      read.push(...(await once(settings)));
      expect(read).toEqual(await whole());
      fs.rmSync(log);
    }),
    { numRuns: 60 },
  );
});
