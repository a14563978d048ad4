/** One HTTP request over a connection that is there already; the connection is not used again. Bounded in size and time. */
import http from 'node:http';
import type { TLSSocket } from 'node:tls';
import { ConnectError } from './transport.ts';

export interface OnceRequest {
  method: 'GET' | 'POST';
  path: string;
  /** Host and port, as in the Host header. */
  authority: string;
  /** JSON. */
  body?: string | undefined;
  answerMsMax: number;
  answerCharsMax: number;
  /** What it is for, in messages: e.g. `the enrolment`. */
  purpose: string;
}

/** @throws ConnectError */
export function httpOnce(socket: TLSSocket, request: OnceRequest): Promise<{ status: number; text: string }> {
  const { method, path, authority, body, answerMsMax, answerCharsMax, purpose } = request;
  const entity =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const fail = (message: string, cause?: unknown): void => reject(new ConnectError(message, { cause }));
    const sent = http.request(
      {
        createConnection: () => socket,
        method,
        path,
        headers: { host: authority, ...entity, connection: 'close' },
        timeout: answerMsMax,
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
          if (text.length > answerCharsMax) {
            socket.destroy();
            fail(`the answer to ${purpose} is too large`);
          }
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', (error) => fail(`the line broke during ${purpose}: ${error.message}`, error));
      },
    );
    sent.on('timeout', () => {
      socket.destroy();
      fail(`no answer to ${purpose} within ${answerMsMax} ms`);
    });
    sent.on('error', (error) => fail(`the line broke during ${purpose}: ${error.message}`, error));
    sent.end(body);
  });
}
