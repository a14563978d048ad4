/** The journal source over real journal files: rotation, vacuum and killed programs; every line once. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJournaldSource } from '../../agent/sources/journald/journald-source.ts';
import { exportEntry, journalToolsMissing, writeJournal } from '../support/journal-files.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { start, texts } from '../unit/agent/sources/source-harness.ts';

const START_US = 1_750_000_000_000_000;
const missing = journalToolsMissing();

/** A busy machine may take long; what is waited for comes. */
const WAIT = { timeout: 60_000 };

let folder: string;
let positions: MemoryPositions;

beforeEach(() => {
  folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-journal-')));
  positions = new MemoryPositions();
});

afterEach(() => fs.promises.rm(folder, { recursive: true }));

function write(from: number, to: number, file = 'system.journal'): Promise<void> {
  const entries = Array.from({ length: to - from }, (_, index) => {
    const number = from + index;
    const program = number % 17 === 0 ? 'sshd' : 'app';
    return exportEntry(START_US + number * 1_000, { MESSAGE: `line ${number}`, SYSLOG_IDENTIFIER: program });
  });
  return writeJournal(path.join(folder, file), entries);
}

/** As journald does it: the file is renamed, and the next entries make a new one. */
function rotate(number: number): void {
  const [series, sequence] = ['0'.repeat(31) + number.toString(16), number.toString(16).padStart(16, '0')];
  const name = `system@${series}-${sequence}-${sequence}.journal`;
  fs.renameSync(path.join(folder, 'system.journal'), path.join(folder, name));
}

function source(startAt: 'beginning' | 'end' = 'beginning'): ReturnType<typeof createJournaldSource> {
  return createJournaldSource({ directory: folder, startAt });
}

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);

const messages = (told: readonly string[]): string[] => told.map((text) => text.replace(/^.* - - /, ''));

/** mulberry32: small, seeded, good enough to choose moments. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The journalctl that reads our folder. */
function readerPid(): number | undefined {
  const own = `/proc/${process.pid}/task/${process.pid}/children`;
  for (const pid of fs.readFileSync(own, 'utf8').trim().split(' ')) {
    const file = `/proc/${pid}/cmdline`;
    if (pid === '' || !fs.existsSync(file)) continue;
    const command = fs.readFileSync(file, 'utf8');
    if (command.startsWith('journalctl') && command.includes(folder)) return Number(pid);
  }
  return undefined;
}

function killReader(): boolean {
  const pid = readerPid();
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  return pid !== undefined;
}

async function read(count: number): Promise<{ told: string[]; problems: string[] }> {
  const run = start(source(), { positions });
  const records = await run.until((all) => all.length >= count);
  await run.stop();
  return { told: messages(texts(records)), problems: run.problems.map(({ message }) => message) };
}

describe.skipIf(missing !== undefined)(
  `systemd journal${missing === undefined ? '' : `: ${missing}`}`,
  () => {
    test('fifty rotations under load, reader and agent killed in between: every line once', async () => {
      const rotations = 50;
      const perFile = 60;
      const seed = Number(process.env['SEED'] ?? Date.now() % 1e6);
      const random = randomFrom(seed);
      await write(0, 30);
      const writing = (async () => {
        for (let file = 0; file < rotations; file += 1) {
          const first = file * perFile;
          for (const part of file === 0 ? [30] : [0, 30]) await write(first + part, first + part + 30);
          if (file < rotations - 1) rotate(file + 1);
        }
      })();
      const told: string[] = [];
      let deaths = 0;
      while (told.length < rotations * perFile) {
        const run = start(source(), { positions });
        let killed = false;
        try {
          while (told.length < rotations * perFile) {
            const item = await run.pull();
            if (item === undefined) break;
            const fate = random();
            // Died before the commit: it comes again.
            if (fate < 0.05) break;
            positions.commit(item);
            told.push(...messages(texts(item.records)));
            if (fate > 0.9) killed = killReader() || killed;
          }
        } catch (error) {
          if (!killed || !String(error).includes('SIGKILL')) throw error;
          deaths += 1;
        }
        await run.stop();
      }
      await writing;
      expect(told.sort(), `seed ${seed}`).toEqual(lines(0, rotations * perFile).sort());
      expect(deaths, `seed ${seed}`).toBeGreaterThan(0);
    });

    test('what earlier boots wrote is read, too, and a journal without files is waited for', async () => {
      const run = start(source(), { positions });
      expect(await run.step()).toEqual([]);
      const first = run.until((all) => all.length >= 3);
      for (const [index, boot] of ['a', 'b', 'c'].entries()) {
        const entry = exportEntry(START_US + index * 1_000, { MESSAGE: `line ${index}` }, boot.repeat(32));
        await writeJournal(path.join(folder, `${boot}.journal`), [entry]);
      }
      expect(messages(texts(await first))).toEqual(lines(0, 3));
      await run.stop();
      const again = createJournaldSource({ directory: folder });
      const second = start(again, { positions: new MemoryPositions() });
      expect(messages(texts(await second.until((all) => all.length >= 3)))).toEqual(lines(0, 3));
      await second.stop();
    });

    test('after a vacuum it goes on from the oldest entry and says what is missing', async () => {
      await write(0, 100);
      expect((await read(100)).told).toEqual(lines(0, 100));
      rotate(1);
      await write(100, 200);
      rotate(2);
      await write(200, 300);
      execFileSync('journalctl', ['--quiet', `--directory=${folder}`, '--vacuum-files=1'], { stdio: 'pipe' });
      expect(fs.readdirSync(folder)).toEqual(['system.journal']);
      const { told, problems } = await read(100);
      // The very first entry that is left is among them.
      expect(told).toEqual(lines(200, 300));
      expect(problems).toEqual([
        expect.stringMatching(
          /of 2025-06-15T15:06:40\.099000Z: what came until 2025-06-15T15:06:40\.200000Z/,
        ),
      ]);
    });

    test('what is removed while nothing was left unread costs no line', async () => {
      await write(0, 20);
      await read(20);
      fs.unlinkSync(path.join(folder, 'system.journal'));
      await write(20, 40);
      expect((await read(20)).told).toEqual(lines(20, 40));
      expect((await read(0)).told).toEqual([]);
    });

    test('told to begin at the end, it leaves what was there and misses nothing after, also before its first entry', async () => {
      await write(0, 30);
      const first = start(source('end'), { positions });
      expect(await first.step()).toEqual([]);
      await first.stop();
      await write(30, 40);
      const second = start(source('end'), { positions });
      const records = await second.until((all) => all.length >= 10);
      await second.stop();
      expect(messages(texts(records))).toEqual(lines(30, 40));
    });

    test('values with line ends, NUL, bad bytes and more than a record holds come through whole or counted', async () => {
      const entries = [
        exportEntry(START_US, { MESSAGE: 'two\nlines\0end' }),
        exportEntry(START_US + 1, { MESSAGE: Buffer.from([0x61, 0xff, 0xfe, 0x62]) }),
        exportEntry(START_US + 2, { MESSAGE: 'x'.repeat(600_000) }),
        exportEntry(START_US + 3, { MESSAGE: 'last' }),
      ];
      await writeJournal(path.join(folder, 'system.journal'), entries);
      const run = start(source(), { positions });
      const records = await run.until((all) => all.length >= entries.length);
      await run.stop();
      expect(texts(records)[0]).toMatch(/ - - two\nlines\0end$/);
      expect(records[1]).toMatchObject({ repaired: true, text: expect.stringMatching(/a\uFFFD+b$/) });
      const huge = records[2];
      if (huge?.kind !== 'log') throw new Error('no log record');
      const header = huge.text.indexOf('xx');
      expect(huge.text.length - header + (huge.cutBytes ?? 0)).toBe(600_000);
      expect(texts(records)[3]).toMatch(/ last$/);
    });

    test("the audit's records are left out when they are read from its own log", async () => {
      const entries = ['audit', 'syslog', 'audit', 'kernel', 'audit'].map((_TRANSPORT, index) =>
        exportEntry(START_US + index, { MESSAGE: `line ${index}`, _TRANSPORT }),
      );
      await writeJournal(path.join(folder, 'system.journal'), entries);
      const own = (): ReturnType<typeof createJournaldSource> =>
        createJournaldSource({ directory: folder, startAt: 'beginning', withoutAudit: true });
      const run = start(own(), { positions });
      const records = await run.until((all) => all.length >= 2);
      expect(messages(texts(records))).toEqual(['line 1', 'line 3']);
      await run.stop();
      positions = new MemoryPositions();
      expect((await read(5)).told).toEqual(lines(0, 5));
    });

    test('a stop leaves no journalctl behind', async () => {
      await write(0, 5);
      const run = start(source(), { positions });
      await run.until((all) => all.length >= 5);
      const waiting = run.pull();
      await run.stop();
      expect(await waiting).toBeUndefined();
      await expect.poll(readerPid, WAIT).toBeUndefined();
    });
  },
);

test('without journalctl the source fails with its name, to be tried again', async () => {
  const run = start(createJournaldSource({ program: path.join(folder, 'journalctl') }), { positions });
  await run.step();
  await expect(run.pull()).rejects.toThrow(/journalctl cannot be started/);
});

test('entries removed before they were read are counted when the journal numbers them', async () => {
  const program = path.join(folder, 'journalctl');
  const cursor = (number: number): string => `s=aa;i=${number.toString(16)};b=bb;m=1;t=1;x=1`;
  const export_ = `__CURSOR=${cursor(30)}\n__REALTIME_TIMESTAMP=${START_US}\nMESSAGE=after\n\n`;
  fs.writeFileSync(program, `#!/bin/sh\nprintf '%s\\n\\n' '${export_.trim()}'\n`, { mode: 0o755 });
  const value = JSON.stringify({ cursor: cursor(10), us: String(START_US - 5_000_000) });
  positions.commit({ lane: 'standard', records: [], positions: [{ key: 'cursor', value }] });
  const run = start(createJournaldSource({ program }), { positions });
  const item = await run.pull();
  expect(item?.limited).toMatchObject([
    { channel: 'log/linux-syslog', reason: 'journal-vacuumed', count: 19 },
  ]);
  expect(run.problems[0]?.message).toMatch(/^19 entries between .*35\.000000Z and .*40\.000000Z/);
  await run.stop();
});
