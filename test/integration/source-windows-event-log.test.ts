/**
 * The event log source over a program that stands in for wevtutil.exe (test/support/agent/wevtutil-stand-in.ts) and over
 * recorded events: order, bookmarks, kills, and what can be wrong with a log.
 */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkEventLog } from '../../agent/doctor/check-event-log.ts';
import { en } from '../../agent/messages/en.ts';
import { OwnChildren } from '../../agent/sources/windows-event-log/own-children.ts';
import type { Source, SourceItem } from '../../agent/sources/source.ts';
import { Wevtutil } from '../../agent/sources/windows-event-log/wevtutil.ts';
import {
  createWindowsEventSource,
  type WindowsEventOptions,
} from '../../agent/sources/windows-event-log/windows-event-source.ts';
import { EventLogs, eventXml, LINUX_CODES, START_MS, type EventFacts } from '../support/agent/event-logs.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { start, texts, type Run } from '../unit/agent/sources/source-harness.ts';

let folder: string;
let logs: EventLogs;
let positions: MemoryPositions;

beforeEach(() => {
  folder = makeFolder();
  logs = new EventLogs(path.join(folder, 'logs'));
  positions = new MemoryPositions();
});

afterEach(() => removeFolder(folder));

const NOW_MS = START_MS + 3_600_000;

function wevtutil(more: Partial<ConstructorParameters<typeof Wevtutil>[0]> = {}): Wevtutil {
  return new Wevtutil({
    program: logs.program,
    folder: path.join(folder, 'own'),
    codes: LINUX_CODES,
    ...more,
  });
}

function source(channel = 'Security', more: Partial<WindowsEventOptions> = {}): Source {
  return createWindowsEventSource({
    log: { channel, optional: false },
    lane: 'security',
    wevtutil: wevtutil(),
    startAt: 'beginning',
    rendered: false,
    everyMs: 20,
    quietMs: 20,
    ageMsMax: 7 * 86_400_000,
    pageEvents: 50,
    ...more,
  });
}

const run = (made: Source): Run => start(made, { positions, now: () => NOW_MS });
const events = (from: number, to: number, more: Partial<EventFacts> = {}): EventFacts[] =>
  Array.from({ length: to - from }, (_, index) => ({ record: from + index, ...more }));
const numbers = (told: readonly string[]): number[] =>
  told.map((text) => Number(/<EventRecordID>(\d+)</.exec(text)?.[1]));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

test('a log is read from its beginning, page by page, and what comes then', async () => {
  logs.append('Security', events(1, 121));
  const reading = run(source());
  const first = await reading.until((all) => all.length >= 120);
  logs.append('Security', events(121, 125));
  const then = await reading.until((all) => all.length >= 4);
  await reading.stop();
  expect(numbers(texts([...first, ...then]))).toEqual(range(1, 125));
  expect(first[0]).toMatchObject({ kind: 'log', channel: 'windows-xml', origin: 'Security' });
  expect(reading.problems).toEqual([]);
});

test('from the end: what was there before is not told, and a log that comes later is read whole', async () => {
  logs.append('Security', events(1, 30));
  const reading = run(source('Security', { startAt: 'end' }));
  expect(await reading.step()).toEqual([]);
  logs.append('Security', events(30, 33));
  expect(numbers(texts(await reading.until((all) => all.length >= 3)))).toEqual([30, 31, 32]);
  await reading.stop();

  positions = new MemoryPositions();
  const late = run(source('Late', { startAt: 'end', log: { channel: 'Late', optional: true } }));
  expect(await late.step()).toEqual([]);
  await late.stop();
  expect(late.problems).toEqual([]);
  logs.append('Late', events(1, 4));
  const again = run(source('Late', { startAt: 'end' }));
  expect(numbers(texts(await again.until((all) => all.length >= 3)))).toEqual([1, 2, 3]);
  await again.stop();
});

test('killed at any moment, its reader too, every event is told once, also of a page committed in parts', async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1e6);
  let state = seed;
  const random = (): number => ((state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % 1_000) / 1_000;
  // Long ones, so that one page is several items.
  const long = { data: { ScriptBlockText: 'x'.repeat(60_000) } };
  logs.append('Security', events(1, 40, long));
  let written = 40;
  const told: number[] = [];
  let partly = 0;
  while (told.length < 90) {
    if (written < 91) {
      const more = Math.min(91, written + 20);
      logs.append('Security', events(written, more, long));
      written = more;
    }
    const children: number[] = [];
    const reading = run(
      source('Security', { wevtutil: wevtutil({ onStart: (pid) => void children.push(pid) }) }),
    );
    try {
      for (;;) {
        const pulling = reading.pull();
        if (random() < 0.15 && children.length > 0) kill(children.at(-1));
        const item = await pulling;
        if (item === undefined || told.length >= 90) break;
        // Died before the commit: it comes again.
        if (random() < 0.2) break;
        positions.commit(item);
        told.push(...numbers(texts(item.records)));
        if (placeOf(item).read > 0) partly += 1;
        if (told.length >= 90 || random() < 0.2) break;
      }
    } catch (error) {
      if (!String(error).includes('SIGKILL')) throw error;
    }
    await reading.stop();
  }
  expect(told, `seed ${seed}`).toEqual(range(1, 91));
  expect(partly, `seed ${seed}`).toBeGreaterThan(0);
});

function kill(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

const placeOf = (item: SourceItem): { read: number } =>
  JSON.parse(item.positions[0]?.value ?? '{"read":0}') as { read: number };

describe('what can become of a log', () => {
  /** The first records, committed. */
  async function readFirst(
    count: number,
    channel = 'Security',
    more: Partial<WindowsEventOptions> = {},
  ): Promise<void> {
    logs.append(channel, events(1, count + 1));
    const reading = run(source(channel, more));
    await reading.until((all) => all.length >= count);
    await reading.stop();
  }

  async function readOn(count: number, channel = 'Security', more: Partial<WindowsEventOptions> = {}) {
    const items: SourceItem[] = [];
    const reading = run(source(channel, more));
    while (items.flatMap(({ records }) => records).length < count) {
      const item = await reading.pull();
      if (item === undefined) break;
      positions.commit(item);
      items.push(item);
    }
    await reading.stop();
    return {
      told: numbers(texts(items.flatMap(({ records }) => records))),
      limited: items.flatMap(({ limited = [] }) => limited.map(({ reason, count: lost }) => [reason, lost])),
      problems: reading.problems.map(({ message }) => message),
    };
  }

  test('overwritten before it was read: told, and counted', async () => {
    await readFirst(10);
    logs.append('Security', events(11, 60));
    logs.keep('Security', (record) => record > 30);
    const { told, limited, problems } = await readOn(29);
    expect(told).toEqual(range(31, 60));
    expect(limited).toEqual([['log-overwritten', 20]]);
    expect(problems).toEqual([expect.stringMatching(/^20 events were overwritten before they were read/)]);
  });

  test('cleared: the event that says so is told, with what was lost', async () => {
    await readFirst(10);
    logs.keep('Security', () => false);
    logs.append('Security', [{ record: 14, id: 1_102 }, { record: 15 }]);
    const { told, limited } = await readOn(2);
    expect(told).toEqual([14, 15]);
    expect(limited).toEqual([['log-cleared', 3]]);
  });

  test.each([
    ['Security', 'its numbers began again'],
    ['ForwardedEvents', 'its last event is gone'],
  ])(
    '%s made anew, with numbers below those that were read: it is read from its beginning',
    async (channel, said) => {
      await readFirst(10, channel);
      logs.keep(channel, () => false);
      logs.append(channel, events(1, 4, { at: START_MS + 60_000, data: { x: 'new' } }));
      const { told, problems } = await readOn(3, channel);
      expect(told).toEqual([1, 2, 3]);
      expect(problems[0]).toContain(said);
    },
  );

  test('a bookmark that is refused, or not to be had: the numbers of the log say where to go on', async () => {
    await readFirst(10);
    positions.commit({
      lane: 'security',
      records: [],
      positions: [
        { key: 'place', value: positions.get('place')?.replace(/"bookmark":"[^"]*"/, '"bookmark":"AAAA"') },
      ],
    });
    logs.append('Security', events(11, 15));
    const on = await readOn(4);
    expect(on.told).toEqual([11, 12, 13, 14]);
    expect(on.problems).toEqual([expect.stringContaining('read on by its numbers')]);
    fs.writeFileSync(path.join(logs.folder, 'without-bookmarks'), '');
    logs.append('Security', events(15, 80));
    expect((await readOn(65)).told).toEqual(range(15, 80));
    logs.append('Security', events(80, 82));
    expect(await readOn(2)).toEqual({ told: [80, 81], limited: [], problems: [] });
    logs.append('ForwardedEvents', events(1, 3));
    await expect(readOn(2, 'ForwardedEvents')).rejects.toThrow('saved no bookmark');
  });

  test('forwarded events keep the computer, channel and number that they come with', async () => {
    const forwarded = events(500, 503).map(({ record }, index): EventFacts => ({
      record: record - index * 200,
      computer: `PC-${index}`,
      channel: 'Security',
      at: START_MS - index * 3_600_000,
    }));
    logs.appendXml(
      'ForwardedEvents',
      forwarded.map((facts, index) => [index + 1, eventXml(facts)]),
    );
    const reading = run(source('ForwardedEvents'));
    const told = texts(await reading.until((all) => all.length >= 3));
    await reading.stop();
    expect(told.map((text) => /<Computer>([^<]*)</.exec(text)?.[1])).toEqual(['PC-0', 'PC-1', 'PC-2']);
    expect(reading.problems).toEqual([]);
  });

  test.each([
    ['missing', 15_007, /no log of this name/],
    ['denied', 5, /may not read this log/],
    ['of a query that Windows refuses', 15_001, /does not accept the query/],
    ['without its service', 1_722, /EventLog/],
  ])('%s: said as a state, once, and no failure', async (_, code, message) => {
    logs.refuse('Security', code);
    const reading = run(source());
    await reading.step();
    const pulling = reading.pull();
    await expect.poll(() => reading.problems.length).toBe(1);
    expect(reading.problems[0]).toMatchObject({
      subject: 'Security',
      message: expect.stringMatching(message) as unknown,
    });
    await reading.stop();
    await pulling;
  });

  test('a program that fails in another way is a failure with its words', async () => {
    logs.refuse('Security', 99);
    const reading = run(source());
    await expect(reading.until((all) => all.length > 0)).rejects.toThrow(
      /wevtutil\.exe: ended with code 99: Failed to read/,
    );
    const gone = run(source('Security', { wevtutil: wevtutil({ program: path.join(folder, 'none.exe') }) }));
    await expect(gone.until((all) => all.length > 0)).rejects.toThrow(/cannot be started/);
  });

  test('old events, and those of the reader itself, are counted and left out; queries choose', async () => {
    const own = new OwnChildren(process.pid);
    own.started(4_242, START_MS, 'C:\\Windows\\System32\\wevtutil.exe');
    const begun = {
      NewProcessId: '0x1092',
      NewProcessName: 'C:\\w\\wevtutil.exe',
      ProcessId: `0x${process.pid.toString(16)}`,
    };
    logs.append('Security', [
      { record: 1, at: NOW_MS - 30 * 86_400_000 },
      { record: 2, at: START_MS, id: 4_688, data: begun },
      { record: 3 },
      { record: 4, id: 4_634 },
    ]);
    expect(await readOn(2, 'Security', { own })).toEqual({
      told: [3, 4],
      limited: [
        ['too-old', 1],
        ['own-process', 1],
      ],
      problems: [],
    });
    positions = new MemoryPositions();
    const log = { channel: 'Security', optional: false, suppress: '*[System[EventID=4624]]' };
    const { told, limited } = await readOn(1, 'Security', { own: undefined, log });
    expect([told, limited]).toEqual([[2, 4], []]);
  });

  test('broken and hostile text: counted by name, and the rest is told', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY b "c">]>';
    logs.appendXml('Security', [
      [1, bomb + eventXml({ record: 1 })],
      [2, eventXml({ record: 2 }).slice(0, -20)],
      [3, eventXml({ record: 3, data: { a: 'z'.repeat(3_000_000) } })],
      [4, eventXml({ record: 4 })],
    ]);
    const { told, problems } = await readOn(4);
    expect(told).toEqual([1, 2, 3, 4]);
    expect(problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^1 .*without their end/),
        expect.stringMatching(/^1 .*longer than a record/),
        expect.stringMatching(/^2 .*declarations/),
      ]),
    );
  });
});

test('the doctor says of each log whether it can be read', async () => {
  logs.append('Security', events(1, 3));
  logs.append('ForwardedEvents', []);
  logs.refuse('System', 5);
  const channels = ['Security', 'System', 'ForwardedEvents', 'Sysmon', 'Typo'].map((channel) => ({
    channel,
    optional: channel === 'Sysmon',
  }));
  const config = {
    program: logs.program,
    channels,
    startAt: 'end' as const,
    rendered: false,
    everyMs: 5_000,
    quietMs: 5_000,
    ageMsMax: 3_600_000,
  };
  const checks = await checkEventLog(config, wevtutil(), en);
  expect(checks.map(({ level, message }) => [level, message.split(/[:;]/)[0]])).toEqual([
    ['ok', 'Security'],
    ['fail', 'System'],
    ['ok', 'ForwardedEvents'],
    ['ok', 'ForwardedEvents'],
    ['fail', 'Typo'],
    ['ok', 'not on this machine'],
  ]);
  expect(await checkEventLog(undefined, wevtutil(), en)).toEqual([]);
  expect(fs.existsSync(path.join(folder, 'own'))).toBe(true);
});
