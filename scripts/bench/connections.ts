/**
 * Memory per connection: the agents' door against bare ws over TLS, each in a process of its own, same certificate, same
 * number of connections, first idle, then after a frame and its answer on each. The gate's have said hello and proved
 * who they are, the bare ones only upgraded.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { encodePublicKey } from '#protocol/agent-key.ts';
import { encodeFrame } from '#protocol/frame.ts';
import { AGENT_PATH, SUBPROTOCOL } from '#protocol/version.ts';
import { loadOrCreateCertificate } from '../../collector/registry/certificate.ts';
import { dataFolder } from '../../collector/registry/data-folder.ts';
import { newEpoch, type SimIdentity } from '../../collector/simulate/identity.ts';
import { seeded } from '../../collector/simulate/made-up.ts';
import { makeRecord } from '../../collector/simulate/records.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { connectTls, siteAddress } from '../../collector/simulate/site.ts';

interface Line {
  exchange: () => Promise<void>;
  close: () => void;
}

interface Measured {
  baseMb: number;
  idleKb: number;
  activeKb: number;
  handshakeCpuMs: number;
  connectSeconds: number;
}

const AT_ONCE = 64;
const FRAME_RECORDS = 2;
const toldSchema = z.object({ rss: z.number(), cpu: z.object({ user: z.number(), system: z.number() }) });

async function ask(child: ChildProcess): Promise<{ rss: number; cpuMs: number }> {
  const answered = once(child, 'message');
  child.send('measure');
  const { rss, cpu } = toldSchema.parse((await answered)[0]);
  return { rss, cpuMs: (cpu.user + cpu.system) / 1_000 };
}

/** Smallest of some, once what is garbage has gone. */
async function settledRss(child: ChildProcess): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 5; times += 1) {
    least = Math.min(least, (await ask(child)).rss);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return least;
}

async function each(count: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      await work(index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function measure(
  kind: 'bare' | 'gate',
  count: number,
  args: readonly string[],
  open: (url: string, index: number) => Promise<Line>,
): Promise<Measured> {
  const child = fork(path.join(import.meta.dirname, 'connections-server.ts'), [kind, ...args], {
    execArgv: ['--expose-gc', '--max-semi-space-size=16'],
  });
  try {
    const [ready] = await once(child, 'message');
    const { url } = z.object({ url: z.string() }).parse(ready);
    const base = await settledRss(child);
    const before = await ask(child);
    const lines: Line[] = [];
    const beganMs = performance.now();
    await each(count, async (index) => void lines.push(await open(url, index)));
    const connectSeconds = (performance.now() - beganMs) / 1_000;
    const { cpuMs } = await ask(child);
    const idle = await settledRss(child);
    await each(count, async (index) => lines[index]?.exchange());
    const active = await settledRss(child);
    for (const line of lines) line.close();
    return {
      baseMb: base / 1_048_576,
      idleKb: (idle - base) / count / 1_024,
      activeKb: (active - base) / count / 1_024,
      handshakeCpuMs: (cpuMs - before.cpuMs) / count,
      connectSeconds,
    };
  } finally {
    child.kill();
  }
}

const round = (value: number): number => Number(value.toFixed(2));

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { json: { type: 'boolean', default: false }, agents: { type: 'string', default: '2000' } },
  });
  const count = Number(values.agents);
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-connections-'));
  try {
    const { fingerprint } = await loadOrCreateCertificate({ dataDir, now: Date.now });
    const folder = dataFolder(dataDir);
    const keys = generateKeyPairSync('ed25519');
    const random = seeded(7);
    const records = Array.from({ length: FRAME_RECORDS }, () => makeRecord(random, Date.now()));
    const serverArgs = [
      folder.certificate,
      folder.certificateKey,
      encodePublicKey(keys.publicKey),
      fingerprint,
    ];
    const bare = await measure('bare', count, serverArgs, async (url, index) => {
      const socket = new WebSocket(url.replace(/^http/, 'ws') + AGENT_PATH, SUBPROTOCOL, {
        perMessageDeflate: false,
        createConnection: () =>
          connectTls({ url, pin: { fingerprint }, localAddress: siteAddress(url, index) }),
      });
      await once(socket, 'open');
      const frame = encodeFrame({ lane: 1, firstSeq: 1 }, records);
      return {
        exchange: async () => {
          const answered = once(socket, 'message');
          socket.send(frame);
          await answered;
        },
        close: () => socket.terminate(),
      };
    });
    const gate = await measure('gate', count, serverArgs, async (url, index) => {
      const identity: SimIdentity = {
        agentId: randomUUID(),
        privateKey: keys.privateKey,
        url,
        fingerprint,
        host: {
          hostname: `host-${index}`,
          platform: 'linux',
          osName: 'Debian GNU/Linux',
          osVersion: '12',
          arch: 'x64',
          timeZone: 'Asia/Ho_Chi_Minh',
        },
        epoch: newEpoch(),
        localAddress: siteAddress(url, index),
      };
      const session = new SimSession(identity);
      await session.open();
      return {
        exchange: async () => {
          session.send(1, records);
          await session.settled();
        },
        close: () => session.close(),
      };
    });
    const result = {
      agents: count,
      bareIdleKb: round(bare.idleKb),
      bareActiveKb: round(bare.activeKb),
      gateIdleKb: round(gate.idleKb),
      gateActiveKb: round(gate.activeKb),
      idleRatio: round(gate.idleKb / bare.idleKb),
      activeRatio: round(gate.activeKb / bare.activeKb),
      bareConnectCpuMs: round(bare.handshakeCpuMs),
      gateConnectCpuMs: round(gate.handshakeCpuMs),
      gateConnectSeconds: round(gate.connectSeconds),
    };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(result)}\n`
        : [
            `connections over TLS, ${count} of each`,
            `  bare ws    ${result.bareIdleKb} KiB each idle, ${result.bareActiveKb} KiB after a frame; ${result.bareConnectCpuMs} ms CPU to connect`,
            `  our door   ${result.gateIdleKb} KiB each idle, ${result.gateActiveKb} KiB after a frame; ${result.gateConnectCpuMs} ms CPU to connect and prove`,
            `  ratio      ${result.idleRatio} idle, ${result.activeRatio} after a frame`,
            '',
          ].join('\n'),
    );
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
