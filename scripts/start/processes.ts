/**
 * The processes of a watch post: each is told to stop by a signal, and understands the end of its IPC channel as the
 * end of its starter, so none is left behind. Their logs are files that rotate.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import roll from 'pino-roll';

export interface StartOptions {
  name: string;
  args: readonly string[];
  env?: Record<string, string>;
  /** Folder for `<name>.N.log` with what the process writes to standard output; without it the terminal. */
  logDir?: string;
}

export class Processes {
  readonly #root: string;
  readonly #running: { name: string; child: ChildProcess }[] = [];
  stopping = false;

  constructor(root: string) {
    this.#root = root;
  }

  async start(options: StartOptions): Promise<ChildProcess> {
    const { name, args, env = {}, logDir } = options;
    const log =
      logDir === undefined
        ? undefined
        : await roll({
            file: path.join(logDir, name),
            extension: '.log',
            size: '10m',
            limit: { count: 4, removeOtherLogFiles: true },
            mkdir: true,
            mode: 0o600,
          });
    // A full disk costs log lines; the process itself goes on.
    log?.on('error', () => undefined);
    const child = spawn(process.execPath, args, {
      cwd: this.#root,
      env: { ...process.env, ...env },
      stdio: ['ignore', log === undefined ? 'ignore' : 'pipe', 'inherit', 'ipc'],
      // Ctrl-C in a terminal reaches this process alone, which then stops the others in order.
      detached: true,
    });
    child.stdout?.on('data', (chunk: Buffer) => log?.write(chunk.toString('utf8')));
    this.#running.push({ name, child });
    child.once('exit', () => log?.end());
    return child;
  }

  /** Ends all, the last started first, each with its share of the time. */
  async stop(msMax: number): Promise<void> {
    this.stopping = true;
    const open = this.#running.filter(({ child }) => child.exitCode === null && child.signalCode === null);
    for (const { child } of open.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), msMax / open.length);
      await exited;
      clearTimeout(timer);
    }
  }
}
