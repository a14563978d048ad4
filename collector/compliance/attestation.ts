/** What a person's word is worth at a moment. Invariant: one that is due again counts no more, whatever it said. */
import type { Reason } from './evidence/evidence-kind.ts';

/** An accepted one, the newest of its control. */
export interface Attestation {
  id: number;
  signer: string;
  /** First day it holds. */
  signedOn: string;
  /** Milliseconds since 1970; undefined: it holds until it is withdrawn. */
  dueMs: number | undefined;
}

export interface AttestationState {
  id: number | undefined;
  status: 'met' | 'not-assessed';
  reason: Reason;
  dueMs: number | undefined;
}

export function judgeAttestation(attestation: Attestation | undefined, atMs: number): AttestationState {
  if (attestation === undefined)
    return {
      id: undefined,
      status: 'not-assessed',
      reason: { code: 'attestation-missing', args: {} },
      dueMs: undefined,
    };
  const { id, signer, signedOn, dueMs } = attestation;
  if (dueMs !== undefined && dueMs <= atMs) {
    const due = new Date(dueMs).toISOString().slice(0, 10);
    return {
      id,
      status: 'not-assessed',
      reason: { code: 'attestation-expired', args: { due, signer } },
      dueMs,
    };
  }
  return { id, status: 'met', reason: { code: 'attested', args: { signer, on: signedOn } }, dueMs };
}
