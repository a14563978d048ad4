/**
 * uninstall.json in the state folder: the agent is being taken off this host. The running agent sees it, says so in a
 * last record and ends. Whoever may write here could kill the agent as well, so it needs no proof of its own.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { jsonOf } from '#protocol/json-of.ts';
import { writeAtomic } from '../write-atomic.ts';

const FILE_NAME = 'uninstall.json';
const MODE = 0o600;

const schema = z.object({
  how: z.enum(['token', 'force']),
  /** Who typed it. */
  user: z.string().max(256),
  tokenId: z.string().max(64).nullable(),
});
export type Uninstall = z.infer<typeof schema>;

/** @throws the file system's error */
export function writeUninstall(stateDir: string, uninstall: Uninstall): void {
  writeAtomic(path.join(stateDir, FILE_NAME), `${JSON.stringify(uninstall)}\n`, {
    mode: MODE,
    durable: false,
  });
}

export function removeUninstall(stateDir: string): void {
  fs.rmSync(path.join(stateDir, FILE_NAME), { force: true });
}

export function readUninstall(stateDir: string): Uninstall | undefined {
  let text: string;
  try {
    text = fs.readFileSync(path.join(stateDir, FILE_NAME), 'utf8');
  } catch {
    return undefined;
  }
  return schema.safeParse(jsonOf(text)).data;
}
