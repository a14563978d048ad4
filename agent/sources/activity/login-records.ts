/**
 * wtmp and btmp: who logged on and off, who failed to, as fixed records of glibc's `struct utmp`. What is appended is
 * read; a file that is shorter than before, or another one, was rotated and is read from its beginning.
 */
import fs from 'node:fs';

export interface Login {
  kind: 'logon' | 'logoff' | 'boot' | 'failed';
  user: string;
  line: string;
  /** Name or address; '' for a local one. */
  from: string;
  pid: number;
  /** Milliseconds since 1970. */
  at: number;
}

export interface LoginPosition {
  inode: string;
  offset: number;
}

/** 32-bit times on x86, 64-bit ones on ARM. */
const LAYOUT =
  process.arch === 'arm64'
    ? { bytes: 400, seconds: 344, wide: true, address: 360 }
    : { bytes: 384, seconds: 340, wide: false, address: 348 };
const BOOT_TIME = 2;
const USER_PROCESS = 7;
const DEAD_PROCESS = 8;
const LOGIN_PROCESS = 6;
const RECORDS_MAX = 500;

function textAt(record: Buffer, at: number, length: number): string {
  const bytes = record.subarray(at, at + length);
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? length : end).toWellFormed();
}

function address(record: Buffer): string {
  const bytes = record.subarray(LAYOUT.address, LAYOUT.address + 16);
  return bytes.subarray(4).every((byte) => byte === 0) && bytes.readUInt32BE(0) !== 0
    ? [...bytes.subarray(0, 4)].join('.')
    : '';
}

/** @param failures the file is btmp: each record is a failed logon */
export function parseLogin(record: Buffer, failures: boolean): Login | undefined {
  const type = record.readInt16LE(0);
  const kind =
    type === BOOT_TIME
      ? 'boot'
      : type === DEAD_PROCESS
        ? 'logoff'
        : type === USER_PROCESS || (failures && type === LOGIN_PROCESS)
          ? failures
            ? 'failed'
            : 'logon'
          : undefined;
  if (kind === undefined) return undefined;
  const { seconds, wide } = LAYOUT;
  const at = wide
    ? Number(record.readBigInt64LE(seconds)) * 1_000 + Number(record.readBigInt64LE(seconds + 8)) / 1_000
    : record.readInt32LE(seconds) * 1_000 + record.readInt32LE(seconds + 4) / 1_000;
  return {
    kind,
    pid: record.readInt32LE(4),
    line: textAt(record, 8, 32),
    user: textAt(record, 44, 32),
    from: textAt(record, 76, 256) || address(record),
    at: Math.round(at),
  };
}

/** @returns undefined where there is no such file. @throws the file system's error where it cannot be read */
export function readLogins(
  file: string,
  failures: boolean,
  before: LoginPosition | undefined,
): { logins: Login[]; position: LoginPosition } | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  const inode = String(stat.ino);
  // The first time only what comes from now on is news.
  const whole = stat.size - (stat.size % LAYOUT.bytes);
  if (before === undefined) return { logins: [], position: { inode, offset: whole } };
  const from = before.inode === inode && before.offset <= stat.size ? before.offset : 0;
  const bytes = Math.min(whole - from, RECORDS_MAX * LAYOUT.bytes);
  if (bytes <= 0) return { logins: [], position: { inode, offset: from } };
  const handle = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(bytes);
    const read = fs.readSync(handle, buffer, 0, bytes, from);
    const logins: Login[] = [];
    let at = 0;
    for (; at + LAYOUT.bytes <= read; at += LAYOUT.bytes) {
      const login = parseLogin(buffer.subarray(at, at + LAYOUT.bytes), failures);
      if (login !== undefined) logins.push(login);
    }
    return { logins, position: { inode, offset: from + at } };
  } finally {
    fs.closeSync(handle);
  }
}
