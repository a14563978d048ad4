/**
 * What rpm knows of files, by asking it twice: `rpm -qf` which packages own any of them, `rpm -q` for the files and
 * checksums of these. The first answer says nothing of which path it is about: a path that is gone gets no line, one of
 * two packages two.
 */
import fs from 'node:fs';
import { runProgram } from '../../../host/run-program.ts';
import { isLocked } from './lock-holders.ts';
import { namesInPackage } from './names-in-package.ts';
import type { PackageAnswer, PackageFiles, PackageQuestion } from './package-files.ts';

const DATABASES = ['/var/lib/rpm', '/usr/lib/sysimage/rpm'];
/** Of its database, whichever kind of it. */
const DATABASE_FILE = /^(rpmdb\.sqlite|Packages(\.db)?)$/;
const PATHS_PER_CALL = 200;
const PACKAGES_PER_CALL = 10;
/** No other line that it says begins so. */
const OWNER_FORMAT = '=%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}\\n';
const FILES_FORMAT = '[%{=NAME} %{=VERSION}-%{=RELEASE}\\t%{FILEDIGESTS}\\t%{FILENAMES}\\n]';
const TIMEOUT_MS = 20_000;
const OUTPUT_BYTES_MAX = 32 * 1_048_576;

export interface RpmOptions {
  /** Default `rpm`. */
  command?: string | undefined;
  /** Arguments before all others, e.g. `--dbpath`. */
  args?: readonly string[] | undefined;
  databases?: readonly string[] | undefined;
}

/** undefined where rpm has installed nothing. */
export function openRpmFiles(options: RpmOptions = {}): PackageFiles | undefined {
  const databases = options.databases ?? DATABASES;
  if (!databases.some(holdsDatabase)) return undefined;
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
    for (let at = 0; at < plain.length; at += PATHS_PER_CALL)
      await this.#answer(plain.slice(at, at + PATHS_PER_CALL), answers);
    return answers;
  }

  async #answer(questions: readonly PackageQuestion[], answers: Map<string, PackageAnswer>): Promise<void> {
    const paths = questions.map(({ path }) => path);
    const said = await this.#ask(['-qf', '--queryformat', OWNER_FORMAT, '--', ...paths]);
    const owners = [...new Set(said.split('\n').flatMap((line) => /^=(\S+)$/.exec(line)?.[1] ?? []))];
    const wanted = new Map(
      questions.flatMap((question) => namesInPackage(question.path).map((name) => [name, question] as const)),
    );
    for (let at = 0; at < owners.length; at += PACKAGES_PER_CALL) {
      const part = owners.slice(at, at + PACKAGES_PER_CALL);
      for (const file of parseFiles(await this.#ask(['-q', '--queryformat', FILES_FORMAT, '--', ...part]))) {
        const question = wanted.get(file.path);
        if (question === undefined) continue;
        const verified = question.sha256 !== undefined && file.digest === question.sha256;
        // Of several packages that own it, the one whose it is.
        if (answers.get(question.path)?.verified === true) continue;
        if (verified || !answers.has(question.path))
          answers.set(question.path, { name: file.owner, verified });
      }
    }
  }

  async #ask(args: readonly string[]): Promise<string> {
    const limits = { timeoutMs: TIMEOUT_MS, stdoutBytesMax: OUTPUT_BYTES_MAX };
    const result = await runProgram(this.#command, [...this.#args, ...args], limits);
    // One path without a package makes it fail, with the others told.
    return result.kind === 'ended' ? result.stdout : '';
  }
}

function holdsDatabase(folder: string): boolean {
  try {
    return fs.readdirSync(folder).some((name) => DATABASE_FILE.test(name));
  } catch {
    // There is none, or it is not ours to see.
    return false;
  }
}

/** Lines of `package TAB digest TAB path`; folders and links have no digest. */
function* parseFiles(text: string): Generator<{ owner: string; digest: string; path: string }> {
  for (const line of text.split('\n')) {
    const [, owner, digest, path] = /^(\S+ \S+)\t([0-9a-f]*)\t(\/.*)$/.exec(line) ?? [];
    if (owner !== undefined && digest !== undefined && path !== undefined) yield { owner, digest, path };
  }
}
