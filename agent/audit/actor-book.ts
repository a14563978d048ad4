/**
 * Who changed which file in the last minutes, learned from audit events as they are read. Memory is bounded: the oldest
 * entry goes first. A file is known by the real path of its folder, whatever links led there.
 */
import fs from 'node:fs';
import path from 'node:path';
import type { FileActor, FileActors } from '../file-actors.ts';
import type { AuditFacts, AuditFile } from './event-facts.ts';

export interface ActorBookOptions {
  /** Changes remembered; default 8,192. */
  changesMax?: number | undefined;
  /** Of one file; default 8. */
  perFileMax?: number | undefined;
  /** Real path of a folder; the path itself when there is none. */
  realFolder?: ((folder: string) => string) | undefined;
}

/** Watches on files (`-p wa`) are ours alone under these keys: whatever they catch has changed something. */
const WATCH_KEY = /^vonggac-(?!exec$|connect$|ptrace$|setid$)/;
const MADE: ReadonlySet<string> = new Set(['CREATE', 'DELETE']);
/** The kernel stamps events and files by one clock, read at the begin of a call and at its change. */
const CLOCK_TICK_MS = 20;
const FOLDERS_MAX = 512;

export class ActorBook implements FileActors {
  readonly #changesMax: number;
  readonly #perFileMax: number;
  readonly #realFolder: (folder: string) => string;
  /** By path, the file changed last at the end; where only the name is known, by the name. */
  readonly #changes = new Map<string, FileActor[]>();
  readonly #folders = new Map<string, string>();
  #count = 0;

  constructor(options: ActorBookOptions = {}) {
    this.#changesMax = options.changesMax ?? 8_192;
    this.#perFileMax = options.perFileMax ?? 8;
    this.#realFolder = options.realFolder ?? realFolder;
  }

  get changes(): number {
    return this.#count;
  }

  learn(event: AuditFacts): void {
    if (!event.success || event.isStart) return;
    const isChange = event.keys.some((key) => WATCH_KEY.test(key));
    const files = event.files.filter(
      ({ nametype }) => MADE.has(nametype) || (isChange && nametype === 'NORMAL'),
    );
    for (const file of files) this.#add(this.#keyOf(file), actorOf(event));
  }

  find(file: string, fromMs: number, toMs: number): FileActor | undefined {
    const whole = path.posix.normalize(file);
    const isInTime = ({ at }: FileActor): boolean =>
      at >= fromMs - CLOCK_TICK_MS && at <= toMs + CLOCK_TICK_MS;
    const latest = (key: string): FileActor | undefined => this.#changes.get(key)?.findLast(isInTime);
    return latest(this.#real(whole)) ?? latest(path.posix.basename(whole));
  }

  #keyOf(file: AuditFile): string {
    return file.path === undefined ? path.posix.basename(file.name) : this.#real(file.path);
  }

  #add(key: string, actor: FileActor): void {
    const known = this.#changes.get(key) ?? [];
    this.#changes.delete(key);
    this.#changes.set(key, known);
    known.push(actor);
    this.#count += 1;
    if (known.length > this.#perFileMax) {
      known.shift();
      this.#count -= 1;
    }
    for (const [oldest, actors] of this.#changes) {
      if (this.#count <= this.#changesMax) break;
      actors.shift();
      this.#count -= 1;
      if (actors.length === 0) this.#changes.delete(oldest);
    }
  }

  /** Folders are asked for once: a link that is turned round later is seen when the memory of them is full. */
  #real(file: string): string {
    const folder = path.posix.dirname(file);
    let real = this.#folders.get(folder);
    if (real === undefined) {
      if (this.#folders.size >= FOLDERS_MAX) this.#folders.clear();
      real = this.#realFolder(folder);
      this.#folders.set(folder, real);
    }
    return path.posix.join(real, path.posix.basename(file));
  }
}

function actorOf({ at, exe, pid, parentPid, commandLine, user, loginUser }: AuditFacts): FileActor {
  return { at, process: exe, pid, parentPid, commandLine, user, loginUser };
}

function realFolder(folder: string): string {
  try {
    return fs.realpathSync(folder);
  } catch {
    // Gone since, or not ours to read: it keeps the name it was called by.
    return folder;
  }
}
