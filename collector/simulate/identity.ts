/** Keys and enrolments of simulated agents: made by the dozen at once. */
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import https from 'node:https';
import { encodePublicKey } from '#protocol/agent-key.ts';
import { enrolErrorSchema, enrolResponseSchema } from '#protocol/enrol.ts';
import type { ErrorCode } from '#protocol/error.ts';
import { parseJoinToken, type JoinToken } from '#protocol/join-token.ts';
import { enrolBytes } from '#protocol/signing.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import { ENROL_PATH } from '#protocol/version.ts';
import { connectTls, OtherCertificateError, servedFingerprint, type Pin } from './site.ts';

export const SIM_VERSION = '0.0.0-simulated';

export interface SimIdentity {
  agentId: string;
  privateKey: KeyObject;
  url: string;
  /** Of the certificate that the collector showed. */
  fingerprint: string;
  /** Set where it is known by its authority. */
  authority?: string | undefined;
  host: HostFacts;
  epoch: string;
  /** Address it comes from, where there is a choice. */
  localAddress?: string | undefined;
}

/** The collector would not enrol the host; `code` is the collector's, or `pending-approval`. */
export class EnrolRefusedError extends Error {
  override readonly name = 'EnrolRefusedError';
  readonly code: ErrorCode | undefined;
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode | undefined,
    message: string,
    { status, retryAfterSeconds }: { status: number; retryAfterSeconds?: number | undefined },
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** There is no collector at the address, or it went away. */
export class CollectorUnreachableError extends Error {
  override readonly name = 'CollectorUnreachableError';
}

export function hostFacts(hostname: string): HostFacts {
  return {
    hostname,
    platform: 'linux',
    osName: 'Debian GNU/Linux',
    osVersion: '12',
    arch: 'x64',
    timeZone: 'UTC',
  };
}

export const newEpoch = (): string => randomBytes(16).toString('hex');

export interface EnrolOptions {
  url: string;
  token: string;
  hostname: string;
  /** What it says of itself; a Debian server when left out. */
  host?: HostFacts | undefined;
  localAddress?: string | undefined;
  /** Of the certificate that the collector shows, where it is known. */
  served?: string | undefined;
}

/** Whom a token names, and what the collector shows. @throws OtherCertificateError, CollectorUnreachableError */
export async function seenAt(
  url: string,
  token: JoinToken,
  localAddress: string | undefined,
): Promise<string> {
  if (token.authority !== true) return token.fingerprint;
  return servedFingerprint({ url, pin: token, localAddress }).catch((error: unknown) => {
    throw unreachable(url, error);
  });
}

function unreachable(url: string, error: unknown): Error {
  if (error instanceof OtherCertificateError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new CollectorUnreachableError(`${new URL(url).host}: ${why}`, { cause: error });
}

/**
 * Registers a new key with a join token.
 * @throws EnrolRefusedError, OtherCertificateError, CollectorUnreachableError, RangeError when it is not a whole token
 */
export async function enrolSimAgent(options: EnrolOptions): Promise<SimIdentity> {
  const token = parseJoinToken(options.token);
  if (token === undefined) throw new RangeError('this is not a whole join token');
  const { url, hostname, localAddress } = options;
  const keys = generateKeyPairSync('ed25519');
  const publicKey = encodePublicKey(keys.publicKey);
  const host = options.host ?? hostFacts(hostname);
  const fingerprint = options.served ?? (await seenAt(url, token, localAddress));
  const signed = enrolBytes({ publicKey, tokenId: token.id, collectorFingerprint: fingerprint });
  const body = JSON.stringify({
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey,
    signature: sign(null, signed, keys.privateKey).toString('base64'),
    agentVersion: SIM_VERSION,
    host,
    machineId: randomBytes(16).toString('hex'),
  });
  const answer = await post(new URL(ENROL_PATH, url), body, { url, pin: token, localAddress });
  const { agentId, pending } = enrolResponseSchema.parse(answer);
  if (pending === true) {
    throw new EnrolRefusedError('pending-approval', 'agents of this token wait for approval', {
      status: 200,
    });
  }
  const known = { url, fingerprint, authority: authorityOf(token) };
  return { agentId, privateKey: keys.privateKey, ...known, host, epoch: newEpoch(), localAddress };
}

export function authorityOf({ authority, fingerprint }: Pin): string | undefined {
  return authority === true ? fingerprint : undefined;
}

/** As the collector put it. */
function refusalOf(status: number, text: string, retryAfter: string | undefined): EnrolRefusedError {
  const seconds = Number(retryAfter ?? 'none');
  const facts = { status, retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined; // not our collector's words: shown as they are
  }
  const said = enrolErrorSchema.safeParse(json);
  if (said.success) return new EnrolRefusedError(said.data.error.code, said.data.error.message, facts);
  return new EnrolRefusedError(undefined, `HTTP ${status} ${text.slice(0, SHOWN_MAX)}`, facts);
}

function post(
  url: URL,
  body: string,
  line: { url: string; pin: Pin; localAddress: string | undefined },
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const createConnection = () => connectTls(line);
    const request = https.request(url, { method: 'POST', headers, createConnection }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        if (response.statusCode === 200) return resolve(JSON.parse(text));
        return reject(refusalOf(response.statusCode ?? 0, text, response.headers['retry-after']));
      });
    });
    request.on('error', (error) => reject(unreachable(line.url, error)));
    request.end(body);
  });
}

/** Characters of an answer that is not a collector's. */
const SHOWN_MAX = 200;
const BUSY_STATUS = 429;
const BUSY_SECONDS = 10;

/** One identity; a collector that is busy is asked again when it says so. @throws as enrolSimAgent */
export async function enrolWhenFree(
  options: EnrolOptions,
  { signal, sleep }: { signal: AbortSignal; sleep: (ms: number) => Promise<void> },
): Promise<SimIdentity> {
  for (;;) {
    try {
      return await enrolSimAgent(options);
    } catch (error) {
      if (!(error instanceof EnrolRefusedError) || error.status !== BUSY_STATUS || signal.aborted)
        throw error;
      await sleep((error.retryAfterSeconds ?? BUSY_SECONDS) * 1_000);
    }
  }
}
