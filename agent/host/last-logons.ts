/**
 * When accounts logged on last, by lastlog(8): a record for each uid at its own place, so that only a few are read. A file
 * without any record says nothing: nobody writes it.
 */
import { isoDay } from '../iso-time.ts';
import fs from 'node:fs';
import { at, type Host } from './host.ts';

const FILE = '/var/log/lastlog';
/** `struct lastlog` of glibc: 32-bit time, line and host. */
const RECORD_BYTES = 292;

/** @returns by uid a day YYYY-MM-DD, or `never`; empty when the file does not tell */
export function readLastLogons(host: Pick<Host, 'root'>, uids: readonly number[]): Map<number, string> {
  const days = new Map<number, string>();
  let descriptor: number;
  try {
    descriptor = fs.openSync(at(host, FILE), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
  } catch {
    // Systems of today keep it elsewhere or not at all; the centre knows logons by the logs, too.
    return days;
  }
  try {
    if (!fs.fstatSync(descriptor).isFile()) return days;
    for (const uid of new Set(uids)) days.set(uid, dayOf(descriptor, uid));
  } finally {
    fs.closeSync(descriptor);
  }
  const isWritten = [...days.values()].some((day) => day !== 'never');
  return isWritten ? days : new Map();
}

function dayOf(descriptor: number, uid: number): string {
  const record = Buffer.alloc(4);
  const bytes = fs.readSync(descriptor, record, 0, 4, uid * RECORD_BYTES);
  const seconds = bytes < 4 ? 0 : record.readUInt32LE(0);
  return seconds === 0 ? 'never' : isoDay(seconds * 1_000);
}
