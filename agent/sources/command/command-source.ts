/**
 * Runs one allowed command on a schedule and tells what it wrote and how it ended. Invariants: it never runs beside
 * itself; that a run began is told before it begins, so that a restart does not run it again early (unless the agent
 * was killed before its next commit); every run that failed is a record.
 */
import { isAllowed, type CommandsConfig, type ScheduledCommand } from '../../command-config.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { LogRecord } from '#protocol/record.ts';
import { Batch } from '../file/batch.ts';
import { digest } from '../file/fingerprint.ts';
import { decodeRecord } from '../file/text-encoding.ts';
import { pause } from '../pause.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { spawnToEnd, type ProgramEnd } from '../../host/spawn-to-end.ts';
import { whyNotStarted } from './check-program.ts';

export interface CommandSourceOptions {
  command: ScheduledCommand;
  allow: CommandsConfig['allow'];
  lane: LaneName;
  /** This process has root's rights. */
  privileged: boolean;
  /** Uniform in [0, 1). */
  random?: (() => number) | undefined;
}

const POSITION = 'run';
const JITTER = 0.1;
const JITTER_MS_MAX = 60_000;
/** The first run of a command waits for at most so long, so that a thousand hosts do not all run it at once. */
const FIRST_MS_MAX = 10_000;
const LINES_MAX = 10_000;
/** What a command starts by name in turn; nothing that was installed past the package manager. */
const SEARCH_PATH = ['/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const COMPLAINT_BYTES_MAX = 2_048;

/** What is kept of the last run. */
interface LastRun {
  /** When it began: milliseconds since 1970. */
  at: number;
  /** Of the command line. */
  command: string;
  /** It had begun and has not ended. */
  running: boolean;
  /** Of its end and output. */
  output?: string | undefined;
  failure?: string | undefined;
}

/** One of these for each command. */
export function createCommandSource(options: CommandSourceOptions): Source {
  return {
    name: `command:${options.command.name}`,
    open: (context) => new CommandRuns(options, context).run(),
  };
}

class CommandRuns {
  readonly #options: CommandSourceOptions;
  readonly #context: SourceContext;
  readonly #random: () => number;
  readonly #commandDigest: string;
  #last: LastRun | undefined;

  constructor(options: CommandSourceOptions, context: SourceContext) {
    this.#options = options;
    this.#context = context;
    this.#random = options.random ?? Math.random;
    this.#commandDigest = digest(Buffer.from(options.command.command.join('\0')));
    const last = readLast(context.positions.get(POSITION));
    this.#last = last?.command === this.#commandDigest ? last : undefined;
  }

  async *run(): AsyncGenerator<SourceItem, void, void> {
    const { signal, caughtUp, now, pace } = this.#context;
    caughtUp?.();
    if (this.#last?.running === true) {
      yield this.#failed({ ...this.#last, running: false }, 'the agent ended while it ran');
    }
    while (!signal.aborted) {
      await pause(this.#waitMs(), signal);
      await pace?.turn();
      if (signal.aborted) return;
      const at = now();
      const refused = this.#refusal();
      if (refused !== undefined) {
        const told = this.#last?.failure === refused;
        const last = { at, command: this.#commandDigest, running: false, failure: refused };
        if (!told) this.#context.report({ subject: this.#options.command.name, message: refused });
        // Said once, until it says something else.
        yield told ? this.#keep(last, new Batch(this.#options.lane)) : this.#failed(last, refused);
        continue;
      }
      yield this.#keep(
        { ...this.#last, at, command: this.#commandDigest, running: true },
        new Batch(this.#options.lane),
      );
      const end = await this.#run(signal);
      yield* this.#told(at, end);
    }
  }

  #run(signal: AbortSignal): Promise<ProgramEnd> {
    const { command, timeoutMs, outputBytesMax } = this.#options.command;
    const [file = '', ...args] = command;
    return spawnToEnd(file, args, {
      timeoutMs,
      outputBytesMax,
      // Its exit code counts even where its output does not.
      beyond: 'drop',
      complaintBytesMax: COMPLAINT_BYTES_MAX,
      searchPath: SEARCH_PATH,
      signal,
    });
  }

  #refusal(): string | undefined {
    const { allow, command, privileged } = this.#options;
    const line = command.command.join(' ');
    if (!isAllowed(command.command, allow)) {
      return `"${line}" is not run: commands.allow of the host's own settings does not name it`;
    }
    return whyNotStarted(command.command[0] ?? '', privileged);
  }

  #waitMs(): number {
    const { everyMs } = this.#options.command;
    const jitterMs = this.#random() * Math.min(everyMs * JITTER, JITTER_MS_MAX);
    if (this.#last === undefined) return this.#random() * Math.min(everyMs, FIRST_MS_MAX);
    // A clock that was set back must not hold it up for longer than its rhythm.
    const sinceMs = Math.max(0, this.#context.now() - this.#last.at);
    return Math.max(0, everyMs - sinceMs + jitterMs);
  }

  *#told(at: number, end: ProgramEnd): Generator<SourceItem, void, void> {
    const { mode, command, outputBytesMax } = this.#options.command;
    const { exit, signal, failure, ms, outputBytes: bytes } = end;
    const droppedBytes = Math.max(0, end.outputBytes - outputBytesMax);
    const { text, repaired, cutBytes } = decodeRecord(end.output, 'utf-8', droppedBytes);
    const output = digest(Buffer.from(`${String(exit)} ${String(signal)} ${String(failure)}\n${text}`));
    const changed = this.#last?.output !== output;
    let batch = new Batch(this.#options.lane);
    const last = { at, command: this.#commandDigest, running: false, output };
    const head = {
      run: at,
      command,
      exit,
      signal,
      failure,
      ms,
      bytes,
      ...(mode === 'changes-only' ? { changed } : {}),
      ...(end.complaint === '' ? {} : { stderr: end.complaint }),
    };
    if (mode === 'lines') {
      const lines = text.split('\n', LINES_MAX);
      for (const [index, line] of lines.entries()) {
        if (line.trim() === '') continue;
        this.#add(batch, JSON.stringify({ run: at, line: index + 1 }), line.replace(/\r$/, ''), {});
        if (!batch.full) continue;
        yield batch.item();
        batch = new Batch(this.#options.lane);
      }
      this.#add(batch, JSON.stringify(head), '', { cutBytes });
    } else if (mode === 'whole' || changed || failure !== undefined) {
      this.#add(batch, JSON.stringify(head), text, { cutBytes, repaired });
    }
    yield this.#keep(last, batch);
  }

  #failed(last: LastRun, failure: string): SourceItem {
    const batch = new Batch(this.#options.lane);
    const { command } = this.#options.command;
    this.#add(batch, JSON.stringify({ run: last.at, command, failure }), '', {});
    return this.#keep(last, batch);
  }

  #keep(last: LastRun, batch: Batch): SourceItem {
    this.#last = last;
    batch.position(POSITION, JSON.stringify(last));
    return batch.item();
  }

  #add(
    batch: Batch,
    head: string,
    output: string,
    { cutBytes = 0, repaired = false }: { cutBytes?: number; repaired?: boolean },
  ): void {
    const text = output === '' ? head : `${head}\n${output}`;
    const record: LogRecord = {
      kind: 'log',
      at: this.#context.now(),
      channel: 'command',
      origin: this.#options.command.name,
      text: text.toWellFormed(),
    };
    if (cutBytes > 0) record.cutBytes = cutBytes;
    if (repaired) record.repaired = true;
    batch.add(record, Buffer.byteLength(text));
  }
}

function readLast(value: string | undefined): LastRun | undefined {
  if (value === undefined) return undefined;
  const row: unknown = JSON.parse(value);
  if (typeof row !== 'object' || row === null) return undefined;
  const fields: Partial<Record<keyof LastRun, unknown>> = row;
  const { at, command, running, output, failure } = fields;
  if (typeof at !== 'number' || typeof command !== 'string') return undefined;
  return {
    at,
    command,
    running: running === true,
    output: typeof output === 'string' ? output : undefined,
    failure: typeof failure === 'string' ? failure : undefined,
  };
}
