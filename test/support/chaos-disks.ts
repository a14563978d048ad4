/** The disks under a watch post that a test fills and frees: the agent's spool and the collector's data. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { canLimitFiles, limitFiles, mountDisk, type FullDisk } from './full-disk.ts';
import type { PostOptions, WatchPost } from './watch-post.ts';

const DATA_MB = 192;
const SPOOL_MB = 24;

export interface PostDisks extends AsyncDisposable {
  readonly options: Pick<PostOptions, 'dataDir' | 'collectorEnv'>;
  /** Undefined: this machine has no way to fill the agent's disk. */
  readonly spool: ((post: WatchPost) => FullDisk) | undefined;
  readonly data: (post: WatchPost) => FullDisk;
}

/** File systems of their own; needs root. */
export async function mountedDisks(): Promise<PostDisks> {
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-disks-'));
  const data = mountDisk(dataDir, DATA_MB);
  const agentDir = path.join(dataDir, 'agent');
  await mkdir(agentDir, { mode: 0o700 });
  const spool = mountDisk(agentDir, SPOOL_MB);
  return {
    options: { dataDir },
    spool: () => spool,
    data: () => data,
    [Symbol.asyncDispose]: async () => {
      await spool[Symbol.asyncDispose]();
      await data[Symbol.asyncDispose]();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * What needs no root: the agent's writes fail by a limit on the size of files, and a collector started with a reserve
 * above what the disk holds takes nothing, as one whose disk filled up.
 */
export function limitedDisks(): PostDisks {
  let env: Record<string, string> = {};
  const restartWith = async (post: WatchPost, next: Record<string, string>): Promise<void> => {
    env = next;
    await post.kill('collector');
  };
  return {
    options: { collectorEnv: () => env },
    spool: canLimitFiles() ? (post) => limitFiles(() => post.agentPid) : undefined,
    data: (post) => ({
      kind: 'watermark',
      fill: () => restartWith(post, { VONGGAC_DISK_RESERVE: '900T' }),
      free: () => restartWith(post, {}),
    }),
    [Symbol.asyncDispose]: async () => undefined,
  };
}
