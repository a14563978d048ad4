/**
 * The integrity source over many files: its baseline against the floor of reading and hashing the same files without
 * anything else, in one process and over a warm cache, and what watching them takes in memory.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { hash, randomBytes } from 'node:crypto';

const FILES_PER_FOLDER = 500;
/** Sizes as in a folder of settings and programs: mostly small. */
const SIZES = [200, 900, 1_500, 3_000, 4_000, 8_000, 20_000, 60_000];

export interface IntegrityMeasure {
  baselineSeconds: number;
  floorSeconds: number;
  /** floorSeconds / baselineSeconds: 1 is as fast as reading and hashing alone. */
  ratio: number;
  /** The same of CPU time, all threads: on a machine that has other work, too, this is the one to read. */
  baselineCpuSeconds: number;
  floorCpuSeconds: number;
  cpuRatio: number;
  /** Of the process that watches, once all is quiet. */
  watchedRssMb: number;
}

/** Makes the files when `root` holds none; they are left to the caller. */
export async function measureIntegrity(options: { files: number; root: string }): Promise<IntegrityMeasure> {
  const tree = path.join(options.root, 'tree');
  const state = path.join(options.root, 'state');
  if (!fs.existsSync(tree)) makeTree(tree, options.files);
  fs.rmSync(state, { recursive: true, force: true });
  const told = await measured('baseline', tree, state);
  const { watchedRssMb } = await measured('watch', tree, state);
  const ratio = told.floorSeconds / told.baselineSeconds;
  return { ...told, ratio, cpuRatio: told.floorCpuSeconds / told.baselineCpuSeconds, watchedRssMb };
}

/** `watch` finds the baseline that `baseline` made, as an agent does that starts again. */
async function measured(
  mode: 'baseline' | 'watch',
  tree: string,
  state: string,
): Promise<Omit<IntegrityMeasure, 'ratio' | 'cpuRatio'>> {
  const script = path.join(import.meta.dirname, 'agent-integrity-child.ts');
  const child = spawn(process.execPath, [script, mode, tree, state], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the measured process ended with ${code}`);
  return JSON.parse(text) as Omit<IntegrityMeasure, 'ratio' | 'cpuRatio'>;
}

function makeTree(tree: string, files: number): void {
  for (let index = 0; index < files; index += 1) {
    const folder = path.join(tree, `folder-${Math.floor(index / FILES_PER_FOLDER)}`);
    if (index % FILES_PER_FOLDER === 0) fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, `file-${index}.conf`), randomBytes(SIZES[index % SIZES.length] ?? 0));
  }
}

/** Reads and hashes every file of a tree, synchronously. @returns how many there were. */
export function readAndHash(folder: string): number {
  let count = 0;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) count += readAndHash(file);
    else {
      hash('sha256', fs.readFileSync(file), 'hex');
      count += 1;
    }
  }
  return count;
}
