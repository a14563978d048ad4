/** Keys and enrolments of simulated agents: made by the dozen at once, and kept in a folder when they are to be used again. */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import https from 'node:https';
import path from 'node:path';
import { z } from 'zod';
import { encodePublicKey } from '#protocol/agent-key.ts';
import { enrolResponseSchema } from '#protocol/enrol.ts';
import { parseJoinToken } from '#protocol/join-token.ts';
import { enrolBytes } from '#protocol/signing.ts';
import type { HostFacts } from '#protocol/up.ts';
import { ENROL_PATH } from '#protocol/version.ts';
import { connectTls, siteAddress } from './site.ts';

export const SIM_VERSION = '0.0.0-simulated';

export interface SimIdentity {
  agentId: string;
  privateKey: KeyObject;
  url: string;
  fingerprint: string;
  host: HostFacts;
  epoch: string;
  /** Address it comes from, where there is a choice. */
  localAddress?: string | undefined;
}

/** The collector would not enrol the host. */
export class EnrolRefusedError extends Error {
  override readonly name = 'EnrolRefusedError';
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, text: string, retryAfterSeconds: number | undefined) {
    super(`enrolment was answered with ${status}: ${text}`);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

function hostFacts(hostname: string): HostFacts {
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
  localAddress?: string | undefined;
}

/** Registers a new key with a join token. @throws EnrolRefusedError, RangeError when it is not a whole token */
export async function enrolSimAgent(options: EnrolOptions): Promise<SimIdentity> {
  const token = parseJoinToken(options.token);
  if (token === undefined) throw new RangeError('this is not a whole join token');
  const { url, hostname, localAddress } = options;
  const keys = generateKeyPairSync('ed25519');
  const publicKey = encodePublicKey(keys.publicKey);
  const host = hostFacts(hostname);
  const signed = enrolBytes({ publicKey, tokenId: token.id, collectorFingerprint: token.fingerprint });
  const body = JSON.stringify({
    tokenId: token.id,
    tokenSecret: token.secret,
    publicKey,
    signature: sign(null, signed, keys.privateKey).toString('base64'),
    agentVersion: SIM_VERSION,
    host,
    machineId: randomBytes(16).toString('hex'),
  });
  const { fingerprint } = token;
  const answer = await post(new URL(ENROL_PATH, url), body, { url, fingerprint, localAddress });
  const { agentId } = enrolResponseSchema.parse(answer);
  return { agentId, privateKey: keys.privateKey, url, fingerprint, host, epoch: newEpoch(), localAddress };
}

function post(
  url: URL,
  body: string,
  line: { url: string; fingerprint: string; localAddress: string | undefined },
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
        const seconds = Number(response.headers['retry-after'] ?? 'none');
        return reject(
          new EnrolRefusedError(
            response.statusCode ?? 0,
            text,
            Number.isFinite(seconds) ? seconds : undefined,
          ),
        );
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

const rowSchema = z.object({
  agentId: z.uuid(),
  hostname: z.string(),
  key: z.string(),
  fingerprint: z.string(),
});
const FILE = 'identities.ndjson';

async function readKept(
  dir: string | undefined,
  url: string,
  fingerprint: string,
  count: number,
): Promise<SimIdentity[]> {
  if (dir === undefined) return [];
  let text: string;
  try {
    text = await readFile(path.join(dir, FILE), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  const rows = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowSchema.parse(JSON.parse(line)));
  return rows
    .filter((row) => row.fingerprint === fingerprint)
    .slice(0, count)
    .map(({ agentId, hostname, key }, index) => ({
      agentId,
      privateKey: createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }),
      url,
      fingerprint,
      host: hostFacts(hostname),
      epoch: newEpoch(),
      localAddress: siteAddress(url, index),
    }));
}

async function keep(dir: string, identities: readonly SimIdentity[]): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const rows = identities.map(({ agentId, host, privateKey, fingerprint }) => {
    const key = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    return `${JSON.stringify({ agentId, hostname: host.hostname, key, fingerprint })}\n`;
  });
  await writeFile(path.join(dir, FILE), rows.join(''), { mode: 0o600 });
}

export interface FleetEnrolOptions {
  url: string;
  token: string;
  count: number;
  /** Folder in which identities of earlier runs lie, and are left for later ones. */
  stateDir?: string | undefined;
  signal: AbortSignal;
  sleep: (ms: number) => Promise<void>;
  onProgress: (enrolled: number) => void;
}

const AT_ONCE = 16;
const BUSY_STATUS = 429;
const BUSY_SECONDS = 10;

/** So many identities, kept ones first. A collector that is busy is asked again when it says so. @throws EnrolRefusedError */
export async function enrolFleet(options: FleetEnrolOptions): Promise<SimIdentity[]> {
  const { url, token, count, stateDir, signal, sleep, onProgress } = options;
  const fingerprint = parseJoinToken(token)?.fingerprint ?? '';
  const identities = await readKept(stateDir, url, fingerprint, count);
  const kept = identities.length;
  let next = kept;
  const worker = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const index = next;
      next += 1;
      const hostname = `sim-${String(index).padStart(5, '0')}`;
      for (;;) {
        try {
          identities.push(
            await enrolSimAgent({ url, token, hostname, localAddress: siteAddress(url, index) }),
          );
          onProgress(identities.length);
          break;
        } catch (error) {
          if (!(error instanceof EnrolRefusedError) || error.status !== BUSY_STATUS || signal.aborted)
            throw error;
          await sleep((error.retryAfterSeconds ?? BUSY_SECONDS) * 1_000);
        }
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  } finally {
    if (stateDir !== undefined && identities.length > kept) await keep(stateDir, identities);
  }
  return identities;
}
