/** A real collector in a process of its own, for benchmarks and tests: fresh data folder, any free port. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { formatJoinToken } from '#protocol/join-token.ts';
import { COLLECTOR_NODE_FLAGS } from '../../collector/node-flags.ts';
import type { Role } from '../../collector/api/contract.ts';
import { loadOrCreateCertificate } from '../../collector/registry/certificate.ts';
import { dataFolder, prepareDataFolder } from '../../collector/registry/data-folder.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { createApiToken } from '../../collector/registry/api-tokens.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

export interface CollectorProcess {
  url: string;
  pid: number;
  child: ChildProcess;
  /** What it wrote to standard error. */
  stderr: () => string;
  /** Stops it as Ctrl-C does. @returns exit code */
  stop: () => Promise<number | null>;
  /** Ends it as `kill -9` does. */
  kill: () => Promise<void>;
}

/** Opens the control plane of a folder no collector is running on. */
export async function withRegistry<T>(dataDir: string, work: (registry: Registry) => Promise<T>): Promise<T> {
  const folder = dataFolder(dataDir);
  prepareDataFolder(folder);
  const registry = await openRegistry({ file: folder.registry });
  try {
    return await work(registry);
  } finally {
    await registry.close();
  }
}

/** Makes a join token in a folder no collector is running on. */
export async function prepareJoinToken(dataDir: string, uses: number): Promise<string> {
  return withRegistry(dataDir, async (registry) => {
    const certificate = await loadOrCreateCertificate({ dataDir, names: [os.hostname()], now: Date.now });
    const { id, secret } = await createJoinToken(registry, { uses, days: 1 }, 'system');
    return formatJoinToken({ id, secret, fingerprint: certificate.fingerprint });
  });
}

/** Makes an API token of the role in a folder no collector is running on. */
export async function prepareApiToken(dataDir: string, role: Role): Promise<string> {
  return withRegistry(dataDir, async (registry) => {
    const { token } = await createApiToken(registry, { name: 'test', role, days: 1 }, 'system');
    return token;
  });
}

/** @throws Error with what the collector wrote when it ends before it is ready */
export async function startCollectorProcess(options: {
  dataDir: string;
  listen?: string;
  env?: Record<string, string>;
  /** Told of the process before it is ready. */
  onSpawn?: (child: ChildProcess) => void;
}): Promise<CollectorProcess> {
  const child = spawn(
    process.execPath,
    [...COLLECTOR_NODE_FLAGS, path.join(ROOT, 'collector', 'cli.ts'), 'start'],
    {
      cwd: ROOT,
      env: {
        ...process.env,
        VONGGAC_DATA: options.dataDir,
        VONGGAC_LISTEN: options.listen ?? '127.0.0.1:0',
        ...options.env,
      },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    },
  );
  options.onSpawn?.(child);
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-65_536)));
  const url = await new Promise<string>((resolve, reject) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'url' in message) resolve(String(message.url));
    });
    child.once('exit', (code, signal) =>
      reject(new Error(`the collector ended (${code ?? signal}): ${stderr}`)),
    );
  });
  const ended = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
    return child.exitCode;
  };
  return {
    url,
    pid: child.pid ?? 0,
    child,
    stderr: () => stderr,
    stop: () => ended('SIGTERM'),
    kill: async () => void (await ended('SIGKILL')),
  };
}
