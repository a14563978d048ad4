/** Starts the embedded engine in a folder of its own for a test file, and what stands in for a server before it. */
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { EngineHandle, EngineLog } from '../../collector/engine/supervisor.ts';
import { startEngine } from '../../collector/engine/supervisor.ts';

/** Keeps what was logged. */
export class MemoryLog implements EngineLog {
  readonly lines: { level: string; fields: object; message: string }[] = [];

  info(fields: object, message: string): void {
    this.lines.push({ level: 'info', fields, message });
  }

  warn(fields: object, message: string): void {
    this.lines.push({ level: 'warn', fields, message });
  }

  error(fields: object, message: string): void {
    this.lines.push({ level: 'error', fields, message });
  }
}

export interface TestEngine {
  engine: EngineHandle;
  dataDir: string;
  log: MemoryLog;
  close(): Promise<void>;
}

/** A new folder under the system's temporary one. */
export function makeFolder(): Promise<string> {
  return mkdtemp(path.join(os.tmpdir(), 'vonggac-test-'));
}

/** @param prepare what is written into the data folder before */
export async function startTestEngine(
  prepare: (dataDir: string) => Promise<void> = async () => undefined,
): Promise<TestEngine> {
  const dataDir = await makeFolder();
  await prepare(dataDir);
  const log = new MemoryLog();
  const engine = await startEngine({ dataDir, log, memoryBytesMax: 2_000_000_000 });
  return {
    engine,
    dataDir,
    log,
    close: async () => {
      await engine.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** Passes TCP connections on to a unix socket: the engine as a server at a URL. */
export async function serveOverTcp(socketPath: string): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((incoming) => {
    const outgoing = net.connect(socketPath);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing);
    outgoing.pipe(incoming);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}
