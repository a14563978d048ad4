/** The HTTP side of an agent's WebSocket: what is asked for, and how a refusal is said. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ErrorCode } from '../protocol/error.ts';
import { AGENT_PATH, SUBPROTOCOL } from '../protocol/version.ts';

export interface UpgradeRefusal {
  status: string;
  code: ErrorCode;
  /** It may be tried again later. */
  busy?: true;
}

export const BUSY: UpgradeRefusal = {
  status: '429 Too Many Requests',
  code: 'too-many-requests',
  busy: true,
};
export const STOPPING: UpgradeRefusal = {
  status: '503 Service Unavailable',
  code: 'shutting-down',
  busy: true,
};

/** What is wrong with the request itself. */
export function judgeUpgrade(request: IncomingMessage): UpgradeRefusal | undefined {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== AGENT_PATH) return { status: '404 Not Found', code: 'bad-frame' };
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes(SUBPROTOCOL)) return { status: '400 Bad Request', code: 'version-unsupported' };
  return undefined;
}

/** @param retryAfterMs said when the refusal is for now only */
export function refuseUpgrade(socket: Duplex, { status, busy }: UpgradeRefusal, retryAfterMs: number): void {
  const retry = busy === true ? `Retry-After: ${Math.ceil(retryAfterMs / 1_000)}\r\n` : '';
  socket.end(`HTTP/1.1 ${status}\r\n${retry}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}
