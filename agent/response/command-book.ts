/**
 * commands.json: every command this host has heard of, and what became of it. Invariants: a command is written down as
 * begun before it is begun, so that none is done twice; the counter only grows; what became of one is kept until the
 * collector has written it down.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { commandReportSchema } from '#protocol/command.ts';
import type { CommandState } from '#protocol/response-names.ts';
import { writePrivate } from '../identity.ts';

const FILE_NAME = 'commands.json';
/** Of those that are told; what is not told yet always stays. */
const ENTRIES_MAX = 200;

const entrySchema = z.strictObject({
  id: z.uuid(),
  counter: z.int(),
  action: z.string(),
  /** `begun`: the agent is at it, or died at it. */
  state: z.union([commandReportSchema.shape.state, z.literal('begun')]),
  message: commandReportSchema.shape.message,
  detail: commandReportSchema.shape.detail,
  told: z.boolean(),
});
const bookSchema = z.strictObject({
  version: z.literal(1),
  counter: z.int().min(0),
  entries: z.array(entrySchema),
});

export type CommandEntry = z.infer<typeof entrySchema>;
export type CommandEnd = Pick<CommandEntry, 'message' | 'detail'> & { state: CommandState };
type Book = z.infer<typeof bookSchema>;

/** Commands of another collector, or to another agent, say nothing here. */
export function forgetCommands(stateDir: string): void {
  fs.rmSync(path.join(stateDir, FILE_NAME), { force: true });
}

export class CommandBook {
  readonly #file: string;
  #book: Book;

  /** @throws Error naming the file when it makes no sense: a forgotten counter would let old commands in again */
  constructor(stateDir: string) {
    this.#file = path.join(stateDir, FILE_NAME);
    this.#book = readBook(this.#file);
  }

  get counter(): number {
    return this.#book.counter;
  }

  find(id: string): CommandEntry | undefined {
    return this.#book.entries.find((entry) => entry.id === id);
  }

  /** Oldest first. */
  untold(): CommandEntry[] {
    return this.#book.entries.filter(({ told, state }) => !told && state !== 'begun');
  }

  /** Begun by a process that is no more. */
  unfinished(): CommandEntry[] {
    return this.#book.entries.filter(({ state }) => state === 'begun');
  }

  /** @throws the file system's error: then it must not be begun */
  begin(command: { id: string; counter: number; action: string }): void {
    this.#write({ ...command, state: 'begun', told: false }, command.counter);
  }

  /** It will not be begun. @param counter left out for what may not move it: what was not signed */
  refuse(command: { id: string; action: string }, message: string, counter = this.#book.counter): void {
    this.#write({ ...command, counter, state: 'refused', message, told: false }, counter);
  }

  end(id: string, end: CommandEnd): void {
    const entry = this.find(id);
    if (entry !== undefined) this.#write({ ...entry, ...end, told: false }, this.#book.counter);
  }

  told(id: string, state: CommandEntry['state']): void {
    const entry = this.find(id);
    if (entry?.state === state) this.#write({ ...entry, told: true }, this.#book.counter);
  }

  #write(entry: CommandEntry, counter: number): void {
    const others = this.#book.entries.filter(({ id }) => id !== entry.id);
    const all = [...others, entry];
    const old = new Set(all.filter(({ told }) => told).slice(0, Math.max(0, all.length - ENTRIES_MAX)));
    const entries = all.filter((one) => !old.has(one));
    const book: Book = { version: 1, counter: Math.max(counter, this.#book.counter), entries };
    writePrivate(this.#file, book);
    this.#book = book;
  }
}

function readBook(file: string): Book {
  if (!fs.existsSync(file)) return { version: 1, counter: 0, entries: [] };
  try {
    return bookSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(
      `${file} cannot be read: commands are refused until it is restored or the host enrolled anew`,
      {
        cause,
      },
    );
  }
}
