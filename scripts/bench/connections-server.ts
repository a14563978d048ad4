/**
 * One end of the connections benchmark, a process of its own: `bare` is ws over TLS and nothing else, `gate` the agents'
 * door as the collector has it, with its stages behind it left out. Tells its resident memory when asked.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import process from 'node:process';
import { WebSocketServer } from 'ws';
import { LIMITS } from '#protocol/limits.ts';
import { SUBPROTOCOL } from '#protocol/version.ts';
import { Bandwidth } from '../../collector/ingest/bandwidth.ts';
import { FrontDoor } from '../../collector/ingest/front-door.ts';
import { AgentGate } from '../../collector/ingest/gate.ts';
import { LaneBook } from '../../collector/ingest/lane-book.ts';
import { QuotaBook } from '../../collector/ingest/quota-book.ts';

const [kind = '', certFile = '', keyFile = '', publicKey = '', fingerprint = ''] = process.argv.slice(2);
const SOCKETS_MAX = 20_000;
const server = https.createServer({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
  minVersion: 'TLSv1.2',
});

function bare(): void {
  const sockets = new WebSocketServer({
    server,
    maxPayload: LIMITS.frameBytesMax,
    perMessageDeflate: false,
    clientTracking: false,
    handleProtocols: () => SUBPROTOCOL,
  });
  sockets.on('connection', (socket) => {
    socket.on('message', () => socket.send('{"type":"ack","lane":1,"seq":1}'));
  });
}

function gate(): void {
  const lanes = new LaneBook([]);
  const door = new FrontDoor({
    socketsMax: SOCKETS_MAX,
    handshakesMax: 256,
    handshakesPerAddressMax: 128,
    waitingMax: 12_000,
    waitMsMax: 14_000,
    stuckMs: 3_000,
    clock: () => performance.now(),
    onRefused: () => undefined,
  });
  const agents = new AgentGate({
    lanes,
    collectorFingerprint: () => fingerprint,
    policy: { version: 1, idleMsMax: 90_000, inFlightBatchesMax: 16 },
    findAgent: async (agentId) => ({ agentId, publicKey, revoked: false, agencyId: 1, groupId: null }),
    noteSession: async () => undefined,
    policyReported: async () => [],
    commandReported: async () => [],
    trusted: async () => undefined,
    recordLoss: async () => undefined,
    recordAccount: async () => true,
    interpret: () => ({ rows: [], rejected: 0 }),
    accept: ({ sender: { agentId, epoch }, lane, lastSeq }) => {
      setImmediate(() => {
        lanes.commit({ agentId, epoch, lane, seq: lastSeq });
        agents.acknowledge(agentId, lane);
      });
    },
    quotas: new QuotaBook({ clock: () => performance.now() }),
    bandwidth: new Bandwidth({ now: Date.now }),
    onHeld: () => undefined,
    waitingBytesMax: 32 * 1_048_576,
    socketsMax: SOCKETS_MAX,
    unauthenticatedMax: 2_000,
    unauthenticatedPerAddressMax: 400,
    waitingOutside: () => door.waiting,
    admissionsPerSecond: () => door.handshakesPerSecondMax,
    writesPerMinuteMax: 600,
    heartbeatMs: 30_000,
    now: Date.now,
    emit: () => undefined,
    onPresence: () => undefined,
    onFault: (error) => process.stderr.write(`${String(error)}\n`),
  });
  agents.attach(server);
  door.attach(server);
}

if (kind === 'bare') bare();
else gate();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.on('message', () => {
  globalThis.gc?.();
  process.send?.({ rss: process.memoryUsage.rss(), cpu: process.cpuUsage() });
});
const address = server.address();
process.send?.({ url: `https://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}` });
