/**
 * Enrolment: one HTTPS request that turns a join token and a key made here into an identity. The key is on disk
 * before the request, so when the answer is lost on a bad line the next attempt shows the same key again.
 */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { enrolErrorSchema, enrolResponseSchema } from '#protocol/enrol.ts';
import type { EnrolRequest, EnrolResponse } from '#protocol/enrol.ts';
import type { Hardware } from '#protocol/hardware.ts';
import { jsonOf } from '#protocol/json-of.ts';
import { parseJoinToken } from '#protocol/join-token.ts';
import type { JoinToken } from '#protocol/join-token.ts';
import { LIMITS } from '#protocol/limits.ts';
import { enrolBytes } from '#protocol/signing.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import { ENROL_PATH } from '#protocol/version.ts';
import { EnrolError } from './enrol-error.ts';
import { saveBinding } from './hardware/binding.ts';
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
import { forgetCommands } from './response/command-book.ts';
import { forgetPolicy } from './policy/policy-store.ts';
import { forgetSigningKeys } from './signing-keys.ts';
import { parseAddress } from './transport/address.ts';
import { askPinned } from './transport/ask-pinned.ts';
import { fetchAuthority } from './transport/pinned-socket.ts';
import type { ProxySettings } from './transport/proxy.ts';
import { ConnectError, PinMismatchError } from './transport/transport.ts';
import type { Trust } from './transport/trust.ts';
import { forgetTrust, saveTrust } from './trust-store.ts';

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
  /** What identifies the machine; the key is bound to it. */
  hardware?: Hardware | undefined;
  /** Certificates of authorities, PEM: trusted instead of what the token pins. */
  caPem?: string | undefined;
  agentVersion: string;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Left out: straight. */
  proxy?: ProxySettings | undefined;
  signal?: AbortSignal | undefined;
}

/** @throws EnrolError */
export async function enrol(options: EnrolOptions): Promise<Identity & { pending: boolean }> {
  const { stateDir, force = false, hardware = [] } = options;
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
  // What is wrong with it the agent says at each start, and `doctor`.
  await makeStateDir(stateDir);
  const key = pendingKey(stateDir, token);
  const { response, collectorFingerprint, trust } = await request(url, token, options, key);
  // Before the new identity: what another collector announced says nothing of this one.
  forgetTrust(stateDir);
  forgetSigningKeys(stateDir);
  forgetPolicy(stateDir);
  forgetCommands(stateDir);
  saveIdentity(stateDir, {
    version: 1,
    agentId: response.agentId,
    agencyName: response.agencyName,
    url,
    fingerprint: collectorFingerprint,
    privateKey: key.privateKey,
    enrolledAt: options.now(),
  });
  if (trust.caPem !== undefined) saveTrust(stateDir, trust);
  if (hardware.length > 0) saveBinding(stateDir, response.agentId, hardware);
  fs.rmSync(path.join(stateDir, PENDING_FILE), { force: true });
  return { ...loadIdentity(stateDir), pending: response.pending === true };
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
    const pending = pendingSchema.safeParse(jsonOf(fs.readFileSync(file, 'utf8')));
    if (pending.success && pending.data.tokenId === token.id) return importKey(pending.data.privateKey);
  }
  const key = makeKey();
  writePrivate(file, { tokenId: token.id, privateKey: key.privateKey });
  return key;
}

/** What is trusted at enrolment: the certificate or the authority that the token names, or the authority given. */
function trustOf(token: JoinToken, caPem: string | undefined): Trust {
  if (caPem !== undefined) return { fingerprints: [], caPem };
  return { fingerprints: token.authority === true ? [] : [token.fingerprint] };
}

interface Answered {
  response: EnrolResponse;
  /** SHA-256 of the certificate the collector showed. */
  collectorFingerprint: string;
  trust: Trust;
}

async function request(
  url: string,
  token: JoinToken,
  options: EnrolOptions,
  key: AgentKey,
): Promise<Answered> {
  try {
    const caPem = options.caPem ?? (await authorityByToken(url, token, options));
    const trust = trustOf(token, caPem);
    const { proxy, signal } = options;
    const target = { url, trust, proxy, connectMsMax: CONNECT_MS_MAX, signal };
    const answer = await askPinned(target, {
      path: ENROL_PATH,
      body: (fingerprint) => requestBody(token, options, key, fingerprint),
      answerMsMax: ANSWER_MS_MAX,
      answerCharsMax: LIMITS.controlBytesMax,
      purpose: 'the enrolment',
    });
    return { response: read(answer), collectorFingerprint: answer.fingerprint, trust };
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
}

/** A token that pins an authority knows it by its fingerprint only: the collector shows the certificate itself. */
async function authorityByToken(
  url: string,
  token: JoinToken,
  { proxy, signal }: EnrolOptions,
): Promise<string | undefined> {
  if (token.authority !== true) return undefined;
  return fetchAuthority({ url, proxy, connectMsMax: CONNECT_MS_MAX, signal }, token.fingerprint);
}

function requestBody(
  token: JoinToken,
  { agentVersion, host, machineId, hardware = [] }: EnrolOptions,
  key: AgentKey,
  collectorFingerprint: string,
): EnrolRequest {
  const { publicKey } = key;
  return {
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey,
    signature: key.sign(enrolBytes({ publicKey, tokenId: token.id, collectorFingerprint })),
    agentVersion,
    host,
    machineId,
    ...(hardware.length === 0 ? {} : { hardware: [...hardware] }),
  };
}

/** @throws EnrolError */
function read(answer: { status: number; text: string }): EnrolResponse {
  const json = jsonOf(answer.text);
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
