/** One process as /proc tells it. Everything may be gone at any moment, and everything but the pid is the process's own word. */
import fs from 'node:fs';
import path from 'node:path';
import { readProcessStat } from '../../host/process-stat.ts';

export interface ProcessFacts {
  pid: number;
  parentPid: number;
  /** Since boot, in clock ticks: with the pid it names a process for good. */
  startTicks: number;
  /** Path of the program; '' for kernel threads and where it may not be seen. */
  image: string;
  /** Arguments, as the process shows them. */
  arguments: readonly string[];
  folder: string;
  userId: string;
  /** Who logged in at first; undefined for what nobody's session started. */
  loginUserId: string | undefined;
  sessionId: string | undefined;
  /** Of its control group, where that names a container. */
  container: string | undefined;
  group: string;
}

/** (unsigned int) -1. */
const UNSET = '4294967295';
const ARGUMENTS_BYTES_MAX = 16_384;
const CONTAINER = /(?:docker|libpod|cri-containerd|crio|lxc(?:\.payload)?)[-/.]([0-9a-f]{12,64}|[\w.-]+)/;

function readSome(file: string, bytesMax: number): Buffer | undefined {
  let handle: number;
  try {
    handle = fs.openSync(file, 'r');
  } catch {
    // It ended, or belongs to somebody else.
    return undefined;
  }
  try {
    const buffer = Buffer.alloc(bytesMax);
    return buffer.subarray(0, fs.readSync(handle, buffer, 0, bytesMax, null));
  } catch {
    return undefined;
  } finally {
    fs.closeSync(handle);
  }
}

function link(file: string): string {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}

const text = (bytes: Buffer | undefined): string => bytes?.toString('utf8').toWellFormed() ?? '';

/** Only what names it: for a first look at those that run already. */
export function readStart(
  procRoot: string,
  pid: number,
): { parentPid: number; startTicks: number } | undefined {
  const stat = readProcessStat(pid, procRoot);
  return stat && { parentPid: stat.parentPid, startTicks: stat.startTicks };
}

/** @returns undefined when it is gone */
export function readProcess(procRoot: string, pid: number): ProcessFacts | undefined {
  const start = readStart(procRoot, pid);
  if (start === undefined) return undefined;
  const folder = path.join(procRoot, String(pid));
  const commandLine = text(readSome(path.join(folder, 'cmdline'), ARGUMENTS_BYTES_MAX));
  const status = text(readSome(path.join(folder, 'status'), 8_192));
  const group = /^0::(.*)$/m.exec(text(readSome(path.join(folder, 'cgroup'), 4_096)))?.[1] ?? '';
  const loginUserId = text(readSome(path.join(folder, 'loginuid'), 32)).trim();
  const sessionId = text(readSome(path.join(folder, 'sessionid'), 32)).trim();
  return {
    pid,
    ...start,
    image: link(path.join(folder, 'exe')),
    arguments: commandLine === '' ? [] : commandLine.replace(/\0+$/, '').split('\0'),
    folder: link(path.join(folder, 'cwd')),
    // Effective: what it may do is what that user may do.
    userId: /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1] ?? '',
    loginUserId: loginUserId === '' || loginUserId === UNSET ? undefined : loginUserId,
    sessionId: sessionId === '' || sessionId === UNSET ? undefined : sessionId,
    container: CONTAINER.exec(group)?.[1],
    group,
  };
}

/** Processes there are now, by pid: who has a socket of its parent comes after it. @throws the file system's error where there is no /proc */
export function listProcesses(procRoot: string): number[] {
  return fs
    .readdirSync(procRoot)
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}
