/** The way to a collector for updates: a request of its own over the pinned line, beside the session and whatever becomes of it. */
import { createHash } from 'node:crypto';
import http from 'node:http';
import { jsonOf } from '#protocol/json-of.ts';
import { updateBytes } from '#protocol/signing.ts';
import {
  AGENT_HEADER,
  PAYLOAD_PATH,
  SIGNATURE_HEADER,
  UPDATE_LIMITS,
  UPDATE_PATH,
  updateAnswerSchema,
} from '#protocol/update.ts';
import type { UpdateAnswer, UpdateAsk } from '#protocol/update.ts';
import type { Identity } from '../identity.ts';
import { loadPolicy } from '../policy-file.ts';
import { mustParseAddress } from '../transport/address.ts';
import { askPinned } from '../transport/ask-pinned.ts';
import { connectPinned, peerFingerprint } from '../transport/pinned-socket.ts';
import type { PinnedTarget } from '../transport/pinned-socket.ts';
import type { ProxySettings } from '../transport/proxy.ts';
import { ConnectError, PinMismatchError } from '../transport/transport.ts';
import { loadTrust } from '../trust-store.ts';

const CONNECT_MS_MAX = 15_000;
const ANSWER_MS_MAX = 60_000;
/** Between two pieces of a payload. */
const SILENCE_MS_MAX = 60_000;

export interface UpdateLineOptions {
  identity: Identity;
  stateDir: string;
  proxy: ProxySettings;
  signal: AbortSignal;
}

/** Nobody gave what was asked for. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

export class UpdateLine {
  readonly #options: UpdateLineOptions;

  constructor(options: UpdateLineOptions) {
    this.#options = options;
  }

  /** @throws ConnectError, PinMismatchError of the last collector that was tried; LoadError for an answer that is none */
  async ask(ask: UpdateAsk): Promise<UpdateAnswer> {
    const text = JSON.stringify(ask);
    const sha256 = createHash('sha256').update(text, 'utf8').digest('hex');
    const { agentId } = this.#options.identity;
    const { status, text: answered } = await this.#firstThatAnswers((target) =>
      askPinned(target, {
        path: UPDATE_PATH,
        body: (fingerprint) => ({ agentId, ask: text, signature: this.#sign(fingerprint, sha256) }),
        answerMsMax: ANSWER_MS_MAX,
        answerCharsMax: UPDATE_LIMITS.answerBytesMax,
        purpose: 'the question for updates',
      }),
    );
    if (status !== 200)
      throw new LoadError(`the collector answered HTTP ${status} to the question for updates`);
    const answer = updateAnswerSchema.safeParse(jsonOf(answered));
    if (!answer.success) throw new LoadError('the answer to the question for updates is not understood');
    return answer.data;
  }

  /** The bytes of a payload from one on. @throws ConnectError, PinMismatchError, LoadError */
  async *load(sha256: string, from: number): AsyncGenerator<Uint8Array> {
    const { socket, authority } = await this.#firstThatAnswers(async (target) => ({
      socket: await connectPinned(target),
      authority: mustParseAddress(target.url).authority,
    }));
    try {
      const headers = {
        [AGENT_HEADER]: this.#options.identity.agentId,
        [SIGNATURE_HEADER]: this.#sign(peerFingerprint(socket), sha256),
      };
      const path = `${PAYLOAD_PATH}/${sha256}`;
      const request = { createConnection: () => socket, host: authority, path, headers };
      yield* bytesOf(request, from, this.#options.signal);
    } finally {
      socket.destroy();
    }
  }

  #sign(collectorFingerprint: string, sha256: string): string {
    const { identity } = this.#options;
    return identity.sign(updateBytes({ agentId: identity.agentId, collectorFingerprint, sha256 }));
  }

  /** Of the collectors of the list. */
  async #firstThatAnswers<T>(ask: (target: PinnedTarget) => Promise<T>): Promise<T> {
    const { identity, stateDir, proxy, signal } = this.#options;
    const trust = loadTrust(stateDir, identity.fingerprint);
    const named = loadPolicy(stateDir)?.collectors?.map(({ url }) => url) ?? [];
    let fault: unknown = new ConnectError('no collector is known');
    for (const url of new Set([...named, identity.url])) {
      try {
        return await ask({ url, trust, proxy, connectMsMax: CONNECT_MS_MAX, signal });
      } catch (error) {
        if (!(error instanceof ConnectError) && !(error instanceof PinMismatchError)) throw error;
        fault = error;
      }
    }
    throw fault;
  }
}

/** The body of one request, a piece at a time; what reads slowly holds up who sends. @throws LoadError */
export async function* bytesOf(
  request: Omit<http.RequestOptions, 'headers'> & { headers?: Record<string, string> },
  from: number,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const sent = http.request(
    {
      ...request,
      method: 'GET',
      headers: { ...request.headers, range: `bytes=${from}-`, connection: 'close' },
      timeout: SILENCE_MS_MAX,
      signal,
    },
    resolve,
  );
  sent.on('timeout', () => sent.destroy(new LoadError(`nothing came for ${SILENCE_MS_MAX} ms`)));
  sent.on('error', (cause) => reject(new LoadError(`the load broke off: ${cause.message}`, { cause })));
  sent.end();
  const response = await promise;
  const expected = from === 0 ? [200, 206] : [206];
  if (!expected.includes(response.statusCode ?? 0)) {
    response.destroy();
    throw new LoadError(`HTTP ${response.statusCode ?? 0}`);
  }
  try {
    for await (const piece of response as AsyncIterable<Buffer>) yield piece;
  } catch (cause) {
    throw cause instanceof LoadError
      ? cause
      : new LoadError(`the load broke off: ${cause instanceof Error ? cause.message : String(cause)}`, {
          cause,
        });
  } finally {
    sent.destroy();
  }
}
