/**
 * policy-document.json: the policy that holds (last known good), the one on trial, and what became of the one before.
 * Invariants: what runs is the one on trial, else the one that holds, else the host's own settings; the issue number only
 * grows; every change is durable before anything is done by it.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { LIMITS } from '#protocol/limits.ts';
import { POLICY_REFUSALS, policyDigest, policyReferenceSchema } from '#protocol/policy.ts';
import type { PolicyReference, PolicyRefusal, PolicyReport } from '#protocol/policy.ts';
import { writePrivate } from '../identity.ts';

const FILE_NAME = 'policy-document.json';

const keptSchema = z.strictObject({
  ...policyReferenceSchema.shape,
  text: z.string().max(LIMITS.policyCharsMax),
});
const triedSchema = z.strictObject({
  state: z.enum(['refused', 'rolled-back']),
  reference: policyReferenceSchema,
  code: z.enum(POLICY_REFUSALS),
  message: z.string().max(LIMITS.policyReasonCharsMax),
});
const stateSchema = z.strictObject({
  version: z.literal(1),
  /** The highest that was taken. */
  issue: z.int().min(0),
  good: keptSchema.optional(),
  trial: z
    .strictObject({
      policy: keptSchema,
      /** How many processes have begun to run it. */
      starts: z.int().min(0),
    })
    .optional(),
  tried: triedSchema.optional(),
});

type State = z.infer<typeof stateSchema>;
export type KeptPolicy = z.infer<typeof keptSchema>;
export type TriedPolicy = z.infer<typeof triedSchema>;

const NOTHING: State = { version: 1, issue: 0 };

/** Nothing of a policy holds any more: after the next enrolment the collector says what does. */
export function forgetPolicy(stateDir: string): void {
  fs.rmSync(path.join(stateDir, FILE_NAME), { force: true });
}

/** Without its text. */
export function referenceOf({ group, version, issue, sha256 }: PolicyReference): PolicyReference {
  return { group, version, issue, sha256 };
}

export class PolicyStore {
  readonly #file: string;
  #state: State;
  /** Why the file could not be used, when there was one. */
  readonly damage: string | undefined;

  constructor(stateDir: string) {
    this.#file = path.join(stateDir, FILE_NAME);
    const read = readState(this.#file);
    this.#state = 'state' in read ? read.state : NOTHING;
    this.damage = 'damage' in read ? read.damage : undefined;
  }

  /** The highest issue number that was taken. */
  get issue(): number {
    return this.#state.issue;
  }

  get trial(): KeptPolicy | undefined {
    return this.#state.trial?.policy;
  }

  /** How many processes have begun to run the one on trial. */
  get trialStarts(): number {
    return this.#state.trial?.starts ?? 0;
  }

  /** What runs; undefined: the host's own settings alone. */
  get running(): KeptPolicy | undefined {
    return settingsOf(this.#state.trial?.policy ?? this.#state.good);
  }

  get tried(): TriedPolicy | undefined {
    return this.#state.tried;
  }

  /** What the collector is told. */
  report(): PolicyReport {
    const { trial, good, tried } = this.#state;
    const current = trial?.policy ?? good;
    const running = current === undefined ? {} : { running: referenceOf(current) };
    if (trial !== undefined) return { type: 'policy-report', state: 'trial', ...running };
    if (tried !== undefined) {
      const { state, reference, code, message } = tried;
      return { type: 'policy-report', state, ...running, tried: reference, code, message };
    }
    return { type: 'policy-report', state: current === undefined ? 'own-settings' : 'applied', ...running };
  }

  /** @throws the file system's error: then nothing has changed */
  try(policy: KeptPolicy): void {
    const { good } = this.#state;
    this.#write({ version: 1, issue: policy.issue, good, trial: { policy, starts: 0 } });
  }

  /** A process begins with the one on trial. */
  noteStart(): void {
    const { trial } = this.#state;
    if (trial === undefined) return;
    this.#write({ ...this.#state, trial: { ...trial, starts: trial.starts + 1 } });
  }

  /** The collector was reached under it: it holds. */
  confirm(): void {
    const { trial, issue } = this.#state;
    if (trial !== undefined) this.#write({ version: 1, issue, good: trial.policy });
  }

  /** The same settings under another number: there is nothing to try. */
  renumber(policy: KeptPolicy): void {
    this.#write({ version: 1, issue: policy.issue, good: policy });
  }

  /** What runs stays. */
  refuse(reference: PolicyReference, code: PolicyRefusal, message: string): void {
    this.#write({ ...this.#state, tried: triedOf('refused', reference, code, message) });
  }

  /** The one on trial goes, and the one that held before runs again. */
  rollBack(code: PolicyRefusal, message: string): TriedPolicy | undefined {
    const { trial, ...rest } = this.#state;
    if (trial === undefined) return undefined;
    const tried = triedOf('rolled-back', referenceOf(trial.policy), code, message);
    this.#write({ ...rest, tried });
    return tried;
  }

  /** The one that held does not fit any more, e.g. this agent's version or the host's own settings: it goes. */
  drop(code: PolicyRefusal, message: string): TriedPolicy | undefined {
    const { good, issue } = this.#state;
    if (good === undefined) return undefined;
    const tried = triedOf('refused', referenceOf(good), code, message);
    this.#write({ version: 1, issue, tried });
    return tried;
  }

  #write(state: State): void {
    writePrivate(this.#file, state);
    this.#state = state;
  }
}

function triedOf(
  state: TriedPolicy['state'],
  reference: PolicyReference,
  code: PolicyRefusal,
  message: string,
): TriedPolicy {
  const short = message.slice(0, LIMITS.policyReasonCharsMax).toWellFormed();
  return { state, reference: referenceOf(reference), code, message: short };
}

/** Version 0 says that no policy holds. */
function settingsOf(policy: KeptPolicy | undefined): KeptPolicy | undefined {
  return policy === undefined || policy.version === 0 ? undefined : policy;
}

function readState(file: string): { state: State } | { damage: string } {
  if (!fs.existsSync(file)) return { state: NOTHING };
  try {
    const state = stateSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
    for (const policy of [state.good, state.trial?.policy]) {
      if (policy !== undefined && policyDigest(policy.text) !== policy.sha256)
        return { damage: 'its text is not the one that was signed' };
    }
    return { state };
  } catch (error) {
    return { damage: error instanceof Error ? error.message : String(error) };
  }
}
