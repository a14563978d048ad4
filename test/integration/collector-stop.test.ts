/** A collector that is told to stop has an end of its own, whatever its peers do. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AGENT_PATH, SUBPROTOCOL } from '#protocol/version.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';

/** Each part needs those above it. */
const IN_ORDER = [
  'event store',
  'control plane',
  'indicators',
  'liveness',
  'workers',
  'pipeline',
  'rules',
  'last-seen times',
  'retention',
  "audit trail's heads",
  'legal clocks',
  'dossier deadlines',
  'reports',
  'notifications',
  'automatic responses',
  'requests',
  'inspection packs',
  'jobs',
  'exceptions',
  'vulnerabilities',
  'scheduled hunts',
  'agencies',
  'updates',
  'compliance',
  'exchange',
  'https',
  'agents',
  'certificates',
  'local socket',
  'demonstration',
];

let dataDir: string;
let token: string;
let collector: CollectorProcess;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-stop-'));
  token = await prepareJoinToken(dataDir, 1);
  collector = await startCollectorProcess({
    dataDir,
    env: { VONGGAC_LOG_LEVEL: 'debug', VONGGAC_WORKERS: '1' },
  });
});

afterEach(async () => {
  await collector.kill();
  await rm(dataDir, { recursive: true, force: true });
});

/** The parts in the order in which the collector's log says so of them. */
async function partsThat(did: string): Promise<string[]> {
  const folder = path.join(dataDir, 'logs');
  const files = await Promise.all(
    (await readdir(folder)).map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  return files
    .flatMap((text) => text.split('\n').filter((line) => line !== ''))
    .map((line) => JSON.parse(line) as { msg: string; part?: string })
    .flatMap(({ msg, part }) => (msg === did && part !== undefined ? [part] : []));
}

/** A WebSocket that was opened and never closes. */
async function silentPeer(): Promise<tls.TLSSocket> {
  const { hostname, port } = new URL(collector.url);
  const socket = tls.connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  socket.write(
    [
      `GET ${AGENT_PATH} HTTP/1.1`,
      `Host: ${hostname}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
      '',
      '',
    ].join('\r\n'),
  );
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString('latin1')).toContain('101 Switching Protocols');
  return socket;
}

test('a peer that stays is cut off: the collector stops in order', async () => {
  const peer = await silentPeer();
  peer.on('error', () => undefined);
  expect(await collector.stop()).toBe(0);
  expect(collector.stderr()).toBe('');
  peer.destroy();
  const started = await partsThat('a part runs');
  expect(started).toEqual(IN_ORDER);
  expect(await partsThat('a part has stopped')).toEqual(started.toReversed());
});

test('an agent is told why and when to come back', async () => {
  const agent = new SimSession(await enrolSimAgent({ url: collector.url, token, hostname: 'stays' }));
  await agent.open();
  const stopped = collector.stop();
  expect(await agent.whenClosed()).toMatchObject({ code: 4503 });
  expect(agent.retryAfterMs).toBeGreaterThan(0);
  expect(await stopped).toBe(0);
  agent.close();
});
