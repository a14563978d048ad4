/** What is said to an agent of the version before: only what that version knows, or the nearest thing to it. */
import type { DownMessage } from './down.ts';

/** @returns undefined when the peer's version has no word for it */
export function forVersion(protocol: number, message: DownMessage): DownMessage | undefined {
  if (protocol >= 3) return message;
  switch (message.type) {
    case 'challenge':
    case 'welcome':
    case 'ack':
    case 'config':
    case 'tally-ack':
    case 'bye':
      return message;
    // Since version 3.
    case 'signing-keys':
    case 'policy-document':
    case 'policy-ack':
    case 'command':
    case 'command-ack':
      return undefined;
  }
}
