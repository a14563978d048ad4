/**
 * Gives up an identity that belongs to another machine. The key goes; the spool, whose records came from there too, is
 * set aside under another name, so that nothing is sent twice under a new name and nothing is destroyed.
 */
import fs from 'node:fs';
import path from 'node:path';
import { identityPath } from './identity.ts';
import { forgetCommands } from './response/command-book.ts';
import { forgetPolicy } from './policy/policy-store.ts';
import { forgetSigningKeys } from './signing-keys.ts';

/** With the journals SQLite keeps beside it. */
const SPOOL_FILES = ['spool.db', 'spool.db-wal', 'spool.db-shm'];
const OTHER_MACHINE = '.other-machine';

/** Only one such spool is kept: the newest. @returns where the spool is now, when there was one */
export function discardIdentity(stateDir: string): string | undefined {
  // The key first: whatever fails after this, it is not used again.
  fs.rmSync(identityPath(stateDir), { force: true });
  for (const name of ['hardware.json', 'status.json']) {
    fs.rmSync(path.join(stateDir, name), { force: true });
  }
  forgetSigningKeys(stateDir);
  forgetPolicy(stateDir);
  forgetCommands(stateDir);
  for (const name of SPOOL_FILES) fs.rmSync(path.join(stateDir, `${name}${OTHER_MACHINE}`), { force: true });
  const [spool = ''] = SPOOL_FILES;
  const file = path.join(stateDir, spool);
  if (!fs.existsSync(file)) return undefined;
  for (const name of SPOOL_FILES) {
    const from = path.join(stateDir, name);
    if (fs.existsSync(from)) fs.renameSync(from, `${from}${OTHER_MACHINE}`);
  }
  return `${file}${OTHER_MACHINE}`;
}
