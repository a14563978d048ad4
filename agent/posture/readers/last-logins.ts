/** When each user id logged in last, from the system's lastlog: a record for each number, the first four bytes its time. */
import fs from 'node:fs';
import { at } from '../../host/host.ts';
import { plainReason } from '../../host/read-text.ts';
import { NotAssessedError } from '../finding.ts';
import type { HostView } from '../host-view.ts';
import { openFile } from '../../async-fs.ts';

const FILE = '/var/log/lastlog';
/** struct lastlog of the C library: time, terminal, host. */
const RECORD_BYTES = 4 + 32 + 256;
/** The file is sparse up to the highest number; numbers above this are those of directory services. */
const RECORDS_MAX = 70_000;

/** Milliseconds since 1970 by user id. @throws NotAssessedError */
export function readLastLogins(view: HostView): Promise<ReadonlyMap<number, number>> {
  return view.once('last logins', async () => {
    let bytes: Buffer;
    try {
      const handle = await openFile(at(view.host, FILE), fs.constants.O_RDONLY | fs.constants.O_NONBLOCK);
      try {
        const { size } = await handle.stat();
        bytes = Buffer.alloc(Math.min(size, RECORDS_MAX * RECORD_BYTES));
        await handle.read(bytes, 0, bytes.length, 0);
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw new NotAssessedError('unreadable', `${FILE}: ${plainReason(error)}`, { cause: error });
    }
    const logins = new Map<number, number>();
    for (let uid = 0; (uid + 1) * RECORD_BYTES <= bytes.length; uid += 1) {
      const seconds = bytes.readUInt32LE(uid * RECORD_BYTES);
      if (seconds > 0) logins.set(uid, seconds * 1_000);
    }
    return logins;
  });
}
