/**
 * The certificates this agent trusts, beside its identity: the enrolled one at first, then what the collector announces.
 * Written durably before anybody is told, so that a rotation never finds an agent that only said it knew.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { jsonOf } from '#protocol/json-of.ts';
import { LIMITS } from '#protocol/limits.ts';
import { writePrivate } from './identity.ts';
import type { Trust } from './transport/trust.ts';

const FILE_NAME = 'trust.json';

const fingerprintSchema = z.string().regex(/^[0-9a-f]{64}$/);
const trustSchema = z.strictObject({
  version: z.literal(1),
  /** With the one of the last session first. */
  fingerprints: z.array(fingerprintSchema).max(LIMITS.fingerprintsMax + 1),
  caPem: z.string().max(LIMITS.caPemMax).optional(),
});

/** Nothing but the certificate of the identity is trusted again. */
export function forgetTrust(stateDir: string): void {
  fs.rmSync(path.join(stateDir, FILE_NAME), { force: true });
}

/** Replaces what was trusted. */
export function saveTrust(stateDir: string, { fingerprints, caPem }: Trust): void {
  writePrivate(path.join(stateDir, FILE_NAME), { version: 1, fingerprints, caPem });
}

/** @param enrolled certificate of the identity: trusted when there is no file, or none that can be read */
export function loadTrust(stateDir: string, enrolled: string): Trust {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return { fingerprints: [enrolled] };
  const parsed = trustSchema.safeParse(jsonOf(fs.readFileSync(file, 'utf8')));
  if (!parsed.success) return { fingerprints: [enrolled] };
  const { fingerprints, caPem } = parsed.data;
  return { fingerprints, caPem };
}

/** What is trusted now, and its file. */
export class TrustStore {
  readonly #stateDir: string;
  #trust: Trust;

  constructor(stateDir: string, enrolled: string) {
    this.#stateDir = stateDir;
    this.#trust = loadTrust(stateDir, enrolled);
  }

  get trust(): Trust {
    return this.#trust;
  }

  /** A trusted certificate named this one as its successor. @throws the file system's error */
  succeed(fingerprint: string): void {
    this.#replace([...this.#trust.fingerprints, fingerprint].slice(-LIMITS.fingerprintsMax));
  }

  /**
   * What the collector says is to be trusted, besides the certificate it was heard over. With an authority the
   * certificates are the authority's affair, and only one that was announced by its fingerprint is pinned.
   * @throws the file system's error: then nothing has changed
   */
  announce(fingerprints: readonly string[], heardOver: string): void {
    if (this.#trust.caPem !== undefined) return;
    this.#replace([heardOver, ...fingerprints.filter((fingerprint) => fingerprint !== heardOver)]);
  }

  #replace(fingerprints: readonly string[]): void {
    const { trust } = this;
    if (JSON.stringify(trust.fingerprints) === JSON.stringify(fingerprints)) return;
    const next = { ...trust, fingerprints };
    saveTrust(this.#stateDir, next);
    this.#trust = next;
  }
}
