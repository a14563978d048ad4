/**
 * Runs an operation where it can run: inside the collector through its local socket, else beside the idle data folder,
 * whose lock is held meanwhile. Either way the same code does the work.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import http from 'node:http';
import { userInfo } from 'node:os';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { answerSchema, CALL_HEADER, OPERATION_PATH, VERSION_HEADER } from '../api/local-server.ts';
import { socketAddress } from '../api/local-socket.ts';
import { openRegistry, type RegistryHome } from '../registry/database.ts';
import { dataFolder, prepareDataFolder, type DataFolder } from '../registry/data-folder.ts';
import { DataFolderInUseError, lockDataFolder } from '../registry/data-lock.ts';
import { allMigrations } from '../registry/migrations/all.ts';
import { pendingOnPostgres, withUnmigrated } from '../registry/pending-postgres.ts';
import { RefusalError } from '../registry/refusal.ts';
import { settleSealingKey } from '../registry/rotate-sealing-key.ts';
import { openSealingKey } from '../registry/sealed-secret.ts';
import { pendingMigrations } from '../registry/snapshot.ts';
import { chooseRegistryHome, type RegistrySettings } from '../registry/registry-home.ts';
import type { ServerHome } from '../store/clickhouse-home.ts';
import { version } from '../version.ts';
import type { Operation, OperationContext } from './operations/operation.ts';

/** A collector that is starting or stopping holds the lock without answering yet, or no longer. */
const BUSY_MS_MAX = 10_000;
const BUSY_POLL_MS = 100;
const ANSWER_MS_MAX = 300_000;
const ANSWER_BYTES_MAX = 256 * 1_048_576;

/** The operation was refused or failed, with words for the user. */
export class OperationError extends Error {
  override readonly name = 'OperationError';
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The operation needs a running collector, and none runs in this folder. */
export class NotRunningError extends Error {
  override readonly name = 'NotRunningError';
  readonly dataDir: string;

  constructor(dataDir: string) {
    super(`no collector is running on ${dataDir}`);
    this.dataDir = dataDir;
  }
}

/** The running collector does not know the operation, or answers otherwise than this version expects. */
export class OtherVersionError extends Error {
  override readonly name = 'OtherVersionError';
  /** Empty: it does not say. */
  readonly running: string;
  readonly own: string;

  constructor(running: string, own: string, options?: { cause?: unknown }) {
    super(`the collector runs version "${running}", this command is ${own}`, options);
    this.running = running;
    this.own = own;
  }
}

/** There is nothing in the data folder yet. */
export class NoDataError extends Error {
  override readonly name = 'NoDataError';
  readonly dataDir: string;

  constructor(dataDir: string) {
    super(`there is no collector's data in ${dataDir}`);
    this.dataDir = dataDir;
  }
}

export interface CallOptions {
  dataDir: string;
  /** Where the control plane is; the file in the data folder by default. */
  registry?: RegistrySettings | undefined;
  /** Where the events are, for operations that reach for them; the embedded engine by default. */
  clickhouse?: ServerHome | undefined;
  /** Opens what goes along with the input, as a stream. */
  content?: (() => Readable) | undefined;
  /** Told how far an operation is that runs in this process. */
  onProgress?: OperationContext['onProgress'];
  now?: () => number;
  /** How long to wait for a folder that another process holds. */
  busyMsMax?: number;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`; // a user id without an entry in the user table
  }
}

/** What was answered, and by which version. */
interface Answered {
  text: string;
  /** Empty: it does not say. */
  running: string;
}

/** @returns undefined when nobody listens. */
function ask(
  folder: DataFolder,
  name: string,
  { call, content }: { call: string; content?: Readable | undefined },
): Promise<Answered | undefined> {
  const { address, release } = socketAddress(folder.socket);
  const bare = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(call) };
  // What the operation is asked stands in front, and the content comes as it is read.
  const withContent = {
    'content-type': 'application/octet-stream',
    [CALL_HEADER]: Buffer.from(call).toString('base64url'),
  };
  return new Promise<Answered | undefined>((resolve, reject) => {
    const request = http.request(
      {
        socketPath: address,
        method: 'POST',
        path: `${OPERATION_PATH}${name}`,
        headers: content === undefined ? bare : withContent,
        timeout: ANSWER_MS_MAX,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) request.destroy(new Error('the collector answered without end'));
          chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({
            text: Buffer.concat(chunks).toString('utf8'),
            running: String(response.headers[VERSION_HEADER] ?? ''),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('timeout', () => request.destroy(new Error('the collector did not answer in time')));
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED') resolve(undefined);
      else reject(error);
    });
    if (content === undefined) request.end(call);
    else {
      content.on('error', (error) => request.destroy(error));
      content.pipe(request);
    }
  }).finally(() => {
    content?.destroy();
    release();
  });
}

async function callRunning<I, O>(
  folder: DataFolder,
  operation: Operation<I, O>,
  input: I,
  open: CallOptions['content'],
): Promise<{ value: O } | undefined> {
  if (!existsSync(folder.socket)) return undefined;
  const call = JSON.stringify({ user: userName(), input });
  const answered = await ask(folder, operation.name, { call, content: open?.() });
  if (answered === undefined) return undefined;
  const { text, running } = answered;
  const own = version();
  const answer = answerSchema.parse(JSON.parse(text));
  if ('error' in answer) {
    const { code, message } = answer.error;
    const cause = new OperationError(code, message);
    const isOther = code === 'unknown-operation' || (code === 'bad-input' && running !== own);
    throw isOther ? new OtherVersionError(running, own, { cause }) : cause;
  }
  const value = operation.output.safeParse(answer.result);
  // It checked its answer by what its own version says.
  if (!value.success) throw new OtherVersionError(running, own, { cause: value.error });
  return { value: value.data };
}

/** Migrations that the control plane, if there is one, has not had. */
async function pendingIn(home: RegistryHome, known: readonly string[]): Promise<readonly string[]> {
  if ('file' in home) return pendingMigrations(home.file, known) ?? [];
  return (await withUnmigrated(home.postgres, (db) => pendingOnPostgres(db, known))) ?? [];
}

async function callBeside<I, O>(
  folder: DataFolder,
  operation: Operation<I, O>,
  input: I,
  { now = Date.now, registry: settings = {}, clickhouse, onProgress, content }: CallOptions,
): Promise<O> {
  const home = chooseRegistryHome(folder.registry, settings);
  prepareDataFolder(folder);
  const lock = lockDataFolder(folder);
  try {
    if ((await pendingIn(home, Object.keys(allMigrations(now)))).length > 0) {
      throw new OperationError(
        'upgrade-first',
        'this version changes the control plane: start the collector first, which makes a backup before',
      );
    }
    const sealingKey = (): Buffer => openSealingKey(folder.notifyKey, randomBytes);
    const registry = await openRegistry({ ...home, now, sealingKey });
    const sent = content?.();
    try {
      await settleSealingKey(registry.db, folder.notifyKey);
      const context: OperationContext = {
        registry,
        dataDir: folder.path,
        actor: `cli:${userName()}`,
        live: undefined,
        homes: { registry: home, clickhouse },
        onProgress,
        content: sent,
      };
      return await operation.run(context, operation.input.parse(input));
    } finally {
      sent?.destroy();
      await registry.close();
    }
  } catch (error) {
    if (error instanceof RefusalError) throw new OperationError(error.code, error.message, { cause: error });
    if (error instanceof z.ZodError) {
      const [issue] = error.issues;
      const message = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
      throw new OperationError('bad-input', message, { cause: error });
    }
    throw error;
  } finally {
    lock.release();
  }
}

/** @throws OperationError, OtherVersionError, NotRunningError, NoDataError, DataFolderInUseError, DataFolderError, RegistryOpenError */
export async function callOperation<I, O>(
  operation: Operation<I, O>,
  input: I,
  options: CallOptions,
): Promise<O> {
  const folder = dataFolder(options.dataDir);
  const deadlineMs = performance.now() + (options.busyMsMax ?? BUSY_MS_MAX);
  for (;;) {
    const answered = await callRunning(folder, operation, input, options.content);
    if (answered !== undefined) return answered.value;
    const empty = options.registry?.registryUrl === undefined && !existsSync(folder.registry);
    if (operation.needs !== 'nothing' && empty) {
      if (operation.needs === 'collector') throw new NotRunningError(folder.path);
      throw new NoDataError(folder.path);
    }
    try {
      if (operation.needs === 'collector') {
        lockDataFolder(folder).release();
        throw new NotRunningError(folder.path);
      }
      return await callBeside(folder, operation, input, options);
    } catch (error) {
      if (!(error instanceof DataFolderInUseError) || performance.now() >= deadlineMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, BUSY_POLL_MS));
  }
}
