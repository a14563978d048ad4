/**
 * What the centre accepted, by the receipts in the folder of the reports, and which machines were in it. Invariants: a report counts
 * only as it was when it was accepted, by its hash; reading is bounded, and what was not read is said, never taken for empty.
 */
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { scanXml, XmlError } from '../normalize/xml.ts';
import { readReceipts } from './receipts.ts';
import { sha256 } from './report-folder.ts';
import { DOCUMENT_LIMITS } from './validate-document.ts';

export const DELIVERY_LIMITS = {
  /** From the end of RECEIPTS.jsonl: some ten thousand attempts. */
  receiptBytes: 4 * 1_048_576,
  /** Of one look: reports whose machines are read, the newest first, and their bytes together. */
  reports: 1_000,
  reportBytes: 128 * 1_048_576,
} as const;

export interface Delivery {
  /** Milliseconds since 1970. */
  acceptedMs: number;
  /** Names of machines; undefined: the file is gone, was changed, or was too much to read. */
  machines: ReadonlySet<string> | undefined;
}

export interface Deliveries {
  /** Reports that were accepted in the time, the newest first. */
  accepted: readonly Delivery[];
  /** Up to the end of the time, however long ago. */
  lastAcceptedMs: number | undefined;
  /** Attempts after that one, none of them accepted. */
  failedSince: number;
  lastFault: string | undefined;
}

const FILE_NAME = /^[\w-][\w.-]{0,127}$/;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

async function isFolder(folder: string): Promise<boolean> {
  try {
    return (await stat(folder)).isDirectory();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Undefined: there is no such folder. @throws the system's errors */
export async function readDeliveries(
  folder: string,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Deliveries | undefined> {
  if (!(await isFolder(folder))) return undefined;
  const receipts = (await readReceipts(folder, DELIVERY_LIMITS.receiptBytes))
    .filter(({ atMs }) => atMs <= toMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  const last = receipts.findLast(({ isAccepted }) => isAccepted);
  const failed = last === undefined ? receipts : receipts.filter(({ atMs }) => atMs > last.atMs);
  const accepted: Delivery[] = [];
  let bytesLeft: number = DELIVERY_LIMITS.reportBytes;
  for (const receipt of receipts.toReversed()) {
    if (!receipt.isAccepted || receipt.atMs < fromMs) continue;
    const isOver = accepted.length >= DELIVERY_LIMITS.reports;
    const text = isOver ? undefined : await readAtMost(folder, receipt.file, bytesLeft);
    bytesLeft -= text?.length ?? 0;
    const isSame = text !== undefined && sha256(text) === receipt.sha256;
    accepted.push({
      acceptedMs: receipt.atMs,
      machines: isSame ? machinesIn(text.toString('utf8')) : undefined,
    });
  }
  const lastFault = failed.at(-1)?.fault ?? undefined;
  return { accepted, lastAcceptedMs: last?.atMs, failedSince: failed.length, lastFault };
}

/** Undefined: it is not there, or larger. */
async function readAtMost(folder: string, file: string, bytesMax: number): Promise<Buffer | undefined> {
  if (!FILE_NAME.test(file)) return undefined;
  let handle;
  try {
    handle = await open(path.join(folder, file));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    return (await handle.stat()).size > bytesMax ? undefined : await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Settings may name elements otherwise; a machine is what has a name and an address. */
export function machinesIn(text: string): ReadonlySet<string> | undefined {
  const machines = new Set<string>();
  const handler = {
    open(_name: string, attributes: readonly (readonly [string, string])[]): void {
      if (attributes.length < 2) return;
      const told = new Map(attributes);
      const name = told.get('name');
      if (name !== undefined && told.has('ip')) machines.add(name);
    },
    close: (): void => undefined,
  };
  try {
    scanXml(text, handler, DOCUMENT_LIMITS.elementsMax);
  } catch (error) {
    if (error instanceof XmlError) return undefined;
    throw error;
  }
  return machines;
}
