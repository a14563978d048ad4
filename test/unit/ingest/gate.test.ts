/** The agents' door under back-pressure, over a real socket. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { Bandwidth } from '../../../collector/ingest/bandwidth.ts';
import { AgentGate } from '../../../collector/ingest/gate.ts';
import { LaneBook } from '../../../collector/ingest/lane-book.ts';
import { QuotaBook } from '../../../collector/ingest/quota-book.ts';
import { interpretPlainly } from '../../support/interpret-plainly.ts';
import { AGENT_PATH, SUBPROTOCOL } from '../../../collector/protocol/version.ts';

let server: Server;
let gate: AgentGate;
let url: string;
let faults: unknown[];

beforeEach(async () => {
  faults = [];
  gate = new AgentGate({
    lanes: new LaneBook([]),
    collectorFingerprint: () => 'ab'.repeat(32),
    policy: { version: 1, idleMsMax: 60_000, inFlightBatchesMax: 4 },
    findAgent: async () => undefined,
    noteSession: async () => undefined,
    policyReported: async () => [],
    commandReported: async () => [],
    trusted: async () => undefined,
    recordLoss: async () => undefined,
    recordAccount: async () => true,
    interpret: interpretPlainly,
    accept: () => undefined,
    quotas: new QuotaBook({ clock: () => 0 }),
    bandwidth: new Bandwidth({ now: () => 0 }),
    onHeld: () => undefined,
    waitingBytesMax: 1_000_000,
    socketsMax: 10,
    unauthenticatedMax: 10,
    unauthenticatedPerAddressMax: 10,
    waitingOutside: () => 0,
    admissionsPerSecond: () => 0,
    writesPerMinuteMax: 10,
    heartbeatMs: 100,
    now: () => 0,
    emit: () => undefined,
    onPresence: () => undefined,
    onFault: (error) => faults.push(error),
  });
  server = createServer();
  gate.attach(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}${AGENT_PATH}`;
});

afterEach(() => {
  gate.terminate();
  server.close();
});

test('while the store is behind, agents hear that the collector lives, and none is cut off for being unread', async () => {
  const socket = new WebSocket(url, [SUBPROTOCOL]);
  let closed = false;
  socket.on('close', () => (closed = true));
  await once(socket, 'open');
  gate.setFull(true);
  for (let beats = 0; beats < 4; beats += 1)
    await once(socket, 'ping', { signal: AbortSignal.timeout(5_000) });
  gate.setFull(false);
  for (let beats = 0; beats < 4; beats += 1)
    await once(socket, 'ping', { signal: AbortSignal.timeout(5_000) });
  expect(closed).toBe(false);
  expect(faults).toEqual([]);
});
