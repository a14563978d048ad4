/**
 * A real collector whose data folder is put back to an older copy, as after a disk died: agents send again what they
 * keep of the security lane, each record is stored once, and what is gone is named.
 */
import fs from 'node:fs';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { enrol } from '../../agent/enrol.ts';
import type { Identity } from '../../agent/identity.ts';
import { makeLogger } from '../../agent/log.ts';
import { runAgent } from '../../agent/main.ts';
import type { AgentProgress } from '../../agent/agent-options.ts';
import { openStore } from '../../collector/store/open-store.ts';
import {
  prepareApiToken,
  prepareJoinToken,
  startCollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import type { CollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { ScriptedSource, hastyClock } from '../support/agent/scripted-source.ts';
import { logItem, makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const MIB = 1_048_576;
const EACH = 300;
const host = {
  hostname: 'may-01',
  platform: 'linux',
  osName: 'Debian',
  osVersion: '13',
  arch: 'x64',
  timeZone: 'Asia/Ho_Chi_Minh',
} as const;

let folder: string;
let collector: CollectorProcess | undefined;

beforeEach(() => {
  folder = makeFolder();
});

afterEach(async () => {
  await collector?.stop();
  removeFolder(folder);
});

const dataDir = (): string => path.join(folder, 'data');
const stateDir = (): string => path.join(folder, 'state');

async function start(listen: string): Promise<CollectorProcess> {
  collector = await startCollectorProcess({ dataDir: dataDir(), listen, env: { VONGGAC_LOG_LEVEL: 'warn' } });
  return collector;
}

function texts(kind: string, round: number): string[] {
  return Array.from({ length: EACH }, (_, index) => `${kind} round${round} line${index}`);
}

/** Runs the agent until everything pushed in this round, and before, is acknowledged. */
async function deliver(identity: Identity, round: number): Promise<void> {
  const source = new ScriptedSource();
  source.push(logItem('security', texts('security', round)), logItem('bulk', texts('bulk', round)), 'end');
  let progress: AgentProgress | undefined;
  const end = await runAgent({
    config: { stateDir: stateDir(), spool: { bytesMax: 64 * MIB, whenFull: 'hold' } },
    identity,
    host,
    agentVersion: '0',
    sources: [{ source, canWait: true }],
    logger: makeLogger('silent'),
    signal: AbortSignal.timeout(60_000),
    clock: hastyClock(),
    untilDelivered: true,
    onProgress: (latest) => (progress = latest),
  });
  expect(end).toEqual({ kind: 'delivered' });
  expect(progress?.read).toBe(2 * EACH);
}

async function ask(url: string, token: string, route: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { authorization: `Bearer ${token}` };
  https
    .get(new URL(route, url), { headers, rejectUnauthorized: false, agent: false }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () => resolve(body));
    })
    .on('error', reject);
  return promise;
}

/** How often each text is stored; with nothing running. */
async function stored(): Promise<Map<string, number>> {
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const opened = await openStore({ dataDir: dataDir(), log: quiet });
  const found = new Map<string, number>();
  try {
    let after: { timeMs: number; id: string } | undefined;
    for (;;) {
      const page = await opened.store.search({
        fromMs: 0,
        toMs: Date.now() + 86_400_000,
        limit: 1_000,
        after,
      });
      for (const { channel, message, timeMs, id } of page) {
        if (channel.startsWith('log/')) found.set(message, (found.get(message) ?? 0) + 1);
        after = { timeMs, id };
      }
      if (page.length < 1_000) return found;
    }
  } finally {
    await opened.close();
  }
}

test('after a restore security records are stored once each, bulk is named loss, nothing is doubled', async () => {
  const token = await prepareApiToken(dataDir(), 'administrator');
  const joinToken = await prepareJoinToken(dataDir(), 1);
  const first = await start('127.0.0.1:0');
  const { url } = first;
  const listen = new URL(url).host;
  const identity = await enrol({
    url,
    token: joinToken,
    stateDir: stateDir(),
    host,
    machineId: os.hostname(),
    agentVersion: '0',
    now: Date.now,
  });
  await deliver(identity, 1);
  await first.stop();
  fs.cpSync(dataDir(), path.join(folder, 'copy'), { recursive: true });

  const second = await start(listen);
  await deliver(identity, 2);
  await second.stop();
  expect((await stored()).size).toBe(4 * EACH);
  fs.rmSync(dataDir(), { recursive: true });
  fs.renameSync(path.join(folder, 'copy'), dataDir());

  const third = await start(listen);
  await deliver(identity, 3);
  // What refills comes before what is new in its lane, so all of it is stored by now.
  const metrics = await ask(url, token, '/metrics');
  expect(metrics).toMatch(new RegExp(`vonggac_events_lost_total\\{reason="not-retained"\\} ${EACH}\\b`));
  await third.stop();
  const found = await stored();
  const expected = [1, 2, 3].flatMap((round) => [
    ...texts('security', round),
    ...(round === 2 ? [] : texts('bulk', round)),
  ]);
  expect([...found.keys()].toSorted()).toEqual(expected.toSorted());
  expect(new Set(found.values())).toEqual(new Set([1]));
}, 120_000);
