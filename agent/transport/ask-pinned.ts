/** One question to a collector that is who it must be, over a connection of its own: beside the session, or before there is any. */
import { mustParseAddress } from './address.ts';
import { httpOnce } from './http-once.ts';
import type { OnceRequest } from './http-once.ts';
import { connectPinned, peerFingerprint } from './pinned-socket.ts';
import type { PinnedTarget } from './pinned-socket.ts';

export interface PinnedQuestion extends Omit<OnceRequest, 'method' | 'authority' | 'body'> {
  /** @param fingerprint of the certificate that the collector showed: what is signed names it */
  body: (fingerprint: string) => unknown;
}

export interface PinnedAnswer {
  status: number;
  text: string;
  fingerprint: string;
}

/** @throws ConnectError, PinMismatchError */
export async function askPinned(target: PinnedTarget, question: PinnedQuestion): Promise<PinnedAnswer> {
  const socket = await connectPinned(target);
  try {
    const fingerprint = peerFingerprint(socket);
    const body = JSON.stringify(question.body(fingerprint));
    const { authority } = mustParseAddress(target.url);
    return { ...(await httpOnce(socket, { ...question, method: 'POST', authority, body })), fingerprint };
  } finally {
    socket.destroy();
  }
}
