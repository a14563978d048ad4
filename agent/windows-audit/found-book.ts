/**
 * What the audit set-up found and changed: `windows-audit.json` in the state folder. Invariant: what was found of a setting is
 * durable here before it is changed, and is not overwritten by a later look, so taking it back restores the first.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { makeStateDir, writePrivate } from '../identity.ts';

const TEXT_MAX = 4_096;

const bookSchema = () =>
  z.strictObject({
    version: z.literal(1),
    /** By the setting's id: how it was. */
    found: z.record(z.string().max(TEXT_MAX), z.string().max(TEXT_MAX)),
    /** Keys of the registry that were not there. */
    madeKeys: z.array(z.string().max(TEXT_MAX)).max(100),
  });

export type FoundBook = z.infer<ReturnType<typeof bookSchema>>;

export function bookFile(stateDir: string): string {
  return path.join(stateDir, 'windows-audit.json');
}

/** undefined: nothing was set up. @throws Error when the file is damaged: what was found is then not known */
export function readBook(stateDir: string): FoundBook | undefined {
  const file = bookFile(stateDir);
  if (!fs.existsSync(file)) return undefined;
  try {
    return bookSchema().parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Error(`${file} is damaged`, { cause: error });
  }
}

/** undefined: it is not needed any more. */
export async function writeBook(stateDir: string, book: FoundBook | undefined): Promise<void> {
  if (book === undefined) return fs.rmSync(bookFile(stateDir), { force: true });
  await makeStateDir(stateDir);
  writePrivate(bookFile(stateDir), book);
}
