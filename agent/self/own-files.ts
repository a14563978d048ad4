/**
 * The files the agent stands on: its program, settings and unit, its identity, its spool. Their digests are kept with
 * the spool's positions, so a change while the agent was away is told at its next start; a program that changed together
 * with its version was upgraded.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { z } from 'zod';
import { agentItem } from '../agent-record.ts';
import type { PositionChange, SourceItem } from '../sources/source.ts';

export interface OwnFile {
  /** What it is to the agent. */
  subject: 'program' | 'settings' | 'unit' | 'identity' | 'spool';
  path: string;
  /** `content`: by what is in it; `place`: the agent writes it itself, so only that it is the same file. */
  by: 'content' | 'place';
}

export const OWN_FILES_KEY = 'own-files';
const BYTES_MAX = 64 * 1_048_576;
const ABSENT = 'absent';

const keptSchema = z.object({ version: z.string(), digests: z.record(z.string(), z.string()) });

export class OwnFiles {
  readonly #files: readonly OwnFile[];
  readonly #version: string;
  #seen: Map<string, { digest: string; stamp: string }>;

  constructor(files: readonly OwnFile[], version: string) {
    this.#files = files;
    this.#version = version;
    this.#seen = new Map(files.map((file) => [file.path, examine(file, undefined)]));
  }

  /**
   * What changed while the agent was away.
   * @param kept the row of the last run
   */
  atStart(kept: string | undefined, at: number): SourceItem[] {
    const before = keptSchema.safeParse(JSON.parse(kept ?? 'null')).data;
    if (before === undefined) return [this.#kept()];
    const isUpgrade = before.version !== this.#version;
    const changes = this.#files.flatMap((file) => {
      const was = before.digests[file.path];
      const is = this.#seen.get(file.path)?.digest;
      // The identity is made anew by enrolling, the spool when it was corrupt: both say so themselves.
      const isOwnDoing = file.by === 'place' || (isUpgrade && file.subject !== 'settings');
      return was === undefined || was === is || isOwnDoing ? [] : [this.#change(at, file, was, is, true)];
    });
    return [...changes, this.#kept()];
  }

  /** What changed since the last look. */
  look(at: number): SourceItem[] {
    const changes = this.#files.flatMap((file) => {
      const was = this.#seen.get(file.path);
      const is = examine(file, was);
      this.#seen.set(file.path, is);
      return was === undefined || was.digest === is.digest
        ? []
        : [this.#change(at, file, was.digest, is.digest, false)];
    });
    return changes.length === 0 ? [] : [...changes, this.#kept()];
  }

  #change(at: number, file: OwnFile, was: string, is: string | undefined, offline: boolean): SourceItem {
    const change =
      is === ABSENT ? 'deleted' : was === ABSENT ? 'created' : file.by === 'place' ? 'replaced' : 'changed';
    const digest = file.by === 'content' && is !== undefined && is !== ABSENT ? { sha256: is } : {};
    return agentItem(at, 'tampered', file.subject, { path: file.path, change, offline, ...digest });
  }

  #kept(): SourceItem {
    const digests = Object.fromEntries(
      this.#files
        .filter(({ by }) => by === 'content')
        .map(({ path }) => [path, this.#seen.get(path)?.digest ?? ABSENT]),
    );
    const value = JSON.stringify({ version: this.#version, digests });
    const positions: PositionChange[] = [{ key: OWN_FILES_KEY, value }];
    return { lane: 'security', records: [], positions };
  }
}

/** Reads a file anew only where its facts differ from those of the last look. */
function examine(
  { path, by }: OwnFile,
  before: { digest: string; stamp: string } | undefined,
): { digest: string; stamp: string } {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return { digest: ABSENT, stamp: ABSENT };
  const place = `${stat.dev}:${stat.ino}`;
  if (by === 'place') return { digest: place, stamp: place };
  const stamp = `${place}:${stat.size}:${stat.mtimeMs}:${stat.ctimeMs}:${stat.mode}`;
  if (before?.stamp === stamp) return before;
  try {
    const bytes = stat.size > BYTES_MAX ? Buffer.from(stamp) : fs.readFileSync(path);
    return { digest: createHash('sha256').update(bytes).digest('hex'), stamp };
  } catch {
    // It went away between the two, or may not be read: the facts alone tell a change.
    return { digest: createHash('sha256').update(stamp).digest('hex'), stamp };
  }
}
