/** The agent as it is shipped, as a process under a benchmark. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { AGENT_ENVIRONMENT, AGENT_NODE_FLAGS } from '../package/agent-node-flags.ts';

/** One line of the agent's log. */
export interface LogLine {
  /** Milliseconds since 1970. */
  at: number;
  msg: string;
  fields: Readonly<Record<string, unknown>>;
}

export class BundledAgent {
  readonly stateDir: string;
  readonly #entry: string;
  readonly #listeners = new Set<(line: LogLine) => void>();
  #child: ChildProcess | undefined;

  constructor(entry: string, stateDir: string) {
    this.#entry = entry;
    this.stateDir = stateDir;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('the agent does not run');
    return pid;
  }

  async enrol(url: string, token: string): Promise<void> {
    const args = [this.#entry, 'enrol', '--url', url, '--token', token, '--state', this.stateDir];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (part: Buffer) => (said += part.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`enrolment ended with ${code}: ${said}`);
  }

  /** Resolves when all sources see what happens. @param settings what agent.json holds */
  async start(settings: object, logLevel = 'warn'): Promise<void> {
    writeFileSync(path.join(this.stateDir, 'agent.json'), JSON.stringify(settings));
    const args = [...AGENT_NODE_FLAGS, this.#entry, 'run', '--state', this.stateDir, '--log-level', logLevel];
    const child = spawn(process.execPath, args, {
      env: { ...process.env, ...AGENT_ENVIRONMENT },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    this.#child = child;
    const { stdout } = child;
    if (stdout === null) throw new Error('the log of the agent cannot be read');
    createInterface({ input: stdout }).on('line', (text) => {
      const { time, msg, ...fields } = JSON.parse(text) as { time: string; msg: string };
      for (const listener of this.#listeners) listener({ at: Date.parse(time), msg, fields });
    });
    await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(([code]) => {
        throw new Error(`the agent ended with ${String(code)}`);
      }),
    ]);
  }

  onLog(listener: (line: LogLine) => void): void {
    this.#listeners.add(listener);
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const end = once(child, 'exit');
    child.kill('SIGTERM');
    await end;
  }
}
