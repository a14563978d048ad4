/**
 * Disks that a test can fill and free. A small file system of its own is the real thing and needs root; a limit on the
 * size of files makes every write of a process fail, and needs nothing but util-linux.
 */
import { execFileSync } from 'node:child_process';
import { open, unlink } from 'node:fs/promises';
import path from 'node:path';

export interface FullDisk {
  readonly kind: 'file system' | 'file size limit' | 'watermark';
  /** From now on writes fail, or what the disk is for is refused. */
  fill: () => Promise<void>;
  free: () => Promise<void>;
}

function runs(command: string, args: readonly string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (error instanceof Error) return false; // not installed, or a sandbox that lets root do little
    throw error;
  }
}

export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  return runs('unshare', ['--mount', 'true']);
}

export function canLimitFiles(): boolean {
  return process.platform === 'linux' && runs('prlimit', ['--version']);
}

export interface MountedDisk extends FullDisk, AsyncDisposable {}

const CHUNK = Buffer.alloc(65_536);

/** @param folder - exists; what it held is hidden until the disk is disposed of */
export function mountDisk(folder: string, megabytes: number): MountedDisk {
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder]);
  const filler = path.join(folder, 'filler');
  return {
    kind: 'file system',
    fill: async () => {
      const file = await open(filler, 'a');
      try {
        for (;;) await file.write(CHUNK);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      } finally {
        await file.close();
      }
    },
    free: () => unlink(filler),
    [Symbol.asyncDispose]: async () => void execFileSync('umount', ['--lazy', folder]),
  };
}

/** @param pid - of the process now; one that is started later is not limited */
export function limitFiles(pid: () => number | undefined): FullDisk {
  const limit = async (bytes: string): Promise<void> => {
    const target = pid();
    // The process may be away: killed, and not started again yet.
    if (target !== undefined) runs('prlimit', ['--pid', String(target), `--fsize=${bytes}:unlimited`]);
  };
  return { kind: 'file size limit', fill: () => limit('0'), free: () => limit('unlimited') };
}
