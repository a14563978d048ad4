/**
 * The agent as a single executable, by Node's own feature: the runtime with the agent's script and its policies inside. It
 * installs nothing; the same bytes of the same sources. That of Windows is without a signature, ready for one.
 */
import fs from 'node:fs';
import path from 'node:path';
import { inject } from 'postject';
import { ROOT } from './agent-folder.ts';
import { AGENT_NODE_FLAGS } from './agent-node-flags.ts';
import { PackageError, runProgram, runTool } from './run-tool.ts';
import type { Runtime } from './runtimes.ts';
import { SEA_SCRIPT } from './sea-script.ts';
import { unsignedPe } from './unsign-pe.ts';

const RESOURCE = 'NODE_SEA_BLOB';
/** Node's: a byte after it says whether there is something inside. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const POLICIES = path.join(ROOT, 'agent/posture-policies');

/** Node is run in the folder: its names are those of the folder, since that of the script stands in what it makes. */
export const SEA_CONFIG = 'sea.json';
export const SEA_BLOB = 'sea.blob';

/** Lays down in `folder`, which has the script, what Node makes the inside of an executable of. */
export function writeSeaConfig(folder: string): void {
  const policies = fs.readdirSync(POLICIES).filter((name) => name.endsWith('.json'));
  for (const name of policies) fs.copyFileSync(path.join(POLICIES, name), path.join(folder, name));
  const settings = {
    main: SEA_SCRIPT,
    output: SEA_BLOB,
    disableExperimentalSEAWarning: true,
    useCodeCache: false,
    execArgv: AGENT_NODE_FLAGS,
    // Neither NODE_OPTIONS nor arguments of whoever starts it are options of the runtime.
    execArgvExtension: 'none',
    assets: Object.fromEntries(policies.map((name) => [name, name])),
  };
  fs.writeFileSync(path.join(folder, SEA_CONFIG), JSON.stringify(settings));
}

/** Puts what is to run into a runtime of the version that made `blob`. */
export async function makeExecutable(runtime: Runtime, blob: string, file: string): Promise<void> {
  const program = fs.readFileSync(runtime.program);
  fs.writeFileSync(file, runtime.platform === 'win' ? unsignedPe(program) : program);
  fs.chmodSync(file, 0o755);
  if (runtime.platform === 'linux') runTool('strip', [file]);
  await inject(file, RESOURCE, fs.readFileSync(blob), { sentinelFuse: FUSE });
}

export interface SeaOptions {
  /** Where makeSeaScript() has put the script. */
  folder: string;
  runtime: Runtime;
  version: string;
  out: string;
}

/** @returns the file it made. @throws PackageError where this Node is another than the one that goes in */
export async function makeSea({ folder, runtime, version, out }: SeaOptions): Promise<string> {
  if (process.versions.node !== runtime.version)
    throw new PackageError(
      `this is Node ${process.versions.node}, and ${runtime.version} is to go in; run it by "npm run package"`,
    );
  writeSeaConfig(folder);
  runProgram(process.execPath, ['--experimental-sea-config', SEA_CONFIG], { cwd: folder });
  const ending = runtime.platform === 'win' ? 'windows-x64.exe' : 'linux-x64';
  const file = path.join(out, `vonggac-agent-${version}-${ending}`);
  await makeExecutable(runtime, path.join(folder, SEA_BLOB), file);
  return file;
}
