/**
 * Entry point of the engine's process: owns the embedded ClickHouse and serves it on a private unix socket.
 * Options come as JSON in the first argument. Invariants: it ends when its parent does (the IPC channel closes);
 * everything it makes is private to its user; it says why it could not start.
 */
import { rm } from 'node:fs/promises';
import type { EngineOptions } from './engine-options.ts';
import type { HttpDoor } from './http-door.ts';
import type { EngineMessage } from './messages.ts';
import { SpoolFolder } from './spool-folder.ts';

/** The engine stops at its next check of the kill flag; after this the process ends anyway. */
const STOP_MS_MAX = 2_000;

function tell(message: EngineMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else
      process.send(message, () => {
        resolve();
      });
  });
}

async function fail(
  reason: Extract<EngineMessage, { kind: 'failed' }>['reason'],
  error: unknown,
): Promise<never> {
  await tell({ kind: 'failed', reason, message: error instanceof Error ? error.message : String(error) });
  return end();
}

/** What has to be closed, set once it is there. */
let door: HttpDoor | undefined;
let spool: SpoolFolder | undefined;
let stopping = false;

/**
 * Ends by a signal: on a usual exit the engine's library puts its threads away, which now and then waits for ever and would
 * keep the data folder from the next collector. What was inserted is on disk, and nothing is asked of the end but that it comes.
 */
function end(): never {
  // Files in memory outlive a process: they go whatever else hangs.
  spool?.close();
  process.kill(process.pid, 'SIGKILL');
  throw new Error('the process has ended');
}

async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(end, STOP_MS_MAX).unref();
  await door?.close();
  end();
}

process.umask(0o077);
// The supervisor decides when this process ends; a Ctrl-C goes to the whole foreground group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void stop());

const options = JSON.parse(process.argv[2] ?? '{}') as EngineOptions;
const startedMs = performance.now();

// Imported late: where the engine's library is missing, this is said in words.
const [{ ChdbEngine }, { HttpDoor: Door }] = await Promise.all([
  import('./chdb-engine.ts'),
  import('./http-door.ts'),
]).catch((error: unknown) => fail('engine-unusable', error));
const engine = await ChdbEngine.open(options).catch((error: unknown) => fail('folder-unusable', error));
spool = await SpoolFolder.open(options.folder).catch((error: unknown) => fail('folder-unusable', error));
door = new Door(engine, spool, options);

await rm(options.socketPath, { force: true });
await door.listen(options.socketPath).catch((error: unknown) => fail('socket-unusable', error));
await tell({ kind: 'serving', version: engine.version(), openMs: performance.now() - startedMs });
