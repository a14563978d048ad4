/** Is the collector there, is it the right one, and do the clocks agree? */
import http from 'node:http';
import { explainConnect } from '../exit-code.ts';
import type { Messages } from '../messages/en.ts';
import { formatHostPort, mustParseAddress } from '../transport/address.ts';
import { connectPinned } from '../transport/pinned-socket.ts';
import type { ProxySettings } from '../transport/proxy.ts';
import { ConnectError, PinMismatchError } from '../transport/transport.ts';
import type { Trust } from '../transport/trust.ts';
import { fail, ok, reasonOf, warn } from './check.ts';
import type { Check } from './check.ts';
import { adviceOf } from './connect-advice.ts';

const CONNECT_MS_MAX = 10_000;
const SKEW_MS_MAX = 60_000;
/** The Date header counts in seconds. */
const DATE_RESOLUTION_MS = 1_000;

export async function checkCollector(
  identity: { url: string; trust: Trust } | undefined,
  proxy: ProxySettings,
  m: Messages,
  now: () => number,
): Promise<Check[]> {
  if (identity === undefined) return [warn('collector', m.doctor.collectorNotAsked)];
  const { url, trust } = identity;
  try {
    const serverTimeMs = await askTime(url, trust, proxy);
    return [ok('collector', m.doctor.collectorOk(url)), checkClock(serverTimeMs, m, now())];
  } catch (error) {
    return [
      fail('collector', `${wordsOf(error, url, m)} ${adviceOf(error, formatHostPortOf(url), m)}`.trim()),
    ];
  }
}

function wordsOf(error: unknown, url: string, m: Messages): string {
  if (error instanceof PinMismatchError) return m.wrongCertificate(url);
  return error instanceof ConnectError ? explainConnect(error, m) : m.unreachable(reasonOf(error));
}

/** `host:port`, as it is written into a firewall. */
export function formatHostPortOf(url: string): string {
  const { host, port } = mustParseAddress(url);
  return formatHostPort(host, port);
}

function checkClock(serverTimeMs: number | undefined, m: Messages, nowMs: number): Check {
  if (serverTimeMs === undefined) return warn('clock', m.doctor.clockUnknown);
  const skewMs = nowMs - serverTimeMs;
  if (Math.abs(skewMs) <= SKEW_MS_MAX) {
    return ok('clock', m.doctor.clockOk(Math.max(Math.abs(skewMs), DATE_RESOLUTION_MS)));
  }
  return warn('clock', m.doctor.clockOff(Math.round(skewMs / 1_000)));
}

/** Time by the Date header of any answer, milliseconds since 1970. */
async function askTime(url: string, trust: Trust, proxy: ProxySettings): Promise<number | undefined> {
  const socket = await connectPinned({ url, trust, proxy, connectMsMax: CONNECT_MS_MAX });
  try {
    return await new Promise((resolve, reject) => {
      const request = http.request(
        {
          createConnection: () => socket,
          path: '/healthz',
          headers: { host: mustParseAddress(url).authority, connection: 'close' },
          timeout: CONNECT_MS_MAX,
        },
        (response) => {
          response.resume();
          const time = Date.parse(response.headers.date ?? '');
          resolve(Number.isNaN(time) ? undefined : time);
        },
      );
      request.on('timeout', () => reject(new Error(`no answer within ${CONNECT_MS_MAX} ms`)));
      request.on('error', reject);
      request.end();
    });
  } finally {
    socket.destroy();
  }
}
