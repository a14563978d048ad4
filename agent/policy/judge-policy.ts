/** Whether a policy may take the place of the one before; pure, so that every way to cheat can be tried on it. */
import { policyDigest } from '#protocol/policy.ts';
import type { PolicyReference, PolicyRefusal } from '#protocol/policy.ts';
import { checkPolicyText, describePolicyFault } from '#protocol/policy-settings.ts';
import { isSignedBy } from '#protocol/signing-key.ts';
import { policyBytes } from '#protocol/signing.ts';
import type { WholeDocument } from './document-parts.ts';

export interface JudgedBy {
  agentId: string;
  /** The pinned key; undefined when none was ever heard of. */
  key: string | undefined;
  /** The key that the collector says is in use does not follow from the pinned one. */
  isKeyRefused: boolean;
  enabled: boolean;
  /** The highest issue number that was taken. */
  issue: number;
  running: PolicyReference | undefined;
  /** What is wrong with the settings that come of it; undefined when they can be used. */
  faultOf: (document: Record<string, unknown>) => string | undefined;
}

export type Judgement =
  | { kind: 'accept' }
  /** It was heard before: nothing is to be done. */
  | { kind: 'known' }
  | { kind: 'refuse'; code: PolicyRefusal; message: string };

/** The signature comes first: of what is not signed nothing else is looked at. */
export function judgePolicy(document: WholeDocument, by: JudgedBy): Judgement {
  const { group, version, issue, sha256, rollback, signature, text } = document;
  const refuse = (code: PolicyRefusal, message: string): Judgement => ({ kind: 'refuse', code, message });
  if (by.key === undefined) return refuse('no-key', 'no policy key is pinned: none was told yet');
  const signed = policyBytes({ agentId: by.agentId, group, version, issue, sha256, rollback });
  if (!isSignedBy(by.key, signed, signature)) {
    return by.isKeyRefused
      ? refuse('wrong-key', 'signed with a key that the pinned one did not name as its successor')
      : refuse('bad-signature', 'the signature does not fit the pinned policy key and this agent');
  }
  if (policyDigest(text) !== sha256) return refuse('bad-digest', 'the text is not the one that was signed');
  if (issue < by.issue) return refuse('replayed', `number ${issue} after ${by.issue}: it was sent before`);
  if (issue === by.issue) return { kind: 'known' };
  const { running } = by;
  const isOlder = running !== undefined && running.group === group && version < running.version;
  if (isOlder && rollback !== true)
    return refuse('older-version', `version ${version} after ${running.version}, and no rollback`);
  if (!by.enabled) return refuse('switched-off', 'policy.enabled is false in the settings of this host');
  const checked = checkPolicyText(text);
  if ('fault' in checked) {
    const { fault } = checked;
    const code =
      fault.kind === 'local-only' ? 'local-only' : fault.kind === 'not-json' ? 'not-json' : 'invalid';
    return refuse(code, describePolicyFault(fault));
  }
  const fault = by.faultOf(checked.document);
  return fault === undefined ? { kind: 'accept' } : refuse('invalid', fault);
}
