/** accepted-pages.json: which page an administrator of this host accepts for which probe; read again at each look. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../../write-atomic.ts';

const FILE_NAME = 'accepted-pages.json';
const MODE = 0o600;

const schema = z.record(z.string(), z.string().regex(/^[0-9a-f]{16}$/));

/** By name of the probe. @throws Error naming the file when it makes no sense. */
export function readAccepted(stateDir: string): Readonly<Record<string, string>> {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return {};
  try {
    return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} cannot be read; delete it to accept pages anew`, { cause });
  }
}

/** @throws the file system's error. */
export function accept(stateDir: string, probe: string, fingerprint: string): void {
  const accepted = { ...readAccepted(stateDir), [probe]: fingerprint };
  writeAtomic(path.join(stateDir, FILE_NAME), `${JSON.stringify(accepted, null, 2)}\n`, {
    mode: MODE,
    durable: true,
  });
}
