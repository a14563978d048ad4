/** What the machine that a collector runs on says of itself: disk, limits, memory, clock, and the last copy. */
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { stat, statfs } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { listBackupNames } from '../backup/create-backup.ts';
import type { CollectorFacts } from './verdicts.ts';

export type MachineFacts = Pick<
  CollectorFacts,
  | 'folderMode'
  | 'diskFreeBytes'
  | 'diskBytes'
  | 'openFilesMax'
  | 'memoryBytes'
  | 'clockSynchronised'
  | 'lastBackupMs'
>;

const run = promisify(execFile);
const TIMEDATECTL_MS_MAX = 2_000;

/** Soft limit of the collector's service, as far as this process shares it. */
function openFilesMax(): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const line = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'));
  return line?.[1] === undefined ? undefined : Number(line[1]);
}

async function clockSynchronised(): Promise<boolean | undefined> {
  try {
    const { stdout } = await run('timedatectl', ['show', '--property', 'NTPSynchronized', '--value'], {
      timeout: TIMEDATECTL_MS_MAX,
    });
    return stdout.trim() === 'yes';
  } catch {
    return undefined; // not a system with systemd: nobody to ask
  }
}

async function lastBackupMs(folder: string): Promise<number | undefined> {
  const name = (await listBackupNames(folder)).at(-1);
  return name === undefined ? undefined : (await stat(path.join(folder, name))).mtimeMs;
}

/** @param dataDir the data folder @param backupFolder where copies lie */
export async function readMachine(dataDir: string, backupFolder: string): Promise<MachineFacts> {
  const disk = await statfs(dataDir);
  return {
    folderMode: process.platform === 'win32' ? undefined : statSync(dataDir).mode,
    diskFreeBytes: disk.bavail * disk.bsize,
    diskBytes: disk.blocks * disk.bsize,
    openFilesMax: openFilesMax(),
    memoryBytes: os.totalmem(),
    clockSynchronised: await clockSynchronised(),
    lastBackupMs: await lastBackupMs(backupFolder),
  };
}
