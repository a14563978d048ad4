/** A whole watch post for tests: real collector and agent processes, which are started again when they are killed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  prepareApiToken,
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { TcpLine } from './tcp-line.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));
/** Before what a full disk lets not start is started again. */
const RESTART_MS = 300;

export interface PostOptions {
  /** VONGGAC_FAULT of the first collector process (and its engine), and of the first agent process. */
  collectorFault?: string;
  agentFault?: string;
  /** Arguments of `vonggac-agent run`. */
  agentArgs: readonly string[];
  /** What its settings name counts too, beside the arguments. */
  withSettings?: boolean;
  /** Of the caller, who removes it. */
  dataDir?: string;
  /** Settings of each collector process that is started. */
  collectorEnv?: () => Record<string, string>;
  /** Chooses VONGGAC_FAULT of each process that is started again. */
  nextFault?: (process: 'collector' | 'agent') => string | undefined;
}

/** How often a process had to be started again. */
export interface Restarts {
  collector: number;
  agent: number;
}

export class WatchPost {
  readonly dataDir: string;
  readonly restarts: Restarts = { collector: 0, agent: 0 };
  readonly #options: PostOptions;
  readonly #apiToken: string;
  readonly #joinToken: string;
  #collector: CollectorProcess | undefined;
  /** The newest collector process, ready or not. */
  #collectorChild: ChildProcess | undefined;
  /** The collector process whose engine was killed last. */
  #engineless: ChildProcess | undefined;
  #agent: ChildProcess | undefined;
  #agentLog = '';
  #listen = '127.0.0.1:0';
  /** Between agent and collector. */
  #line: TcpLine | undefined;
  /** The agent is not started again. */
  #isAgentDone = false;
  /** The collector is not started again; until then one that is killed comes back, also when the agent has gone. */
  #isDone = false;
  /** A disk is full: what cannot start is started again, as a service manager does. */
  diskIsFull = false;
  /** Set when a restart failed: the test must see it. */
  #failure: unknown;

  private constructor(options: PostOptions, dataDir: string, apiToken: string, joinToken: string) {
    this.#options = options;
    this.dataDir = dataDir;
    this.#apiToken = apiToken;
    this.#joinToken = joinToken;
  }

  static async start(options: PostOptions): Promise<WatchPost> {
    const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'vonggac-post-')));
    const apiToken = await prepareApiToken(dataDir, 'administrator');
    const joinToken = await prepareJoinToken(dataDir, 1);
    const post = new WatchPost(options, dataDir, apiToken, joinToken);
    await post.#startCollector(options.collectorFault);
    const { hostname, port } = new URL(post.url);
    post.#line = await TcpLine.to({ host: hostname, port: Number(port) });
    await post.#enrol();
    post.#startAgent(options.agentFault);
    return post;
  }

  get agentPid(): number | undefined {
    return this.#agent?.pid;
  }

  get #stateDir(): string {
    return path.join(this.dataDir, 'agent');
  }

  get url(): string {
    if (this.#collector === undefined) throw new Error('the collector has not started');
    return this.#collector.url;
  }

  get line(): TcpLine {
    if (this.#line === undefined) throw new Error('the collector has not started');
    return this.#line;
  }

  get agentLog(): string {
    return this.#agentLog;
  }

  async #startCollector(fault: string | undefined): Promise<void> {
    const env = {
      VONGGAC_LOG_LEVEL: 'warn',
      ...this.#options.collectorEnv?.(),
      ...(fault === undefined ? {} : { VONGGAC_FAULT: fault }),
    };
    const onSpawn = (child: ChildProcess): void => void (this.#collectorChild = child);
    const wasFull = this.diskIsFull;
    let collector: CollectorProcess;
    try {
      collector = await startCollectorProcess({ dataDir: this.dataDir, listen: this.#listen, env, onSpawn });
    } catch (error) {
      const child = this.#collectorChild;
      // Killed while it was starting, or left without an engine then: a service is started again.
      const ours = child?.signalCode === 'SIGKILL' || (child !== undefined && child === this.#engineless);
      if (this.#isDone || !(ours || wasFull || this.diskIsFull)) throw error;
      this.restarts.collector += 1;
      if (!ours) await sleep(RESTART_MS);
      return this.#startCollector(this.#options.nextFault?.('collector'));
    }
    this.#collector = collector;
    this.#listen = new URL(collector.url).host;
    collector.child.once('exit', () => {
      if (this.#isDone) return;
      this.restarts.collector += 1;
      this.#startCollector(this.#options.nextFault?.('collector')).catch(
        (error: unknown) => (this.#failure = error),
      );
    });
  }

  async #enrol(): Promise<void> {
    // What is measured and tortured here is delivery: the agent need not save the machine.
    const unslowed = { cpuPercentMax: 100, rssMbMax: 4_096, nice: 0, ioPriority: 'normal' };
    await mkdir(this.#stateDir, { recursive: true, mode: 0o700 });
    const settings = { governor: unslowed, inventory: { enabled: false } };
    await writeFile(path.join(this.#stateDir, 'agent.json'), JSON.stringify(settings));
    const args = [
      'agent/cli.ts',
      'enrol',
      '--url',
      `https://127.0.0.1:${this.line.port}`,
      '--state',
      this.#stateDir,
      '--token',
      this.#joinToken,
    ];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`enrolment ended with ${code}: ${stderr}`);
  }

  #startAgent(fault: string | undefined): void {
    const args = [
      'agent/cli.ts',
      'run',
      '--state',
      this.#stateDir,
      ...(this.#options.withSettings === true ? [] : ['--only-given']),
      ...this.#options.agentArgs,
    ];
    const env = { ...process.env, ...(fault === undefined ? {} : { VONGGAC_FAULT: fault }) };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#agent = child;
    const keep = (chunk: Buffer): void =>
      void (this.#agentLog = (this.#agentLog + chunk.toString()).slice(-65_536));
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('exit', () => {
      if (this.#isAgentDone) return;
      this.restarts.agent += 1;
      const again = (): void => {
        if (!this.#isAgentDone) this.#startAgent(this.#options.nextFault?.('agent'));
      };
      if (this.diskIsFull) setTimeout(again, RESTART_MS);
      else again();
    });
  }

  /**
   * Ends a process as `kill -9` does; it is started again at once. The host dies with all of them at a time.
   * @returns how many processes were killed: none when they are away already.
   */
  async kill(which: 'agent' | 'collector' | 'engine' | 'host'): Promise<number> {
    const engine = which === 'engine' || which === 'host' ? await this.#enginePid() : undefined;
    let killed = 0;
    if (which === 'agent' || which === 'host') killed += Number(this.#agent?.kill('SIGKILL') ?? false);
    if (which === 'collector' || which === 'host') {
      killed += Number(this.#collectorChild?.kill('SIGKILL') ?? false);
    }
    if (engine !== undefined && killPid(engine)) {
      this.#engineless = this.#collectorChild;
      killed += 1;
    }
    return killed;
  }

  /** The collector's child process that runs the engine; Linux only. */
  async #enginePid(): Promise<number | undefined> {
    const parent = this.#collectorChild;
    if (parent?.pid === undefined || parent.exitCode !== null || parent.signalCode !== null) return undefined;
    try {
      const tasks = await readdir(`/proc/${parent.pid}/task`);
      const lists = await Promise.all(
        tasks.map((task) => readFile(`/proc/${parent.pid}/task/${task}/children`, 'utf8')),
      );
      for (const pid of lists.join(' ').split(/\s+/).filter(Boolean)) {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
        if (command.includes(path.join('engine', 'main.ts'))) return Number(pid);
      }
    } catch (error) {
      // A task or process that ended while we looked.
      if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) {
        return undefined;
      }
      throw error;
    }
    return undefined;
  }

  /** GET below /api/v1 as an administrator; undefined while the collector is away. */
  async get(route: string): Promise<unknown> {
    if (this.#failure !== undefined) throw this.#failure;
    return getJson(new URL(`/api/v1${route}`, this.url), this.#apiToken);
  }

  /** Asks until the answer satisfies `holds`. @throws Error with the last answer after `msMax` */
  async until<T>(ask: (post: this) => Promise<T>, holds: (answer: T) => boolean, msMax = 60_000): Promise<T> {
    const deadline = Date.now() + msMax;
    let last: T | undefined;
    while (Date.now() < deadline) {
      last = await ask(this);
      if (holds(last)) return last;
      await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking, not a wait for luck
    }
    throw new Error(
      `did not come true in ${msMax} ms; last answer ${JSON.stringify(last)?.slice(0, 2_000)}; agent: ${this.#agentLog.slice(-2_000)}`,
    );
  }

  /** Stops the agent cleanly, which tells the collector its last counts. */
  async stopAgent(): Promise<void> {
    this.#isAgentDone = true;
    const agent = this.#agent;
    if (agent !== undefined && agent.exitCode === null && agent.signalCode === null) {
      const exited = once(agent, 'exit');
      agent.kill('SIGTERM');
      await exited;
    }
  }

  /** Stops agent and collector cleanly; the data folder stays. */
  async stop(): Promise<void> {
    await this.stopAgent();
    this.#isDone = true;
    await this.#collector?.stop();
    await this.#line?.close();
  }

  async remove(): Promise<void> {
    await this.stop();
    if (this.#options.dataDir === undefined) await rm(this.dataDir, { recursive: true, force: true });
  }
}

function killPid(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}

function getJson(url: URL, token: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    const request = https.get(url, { headers, rejectUnauthorized: false, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', () => resolve(undefined));
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else if (response.statusCode === 503) resolve(undefined);
        else reject(new Error(`${url.pathname} was answered with ${response.statusCode}: ${text}`));
      });
    });
    request.on('error', () => resolve(undefined)); // the collector is away: it was killed and comes back
  });
}
