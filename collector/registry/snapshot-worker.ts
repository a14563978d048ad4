/** The thread behind snapshot.ts: one read transaction, written out as a new, compact file. What fails is its end. */
import { DatabaseSync } from 'node:sqlite';
import { workerData } from 'node:worker_threads';
import { z } from 'zod';

const BUSY_MS_MAX = 10_000;
const { file, to } = z.object({ file: z.string(), to: z.string() }).parse(workerData);

const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS_MAX });
try {
  database.prepare('VACUUM INTO ?').run(to);
} finally {
  database.close();
}
