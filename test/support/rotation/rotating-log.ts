/**
 * A log that is written to and rotated, in one of the ways there are. It knows every line that was written, so that a
 * test can hold what was read to it. Writing is synchronous, so nothing is written between two steps of a rotation
 * unless a kind says so.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';

export interface RotatingLog {
  readonly kind: string;
  readonly file: string;
  /** Every line written, in order. */
  readonly lines: readonly string[];
  /** Lines that were written while a copy was made and the log emptied: nobody may ever have seen them. */
  readonly atRisk: ReadonlySet<string>;
  /** How many lines were written when each rotation began. */
  readonly rotatedAt: readonly number[];
  /** Least time between two rotations. */
  readonly everyMsMin: number;
  /** It is removed and begun anew: only when everything was read. */
  readonly destroys: boolean;
  /** Nothing is written for now. */
  paused: boolean;
  /** Appends so many lines; nothing while a rotation under way forbids it. */
  write(lines: number): void;
  rotate(): Promise<void>;
  close(): void;
}

export interface RotationKind {
  /** Name of the log without its extension, and of its folder. */
  name: string;
  everyMsMin?: number;
  destroys?: boolean;
  /** The writer keeps its file open over the rotation, and writes so many lines to it before it opens the new one. */
  lateLines?: number;
  /** What every file of the log begins with. */
  banner?: string;
  /** Lines may be written while the rotation is under way; `at-risk`: and be lost by its nature. */
  meanwhile?: 'safe' | 'at-risk';
  rotate: (file: string) => Promise<void> | void;
}

const FIRST_ROTATED = 1;
const IF_THERE = fs.constants.O_WRONLY | fs.constants.O_APPEND;

/** `.1` becomes `.2` and so on, compressed or not. */
function shift(file: string): void {
  const base = path.basename(file);
  const names = fs.readdirSync(path.dirname(file)).filter((name) => name.startsWith(`${base}.`));
  const numbered = names.flatMap((name) => {
    const match = /^\.(\d+)(\.gz|\.zst)?$/.exec(name.slice(base.length));
    return match === null ? [] : [{ name, number: Number(match[1]), suffix: match[2] ?? '' }];
  });
  for (const { name, number, suffix } of numbered.sort((a, b) => b.number - a.number)) {
    fs.renameSync(path.join(path.dirname(file), name), `${file}.${number + 1}${suffix}`);
  }
}

function moveAway(file: string): string {
  shift(file);
  fs.renameSync(file, `${file}.${FIRST_ROTATED}`);
  return `${file}.${FIRST_ROTATED}`;
}

function create(file: string): void {
  fs.writeFileSync(file, '', { flag: 'a' });
}

/** @throws when the program fails */
export async function runProgram(program: string, args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (part: Buffer) => (complaint += part.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${complaint}`);
}

let dated = Date.UTC(2026, 0, 31);
function nextDate(): string {
  dated += 1_000;
  return new Date(dated).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}

/** The ways a rotation goes, without any program of the system but those that compress. */
export const ROTATION_KINDS: readonly RotationKind[] = [
  {
    name: 'rename-create',
    rotate: (file) => {
      moveAway(file);
      create(file);
    },
  },
  {
    name: 'rename',
    rotate: (file) => {
      // Nothing may have been written since the last time.
      if (fs.existsSync(file)) moveAway(file);
    },
  },
  {
    name: 'rename-kept-open',
    lateLines: 5,
    rotate: (file) => {
      moveAway(file);
      create(file);
    },
  },
  {
    name: 'rename-same-beginning',
    banner: `# ${'the same first line of every file '.repeat(40)}`,
    rotate: (file) => {
      moveAway(file);
      create(file);
    },
  },
  {
    name: 'copytruncate',
    rotate: (file) => {
      shift(file);
      fs.copyFileSync(file, `${file}.${FIRST_ROTATED}`);
      fs.truncateSync(file);
    },
  },
  ...(['gzip', 'zstd'] as const).map((program): RotationKind => ({
    name: `rename-${program}`,
    meanwhile: 'safe',
    rotate: async (file) => {
      const away = moveAway(file);
      create(file);
      await runProgram(program, program === 'gzip' ? [away] : ['--rm', '-q', away]);
    },
  })),
  {
    name: 'delete-create',
    destroys: true,
    rotate: (file) => {
      fs.unlinkSync(file);
      create(file);
    },
  },
  {
    name: 'date',
    rotate: (file) => {
      fs.renameSync(file, `${file}-${nextDate()}`);
      create(file);
    },
  },
  {
    name: 'date-before-extension',
    rotate: (file) => {
      fs.renameSync(file, `${file.replace(/\.log$/, '')}-${nextDate()}.log`);
      create(file);
    },
  },
];

/** How many lines a rotation that destroys leaves in the new file at once, so that it is not told by being empty. */
const LINES_AT_ONCE = 3;

export function makeRotatingLog(kind: RotationKind, folder: string, random: () => number): RotatingLog {
  const file = path.join(folder, kind.name, `${kind.name}.log`);
  fs.mkdirSync(path.dirname(file));
  const lines: string[] = [];
  const atRisk = new Set<string>();
  const rotatedAt: number[] = [];
  let busy = false;
  let open: number | undefined;

  const nextLine = (): string => {
    const line = `${kind.name} ${lines.length + 1} ${'é'.repeat(Math.floor(random() ** 6 * 3_000))}`;
    lines.push(line);
    if (busy && kind.meanwhile === 'at-risk') atRisk.add(line);
    return line;
  };
  /** undefined while a program that rotates has yet to make the file, as it does for a daemon that waits for it. */
  const openLog = (): number | undefined => {
    try {
      return fs.openSync(file, kind.meanwhile === undefined ? 'a' : IF_THERE);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  };
  const append = (parts: () => readonly string[]): void => {
    const to = open ?? openLog();
    if (to === undefined) return;
    for (const part of parts()) fs.writeSync(to, part);
    if (kind.lateLines === undefined) fs.closeSync(to);
    else open = to;
  };
  const begin = (): void => {
    const { banner } = kind;
    if (banner === undefined) return;
    lines.push(banner);
    append(() => [`${banner}\n`]);
  };
  const put = (count: number): void => {
    append(() => {
      const text = `${Array.from({ length: count }, nextLine).join('\n')}\n`;
      // Now and then a line comes in two parts.
      const cut = random() < 0.2 ? Math.floor(random() * text.length) : text.length;
      return [text.slice(0, cut), text.slice(cut)].filter((part) => part !== '');
    });
  };
  create(file);
  begin();
  return {
    kind: kind.name,
    file,
    lines,
    atRisk,
    rotatedAt,
    everyMsMin: kind.everyMsMin ?? 0,
    destroys: kind.destroys === true,
    paused: false,
    write(count) {
      if (this.paused) return;
      if (!busy || kind.meanwhile !== undefined) put(count);
    },
    async rotate() {
      busy = true;
      rotatedAt.push(lines.length);
      try {
        await kind.rotate(file);
      } finally {
        busy = false;
      }
      if (open !== undefined) {
        put(kind.lateLines ?? 0);
        fs.closeSync(open);
        open = undefined;
      }
      begin();
      if (kind.destroys === true) put(LINES_AT_ONCE);
    },
    close() {
      if (open !== undefined) fs.closeSync(open);
      open = undefined;
    },
  };
}
