/**
 * What an installer leaves in the state folder so that the agent can enrol by itself: at its first start, and again
 * when its key turns out to belong to another machine. Readable by its owner only, since it holds a join token.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { writePrivate } from './identity.ts';
import { en } from './messages/en.ts';

const FILE_NAME = 'enrolment.json';

const keptSchema = z.strictObject({
  /** https: URL of the collector. */
  url: z.string().min(1),
  /** Join token as pasted. */
  token: z.string().min(1),
  /** Certificate authority of the collector, PEM. */
  caPem: z.string().optional(),
});

export type KeptEnrolment = z.infer<typeof keptSchema>;

/** Replaces what was kept. */
export function keepEnrolment(stateDir: string, kept: KeptEnrolment): void {
  writePrivate(path.join(stateDir, FILE_NAME), kept);
}

/** @returns undefined when nothing is kept. @throws ConfigError naming the file when it cannot be used. */
export function loadKeptEnrolment(stateDir: string): KeptEnrolment | undefined {
  const file = path.join(stateDir, FILE_NAME);
  if (!fs.existsSync(file)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError({ kind: 'unreadable', file, reason }, en, { cause });
  }
  const parsed = keptSchema.safeParse(json, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new ConfigError({ kind: 'fields', file, issues: parsed.error.issues }, en);
}
