/**
 * A real collector, people who publish and people who let out, and agents on hosts: each with a program folder as packages lay it and
 * a service that starts the launcher again when it ends, as systemd does. Versions are the agent's own bundle under other numbers.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { callOperation } from '../../../collector/cli/client.ts';
import { joinTokenCreate } from '../../../collector/cli/operations/join-token.ts';
import type { Operation } from '../../../collector/cli/operations/operation.ts';
import {
  releaseAdd,
  releasePayload,
  releaseWithdraw,
  updateAct,
  updatePlan,
  updateStatusRead,
} from '../../../collector/cli/operations/update.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { makeRelease } from '../../../collector/release/make-release.ts';
import {
  partsOf,
  payloadName,
  readSignedText,
  RELEASE_FILE,
} from '../../../collector/release/release-folder.ts';
import { addSignature } from '../../../collector/release/sign-release.ts';
import { bundleAgent } from '../../../scripts/package/bundle.ts';
import {
  type CollectorProcess,
  startCollectorProcess,
  withRegistry,
} from '../../../scripts/simulate/collector-process.ts';
import { machineNumber } from '../agent/fake-machine.ts';
import { newPublisher, rootsOf, signAll } from './publisher.ts';

const RUNTIME = process.versions.node;
const PASSWORD = 'correct-horse-battery';
const PLATFORM = 'linux-x64';
const DAY_MS = 86_400_000;
const LAUNCHER = path.resolve(import.meta.dirname, '../../../agent/service/linux/vonggac-agent');

export class UpdateWorld {
  readonly #folder: string;
  readonly #dataDir: string;
  readonly people = [newPublisher('An'), newPublisher('Bình'), newPublisher('Chi')] as const;
  readonly roots = [signAll('release-roots', rootsOf(this.people), [this.people[0], this.people[1]])];
  #collector: CollectorProcess | undefined;
  #hosts: UpdateHost[] = [];
  #counter = 0;

  constructor(folder: string) {
    this.#folder = folder;
    this.#dataDir = path.join(folder, 'data');
  }

  get collector(): CollectorProcess {
    if (this.#collector === undefined) throw new Error('the collector was not started');
    return this.#collector;
  }

  get dataDir(): string {
    return this.#dataDir;
  }

  async start(): Promise<void> {
    fs.mkdirSync(this.#dataDir, { mode: 0o700 });
    await bundleAgent(path.join(this.#folder, 'bundle'));
    await withRegistry(this.#dataDir, async (registry) => {
      for (const username of ['an', 'binh'])
        await createUser(
          registry,
          { username, password: PASSWORD, role: 'administrator', mustChangePassword: false },
          'test',
        );
    });
    await this.startCollector();
  }

  async startCollector(port = 0): Promise<void> {
    const env = { VONGGAC_LOG_LEVEL: 'warn', VONGGAC_LISTEN: `127.0.0.1:${port}` };
    this.#collector = await startCollectorProcess({ dataDir: this.#dataDir, env });
  }

  async stop(): Promise<void> {
    for (const host of this.#hosts) await host.stop();
    await this.#collector?.stop();
  }

  call<I, O>(operation: Operation<I, O>, input: I, content?: () => Readable): Promise<O> {
    return callOperation(operation, input, {
      dataDir: this.#dataDir,
      ...(content === undefined ? {} : { content }),
    });
  }

  /** The bundle as another version. @param spoil what is written into its entry, or changed in all of it */
  #build(version: string, spoil: Spoil = {}): string {
    const to = path.join(this.#folder, `build-${version}`);
    fs.cpSync(path.join(this.#folder, 'bundle'), to, { recursive: true });
    for (const name of fs.readdirSync(path.join(to, 'parts'))) {
      const file = path.join(to, 'parts', name);
      const code = fs.readFileSync(file, 'utf8');
      const other = name.startsWith('version-') ? code.replace('0.1.0', version) : code;
      fs.writeFileSync(file, spoil.replace === undefined ? other : other.replaceAll(...spoil.replace));
    }
    const entry = path.join(to, 'vonggac-agent.js');
    if (spoil.first !== undefined)
      fs.writeFileSync(entry, `${spoil.first}\n${fs.readFileSync(entry, 'utf8')}`);
    return to;
  }

  /** Made, signed by two, and kept by the collector. */
  async publish(version: string, spoil: Spoil = {}): Promise<void> {
    this.#counter += 1;
    const out = path.join(this.#folder, `release-${version}`);
    fs.mkdirSync(out);
    const createdMs = Date.now();
    const { release } = makeRelease(
      {
        version,
        counter: this.#counter,
        fromVersionMin: '0.1.0',
        createdMs,
        notAfterMs: createdMs + DAY_MS,
        notes: '',
        runtime: RUNTIME,
      },
      [{ platform: PLATFORM, program: this.#build(version, spoil) }],
      out,
    );
    const unsigned = readSignedText(path.join(out, RELEASE_FILE));
    const text = [this.people[0], this.people[2]].reduce(
      (signed, { key }) => addSignature('release', signed, key),
      unsigned,
    );
    for (const part of partsOf(release)) {
      const content = () => fs.createReadStream(path.join(out, payloadName(part)));
      await this.call(releasePayload, { sha256: part.sha256 }, content);
    }
    await this.call(releaseAdd, { text, roots: this.roots });
  }

  /** To all hosts, by two people. */
  async letOut(version: string): Promise<void> {
    const person = (username: string) => ({ username, password: PASSWORD });
    const rings = [{ name: 'all', percent: 100 }];
    const { id } = await this.call(updatePlan, { version, rings, reason: '', person: person('an') });
    await this.call(updateAct, { id, act: 'start', person: person('binh') });
  }

  async endRollout(): Promise<void> {
    const { version } = await this.call(updateAct, { act: 'end' });
    // A collector keeps some only.
    await this.call(releaseWithdraw, { version });
  }

  /** A host with version 0.1.0 that is enrolled; its service does not run yet. */
  async host(number: number, updates: object = {}): Promise<UpdateHost> {
    const { token } = await this.call(joinTokenCreate, { uses: 1 });
    const folder = path.join(this.#folder, `host-${number}`);
    const host = new UpdateHost(folder, number);
    layProgram(host.home, path.join(this.#folder, 'bundle'));
    fs.writeFileSync(path.join(host.home, 'release-roots.json'), JSON.stringify(this.roots));
    fs.writeFileSync(
      path.join(host.state, 'agent.json'),
      JSON.stringify({
        watch: [],
        tails: [],
        journald: { enabled: false },
        inventory: { enabled: false },
        posture: { enabled: false },
        activity: { enabled: false },
        updates: { askEveryMs: 1_000, wellMsMax: 20_000, ...updates },
      }),
    );
    await host.enrol(this.collector.url, token);
    this.#hosts.push(host);
    return host;
  }

  async statusOf(host: UpdateHost) {
    const { agents } = await this.call(updateStatusRead, {});
    const found = agents.find(({ agentId }) => agentId === host.agentId);
    if (found === undefined) throw new Error('the host is not known');
    return found;
  }
}

export interface Spoil {
  /** Runs before anything else of it. */
  first?: string;
  /** In all its files. */
  replace?: [from: string, to: string];
}

/** As docs/packages.md draws it, with this Node as the runtime. */
function layProgram(home: string, bundle: string): void {
  const version = path.join(home, 'versions/0.1.0');
  fs.cpSync(bundle, version, { recursive: true });
  fs.writeFileSync(path.join(version, 'runtime'), `${RUNTIME}\n`);
  fs.writeFileSync(path.join(home, 'versions/packaged'), '0.1.0\n');
  fs.mkdirSync(path.join(home, 'runtimes', RUNTIME), { recursive: true });
  fs.symlinkSync(process.execPath, path.join(home, 'runtimes', RUNTIME, 'node'));
  fs.copyFileSync(LAUNCHER, path.join(home, 'vonggac-agent'));
  fs.chmodSync(path.join(home, 'vonggac-agent'), 0o755);
}

/** One machine: program folder, state, and the service that keeps the launcher started. */
export class UpdateHost {
  readonly home: string;
  readonly state: string;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;
  #isStopping = false;
  #fault: string | undefined;
  #serving: Promise<void> = Promise.resolve();
  /** How the processes ended, in order: exit code or signal. */
  readonly ends: (number | string)[] = [];
  /** The last of what they said. */
  said = '';

  constructor(folder: string, number: number) {
    this.home = path.join(folder, 'program');
    this.state = path.join(folder, 'state');
    fs.mkdirSync(this.state, { recursive: true, mode: 0o700 });
    this.#env = { ...process.env, VONGGAC_HOST_ROOT: machineNumber(path.join(folder, 'machine'), number) };
  }

  get agentId(): string {
    return (this.#read('identity.json') as { agentId: string }).agentId;
  }

  #read(name: string): unknown {
    return JSON.parse(fs.readFileSync(path.join(this.state, name), 'utf8'));
  }

  /** Of the running agent, or the last. */
  get status(): { agentVersion: string; spool: { epoch: string } } {
    return this.#read('status.json') as { agentVersion: string; spool: { epoch: string } };
  }

  /** What it says of its updates. */
  get book(): { failed: { version: string; code: string; message: string }[]; seen?: { counter: number } } {
    return this.#read('updates.json') as ReturnType<() => UpdateHost['book']>;
  }

  pointer(name: string): string | undefined {
    const file = path.join(this.home, 'versions', name);
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim() : undefined;
  }

  async enrol(url: string, token: string): Promise<void> {
    const child = this.#spawn(['enrol', '--url', url, '--token', token], {});
    const [code] = (await once(child, 'close')) as [number];
    if (code !== 0) throw new Error(`the host did not enrol: ${this.said}`);
  }

  #spawn(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
    const child = spawn(path.join(this.home, 'vonggac-agent'), [...args, '--state', this.state], {
      env: { ...this.#env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (this.said = (this.said + part.toString()).slice(-20_000)));
    return child;
  }

  /** Starts the service. @param fault where its processes die, until one did */
  serve(fault?: string): void {
    this.#isStopping = false;
    this.#fault = fault;
    this.#serving = this.#serve();
  }

  async #serve(): Promise<void> {
    while (!this.#isStopping) {
      const fault = this.#fault === undefined ? {} : { VONGGAC_FAULT: this.#fault };
      const child = this.#spawn(['run'], { VONGGAC_SERVICE: '1', ...fault });
      this.#child = child;
      const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
      this.ends.push(code ?? signal ?? 'nothing');
      if (signal === 'SIGKILL') this.#fault = undefined;
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#child?.kill('SIGTERM');
    await this.#serving;
  }
}

/** Asks until it holds; each look waits for the one before. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  said: () => string,
  msMax = 90_000,
): Promise<void> {
  for (const deadline = Date.now() + msMax; Date.now() < deadline;) {
    try {
      if (await holds()) return;
    } catch (error) {
      // A file that is not there yet.
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50)); // the pace of asking
  }
  throw new Error(`did not come to be: ${what}; ${said()}`);
}
