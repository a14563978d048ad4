/**
 * Delivers one document to the configured address: HTTPS, the server's certificate verified, no redirect followed, the answer bounded.
 * Never throws for what the network or the peer does: that is an outcome, to be kept as a receipt.
 */
import https from 'node:https';
import { sha256 } from './report-folder.ts';
import type { ExchangeVariant } from './av-report.ts';

export const SEND_LIMITS = { answerBytesMax: 65_536, timeoutMs: 60_000 } as const;

export interface Destination {
  /** https only. */
  address: string;
  variant: ExchangeVariant;
  soapAction: string;
  /** PEM of the authority; left out: those that this machine trusts. */
  authority?: string | undefined;
  timeoutMs?: number | undefined;
}

export interface SendOutcome {
  isAccepted: boolean;
  /** Of HTTP; null: there was no answer. */
  status: number | null;
  /** SHA-256 of the answer's body; null: there was none. */
  answerSha256: string | null;
  /** The system's code or what was wrong; null: accepted. */
  fault: string | null;
}

const FAULT = /<(?:[\w.-]{1,32}:)?Fault[\s>/]/;

const failed = (fault: string): SendOutcome => ({
  isAccepted: false,
  status: null,
  answerSha256: null,
  fault,
});

export function sendReport(text: string, to: Destination): Promise<SendOutcome> {
  const body = Buffer.from(text);
  return new Promise((resolve) => {
    const request = https.request(
      to.address,
      {
        method: 'POST',
        ca: to.authority,
        signal: AbortSignal.timeout(to.timeoutMs ?? SEND_LIMITS.timeoutMs),
        headers: {
          'content-type': 'text/xml; charset=utf-8',
          'content-length': body.length,
          ...(to.variant === 'soap-2026' ? { soapaction: JSON.stringify(to.soapAction) } : {}),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > SEND_LIMITS.answerBytesMax) response.destroy(new Error('the answer is too large'));
          else chunks.push(chunk);
        });
        response.on('error', (error) => resolve(failed(faultOf(error))));
        response.on('end', () => {
          const answer = Buffer.concat(chunks);
          const status = response.statusCode ?? 0;
          const isFault = FAULT.test(answer.toString('utf8'));
          const isAccepted = status >= 200 && status < 300 && !isFault;
          const fault = isAccepted ? null : isFault ? 'SOAP fault' : `HTTP ${status}`;
          resolve({ isAccepted, status, answerSha256: sha256(answer), fault });
        });
      },
    );
    request.on('error', (error) => resolve(failed(faultOf(error))));
    request.end(body);
  });
}

function faultOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message.slice(0, 200);
}
