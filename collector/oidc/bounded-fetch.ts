/**
 * HTTPS to the provider. Invariants: nothing but HTTPS; no redirection is followed; an answer has a time and a size, whatever
 * the provider is or has become.
 */
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { OidcError } from './oidc-error.ts';

/** A provider's keys and a person's claims are some kilobytes. */
const ANSWER_BYTES_MAX = 262_144;

export interface BoundedFetchOptions {
  caPem: string | undefined;
  timeoutMs: number;
}

interface Asked {
  method: string;
  headers: Record<string, string>;
  body?: unknown;
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (body instanceof URLSearchParams) return body.toString();
  if (typeof body === 'string') return body;
  throw new TypeError('a body that is neither text nor a form');
}

async function readBounded(response: IncomingMessage, host: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > ANSWER_BYTES_MAX) {
      response.destroy();
      throw new OidcError('claims-invalid', `${host} answered more than ${ANSWER_BYTES_MAX} bytes`);
    }
    chunks.push(part);
  }
  return Buffer.concat(chunks);
}

/** As `fetch`, for what openid-client asks. @throws OidcError provider-away, claims-invalid */
export function boundedFetch({ caPem, timeoutMs }: BoundedFetchOptions) {
  return async (address: string, { method, headers, body }: Asked): Promise<Response> => {
    const url = new URL(address);
    const text = bodyText(body);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const call = request(url, {
        method,
        signal,
        agent: false,
        minVersion: 'TLSv1.2',
        headers: {
          ...headers,
          ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }),
        },
        ...(caPem === undefined ? {} : { ca: caPem }),
      });
      call.end(text);
      const [response] = (await once(call, 'response', { signal })) as [IncomingMessage];
      const status = response.statusCode ?? 0;
      const bytes = await readBounded(response, url.host);
      if (status < 200 || status > 599) throw new Error(`status ${status}`);
      const answered = new Headers();
      for (const [name, values] of Object.entries(response.headersDistinct))
        for (const value of values ?? []) answered.append(name, value);
      const hasBody = status !== 204 && status !== 205 && status !== 304;
      return new Response(hasBody ? new Uint8Array(bytes) : null, { status, headers: answered });
    } catch (error) {
      if (error instanceof OidcError) throw error;
      const why = signal.aborted
        ? `no answer within ${timeoutMs} ms`
        : error instanceof Error
          ? error.message
          : String(error);
      throw new OidcError('provider-away', `${url.host}: ${why}`, { cause: error });
    }
  };
}
