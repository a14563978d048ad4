/**
 * The second disk for old days. Invariants: what lies on it belongs to one database, which remembers where it is; a disk
 * that is not there, or holds another database's days, stops the start before the engine would miss what it has there.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { defaultKeepFreeBytes, type ColdDisk } from './engine-options.ts';

/** The second disk cannot be used as it is; the message says what to do. */
export class ColdDiskError extends Error {
  override readonly name = 'ColdDiskError';
}

/** In the engine's folder: which second disk it has, and where that was seen last. */
const NOTE = 'cold-disk.json';
/** On the second disk, so that an empty mount point is not taken for it. */
const MARKER = 'vonggac-cold-disk';
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

const noteSchema = z.object({ id: z.uuid(), coldDir: z.string().min(1) });
type Note = z.infer<typeof noteSchema>;

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function readNote(engineFolder: string): Promise<Note | undefined> {
  const text = await readText(path.join(engineFolder, NOTE));
  return text === undefined ? undefined : noteSchema.parse(JSON.parse(text));
}

/** Where the old days of the database in that folder lie; undefined when it has no second disk. */
export async function coldFolderOf(engineFolder: string): Promise<string | undefined> {
  const note = await readNote(engineFolder);
  return note === undefined ? undefined : path.join(note.coldDir, note.id);
}

async function writeNote(engineFolder: string, note: Note): Promise<void> {
  const file = path.join(engineFolder, NOTE);
  await writeFile(`${file}.new`, `${JSON.stringify(note)}\n`, { mode: PRIVATE_FILE, flush: true });
  await rename(`${file}.new`, file);
}

/** Begins a second disk: the marker first, so that no note ever names a disk without it. */
async function begin(engineFolder: string, coldDir: string): Promise<string> {
  const id = randomUUID();
  const folder = path.join(coldDir, id);
  try {
    await mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
    await writeFile(path.join(folder, MARKER), `${id}\n`, { mode: PRIVATE_FILE, flush: true });
  } catch (error) {
    throw new ColdDiskError(
      `the folder for old days ${coldDir} cannot be written: see VONGGAC_COLD_DIR, and that the disk is mounted for this user`,
      { cause: error },
    );
  }
  await writeNote(engineFolder, { id, coldDir });
  return folder;
}

/**
 * @param coldDir the setting; left out, the disk that the database has already, if any
 * @throws ColdDiskError
 */
export async function openColdDisk(
  engineFolder: string,
  coldDir: string | undefined,
): Promise<ColdDisk | undefined> {
  const note = await readNote(engineFolder);
  const chosen = coldDir ?? note?.coldDir;
  if (chosen === undefined) return undefined;
  let folder: string;
  if (note === undefined) folder = await begin(engineFolder, chosen);
  else {
    folder = path.join(chosen, note.id);
    if ((await readText(path.join(folder, MARKER))) === undefined) {
      throw new ColdDiskError(
        `old days of this database lie in ${path.join(note.coldDir, note.id)}, and ${folder} is not there: mount the disk, or move that folder and set VONGGAC_COLD_DIR to the one it is in`,
      );
    }
    if (note.coldDir !== chosen) await writeNote(engineFolder, { ...note, coldDir: chosen });
  }
  const disk = await statfs(folder);
  return { folder, keepFreeBytes: defaultKeepFreeBytes(disk.blocks * disk.bsize) };
}
