/** A collector of its own in a temporary folder, for a dry run: what happens in it is gone with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { COLLECTOR_NODE_FLAGS } from '../../node-flags.ts';

const MAIN = path.join(path.dirname(path.dirname(import.meta.dirname)), 'cli.ts');
const SAID_MAX = 8_192;

/** Without this collector's settings: they name real folders and servers. */
function plainEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('VONGGAC_')));
}

/**
 * @returns undefined when Ctrl-C came before it was up; once it is, that is for the work to hear
 * @throws Error with what it wrote when it does not start
 */
export async function withTemporaryCollector<T>(
  work: (dataDir: string) => Promise<T>,
): Promise<T | undefined> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-story-'));
  try {
    const args = [...COLLECTOR_NODE_FLAGS, MAIN, '--data', dataDir, 'start', '--listen', '127.0.0.1:0'];
    // A group of its own: Ctrl-C is for the story, which ends first. It ends by itself when whoever started it has gone.
    const child = spawn(process.execPath, args, {
      detached: true,
      env: plainEnvironment(),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-SAID_MAX)));
    const exited = once(child, 'exit');
    let isStopped = false;
    let isUp = false;
    const onInterrupt = (): void => {
      isStopped = true;
      if (!isUp) child.kill('SIGTERM');
    };
    process.once('SIGINT', onInterrupt);
    try {
      isUp = await Promise.race([once(child, 'message').then(() => true), exited.then(() => false)]);
      if (isStopped) return undefined;
      if (!isUp) throw new Error(`the temporary collector ended: ${said}`);
      return await work(dataDir);
    } finally {
      process.off('SIGINT', onInterrupt);
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await exited;
      }
    }
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
