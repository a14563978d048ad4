/**
 * Delivers one document to the configured address: HTTPS, the server's certificate verified and pinned where pins are set, no redirect
 * followed, the answer bounded. Never throws for what the network or the peer does: that is an outcome, to be kept as a receipt.
 */
import https from 'node:https';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import { sha256 } from './report-folder.ts';
import type { ExchangeVariant } from './av-report.ts';

export const SEND_LIMITS = { answerBytesMax: 65_536, timeoutMs: 60_000 } as const;

/** Whom to believe, and who asks. */
export interface ServerTrust {
  /** PEM of the authority; left out: those that this machine trusts. */
  authority?: string | undefined;
  /** SHA-256 of certificates of which the server must have one, lower-case hex; none: any that is trusted. */
  pins?: readonly string[] | undefined;
  /** PEM texts, where the server asks who connects. */
  client?: { certificate: string; key: string } | undefined;
}

export interface Destination extends ServerTrust {
  /** https only. */
  address: string;
  variant: ExchangeVariant;
  soapAction: string;
  /** The same at every try, so that the receiver may know the document again. */
  messageId?: string | undefined;
  login?: { username: string; password: string } | undefined;
  timeoutMs?: number | undefined;
  /** Gives it up: what the receiver has is not known then. */
  signal?: AbortSignal | undefined;
}

export interface SendOutcome {
  isAccepted: boolean;
  /** The receiver has said no: the same document will not be taken later either. */
  isFinal: boolean;
  /** Of HTTP; null: there was no answer. */
  status: number | null;
  answer: string | null;
  /** SHA-256 of the answer's body; null: there was none. */
  answerSha256: string | null;
  /** The system's code or what was wrong; null: accepted. */
  fault: string | null;
}

const FAULT = /<(?:[\w.-]{1,32}:)?Fault[\s>/]/;
/** SOAP 1.1 and 1.2: the sender is at fault. */
const SENDER_FAULT =
  /<(?:[\w.-]{1,32}:)?(?:faultcode|Value)[^>]{0,256}>\s{0,64}(?:[\w.-]{1,64}:)?(?:Client|Sender)\b/;
/** Of 4xx, those that pass. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429]);
/** The header that names the message; to be confirmed by the annex. */
const MESSAGE_ID = 'x-message-id';

const failed = (fault: string): SendOutcome => ({
  isAccepted: false,
  isFinal: false,
  status: null,
  answer: null,
  answerSha256: null,
  fault,
});

/** Lower-case hex. */
export const fingerprintOf = ({ fingerprint256 }: PeerCertificate): string =>
  fingerprint256.replaceAll(':', '').toLowerCase();

class PinError extends Error {
  override readonly name = 'PinError';
  readonly code = 'CERT_NOT_PINNED';
}

/** Never resumes a session: then nobody would look at the certificate again. */
export function trustOptions({ authority, pins = [], client }: ServerTrust): ConnectionOptions {
  return {
    ca: authority,
    minVersion: 'TLSv1.2',
    ...(client === undefined ? {} : { cert: client.certificate, key: client.key }),
    checkServerIdentity: (host, certificate) => {
      const wrong = checkServerIdentity(host, certificate);
      if (wrong !== undefined || pins.length === 0) return wrong;
      const fingerprint = fingerprintOf(certificate);
      return pins.includes(fingerprint)
        ? undefined
        : new PinError(`the server's certificate ${fingerprint} is none of those that are pinned`);
    },
  };
}

function headersOf(bytes: number, { variant, soapAction, messageId, login }: Destination) {
  const basic = login && Buffer.from(`${login.username}:${login.password}`).toString('base64');
  return {
    'content-type': 'text/xml; charset=utf-8',
    'content-length': bytes,
    ...(variant === 'soap-2026' ? { soapaction: JSON.stringify(soapAction) } : {}),
    ...(messageId === undefined ? {} : { [MESSAGE_ID]: messageId }),
    ...(basic === undefined ? {} : { authorization: `Basic ${basic}` }),
  };
}

export function sendReport(text: string, to: Destination): Promise<SendOutcome> {
  const body = Buffer.from(text);
  const timeout = AbortSignal.timeout(to.timeoutMs ?? SEND_LIMITS.timeoutMs);
  const signal = to.signal === undefined ? timeout : AbortSignal.any([timeout, to.signal]);
  return new Promise((resolve) => {
    const lose = (error: Error): void => resolve(failed(timeout.aborted ? 'ETIMEDOUT' : faultOf(error)));
    const options = {
      ...trustOptions(to),
      method: 'POST',
      agent: false,
      signal,
      headers: headersOf(body.length, to),
    } as const;
    let request;
    try {
      request = https.request(to.address, options, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > SEND_LIMITS.answerBytesMax) response.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', lose);
        response.on('end', () => resolve(judge(response.statusCode ?? 0, Buffer.concat(chunks))));
      });
    } catch (error) {
      // A key or certificate that cannot be used.
      resolve(failed(faultOf(error instanceof Error ? error : new Error(String(error)))));
      return;
    }
    request.on('error', lose);
    request.end(body);
  });
}

function judge(status: number, bytes: Buffer): SendOutcome {
  const answer = bytes.toString('utf8');
  const isFault = FAULT.test(answer);
  const isAccepted = status >= 200 && status < 300 && !isFault;
  const isFinal = isFault ? SENDER_FAULT.test(answer) : status >= 300 && status < 500 && !PASSING.has(status);
  return {
    isAccepted,
    isFinal: !isAccepted && isFinal,
    status,
    answer,
    answerSha256: sha256(bytes),
    fault: isAccepted ? null : isFault ? 'SOAP fault' : `HTTP ${status}`,
  };
}

export function faultOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 200);
}
