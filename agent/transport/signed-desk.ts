/**
 * What the collector says under signatures of its own, policies and commands, is taken in by desks that outlive a session;
 * the session only carries their words.
 */
import type { DownMessage } from '#protocol/down.ts';
import type { UpMessage } from '#protocol/up.ts';
import type { LineEnd } from './transport.ts';

/** Since version 3 of the protocol. */
export type SignedMessage = Extract<
  DownMessage,
  { type: 'signing-keys' | 'policy-document' | 'policy-ack' | 'command' | 'command-ack' }
>;

export interface SignedDesk {
  /** A session is open; `send` is good for this one only. */
  opened(send: (message: UpMessage) => void, line?: LineEnd): void;
  receive(message: SignedMessage): void;
  closed(): void;
}

/** One desk of several, each of which looks for what concerns it. */
export function joinDesks(desks: readonly SignedDesk[]): SignedDesk {
  return {
    opened: (send, line) => desks.forEach((desk) => desk.opened(send, line)),
    receive: (message) => desks.forEach((desk) => desk.receive(message)),
    closed: () => desks.forEach((desk) => desk.closed()),
  };
}
