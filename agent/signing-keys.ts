/**
 * The collector's keys for policies and commands as this agent pinned them: the first ones it heard of in a session, whose
 * certificate is pinned; from then on only what they name as their successors. Written durably before they are used.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { SigningKeys } from '#protocol/policy.ts';
import { KEY_PURPOSES, keyLeadsTo, publicKeySchema } from '#protocol/signing-key.ts';
import type { KeyPurpose } from '#protocol/signing-key.ts';
import { writePrivate } from './identity.ts';

const FILE_NAME = 'signing-keys.json';

const fileSchema = z.strictObject({
  version: z.literal(1),
  policy: publicKeySchema.optional(),
  command: publicKeySchema.optional(),
});

type Pinned = { [P in KeyPurpose]?: string | undefined };

/** Another collector's keys, or none at all, are pinned after the next enrolment. */
export function forgetSigningKeys(stateDir: string): void {
  fs.rmSync(path.join(stateDir, FILE_NAME), { force: true });
}

/** What became of the keys that a session told. */
export type KeyHearing = 'known' | 'pinned' | 'followed' | 'refused';

export class PinnedKeys {
  readonly #file: string;
  #pinned: Pinned;

  /** @throws Error naming the file when it makes no sense: a key is not pinned anew because a file was damaged. */
  constructor(stateDir: string) {
    this.#file = path.join(stateDir, FILE_NAME);
    this.#pinned = readPinned(this.#file);
  }

  /** Raw, base64; undefined before the first session that told one. */
  get(purpose: KeyPurpose): string | undefined {
    return this.#pinned[purpose];
  }

  /** @returns by purpose what became of it. @throws the file system's error: then nothing has changed */
  hear(keys: SigningKeys): Record<KeyPurpose, KeyHearing> {
    const next: Pinned = { ...this.#pinned };
    const heard: Record<KeyPurpose, KeyHearing> = { policy: 'known', command: 'known' };
    for (const purpose of KEY_PURPOSES) {
      const chain = keys[purpose];
      const pinned = this.#pinned[purpose];
      if (pinned === chain.key) continue;
      if (pinned !== undefined && !keyLeadsTo(purpose, pinned, chain)) {
        heard[purpose] = 'refused';
        continue;
      }
      heard[purpose] = pinned === undefined ? 'pinned' : 'followed';
      next[purpose] = chain.key;
    }
    if (next.policy !== this.#pinned.policy || next.command !== this.#pinned.command) {
      writePrivate(this.#file, { version: 1, ...next });
      this.#pinned = next;
    }
    return heard;
  }
}

function readPinned(file: string): Pinned {
  if (!fs.existsSync(file)) return {};
  try {
    const { version: _, ...pinned } = fileSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    return pinned;
  } catch (cause) {
    throw new Error(`${file} cannot be read: restore it, or enrol this host anew`, { cause });
  }
}
