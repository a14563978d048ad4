/**
 * A clean Debian root that packages are installed in: a copy of the folder that VONGGAC_DEBIAN_ROOT names, made once by
 * `debootstrap --variant=minbase bookworm FOLDER`. Each command has processes and mounts of its own, which end with it.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import process from 'node:process';

const BASE = process.env['VONGGAC_DEBIAN_ROOT'];

/** Why there is none; undefined where there is one. */
export const noDebianRoot: string | undefined =
  process.getuid?.() !== 0
    ? 'only root may change its root'
    : BASE === undefined
      ? 'VONGGAC_DEBIAN_ROOT names none'
      : fs.existsSync(path.join(BASE, 'usr/bin/dpkg'))
        ? undefined
        : `there is no dpkg in ${BASE}`;

const ENTER = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';

export interface Ran {
  code: number | null;
  output: string;
}

export class DebianRoot {
  readonly folder: string;

  /** @param folder - where it is to be */
  constructor(folder: string) {
    this.folder = folder;
    execFileSync('cp', ['-a', BASE ?? '', folder]);
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }

  /** Ends, with all it started, when it is killed. */
  start(command: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
    const args = ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-c', ENTER, this.folder, ...command];
    return spawn('unshare', args, {
      env: {
        PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
        DEBIAN_FRONTEND: 'noninteractive',
        LC_ALL: 'C.UTF-8',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  async run(command: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const child = this.start(command, env);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (part: Buffer) => (output += part.toString('utf8')));
    await once(child, 'close');
    return { code: child.exitCode, output };
  }

  /** Files and folders with the word in their name, but for those that are not the root's own. */
  named(word: string): readonly string[] {
    return execFileSync('find', [this.folder, '-xdev', '-iname', `*${word}*`], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.slice(this.folder.length));
  }
}
