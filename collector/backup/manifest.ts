/**
 * What a backup is: a folder with the control plane, the event store and the collector's identity, and a list of every
 * file with its digest. Invariant: the list is written last, so a folder without one is not a backup.
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

export const MANIFEST_FILE = 'manifest.json';
/** Parts of a backup's folder. */
export const PARTS = {
  registry: 'registry.sqlite',
  store: 'store',
  identity: 'identity',
  losses: 'losses.json',
  /** Contents of attachments of cases; absent where there are none. */
  attachments: 'attachments',
  /** Certificates that signatures on reports are traced to; absent where there are none. */
  reportTrust: 'report-trust',
} as const;

/** Folders of files that a backup takes as they are; one that an earlier backup lacks is not made. */
export const TREE_PARTS = ['attachments', 'reportTrust'] as const;
export type TreePart = (typeof TREE_PARTS)[number];

/** 2: the events lie on a ClickHouse server. */
const FORMATS = [1, 2] as const;
const FILES_MAX = 10_000_000;

const fileSchema = z.strictObject({
  /** Below the backup's folder, with forward slashes. */
  path: z
    .string()
    .min(1)
    .max(4_096)
    .refine((name) => !name.startsWith('/') && !name.split('/').includes('..'), 'leads out of the backup'),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const heldSchema = z.strictObject({
  /** As `VONGGAC_CLICKHOUSE_BACKUP` was set. */
  place: z.string().min(1).max(512),
  /** Below the place. */
  folder: z.string().regex(/^[A-Za-z0-9._-]+\/[A-Za-z0-9._-]+$/),
  /** Name of the database in the copy. */
  database: z.string().min(1).max(256),
  files: z.int().min(0),
  bytes: z.int().min(0),
});

const manifestSchema = z.strictObject({
  format: z.literal(FORMATS),
  /** Version of the collector that made it. */
  version: z.string().max(64),
  /** Milliseconds since 1970. */
  beganMs: z.int().min(0),
  endedMs: z.int().min(0),
  /** SHA-256 of the certificate that agents trust, lower-case hex. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
  registryMigrations: z.array(z.string().max(256)).max(10_000),
  /** The copy holds at least the first and at most the second number of events. */
  eventsMin: z.int().min(0),
  eventsMax: z.int().min(0),
  files: z.array(fileSchema).max(FILES_MAX),
  /** Where the events lie when they are not among the files: a ClickHouse server keeps them. */
  held: heldSchema.optional(),
});

export type BackupFile = z.infer<typeof fileSchema>;
export type Manifest = z.infer<typeof manifestSchema>;
/** A copy of the events that a server keeps. */
export type HeldCopy = z.infer<typeof heldSchema>;

/** Of all its files, and of what a server keeps. */
export function bytesOf({ files, held }: Manifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, held?.bytes ?? 0);
}

/** The backup is incomplete, changed or not one; the message names the file. */
export class BackupDamagedError extends Error {
  override readonly name = 'BackupDamagedError';
}

export async function writeManifest(folder: string, manifest: Omit<Manifest, 'format'>): Promise<void> {
  const format = manifest.held === undefined ? 1 : 2;
  const text = `${JSON.stringify({ format, ...manifest }, undefined, 1)}\n`;
  await writeFile(path.join(folder, MANIFEST_FILE), text, { mode: 0o600, flush: true });
}

/** @throws BackupDamagedError */
export async function readManifest(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST_FILE);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BackupDamagedError(`${folder} is not a whole backup: ${why}`, { cause: error });
  }
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new BackupDamagedError(`${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, {
    cause: parsed.error,
  });
}
