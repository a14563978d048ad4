/** What rpm knows of files, by asking it: `rpm -qf` for the package, `rpm -q --dump` for the checksums. */
import fs from 'node:fs';
import { runProgram } from '../../../host/run-program.ts';
import { isLocked } from './lock-holders.ts';
import type { PackageAnswer, PackageFiles, PackageQuestion } from './package-files.ts';

const DATABASES = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'];
const PATHS_PER_CALL = 200;
const TIMEOUT_MS = 20_000;
const OUTPUT_BYTES_MAX = 32 * 1_048_576;

export interface RpmOptions {
  /** Default `rpm`. */
  command?: string | undefined;
  /** Arguments before all others, e.g. `--dbpath`. */
  args?: readonly string[] | undefined;
  databases?: readonly string[] | undefined;
}

/** undefined where there is no rpm. */
export function openRpmFiles(options: RpmOptions = {}): PackageFiles | undefined {
  const databases = options.databases ?? DATABASES;
  if (!databases.some((folder) => fs.existsSync(folder))) return undefined;
  return new RpmFiles(options.command ?? 'rpm', options.args ?? [], databases);
}

class RpmFiles implements PackageFiles {
  readonly #command: string;
  readonly #args: readonly string[];
  readonly #databases: readonly string[];

  constructor(command: string, args: readonly string[], databases: readonly string[]) {
    this.#command = command;
    this.#args = args;
    this.#databases = databases;
  }

  busy(): boolean {
    return isLocked(this.#databases.map((folder) => `${folder}/.rpm.lock`));
  }

  async find(questions: readonly PackageQuestion[]): Promise<Map<string, PackageAnswer>> {
    const answers = new Map<string, PackageAnswer>();
    // It answers line by line.
    const plain = questions.filter(({ path }) => !path.includes('\n'));
    const sums = new Map<string, Map<string, string>>();
    for (let at = 0; at < plain.length; at += PATHS_PER_CALL) {
      const part = plain.slice(at, at + PATHS_PER_CALL);
      const format = '%{NAME} %{VERSION}-%{RELEASE}\\n';
      const lines = (
        await this.#ask(['-qf', '--queryformat', format, '--', ...part.map(({ path }) => path)])
      ).split('\n');
      for (const [index, { path, sha256 }] of part.entries()) {
        const name = lines[index] ?? '';
        if (!/^\S+ \S+$/.test(name)) continue;
        if (!sums.has(name))
          sums.set(name, parseDump(await this.#ask(['-q', '--dump', '--', name.replace(' ', '-')])));
        answers.set(path, { name, verified: sha256 !== undefined && sums.get(name)?.get(path) === sha256 });
      }
    }
    return answers;
  }

  async #ask(args: readonly string[]): Promise<string> {
    const limits = { timeoutMs: TIMEOUT_MS, stdoutBytesMax: OUTPUT_BYTES_MAX };
    const result = await runProgram(this.#command, [...this.#args, ...args], limits);
    // One path without a package makes it fail, with the others told.
    return result.kind === 'ended' ? result.stdout : '';
  }
}

/** `path size mtime digest mode owner group isconfig isdoc rdev symlink`: digests by path. */
export function parseDump(text: string): Map<string, string> {
  const digests = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^(\/.*) \d+ \d+ ([0-9a-f]{32,128}) 0\d+ \S+ \S+ [01] [01] \S+ /.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) digests.set(match[1], match[2]);
  }
  return digests;
}
