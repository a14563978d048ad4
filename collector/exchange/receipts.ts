/**
 * Receipts of deliveries, a line of JSON each in the folder of the reports. Invariants: each attempt is kept, never changed; what
 * was accepted once is never sent again; after a failure the next attempt waits, longer each time.
 */
import { appendFile, open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { listReports, type ReportFile } from './report-folder.ts';

const RECEIPTS = 'RECEIPTS.jsonl';
const WAIT_MS_MIN = 60_000;
const WAIT_MS_MAX = 6 * 3_600_000;

/** Before the next attempt, after so many: a minute, then twice as long each time, up to six hours. */
export const waitAfterMs = (attempts: number): number =>
  Math.min(WAIT_MS_MAX, WAIT_MS_MIN * 2 ** Math.min(20, attempts - 1));

const receiptSchema = z.object({
  file: z.string(),
  sha256: z.string(),
  /** Milliseconds since 1970. */
  atMs: z.number(),
  address: z.string(),
  isAccepted: z.boolean(),
  status: z.number().nullable(),
  answerSha256: z.string().nullable(),
  fault: z.string().nullable(),
});
export type Receipt = z.infer<typeof receiptSchema>;

/**
 * A line that was cut off by a crash is left out: the document is then sent once more.
 * @param bytesMax only the newest, in so many bytes
 */
export async function readReceipts(folder: string, bytesMax = Infinity): Promise<Receipt[]> {
  return (await readEnd(path.join(folder, RECEIPTS), bytesMax)).split('\n').flatMap((line) => {
    const read = receiptSchema.safeParse(jsonOf(line));
    return read.success ? [read.data] : [];
  });
}

/** Nothing where there is no file. @throws the system's errors */
async function readEnd(file: string, bytesMax: number): Promise<string> {
  let handle;
  try {
    handle = await open(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
  try {
    const { size } = await handle.stat();
    if (size <= bytesMax) return await handle.readFile('utf8');
    const { buffer, bytesRead } = await handle.read({
      buffer: Buffer.alloc(bytesMax),
      position: size - bytesMax,
    });
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The line before may have been cut off: it is ended first. */
export const addReceipt = (folder: string, receipt: Receipt): Promise<void> =>
  appendFile(path.join(folder, RECEIPTS), `\n${JSON.stringify(receipt)}\n`, { mode: 0o640, flush: true });

export interface QueuedReport extends ReportFile {
  /** `waiting`: not before `dueMs`; `changed` and `missing` are never sent. */
  queue: 'accepted' | 'due' | 'waiting' | 'changed' | 'missing';
  attempts: number;
  dueMs: number;
  last: Receipt | undefined;
}

/** Reports in the order in which they were made, with how far each is. */
export async function readQueue(folder: string, nowMs: number): Promise<QueuedReport[]> {
  const receipts = Map.groupBy(await readReceipts(folder), ({ sha256 }) => sha256);
  return (await listReports(folder)).map((report) => {
    const own = receipts.get(report.sha256) ?? [];
    const last = own.at(-1);
    const dueMs = last === undefined ? 0 : last.atMs + waitAfterMs(own.length);
    return { ...report, queue: standing(report, own, dueMs, nowMs), attempts: own.length, dueMs, last };
  });
}

function standing(
  { state }: ReportFile,
  own: readonly Receipt[],
  dueMs: number,
  nowMs: number,
): QueuedReport['queue'] {
  if (own.some(({ isAccepted }) => isAccepted)) return 'accepted';
  if (state !== 'as-written') return state;
  return dueMs <= nowMs ? 'due' : 'waiting';
}
