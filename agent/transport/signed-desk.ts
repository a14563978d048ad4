/**
 * What the collector says under signatures of its own, policies and commands, is taken in by desks that outlive a session;
 * the session only carries their words.
 */
import type { DownMessage } from '#protocol/down.ts';
import type { UpMessage } from '#protocol/up.ts';

/** Since version 3 of the protocol. */
export type SignedMessage = Extract<DownMessage, { type: 'signing-keys' | 'policy-document' | 'policy-ack' }>;

export interface SignedDesk {
  /** A session is open; `send` is good for this one only. */
  opened(send: (message: UpMessage) => void): void;
  receive(message: SignedMessage): void;
  closed(): void;
}
