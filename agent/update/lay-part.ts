/**
 * Lays the files of a payload into a folder of their own: filled aside, synced, and renamed when every one is as it was signed. Only
 * plain files are made, with modes of ours, below a folder that was not there before.
 */
import fs from 'node:fs';
import path from 'node:path';
import { cutPayload } from '#protocol/release-payload.ts';
import { sumOf } from '#protocol/release.ts';
import type { ReleaseFile, ReleasePart } from '#protocol/release.ts';
import { faultPoint } from '../fault-point.ts';

const FILE_MODE = 0o644;
const PROGRAM_MODE = 0o755;
/** Beside what is laid down: the host's own disk must not fill up for it. */
const SPARE_BYTES = 64 * 1_048_576;

/** There is no room for it. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/** @param folder nearest one that is there @throws NoRoomError */
export function requireRoom(folder: string, part: ReleasePart): void {
  const { bavail, bsize } = fs.statfsSync(folder);
  const wanted = part.bytes + sumOf(part.files) + SPARE_BYTES;
  if (bavail * bsize < wanted)
    throw new NoRoomError(`${folder} has ${bavail * bsize} bytes left; the update takes ${wanted}`);
}

/**
 * @param also files of one line that stand beside the signed ones, unless these have them
 * @throws PayloadError, the file system's error; what was begun is taken away
 */
export async function layPart(
  part: ReleasePart,
  packed: AsyncIterable<Uint8Array>,
  { aside, folder }: { aside: string; folder: string },
  also: Readonly<Record<string, string>> = {},
): Promise<void> {
  fs.rmSync(aside, { recursive: true, force: true });
  fs.mkdirSync(aside, { recursive: true, mode: PROGRAM_MODE });
  try {
    await cutPayload(part, packed, new FolderSink(aside));
    const signed = new Set(part.files.map((file) => file.path));
    for (const [name, line] of Object.entries(also))
      if (!signed.has(name)) writeSynced(path.join(aside, name), Buffer.from(`${line}\n`));
    faultPoint('agent.update-laid-aside');
    // Left from a process that was killed in between: nothing points to it, or it is the same.
    fs.rmSync(folder, { recursive: true, force: true });
    fs.renameSync(aside, folder);
    syncFolder(path.dirname(folder));
  } catch (error) {
    fs.rmSync(aside, { recursive: true, force: true });
    throw error;
  }
}

class FolderSink {
  readonly #folder: string;
  #descriptor: number | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  begin(file: ReleaseFile): void {
    const place = path.join(this.#folder, ...file.path.split('/'));
    fs.mkdirSync(path.dirname(place), { recursive: true, mode: PROGRAM_MODE });
    // Whatever is there already is not followed and not written to.
    this.#descriptor = fs.openSync(place, 'wx', file.executable === true ? PROGRAM_MODE : FILE_MODE);
  }

  write(bytes: Uint8Array): void {
    if (this.#descriptor === undefined) throw new Error('no file is open');
    for (let written = 0; written < bytes.length;)
      written += fs.writeSync(this.#descriptor, bytes, written, bytes.length - written);
  }

  end(): void {
    if (this.#descriptor === undefined) return;
    fs.fsyncSync(this.#descriptor);
    fs.closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }
}

function writeSynced(file: string, bytes: Uint8Array): void {
  const descriptor = fs.openSync(file, 'wx', FILE_MODE);
  try {
    fs.writeSync(descriptor, bytes);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}
