/**
 * Entry point of the engine's process: owns the embedded ClickHouse and serves it on a private unix socket.
 * Options come as JSON in the first argument. Invariants: it ends when its parent does (the IPC channel closes);
 * everything it makes is private to its user; it says why it could not start.
 */
import { rm } from 'node:fs/promises';
import type { EngineOptions } from './engine-options.ts';
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
  process.exit(1);
}

/** Ends at once until there is something to close; what runs then is put in its place. */
let close: () => Promise<void> = () => Promise.resolve();
let stopping = false;
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  setTimeout(() => process.exit(0), STOP_MS_MAX).unref();
  await close();
  process.exit(0);
}

process.umask(0o077);
// The supervisor decides when this process ends; a Ctrl-C goes to the whole foreground group.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void stop());
process.on('disconnect', () => void stop());

const options = JSON.parse(process.argv[2] ?? '{}') as EngineOptions;
const startedMs = performance.now();

// Imported late: where the engine's library is missing, this is said in words.
const [{ ChdbEngine }, { HttpDoor }] = await Promise.all([
  import('./chdb-engine.ts'),
  import('./http-door.ts'),
]).catch((error: unknown) => fail('engine-unusable', error));
const engine = await ChdbEngine.open(options).catch((error: unknown) => fail('folder-unusable', error));
const spool = await SpoolFolder.open(options.folder).catch((error: unknown) =>
  fail('folder-unusable', error),
);
const door = new HttpDoor(engine, spool, options);
close = async () => {
  await door.close();
  await spool.close();
  engine.close();
};

await rm(options.socketPath, { force: true });
await door.listen(options.socketPath).catch((error: unknown) => fail('socket-unusable', error));
await tell({ kind: 'serving', version: engine.version(), openMs: performance.now() - startedMs });
