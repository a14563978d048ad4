/** What is said to an agent of the version before: only what that version knows, or the nearest thing to it. */
import type { AgentPolicy, DownMessage } from './down.ts';
import type { ErrorCode } from './error.ts';

/** Codes that came with version 2, and what version 1 does the same for. */
const CODE_OF_VERSION_1: Partial<Record<ErrorCode, ErrorCode>> = {
  'pending-approval': 'too-many-requests',
  cloned: 'unknown-agent',
};

const SINCE_VERSION_3: ReadonlySet<DownMessage['type']> = new Set([
  'signing-keys',
  'policy-document',
  'policy-ack',
]);

function policyOfVersion1({ version, idleMsMax, inFlightBatchesMax }: AgentPolicy): AgentPolicy {
  return { version, idleMsMax, inFlightBatchesMax };
}

/** @returns undefined when the peer's version has no word for it */
export function forVersion(protocol: number, message: DownMessage): DownMessage | undefined {
  if (protocol >= 3) return message;
  if (SINCE_VERSION_3.has(message.type)) return undefined;
  if (protocol === 2) return message;
  switch (message.type) {
    case 'welcome':
    case 'config':
      return { ...message, policy: policyOfVersion1(message.policy) };
    case 'tally-ack':
    case 'signing-keys':
    case 'policy-document':
    case 'policy-ack':
      return undefined;
    case 'bye':
      return { ...message, code: CODE_OF_VERSION_1[message.code] ?? message.code };
    case 'challenge':
    case 'ack':
      return message;
  }
}

/** Close status and code as the peer's version knows them. */
export function codeForVersion(protocol: number, code: ErrorCode): ErrorCode {
  return protocol >= 2 ? code : (CODE_OF_VERSION_1[code] ?? code);
}
