/** Writes a file so that a reader, or a crash, sees the old content or the new, never a part. */
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param options.durable also survives a power cut: file and folder are synced.
 * @throws the file system's error; the old file is then untouched.
 */
export function writeAtomic(
  file: string,
  content: string,
  options: { mode: number; durable: boolean },
): void {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    const handle = fs.openSync(temporary, 'w', options.mode);
    try {
      fs.writeSync(handle, content);
      if (options.durable) fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw error;
  }
  if (options.durable && process.platform !== 'win32') syncFolder(path.dirname(file));
}

function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
