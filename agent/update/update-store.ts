/**
 * updates.json: which lists of keys were followed, the highest release that was believed, what is on trial and what failed.
 * Invariants: the number only grows; every change is durable before anything is done by it; an update touches nothing else here.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { LIMITS } from '#protocol/limits.ts';
import { RELEASE_LIMITS, releaseVersionSchema, signedTextSchema } from '#protocol/release.ts';
import type { SignedText } from '#protocol/release.ts';
import { UPDATE_FAULTS } from '#protocol/update.ts';
import type { UpdateFault } from '#protocol/update.ts';
import { writePrivate } from '../identity.ts';

const FILE_NAME = 'updates.json';
/** Failed releases that are remembered; those before are below the number anyway. */
const FAILED_MAX = 20;

const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);
const releaseShape = { version: releaseVersionSchema, digest: sha256Schema };
const outcomeShape = {
  ...releaseShape,
  code: z.enum(UPDATE_FAULTS),
  message: z.string().max(LIMITS.policyReasonCharsMax),
};

/** Not strict: the version before reads what one on trial wrote. */
const stateSchema = z.object({
  version: z.literal(1),
  /** After the one that is pinned, oldest first. */
  roots: z.array(signedTextSchema).max(RELEASE_LIMITS.rootsMax),
  seen: z
    .strictObject({ counter: z.int().min(1), digest: sha256Schema, createdMs: z.int().min(0) })
    .optional(),
  /** Laid down, and to be started, or started. */
  trial: z
    .object({
      ...releaseShape,
      /** How often it was given a start. */
      starts: z.int().min(0),
      /** It said itself that it heard nothing. */
      unwell: z.string().max(LIMITS.policyReasonCharsMax).optional(),
    })
    .optional(),
  failed: z.array(z.strictObject(outcomeShape)).max(FAILED_MAX),
  /** What became of the last release that was not even tried. */
  refused: z.strictObject(outcomeShape).optional(),
  /** Bytes of payloads by where they came from. */
  loaded: z.strictObject({ collector: z.int().min(0), neighbours: z.int().min(0) }),
});

type State = z.infer<typeof stateSchema>;
export type ReleaseName = { version: string; digest: string };
export type UpdateOutcome = State['failed'][number];

const NOTHING: State = { version: 1, roots: [], failed: [], loaded: { collector: 0, neighbours: 0 } };

export class UpdateStore {
  readonly #file: string;
  #state: State;

  /** @throws Error naming the file when it makes no sense: a number that only grows is not begun anew because a file was damaged. */
  constructor(stateDir: string) {
    this.#file = path.join(stateDir, FILE_NAME);
    this.#state = readState(this.#file);
  }

  get roots(): readonly SignedText[] {
    return this.#state.roots;
  }

  get seen(): State['seen'] {
    return this.#state.seen;
  }

  get trial(): State['trial'] {
    return this.#state.trial;
  }

  get failed(): readonly UpdateOutcome[] {
    return this.#state.failed;
  }

  get refused(): UpdateOutcome | undefined {
    return this.#state.refused;
  }

  get loaded(): State['loaded'] {
    return this.#state.loaded;
  }

  follow(lists: readonly SignedText[]): void {
    if (lists.length === 0) return;
    this.#write({ ...this.#state, roots: [...this.#state.roots, ...lists].slice(-RELEASE_LIMITS.rootsMax) });
  }

  believe(seen: NonNullable<State['seen']>): void {
    const { seen: before, refused: _, ...rest } = this.#state;
    if (before !== undefined && before.counter > seen.counter) return;
    this.#write({ ...rest, seen });
  }

  refuse(release: ReleaseName, code: UpdateFault, message: string): void {
    this.#write({ ...this.#state, refused: outcomeOf(release, code, message) });
  }

  noteLoaded(from: 'collector' | 'neighbours', bytes: number): void {
    const { loaded } = this.#state;
    this.#write({ ...this.#state, loaded: { ...loaded, [from]: loaded[from] + bytes } });
  }

  /** It is laid down whole, and gets one more start. */
  try({ version, digest }: ReleaseName): void {
    const { trial } = this.#state;
    const starts = trial?.digest === digest ? trial.starts : 0;
    this.#write({ ...this.#state, trial: { version, digest, starts: starts + 1 } });
  }

  /** The version on trial says so before it ends. */
  noteUnwell(message: string): void {
    const { trial } = this.#state;
    if (trial === undefined) return;
    this.#write({ ...this.#state, trial: { ...trial, unwell: short(message) } });
  }

  /** It is well: it holds. */
  hold(): void {
    const { trial: _, ...rest } = this.#state;
    this.#write(rest);
  }

  /** What was on trial is taken back, and not tried again. */
  takeBack(code: UpdateFault, message: string): UpdateOutcome | undefined {
    const { trial, ...rest } = this.#state;
    if (trial === undefined) return undefined;
    const outcome = outcomeOf(trial, code, message);
    this.#write({ ...rest, failed: [...rest.failed, outcome].slice(-FAILED_MAX) });
    return outcome;
  }

  #write(state: State): void {
    writePrivate(this.#file, state);
    this.#state = state;
  }
}

const short = (message: string): string => message.slice(0, LIMITS.policyReasonCharsMax).toWellFormed();

function outcomeOf({ version, digest }: ReleaseName, code: UpdateFault, message: string): UpdateOutcome {
  return { version, digest, code, message: short(message) };
}

function readState(file: string): State {
  if (!fs.existsSync(file)) return NOTHING;
  try {
    return stateSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} cannot be read: restore it, or install the agent's package again`, { cause });
  }
}
