/**
 * The demonstration's own data folder, inside the collector's. Invariant: the made-up province lives there and nowhere else, with
 * a control plane and a store of its own, so that it is never mixed with anything and goes as a whole: the folder is made under
 * another name and takes its own at once; it loses that at once, too, before its files go.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { openRegistry } from './database.ts';
import { dataFolder, identityFiles, type DataFolder } from './data-folder.ts';
import { markDemonstration } from './demonstration-mark.ts';
import { RefusalError } from './refusal.ts';
import { snapshotRegistry } from './snapshot.ts';

const NAME = 'demonstration';
const MARK = 'demonstration.json';

const markSchema = z.strictObject({
  sinceMs: z.number(),
  /** As written in the audit trail. */
  by: z.string(),
  hosts: z.number(),
  seed: z.number(),
  /** `new`: nothing is in it yet. `filling`: cut off, where no process fills it. */
  state: z.enum(['new', 'filling', 'filled']),
});
export type DemonstrationMark = z.infer<typeof markSchema>;

const leftSchema = z.strictObject({ by: z.string(), atMs: z.number() });

const markOf = (dataDir: string): string => path.join(dataDir, MARK);
const newDir = (own: string): string => path.join(own, `${NAME}-new`);
const goneDir = (own: string): string => path.join(own, `${NAME}-gone`);

/** The folder that counts: the demonstration's while there is one, else the one that was named. */
export function activeDataDir(dataDir: string): string {
  const inside = path.join(dataDir, NAME);
  return existsSync(markOf(inside)) ? inside : dataDir;
}

export const isDemonstration = (dataDir: string): boolean => existsSync(markOf(dataDir));

/** The collector's own folder, of the demonstration's or of itself. */
export const ownDataDir = (dataDir: string): string =>
  isDemonstration(dataDir) ? path.dirname(dataDir) : dataDir;

/** Undefined: it is no demonstration. */
export function readMark(dataDir: string): DemonstrationMark | undefined {
  if (!isDemonstration(dataDir)) return undefined;
  return markSchema.parse(JSON.parse(readFileSync(markOf(dataDir), 'utf8')));
}

/** Whole or not at all. */
export function writeMark(dataDir: string, mark: DemonstrationMark): void {
  const written = `${markOf(dataDir)}.new`;
  writeFileSync(written, JSON.stringify(mark), { mode: 0o600 });
  renameSync(written, markOf(dataDir));
}

/** Who fills it, as written in the audit trail. */
export const DEMONSTRATION_ACTOR = 'system:demonstration';

/** Real machines stay outside. @throws RefusalError demonstration-on */
export function refuseInDemonstration(dataDir: string): void {
  if (isDemonstration(dataDir))
    throw new RefusalError(
      'demonstration-on',
      'join-token',
      'this is a demonstration: no real machine enters it; remove it first',
    );
}

/** What would act outside of a made-up province, or let a real machine in. */
const LEFT_BEHIND = ['join_token', 'notify_channel', 'exchange_link', 'hunt_schedule'] as const;

/**
 * Makes the demonstration's folder: the same people, keys and rules, nothing that reaches out. It counts from the next start on.
 * @param own the collector's own folder; its control plane may be in use
 * @throws SnapshotError, the system's error
 */
export async function makeDemonstration(own: DataFolder, mark: DemonstrationMark): Promise<void> {
  const made = newDir(own.path);
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { mode: 0o700 });
  const folder = dataFolder(made);
  await snapshotRegistry(own.registry, folder.registry);
  for (const file of identityFiles(own)) await copyFile(file, path.join(made, path.basename(file)));
  const registry = await openRegistry({ file: folder.registry });
  try {
    for (const table of LEFT_BEHIND) await registry.db.deleteFrom(table).execute();
    await markDemonstration(registry.db, mark.sinceMs);
  } finally {
    await registry.close();
  }
  writeMark(made, mark);
  renameSync(made, path.join(own.path, NAME));
}

/** From now on it is none; its files go with the next start. @param dataDir the demonstration's */
export function leaveDemonstration(dataDir: string, left: z.infer<typeof leftSchema>): void {
  const own = ownDataDir(dataDir);
  rmSync(goneDir(own), { recursive: true, force: true });
  writeFileSync(path.join(dataDir, 'left.json'), JSON.stringify(left), { mode: 0o600 });
  renameSync(dataDir, goneDir(own));
}

/** Removes what is left of one that was left, or never became one. @returns who left it, once */
export function sweepDemonstration(own: string): z.infer<typeof leftSchema> | undefined {
  rmSync(newDir(own), { recursive: true, force: true });
  const gone = goneDir(own);
  if (!existsSync(gone)) return undefined;
  const file = path.join(gone, 'left.json');
  const left = existsSync(file) ? leftSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  rmSync(gone, { recursive: true, force: true });
  return left;
}
