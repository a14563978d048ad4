/** Commands on a schedule, with real programs: what is told of them, and what they cannot do to the agent. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LogRecord } from '#protocol/record.ts';
import type { CommandsConfig, ScheduledCommand } from '../../../../../agent/command-config.ts';
import { createCommandSource } from '../../../../../agent/sources/command/command-source.ts';
import { MemoryPositions } from '../memory-positions.ts';
import { start, type Run } from '../source-harness.ts';

const SH = '/bin/sh';

let folder: string;
let positions: MemoryPositions;
let runs: Run[];
/** The host's clock. */
let clock: number;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-command-'));
  positions = new MemoryPositions();
  runs = [];
  clock = 1_750_000_000_000;
});

afterEach(async () => {
  for (const run of runs) await run.stop();
  fs.rmSync(folder, { recursive: true });
});

function schedule(
  script: string,
  more: Partial<ScheduledCommand> = {},
  allow: CommandsConfig['allow'] = [SH],
): Run {
  const command: ScheduledCommand = {
    name: 'disk',
    command: [SH, '-c', script],
    everyMs: 10,
    timeoutMs: 10_000,
    mode: 'whole',
    outputBytesMax: 65_536,
    ...more,
  };
  const source = createCommandSource({
    command,
    allow,
    lane: 'standard',
    privileged: false,
    random: () => 0,
  });
  const run = start(source, { positions, now: () => clock });
  runs.push(run);
  return run;
}

interface Told {
  record: LogRecord;
  head: Record<string, unknown>;
  output: string;
}

async function take(run: Run, count: number): Promise<Told[]> {
  const records = await run.until((all) => all.length >= count);
  return records.map((record) => {
    if (record.kind !== 'log') throw new Error('a record of a log was expected');
    const [head = '', ...output] = record.text.split('\n');
    return { record, head: JSON.parse(head) as Record<string, unknown>, output: output.join('\n') };
  });
}

describe('a run', () => {
  test('is a record with its output and how it ended', async () => {
    const [told] = await take(schedule('echo one; echo hai; echo oh >&2; exit 3'), 1);
    expect(told?.record).toMatchObject({ channel: 'command', origin: 'disk' });
    expect(told?.head).toMatchObject({ run: clock, exit: 3, bytes: 8, stderr: 'oh' });
    expect(told?.output).toBe('one\nhai\n');
  });

  test('is a record for each line, and one for its end', async () => {
    const told = await take(schedule('echo one; echo; echo two', { mode: 'lines' }), 3);
    expect(told.map(({ head, output }) => [head['line'], head['exit'], output])).toEqual([
      [1, undefined, 'one'],
      [3, undefined, 'two'],
      [undefined, 0, ''],
    ]);
  });

  test('is told again only when it is not what it was', async () => {
    const file = path.join(folder, 'state');
    fs.writeFileSync(file, 'a');
    const run = schedule(`echo run >> ${folder}/count; cat ${file}`, { mode: 'changes-only' });
    const [first] = await take(run, 1);
    const count = (): number => fs.readFileSync(path.join(folder, 'count'), 'utf8').split('\n').length - 1;
    while (count() < 4) await run.step();
    fs.writeFileSync(file, 'b');
    const [second] = await take(run, 1);
    expect([first?.output, second?.output]).toEqual(['a', 'b']);
    expect(second?.head['changed']).toBe(true);
  });

  test('sees an empty environment and the root folder', async () => {
    const [told] = await take(schedule('env | sort; pwd'), 1);
    expect(told?.output.split('\n').filter((line) => !/^(_|PWD|OLDPWD|SHLVL)=/.test(line))).toEqual([
      'LANG=C',
      'LC_ALL=C',
      'PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      '/',
      '',
    ]);
  });

  test('is cut at its limit, on a character, and what is cut is counted', async () => {
    const [told] = await take(schedule(`printf 'được%.0s' 1 2 3 4 5`, { outputBytesMax: 9 }), 1);
    expect(told?.output).toBe('được');
    expect(told?.record.cutBytes).toBe(5 * 8 - 8);
    expect(told?.head['bytes']).toBe(40);
  });

  test('is told with bytes that are no text, repaired', async () => {
    const [told] = await take(schedule(String.raw`printf 'a\377b\000c'`), 1);
    expect([told?.output, told?.record.repaired]).toEqual(['a\uFFFDb\0c', true]);
  });
});

describe('a program that misbehaves', () => {
  test('is killed with all it started when it takes too long', async () => {
    const pid = path.join(folder, 'pid');
    const run = schedule(`sleep 1000 & echo $! > ${pid}; wait`, { timeoutMs: 300 });
    const [told] = await take(run, 1);
    expect(told?.head).toMatchObject({
      signal: 'SIGKILL',
      failure: expect.stringContaining('0.3 s') as string,
    });
    const child = Number(fs.readFileSync(pid, 'utf8'));
    // A zombie has no command line any more.
    const line = path.join('/proc', String(child), 'cmdline');
    expect(fs.existsSync(line) ? fs.readFileSync(line, 'utf8') : '').toBe('');
  });

  test('cannot leave anything behind that holds its output open', async () => {
    const [told] = await take(schedule('sleep 1000 & echo done'), 1);
    expect(told?.output).toBe('done\n');
    expect(told?.head['exit']).toBe(0);
  });

  test('that floods is ended', async () => {
    const before = process.memoryUsage().rss;
    const [told] = await take(schedule('cat /dev/zero'), 1);
    expect(told?.head['failure']).toMatch(/wrote more than/);
    expect(told?.output.length).toBe(65_536);
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  test('that is not there is a record once', async () => {
    const run = schedule('', { command: ['/no/such/program'] }, ['/no/such/program']);
    const [told] = await take(run, 1);
    expect(told?.head['failure']).toMatch(/cannot be found/);
    for (let look = 0; look < 3; look += 1) expect(await run.step()).toEqual([]);
    expect(run.problems).toHaveLength(1);
  });

  test.each<[string, CommandsConfig['allow']]>([
    ['not allowed at all', []],
    ['allowed with other arguments', [[SH, '-c', 'echo other']]],
  ])('that is %s is not run', async (_, allow) => {
    const run = schedule(`touch ${folder}/ran`, {}, allow);
    const [told] = await take(run, 1);
    expect(told?.head['failure']).toMatch(/commands\.allow/);
    expect(fs.existsSync(path.join(folder, 'ran'))).toBe(false);
  });
});

describe('the schedule', () => {
  test('is kept over a restart, and a run that was cut off by it is told', async () => {
    const script = `echo run >> ${folder}/count; exec sleep 1000`;
    const first = schedule(script, { everyMs: 3_600_000 });
    // That it begins is committed first.
    await first.step();
    const pulling = first.pull();
    const count = path.join(folder, 'count');
    const written = (): string => (fs.existsSync(count) ? fs.readFileSync(count, 'utf8') : '');
    // The shell makes the file before it writes into it.
    while (written() !== 'run\n') await new Promise((resolve) => setImmediate(resolve));
    await first.stop();
    await pulling;
    clock += 60_000;
    const [told] = await take(schedule(script, { everyMs: 3_600_000 }), 1);
    expect(told?.head).toMatchObject({ run: clock - 60_000, failure: 'the agent ended while it ran' });
    expect(written()).toBe('run\n');
  });

  test('begins anew for another command of the same name', async () => {
    await take(schedule('echo one', { everyMs: 3_600_000 }), 1);
    const [told] = await take(schedule('echo two', { everyMs: 3_600_000 }), 1);
    expect(told?.output).toBe('two\n');
  });

  test('does not wait for ever after the clock was set back', async () => {
    const run = schedule('echo one', { everyMs: 50 });
    await take(run, 1);
    clock -= 86_400_000;
    expect(await take(run, 1)).toHaveLength(1);
  });
});
