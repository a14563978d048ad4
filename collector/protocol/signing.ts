/**
 * The exact bytes that an agent's Ed25519 key signs. Each begins with its own purpose, so a signature made
 * for one can never serve as another; lines end in LF and no field may hold one.
 */
function lines(purpose: string, fields: readonly string[]): Buffer {
  if (fields.some((field) => field.includes('\n'))) throw new Error('a signed field holds a line break');
  return Buffer.from(`vonggac.v1 ${purpose}\n${fields.join('\n')}\n`, 'utf8');
}

/** Answer to a session's challenge. The collector's certificate is named, so a proof cannot be relayed. */
export function proofBytes(proof: {
  agentId: string;
  epoch: string;
  nonce: string;
  /** SHA-256 of the collector's certificate (DER) as the agent saw it: lower-case hex. */
  collectorFingerprint: string;
}): Buffer {
  return lines('session', [proof.agentId, proof.epoch, proof.nonce, proof.collectorFingerprint]);
}

/** Proof at enrolment that the sender holds the private half of the key it registers. */
export function enrolBytes(enrol: {
  publicKey: string;
  tokenId: string;
  collectorFingerprint: string;
}): Buffer {
  return lines('enrol', [enrol.publicKey, enrol.tokenId, enrol.collectorFingerprint]);
}

/** Statement of a collector's certificate, signed with its key, that another certificate takes its place. */
export function rotationBytes(rotation: {
  /** SHA-256 of both certificates (DER), lower-case hex. */
  from: string;
  to: string;
}): Buffer {
  return lines('rotation', [rotation.from, rotation.to]);
}

/** Leave to take an agent off its host, signed with the key of the collector's certificate. */
export function uninstallBytes(token: { id: string; agentId: string; notAfterMs: number }): Buffer {
  return lines('uninstall', [token.id, token.agentId, String(token.notAfterMs)]);
}

/** Statement of a key of the collector's that another takes its place, signed with it. */
export function keySuccessorBytes(successor: { purpose: string; from: string; to: string }): Buffer {
  return lines('key-successor', [successor.purpose, successor.from, successor.to]);
}

/** What one agent is to run, signed with the collector's policy key. */
export function policyBytes(policy: {
  agentId: string;
  group: string;
  version: number;
  issue: number;
  sha256: string;
  rollback?: true | undefined;
}): Buffer {
  return lines('policy', [
    policy.agentId,
    // As JSON, since a name may hold any letter.
    JSON.stringify(policy.group),
    String(policy.version),
    String(policy.issue),
    policy.sha256,
    policy.rollback === true ? 'rollback' : 'forward',
  ]);
}

/** A command to a host, signed with the collector's command key. */
export function commandBytes(body: string): Buffer {
  return lines('command', [body]);
}

/** Statement that sequences from..to of a lane are lost. */
export function lossBytes(loss: {
  agentId: string;
  epoch: string;
  lane: number;
  fromSeq: number;
  toSeq: number;
  reason: string;
}): Buffer {
  return lines('loss', [
    loss.agentId,
    loss.epoch,
    String(loss.lane),
    String(loss.fromSeq),
    String(loss.toSeq),
    loss.reason,
  ]);
}

/** A release of the agent, or the list of keys that sign releases, signed by people away from every network. */
export function releaseBytes(kind: 'release' | 'release-roots', body: string): Buffer {
  return lines(kind, [body]);
}

/** What an agent asks or says of updates; the collector's certificate is named, so it cannot be relayed. */
export function updateBytes(request: {
  agentId: string;
  /** SHA-256 of the collector's certificate (DER) as the agent saw it: lower-case hex. */
  collectorFingerprint: string;
  /** SHA-256 of the body, or what is asked for: lower-case hex. */
  sha256: string;
}): Buffer {
  return lines('update', [request.agentId, request.collectorFingerprint, request.sha256]);
}
