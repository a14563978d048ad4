/**
 * Enrolment: one HTTPS request that turns a join token and a key made here into an identity. The key is on disk
 * before the request, so when the answer is lost on a bad line the next attempt shows the same key again.
 */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import type { TLSSocket } from 'node:tls';
import { z } from 'zod';
import { enrolErrorSchema, enrolResponseSchema } from '#protocol/enrol.ts';
import type { EnrolRequest, EnrolResponse } from '#protocol/enrol.ts';
import { parseJoinToken } from '#protocol/join-token.ts';
import type { JoinToken } from '#protocol/join-token.ts';
import { LIMITS } from '#protocol/limits.ts';
import { enrolBytes } from '#protocol/signing.ts';
import type { HostFacts } from '#protocol/up.ts';
import { ENROL_PATH } from '#protocol/version.ts';
import { EnrolError } from './enrol-error.ts';
import {
  hasIdentity,
  importKey,
  loadIdentity,
  makeKey,
  makeStateDir,
  saveIdentity,
  writePrivate,
} from './identity.ts';
import type { AgentKey, Identity } from './identity.ts';
import { mustParseAddress, parseAddress } from './transport/address.ts';
import { connectPinned } from './transport/pinned-socket.ts';
import type { ProxySettings } from './transport/proxy.ts';
import { ConnectError, PinMismatchError } from './transport/transport.ts';

const PENDING_FILE = 'enrolment-pending.json';
const CONNECT_MS_MAX = 15_000;
const ANSWER_MS_MAX = 30_000;

export interface EnrolOptions {
  /** https: URL of the collector. */
  url: string;
  /** Join token as pasted. */
  token: string;
  stateDir: string;
  /** Replaces an identity that is there already. */
  force?: boolean | undefined;
  host: HostFacts;
  machineId: string;
  agentVersion: string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Left out: straight. */
  proxy?: ProxySettings | undefined;
  signal?: AbortSignal | undefined;
}

/** @throws EnrolError */
export async function enrol(options: EnrolOptions): Promise<Identity> {
  const { stateDir, force = false, host, agentVersion, machineId } = options;
  const token = parseJoinToken(options.token);
  if (token === undefined) {
    throw new EnrolError(
      'token-unreadable',
      'this is not a whole join token; copy it again from its first to its last character',
    );
  }
  const url = collectorOrigin(options.url);
  if (!force && hasIdentity(stateDir)) {
    throw new EnrolError(
      'already-enrolled',
      `this host is already enrolled (${stateDir}); use --force to enrol it anew`,
    );
  }
  makeStateDir(stateDir);
  const key = pendingKey(stateDir, token);
  const { fingerprint: collectorFingerprint } = token;
  const signature = key.sign(
    enrolBytes({ publicKey: key.publicKey, tokenId: token.id, collectorFingerprint }),
  );
  const response = await request(url, token, options, {
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey: key.publicKey,
    signature,
    agentVersion,
    host,
    machineId,
  });
  saveIdentity(stateDir, {
    version: 1,
    agentId: response.agentId,
    agencyName: response.agencyName,
    url,
    fingerprint: collectorFingerprint,
    privateKey: key.privateKey,
    enrolledAt: options.now(),
  });
  fs.rmSync(path.join(stateDir, PENDING_FILE), { force: true });
  return loadIdentity(stateDir);
}

/** @returns the https: origin. @throws EnrolError bad-url */
function collectorOrigin(text: string): string {
  const address = parseAddress(text);
  if (address === undefined) {
    throw new EnrolError(
      'bad-url',
      `"${text}" is not the address of a collector; it looks like https://host:8443`,
    );
  }
  return address.origin;
}

const pendingSchema = z.strictObject({ tokenId: z.string(), privateKey: z.string() });

/** The key an earlier attempt with the same token made, else a new one; on disk when this returns. */
function pendingKey(stateDir: string, token: JoinToken): AgentKey {
  const file = path.join(stateDir, PENDING_FILE);
  if (fs.existsSync(file)) {
    const pending = pendingSchema.safeParse(parseJson(fs.readFileSync(file, 'utf8')));
    if (pending.success && pending.data.tokenId === token.id) return importKey(pending.data.privateKey);
  }
  const key = makeKey();
  writePrivate(file, { tokenId: token.id, privateKey: key.privateKey });
  return key;
}

/** @returns undefined for what is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function request(
  url: string,
  token: JoinToken,
  { proxy, signal }: Pick<EnrolOptions, 'proxy' | 'signal'>,
  body: EnrolRequest,
): Promise<EnrolResponse> {
  let answer: { status: number; text: string };
  try {
    const socket = await connectPinned({
      url,
      fingerprint: token.fingerprint,
      proxy,
      connectMsMax: CONNECT_MS_MAX,
      signal,
    });
    try {
      answer = await post(socket, url, JSON.stringify(body));
    } finally {
      socket.destroy();
    }
  } catch (error) {
    if (error instanceof PinMismatchError) {
      throw new EnrolError(
        'wrong-certificate',
        `the server at ${url} is not the collector this token was made for (${error.message})`,
        { cause: error },
      );
    }
    if (error instanceof ConnectError) throw new EnrolError('unreachable', error.message, { cause: error });
    throw error;
  }
  const json = parseJson(answer.text);
  if (answer.status === 200 || answer.status === 201) {
    const response = enrolResponseSchema.safeParse(json);
    if (response.success) return response.data;
    throw new EnrolError(
      'bad-answer',
      `the collector's answer is not understood: ${z.prettifyError(response.error)}`,
    );
  }
  const refusal = enrolErrorSchema.safeParse(json);
  if (refusal.success) throw new EnrolError(refusal.data.error.code, refusal.data.error.message);
  throw new EnrolError('bad-answer', `the collector answered HTTP ${answer.status}`);
}

/** One POST over a connection that is already checked. @throws ConnectError */
function post(socket: TLSSocket, url: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown): void => reject(new ConnectError(message, { cause }));
    const sent = http.request(
      {
        createConnection: () => socket,
        method: 'POST',
        path: ENROL_PATH,
        headers: {
          host: mustParseAddress(url).authority,
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          connection: 'close',
        },
        timeout: ANSWER_MS_MAX,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > LIMITS.controlBytesMax) {
            socket.destroy();
            fail('the answer to the enrolment is too large');
          }
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', (error) => fail(`the line broke during enrolment: ${error.message}`, error));
      },
    );
    sent.on('timeout', () => {
      socket.destroy();
      fail(`no answer to the enrolment within ${ANSWER_MS_MAX} ms`);
    });
    sent.on('error', (error) => fail(`the line broke during enrolment: ${error.message}`, error));
    sent.end(body);
  });
}
