/** Whatever is done to a log, and wherever the agent is stopped, every line is read exactly once. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import zlib from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFileSource } from '../../../agent/sources/file/file-source.ts';
import { nodeFileAccess } from '../../../agent/sources/file/file-access.ts';
import type { Source } from '../../../agent/sources/source.ts';
import { MemoryPositions } from '../../unit/agent/sources/memory-positions.ts';
import { readAll, start, texts, type Run } from '../../unit/agent/sources/source-harness.ts';

type Step =
  | { do: 'append'; lines: number; padding: number }
  | { do: 'append-part' }
  | { do: 'rename'; create: boolean }
  /** A rotation that goes on while the source looks: it begins after so many calls, one move every `every` calls. */
  | { do: 'rename-meanwhile'; after: number; every: number; restart: boolean }
  | { do: 'delete-oldest' }
  | { do: 'copy-truncate' }
  | { do: 'compress'; number: number }
  | { do: 'observe' }
  | { do: 'restart'; uncommitted: boolean }
  | { do: 'stop' };

const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('append' as const),
      lines: fc.integer({ min: 1, max: 30 }),
      padding: fc.constantFrom(0, 10, 200, 2_000),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'append-part' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('rename' as const), create: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('rename-meanwhile' as const),
      after: fc.integer({ min: 0, max: 40 }),
      every: fc.integer({ min: 0, max: 3 }),
      restart: fc.boolean(),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'delete-oldest' as const }) },
  { weight: 2, arbitrary: fc.constant({ do: 'copy-truncate' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('compress' as const), number: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'observe' as const }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('restart' as const), uncommitted: fc.boolean() }) },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
);

/** A log under rotation, and what must be read from it. */
class Model {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-rotation-'));
  readonly log = path.join(this.folder, 'app.log');
  readonly expected: string[] = [];
  /** The unfinished last line. */
  part = '';
  #count = 0;
  #pending: (() => void)[] = [];
  #callsLeft = 0;
  #callsBetween = 0;
  /** Files change at least a second apart: the disk's own clock is too coarse for what happens here in a millisecond. */
  #time = 1_750_000_000;

  constructor() {
    fs.writeFileSync(this.log, '');
    this.#touch(this.log);
  }

  #touch(file: string): void {
    this.#time += 1;
    fs.utimesSync(file, this.#time, this.#time);
  }

  #nextLine(padding: number): string {
    this.#count += 1;
    return `line ${this.#count} ${'é'.repeat(padding)}`;
  }

  append(lines: number, padding: number): void {
    let text = '';
    for (let index = 0; index < lines; index += 1) {
      const line = this.#nextLine(padding);
      this.expected.push(this.part + line);
      this.part = '';
      text += `${line}\n`;
    }
    fs.appendFileSync(this.log, text);
    this.#touch(this.log);
  }

  appendPart(): void {
    const part = `part ${(this.#count += 1)} `;
    this.part += part;
    fs.appendFileSync(this.log, part);
    this.#touch(this.log);
  }

  /** What is unfinished at a rotation stays a line of its own. */
  #endPart(): void {
    if (this.part !== '') this.expected.push(this.part);
    this.part = '';
  }

  #shift(): void {
    for (const move of this.#moves()) move();
  }

  /** What a rotation does to the files that were rotated before, the oldest first. */
  #moves(): (() => void)[] {
    const moves: (() => void)[] = [];
    for (let number = 40; number >= 1; number -= 1) {
      for (const suffix of ['', '.gz']) {
        const from = `${this.log}.${number}${suffix}`;
        if (!fs.existsSync(from)) continue;
        moves.push(() => {
          fs.renameSync(from, `${this.log}.${number + 1}${suffix}`);
        });
      }
    }
    return moves;
  }

  /** Rotates by and by, as the source makes calls to the disk. */
  renameMeanwhile(after: number, every: number): void {
    if (!fs.existsSync(this.log)) return;
    this.#endPart();
    const last = (): void => {
      fs.renameSync(this.log, `${this.log}.1`);
    };
    const make = (): void => {
      fs.writeFileSync(this.log, '');
      this.#touch(this.log);
    };
    this.#pending = [...this.#moves(), last, make];
    this.#callsLeft = after;
    this.#callsBetween = every;
  }

  /** The source makes a call to the disk. */
  called(): void {
    if (this.#pending.length === 0) return;
    this.#callsLeft -= 1;
    if (this.#callsLeft >= 0) return;
    this.#callsLeft = this.#callsBetween;
    if (this.#callsBetween === 0) this.settle();
    else this.#pending.shift()?.();
  }

  /** Ends a rotation that is under way. */
  settle(): void {
    for (const move of this.#pending.splice(0)) move();
  }

  deleteOldest(): void {
    for (let number = 41; number >= 2; number -= 1) {
      for (const suffix of ['', '.gz']) {
        const file = `${this.log}.${number}${suffix}`;
        if (!fs.existsSync(file)) continue;
        fs.unlinkSync(file);
        return;
      }
    }
  }

  rename(create: boolean): void {
    if (!fs.existsSync(this.log)) return;
    this.#endPart();
    this.#shift();
    fs.renameSync(this.log, `${this.log}.1`);
    if (!create) return;
    fs.writeFileSync(this.log, '');
    this.#touch(this.log);
  }

  copyTruncate(): void {
    if (!fs.existsSync(this.log)) return;
    this.#endPart();
    this.#shift();
    fs.copyFileSync(this.log, `${this.log}.1`);
    this.#touch(`${this.log}.1`);
    fs.truncateSync(this.log, 0);
    this.#touch(this.log);
  }

  compress(number: number): void {
    const file = `${this.log}.${number}`;
    if (!fs.existsSync(file)) return;
    const { atime, mtime } = fs.statSync(file);
    fs.writeFileSync(`${file}.gz`, zlib.gzipSync(fs.readFileSync(file)));
    fs.utimesSync(`${file}.gz`, atime, mtime);
    fs.unlinkSync(file);
  }
}

function sourceOf(model: Model, once: boolean, openFilesMax: number): Source {
  return createFileSource({
    tails: [{ path: model.log, channel: 'linux-syslog' }],
    once,
    // No notices at all: what the poll alone finds must be right.
    access: {
      stat(file) {
        model.called();
        return nodeFileAccess.stat(file);
      },
      list(folder) {
        model.called();
        return nodeFileAccess.list(folder);
      },
      open(file) {
        model.called();
        return nodeFileAccess.open(file);
      },
      watch: () => () => undefined,
    },
    retryMs: 1,
    pollMs: 1,
    settleMs: 0,
    rotateWaitMs: 5,
    openFilesMax,
  });
}

/** @returns the lines that were read and those that should have been, both sorted. */
async function play(
  steps: readonly Step[],
  openFilesMax: number,
): Promise<{ read: string[]; expected: string[] }> {
  const model = new Model();
  const positions = new MemoryPositions();
  const read: string[] = [];
  let run: Run | undefined;
  /** Bytes of the present file that were seen by the source; copytruncate can only be followed from there. */
  let observed = true;
  const observe = async (): Promise<void> => {
    run ??= start(sourceOf(model, false, openFilesMax), { positions, silenceMsMax: 10_000 });
    const wanted = model.expected.length - read.length;
    read.push(...texts(await run.until((records) => records.length >= wanted && wanted >= 0)));
    observed = true;
  };
  const stop = async (): Promise<void> => {
    await run?.stop();
    run = undefined;
  };
  try {
    // The source must have seen the log once.
    run = start(sourceOf(model, false, openFilesMax), { positions, silenceMsMax: 10_000 });
    await run.step();
    for (const step of steps) {
      if (step.do !== 'observe' && step.do !== 'restart' && step.do !== 'stop') model.settle();
      switch (step.do) {
        case 'append':
          model.append(step.lines, step.padding);
          break;
        case 'append-part':
          model.appendPart();
          break;
        case 'rename':
          model.rename(step.create);
          observed = false;
          break;
        case 'rename-meanwhile':
          if (step.restart) await stop();
          // Something to wait for.
          model.append(1, 0);
          model.renameMeanwhile(step.after, step.every);
          await observe();
          observed = false;
          break;
        case 'delete-oldest':
          // The copy of a file that was emptied unseen is the only trace of what it was.
          if (steps.some((other) => other.do === 'copy-truncate')) break;
          await observe();
          model.settle();
          model.deleteOldest();
          break;
        case 'copy-truncate':
          // A file that was never seen and is emptied in place leaves no trace of what it was.
          if (!observed) await observe();
          model.settle();
          model.copyTruncate();
          observed = false;
          break;
        case 'compress':
          await observe();
          model.settle();
          model.compress(step.number);
          break;
        case 'observe':
          await observe();
          break;
        case 'restart':
          // One item more than was committed, as if the agent died before the commit.
          if (step.uncommitted && run !== undefined && read.length < model.expected.length) await run.pull();
          await stop();
          run = start(sourceOf(model, false, openFilesMax), { positions, silenceMsMax: 10_000 });
          break;
        case 'stop':
          await stop();
          break;
      }
    }
    await stop();
    model.settle();
    model.append(1, 0);
    read.push(...texts(await readAll(sourceOf(model, true, openFilesMax), positions)));
    return { read: read.toSorted(), expected: model.expected.toSorted() };
  } finally {
    await stop();
    fs.rmSync(model.folder, { recursive: true });
  }
}

describe('a tailed log', () => {
  test('gives every line exactly once under random appends, rotations and restarts', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(stepArbitrary, { minLength: 3, maxLength: 40 }),
        // With none held open, every file is found again by its content each time.
        fc.constantFrom(0, 128),
        async (steps, openFilesMax) => {
          const { read, expected } = await play(steps, openFilesMax);
          expect(read).toEqual(expected);
        },
      ),
      { numRuns: Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 40) },
    );
  }, 240_000);
});
