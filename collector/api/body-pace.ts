/**
 * How long a request's body may take. Node's own limit is the same for all routes, so it is off, and this stands in its place:
 * a body arrives within a time, or, where the route says so, no slower than a pace. Invariant: whatever is sent on after the
 * answer, or slower than that, ends the connection; so nobody holds one with a body that never ends.
 */
import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ApiServer } from './dependencies.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is large and goes on as it comes: held to a pace and not to a time. */
    body?: 'paced';
  }
}

export interface BodyLimits {
  /** A body that is not paced. */
  bodyMsMax: number;
  /** In each stretch of `paceMs`. */
  pacedBytesPerSecondMin: number;
  paceMs: number;
}

/** As Node answers who takes too long; nothing else can be said in the middle of a request. */
const TOO_SLOW = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';

export function addBodyPace(app: ApiServer, limits: BodyLimits): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (hasBody(request)) watchBody(request, reply, limits);
    done();
  });
}

function watchBody(
  { raw, routeOptions }: FastifyRequest,
  reply: FastifyReply,
  { bodyMsMax, pacedBytesPerSecondMin, paceMs }: BodyLimits,
): void {
  const { socket } = raw;
  const end = (): void => {
    // What tests put in place of a connection holds nothing up.
    if (!(socket instanceof Socket)) return;
    if (!reply.raw.headersSent) socket.write(TOO_SLOW);
    socket.destroySoon();
  };
  let timer: NodeJS.Timeout | undefined;
  const allow = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(end, ms).unref();
  };
  const pace = (): void => {
    const before = socket.bytesRead;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const came = socket.bytesRead - before;
      if (came < (pacedBytesPerSecondMin * paceMs) / 1_000) end();
      else pace();
    }, paceMs).unref();
  };
  if (routeOptions.config.body === 'paced') {
    pace();
    // What still comes after the answer is of no use to anybody.
    reply.raw.once('finish', () => {
      if (!raw.complete) allow(bodyMsMax);
    });
  } else allow(bodyMsMax);
  const over = (): void => clearTimeout(timer);
  raw.once('end', over);
  raw.once('close', over);
}
