/** Builds the console when it has not been built yet or its sources are newer than the build. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

async function newestMs(place: string): Promise<number> {
  const info = await stat(place);
  if (!info.isDirectory()) return info.mtimeMs;
  const times = await Promise.all(
    (await readdir(place, { recursive: true })).map(
      async (name) => (await stat(path.join(place, name))).mtimeMs,
    ),
  );
  return Math.max(0, ...times);
}

async function builtMs(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}

/** @throws Error with the build's output when it fails. */
export async function ensureConsole(
  root: string,
  say: (text: string) => void,
  texts: { buildingConsole: string },
): Promise<void> {
  const folder = path.join(root, 'dashboards', 'console');
  const built = await builtMs(path.join(folder, 'dist', 'index.html'));
  const sources = ['src', 'index.html', 'vite.config.ts', 'precompress.ts'].map((name) =>
    newestMs(path.join(folder, name)),
  );
  if (built > Math.max(...(await Promise.all(sources)))) return;
  say(texts.buildingConsole);
  const vite = path.join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'build', folder, '--logLevel', 'warn'], { cwd: root });
  let output = '';
  const append = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-16_384);
  };
  child.stdout.on('data', append);
  child.stderr.on('data', append);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the console could not be built:\n${output}`);
}
