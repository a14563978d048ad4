/**
 * Starts the engine's process, keeps it running and stops it.
 * Invariants: one process at a time; a crash is followed by a restart with growing delay until stop() is called;
 * the process gets a short list of environment variables and nothing else of ours.
 */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openColdDisk } from './cold-disk.ts';
import type { EngineOptions } from './engine-options.ts';
import { COLD_POLICY, defaultKeepFreeBytes, withEngineDefaults } from './engine-options.ts';
import type { EngineMessage } from './messages.ts';
import { engineMessageSchema } from './messages.ts';

/** As much of pino's logger as is used here. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export type EngineStartReason =
  'folder-not-writable' | 'folder-in-use' | 'socket-unusable' | 'engine-unusable' | 'timeout';

/** The engine could not be started; the message says what to do. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
  readonly reason: EngineStartReason;

  constructor(reason: EngineStartReason, message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}

export type EngineState = 'starting' | 'running' | 'restarting' | 'stopped';

export interface EngineExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Milliseconds until the next start. */
  restartInMs: number;
}

export interface EngineHandle {
  readonly socketPath: string;
  readonly state: EngineState;
  /** Process id while one runs. */
  readonly pid: number | undefined;
  /** Policy of tables whose old days go to the second disk; undefined without one. */
  readonly coldPolicy: string | undefined;
  /** The engine's version, e.g. `26.7.2.1`. */
  readonly version: string;
  /** Calls back whenever the process ended without being asked to; returns the function that takes it back. */
  onExit(listener: (exit: EngineExit) => void): () => void;
  /** Resolves when the engine runs; at once when it does. @throws Error after stop() */
  whenRunning(): Promise<void>;
  /** Ends the process within three seconds. */
  stop(): Promise<void>;
}

export interface StartEngineOptions extends Partial<Omit<EngineOptions, 'folder' | 'socketPath' | 'cold'>> {
  /** The collector's data folder; the engine lives in its subfolder `engine`. */
  dataDir: string;
  log: EngineLog;
  /** Folder on a second disk, for old days; left out, the one that the database has already. */
  coldDir?: string | undefined;
  /** How long the first start may take. */
  startMsMax?: number | undefined;
  /** JavaScript or TypeScript file of the engine's process. */
  entry?: string | undefined;
}

/** Room in sockaddr_un on Linux, without the closing zero; macOS has 103. */
const SOCKET_PATH_BYTES_MAX = 103;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 2_500;
const RESTART_MS_MIN = 100;
const RESTART_MS_MAX = 5_000;
/** A process that ran this long is taken to be well: the next delay starts from the smallest. */
const WELL_AFTER_MS = 5_000;
const PING_MS_MAX = 5_000;
/** Standard error kept to explain a failed start. */
const STDERR_CHARS_MAX = 16_384;

const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'NODE_COMPILE_CACHE'] as const;

function childEnvironment(fault: string | undefined): NodeJS.ProcessEnv {
  // Every statement holds a thread of libuv's pool while it runs; four, the default, would starve file access.
  const environment: NodeJS.ProcessEnv = { UV_THREADPOOL_SIZE: '16', TZ: 'UTC' };
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  if (fault !== undefined) environment['VONGGAC_FAULT'] = fault;
  return environment;
}

/** The next of the messages of a process that is starting, or its end. */
function firstMessage(child: ChildProcess): Promise<EngineMessage | { kind: 'ended' }> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: unknown) => {
      resolve(engineMessageSchema.parse(message));
    });
    child.once('exit', () => {
      resolve({ kind: 'ended' });
    });
    child.once('error', reject);
  });
}

function ping(socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: '/ping', timeout: PING_MS_MAX }, (response) => {
      response.resume();
      if (response.statusCode === 200) resolve();
      else reject(new Error(`the engine answered its ping with status ${response.statusCode}`));
    });
    call.once('timeout', () => call.destroy(new Error('the engine does not answer its ping')));
    call.once('error', reject);
    call.end();
  });
}

class Supervisor implements EngineHandle {
  readonly socketPath: string;
  readonly #options: EngineOptions;
  readonly #log: EngineLog;
  readonly #entry: string;
  readonly #startMsMax: number;
  readonly #ownFolder: string | undefined;
  readonly #listeners = new Set<(exit: EngineExit) => void>();
  #waiters: { resolve: () => void; reject: (error: Error) => void }[] = [];
  #state: EngineState = 'starting';
  #version = '';
  #child: ChildProcess | undefined;
  #stderr = '';
  #delayMs = RESTART_MS_MIN;
  #restartTimer: NodeJS.Timeout | undefined;
  /** A test's fault point fires once: the process that follows must live. */
  #fault = process.env['VONGGAC_FAULT'];

  constructor(
    options: EngineOptions,
    given: { log: EngineLog; entry: string; startMsMax: number; ownFolder: string | undefined },
  ) {
    this.socketPath = options.socketPath;
    this.#options = options;
    this.#log = given.log;
    this.#entry = given.entry;
    this.#startMsMax = given.startMsMax;
    this.#ownFolder = given.ownFolder;
  }

  get state(): EngineState {
    return this.#state;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get coldPolicy(): string | undefined {
    return this.#options.cold === undefined ? undefined : COLD_POLICY;
  }

  get version(): string {
    return this.#version;
  }

  onExit(listener: (exit: EngineExit) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  whenRunning(): Promise<void> {
    if (this.#state === 'running') return Promise.resolve();
    if (this.#state === 'stopped') return Promise.reject(new Error('the engine was stopped'));
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  #settleWaiters(error?: Error): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (error === undefined) waiter.resolve();
      else waiter.reject(error);
    }
  }

  #spawn(): ChildProcess {
    this.#stderr = '';
    const child = spawn(process.execPath, [this.#entry, JSON.stringify(this.#options)], {
      env: childEnvironment(this.#fault),
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    });
    this.#fault = undefined;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (line) => {
        if (line.trim() === '') return;
        this.#stderr = `${this.#stderr}${line}\n`.slice(-STDERR_CHARS_MAX);
        this.#log.warn({ part: 'engine', pid: child.pid }, line);
      });
    }
    return child;
  }

  /** Starts a process and waits until it answers. @throws EngineStartError */
  async launch(): Promise<void> {
    const child = this.#spawn();
    const startedMs = performance.now();
    const exited = new Promise<void>((resolve) => {
      child.once('close', () => {
        resolve();
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<{ kind: 'timeout' }>((resolve) => {
      timer = setTimeout(() => {
        resolve({ kind: 'timeout' });
      }, this.#startMsMax);
    });
    try {
      const outcome = await Promise.race([firstMessage(child), timeout]);
      if (outcome.kind !== 'serving') {
        child.kill('SIGKILL');
        await exited;
        throw this.#startError(outcome);
      }
      await ping(this.socketPath);
      this.#version = outcome.version;
      this.#log.info(
        {
          part: 'engine',
          pid: child.pid,
          version: outcome.version,
          ms: Math.round(performance.now() - startedMs),
        },
        'the embedded ClickHouse is ready',
      );
    } catch (error) {
      child.kill('SIGKILL');
      this.#child = undefined;
      if (error instanceof EngineStartError) throw error;
      throw new EngineStartError('engine-unusable', 'The embedded ClickHouse could not be started.', {
        cause: error,
      });
    } finally {
      clearTimeout(timer);
    }
    if (this.#stopping) {
      child.kill('SIGKILL');
      return;
    }
    this.#state = 'running';
    child.once('exit', (code, signal) => {
      this.#ended(child, code, signal, performance.now() - startedMs);
    });
    if (child.exitCode !== null || child.signalCode !== null) {
      this.#ended(child, child.exitCode, child.signalCode, performance.now() - startedMs);
    }
    this.#settleWaiters();
  }

  get #stopping(): boolean {
    return this.#state === 'stopped';
  }

  #startError(
    outcome: { kind: 'timeout' } | { kind: 'ended' } | Extract<EngineMessage, { kind: 'failed' }>,
  ): EngineStartError {
    const { folder } = this.#options;
    const said = this.#stderr.trim();
    const cause = said === '' ? undefined : new Error(said);
    if (outcome.kind === 'timeout') {
      return new EngineStartError(
        'timeout',
        `The embedded ClickHouse did not start within ${this.#startMsMax} ms. Its data is in ${folder}.`,
        { cause },
      );
    }
    // The binding says only that it failed; the engine's reason is on standard error, led by its exception code.
    if (/Code: 76\b/.test(said) && /lock/i.test(said)) {
      return new EngineStartError(
        'folder-in-use',
        `The data folder ${folder} is in use by another process. Stop the other collector, or set VONGGAC_DATA to another folder.`,
        { cause },
      );
    }
    if (outcome.kind === 'failed' && outcome.reason === 'socket-unusable') {
      return new EngineStartError(
        'socket-unusable',
        `The engine's socket ${this.socketPath} cannot be used: ${outcome.message}`,
        { cause },
      );
    }
    const reason = outcome.kind === 'failed' ? outcome.message : 'the process ended';
    if (outcome.kind === 'failed' && outcome.reason === 'engine-unusable') {
      return new EngineStartError(
        'engine-unusable',
        `The embedded ClickHouse cannot run here: ${reason}. Set VONGGAC_CLICKHOUSE_URL to use a ClickHouse server.`,
        { cause },
      );
    }
    return new EngineStartError(
      'engine-unusable',
      `The embedded ClickHouse could not be started in ${folder}: ${reason}${said === '' ? '' : ` (${said})`}`,
      { cause },
    );
  }

  #ended(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    if (this.#child !== child || this.#stopping) return;
    this.#child = undefined;
    this.#state = 'restarting';
    if (livedMs >= WELL_AFTER_MS) this.#delayMs = RESTART_MS_MIN;
    this.#restartLater({ code, signal, restartInMs: this.#delayMs });
  }

  #restartLater(exit: EngineExit): void {
    this.#log.error({ part: 'engine', ...exit }, 'the embedded ClickHouse ended; it will be started again');
    this.#delayMs = Math.min(this.#delayMs * 2, RESTART_MS_MAX);
    this.#restartTimer = setTimeout(() => {
      this.launch().catch((error: unknown) => {
        if (this.#stopping) return;
        this.#log.error({ part: 'engine', err: error }, 'the embedded ClickHouse could not be started again');
        this.#restartLater({ code: null, signal: null, restartInMs: this.#delayMs });
      });
    }, exit.restartInMs);
    for (const listener of this.#listeners) listener(exit);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#state = 'stopped';
    clearTimeout(this.#restartTimer);
    this.#settleWaiters(new Error('the engine was stopped'));
    const child = this.#child;
    this.#child = undefined;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      await new Promise<void>((resolve) => {
        const force = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
        child.once('exit', () => {
          clearTimeout(force);
          resolve();
        });
        child.kill('SIGTERM');
      });
    }
    if (this.#ownFolder !== undefined) await rm(this.#ownFolder, { recursive: true, force: true });
  }
}

/** The folder must exist and take files before the engine is tried: its own words for this are poor. */
async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new EngineStartError(
      'folder-not-writable',
      `The data folder ${folder} cannot be written to. Give this user the right to write there, or set VONGGAC_DATA to another folder.`,
      { cause: error },
    );
  }
}

/** A unix socket's path is short: where the data folder's is too long, a private folder of its own is made. */
async function chooseSocket(folder: string): Promise<{ socketPath: string; ownFolder: string | undefined }> {
  const beside = path.join(folder, 'http.sock');
  if (Buffer.byteLength(beside) <= SOCKET_PATH_BYTES_MAX) return { socketPath: beside, ownFolder: undefined };
  const ownFolder = await mkdtemp(path.join(tmpdir(), 'vonggac-'));
  return { socketPath: path.join(ownFolder, 'http.sock'), ownFolder };
}

/**
 * Starts the embedded engine and resolves once it answers.
 * @throws EngineStartError, ColdDiskError
 */
export async function startEngine(given: StartEngineOptions): Promise<EngineHandle> {
  const {
    dataDir,
    log,
    startMsMax = START_MS_MAX,
    entry,
    backupFolder,
    keepFreeBytes,
    coldDir,
    ...limits
  } = given;
  const folder = path.join(path.resolve(dataDir), 'engine');
  await prepareFolder(folder);
  const cold = await openColdDisk(folder, coldDir);
  const { socketPath, ownFolder } = await chooseSocket(folder);
  const disk = await statfs(folder);
  const options = withEngineDefaults({
    ...limits,
    folder,
    socketPath,
    cold,
    keepFreeBytes: keepFreeBytes ?? defaultKeepFreeBytes(disk.blocks * disk.bsize),
    backupFolder: backupFolder ?? path.join(path.resolve(dataDir), 'backup'),
  });
  const supervisor = new Supervisor(options, {
    log,
    startMsMax,
    ownFolder,
    entry: entry ?? fileURLToPath(new URL('./main.ts', import.meta.url)),
  });
  try {
    await supervisor.launch();
  } catch (error) {
    await supervisor.stop();
    throw error;
  }
  return supervisor;
}
