/** The activity source over the real /proc and over made folders, and what the collector makes of its records. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ActivityRecord } from '#protocol/activity-record.ts';
import type { SourceRecord } from '#protocol/record.ts';
import { createActivitySource } from '../../agent/sources/activity/activity-source.ts';
import type { ActivitySourceOptions } from '../../agent/sources/activity/activity-source.ts';
import { detectionsOf } from '../support/detections-of.ts';
import { CORPUS } from '../unit/normalize/helpers.ts';
import { MemoryPositions } from '../unit/agent/sources/memory-positions.ts';
import { start, type Run } from '../unit/agent/sources/source-harness.ts';

const linux = process.platform === 'linux';
const NOTHING = { processes: false, network: false, logons: false, devices: false, intervalMs: 50 };

let folder: string;
let runs: Run[];
let children: ChildProcess[];

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-activity-'));
  runs = [];
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const run of runs) await run.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A clock by which each look costs next to nothing: on a busy machine the next would else come a minute later. */
function costlessClock(): () => number {
  let nowMs = 0;
  return () => (nowMs += 0.1);
}

function watch(options: Partial<ActivitySourceOptions>, positions = new MemoryPositions()): Run {
  const source = createActivitySource({ ...NOTHING, monotonic: costlessClock(), ...options });
  const run = start(source, { positions, now: () => Date.now() });
  runs.push(run);
  return run;
}

const activities = (records: readonly SourceRecord[]): ActivityRecord[] =>
  records.flatMap((record) => (record.kind === 'activity' ? [record] : []));

function find(
  records: readonly SourceRecord[],
  category: ActivityRecord['category'],
  where: (detail: ActivityRecord['detail']) => boolean,
): ActivityRecord | undefined {
  return activities(records).find((record) => record.category === category && where(record.detail));
}

/** An address that is not loopback's; undefined on a machine that has none. */
const own = Object.values(os.networkInterfaces())
  .flat()
  .find((address) => address?.family === 'IPv4' && !address.internal)?.address;

const mark = (): string => `mark-${Math.random().toString(36).slice(2)}`;

function shell(script: string, options: { cwd?: string } = {}): ChildProcess {
  const child = spawn('/bin/bash', ['-c', script], { ...options, stdio: 'ignore' });
  children.push(child);
  return child;
}

describe.skipIf(!linux)('processes', () => {
  test('a start is told with program, arguments, parent, folder, user and hash', async () => {
    const run = watch({ processes: true });
    await run.step();
    const name = mark();
    const child = shell(`sleep 30; : ${name}`, { cwd: folder });
    const isIt = (detail: ActivityRecord['detail']): boolean =>
      String(detail['CommandLine']).includes(name) && detail['ProcessId'] === String(child.pid);
    const records = await run.until((all) => find(all, 'process', isIt) !== undefined);
    const detail = find(records, 'process', isIt)?.detail ?? {};
    expect(detail).toMatchObject({
      Image: fs.realpathSync('/bin/bash'),
      CommandLine: `/bin/bash -c sleep 30; : ${name}`,
      CurrentDirectory: folder,
      ParentProcessId: String(process.pid),
      ParentImage: fs.realpathSync(process.execPath),
      User: os.userInfo().username,
    });
    expect(detail['sha256']).toMatch(/^[0-9a-f]{64}$/);
  });

  test('what began while the agent was away is told at its next start, what it has told is not', async () => {
    const positions = new MemoryPositions();
    const first = watch({ processes: true }, positions);
    await first.step();
    const before = mark();
    shell(`sleep 30; : ${before}`);
    const told = (name: string) => (all: readonly SourceRecord[]) =>
      find(all, 'process', (detail) => String(detail['CommandLine']).includes(name)) !== undefined;
    await first.until(told(before));
    await first.stop();
    const away = mark();
    shell(`sleep 30; : ${away}`);
    const second = watch({ processes: true }, positions);
    const records = await second.until(told(away));
    expect(told(before)(records)).toBe(false);
  });
});

describe.skipIf(!linux)('network', () => {
  test('a port that begins to listen, with its program; the next look is silent about it', async () => {
    const run = watch({ network: true });
    await run.step();
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    try {
      const records = await run.until(
        (all) => find(all, 'listener', (detail) => detail['ListenPort'] === port) !== undefined,
      );
      expect(find(records, 'listener', (detail) => detail['ListenPort'] === port)?.detail).toMatchObject({
        Image: fs.realpathSync(process.execPath),
        ListenIp: '127.0.0.1',
        Protocol: 'tcp',
        ProcessId: String(process.pid),
      });
    } finally {
      server.close();
    }
  });

  test.skipIf(own === undefined)('a destination that is new for a program is told once', async () => {
    // Listens in another process's place: /proc/net sees both ends, the server's is not outbound.
    const run = watch({ network: true });
    await run.step();
    const server = net.createServer().listen(0, own);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const sockets = [net.connect(port, own)];
    const isIt = (detail: ActivityRecord['detail']): boolean => detail['DestinationPort'] === String(port);
    try {
      const records = await run.until((all) => find(all, 'network', isIt) !== undefined);
      expect(find(records, 'network', isIt)?.detail).toMatchObject({
        Image: fs.realpathSync(process.execPath),
        DestinationIp: own,
        Initiated: 'true',
        Protocol: 'tcp',
        User: os.userInfo().username,
      });
      sockets.push(net.connect(port, own));
      const later = net.createServer().listen(0, own);
      await once(later, 'listening');
      const more = await run.until((all) => activities(all).some(({ category }) => category === 'listener'));
      expect(find(more, 'network', isIt)).toBeUndefined();
      later.close();
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});

const rules = path.join(CORPUS, 'sigma/rules/core/linux');

describe.skipIf(!linux || !fs.existsSync(rules))('public rules over what was seen', () => {
  test('process_creation rules find a program that decodes', async () => {
    const run = watch({ processes: true });
    await run.step();
    const child = spawn('/usr/bin/base64', ['-d'], { stdio: ['pipe', 'ignore', 'ignore'] });
    children.push(child);
    const isIt = (detail: ActivityRecord['detail']): boolean => detail['ProcessId'] === String(child.pid);
    const records = await run.until((all) => find(all, 'process', isIt) !== undefined);
    const record = find(records, 'process', isIt);
    if (record === undefined) throw new Error('the process was not seen');
    const found = detectionsOf([path.join(rules, 'process_creation')], record);
    expect(found).toContain('Decode Base64 Encoded Text');
  });

  test.skipIf(own === undefined)('network_connection rules find a shell that calls out', async () => {
    const run = watch({ network: true });
    await run.step();
    const server = net.createServer().listen(0, own);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    try {
      // With a command behind it, the shell stays and does not become `sleep`, which has the connection, too.
      shell(`exec 3<>/dev/tcp/${own}/${port}; sleep 30; :`);
      const isIt = (detail: ActivityRecord['detail']): boolean =>
        detail['DestinationPort'] === String(port) && String(detail['Image']).endsWith('/bash');
      const records = await run.until((all) => find(all, 'network', isIt) !== undefined);
      const record = find(records, 'network', isIt);
      if (record === undefined) throw new Error('the connection was not seen');
      expect(detectionsOf([path.join(rules, 'network_connection')], record)).toContain(
        'Linux Reverse Shell Indicator',
      );
    } finally {
      server.close();
    }
  });

  test('network_connection rules find a malware port', () => {
    const record: ActivityRecord = {
      kind: 'activity',
      at: 1,
      category: 'network',
      action: 'connect',
      sensor: 'proc',
      detail: {
        Image: '/tmp/x',
        Initiated: 'true',
        DestinationIp: '203.0.113.5',
        DestinationPort: '4444',
      },
    };
    expect(detectionsOf([path.join(rules, 'network_connection')], record)).toContain(
      'Potentially Suspicious Malware Callback Communication - Linux',
    );
  });
});

describe('logons and devices', () => {
  const BYTES = process.arch === 'arm64' ? 400 : 384;

  function login(type: number, user: string, from: string, atMs: number): Buffer {
    const record = Buffer.alloc(BYTES);
    record.writeInt16LE(type, 0);
    record.writeInt32LE(4_242, 4);
    record.write('pts/3', 8);
    record.write(user, 44);
    record.write(from, 76);
    if (BYTES === 400) record.writeBigInt64LE(BigInt(atMs / 1_000), 344);
    else record.writeInt32LE(atMs / 1_000, 340);
    return record;
  }

  test('wtmp and btmp: what comes after the first look, once, through rotation', async () => {
    const at = Date.UTC(2026, 0, 5, 2);
    const wtmp = path.join(folder, 'wtmp');
    const btmp = path.join(folder, 'btmp');
    fs.writeFileSync(wtmp, login(7, 'cu', '192.0.2.1', at));
    fs.writeFileSync(btmp, '');
    const positions = new MemoryPositions();
    const first = watch({ logons: true, logFolder: folder }, positions);
    await first.step();
    await first.stop();
    fs.appendFileSync(wtmp, login(7, 'an', '192.0.2.7', at + 1_000));
    // Half a record: somebody is still writing.
    fs.appendFileSync(btmp, Buffer.concat([login(6, 'root', '203.0.113.5', at + 2_000), Buffer.alloc(20)]));
    const second = watch({ logons: true, logFolder: folder }, positions);
    const records = activities(await second.until((all) => activities(all).length >= 2));
    await second.stop();
    expect(records.map(({ action, detail }) => [action, detail['User'], detail['SourceHost']])).toEqual([
      ['logon', 'an', '192.0.2.7'],
      ['failed', 'root', '203.0.113.5'],
    ]);
    expect(records[0]?.at).toBe(at + 1_000);
    fs.renameSync(wtmp, `${wtmp}.1`);
    fs.writeFileSync(wtmp, login(7, 'binh', '192.0.2.8', at + 3_000));
    const third = watch({ logons: true, logFolder: folder }, positions);
    const after = activities(await third.until((all) => activities(all).length >= 1));
    expect(after.map(({ detail }) => detail['User'])).toEqual(['binh']);
  });

  test('a storage stick is told with its maker, and when it is pulled out', async () => {
    const usb = path.join(folder, 'usb');
    const stick = path.join(usb, '1-2');
    const part = path.join(usb, '1-2:1.0');
    fs.mkdirSync(usb);
    const run = watch({
      devices: true,
      usbRoot: usb,
      slowEveryMs: 0,
    });
    await run.step();
    fs.mkdirSync(part);
    fs.writeFileSync(path.join(part, 'bInterfaceClass'), '08\n');
    const making = path.join(folder, 'making');
    fs.mkdirSync(making);
    const facts = {
      idVendor: '0951',
      idProduct: '1666',
      manufacturer: 'Kingston',
      product: 'DataTraveler',
      serial: 'E0D5',
    };
    for (const [name, value] of Object.entries(facts))
      fs.writeFileSync(path.join(making, name), `${value}\n`);
    fs.renameSync(making, stick);
    const plugged = activities(await run.until((all) => activities(all).length >= 1));
    expect(plugged).toMatchObject([
      {
        category: 'device',
        action: 'insert',
        detail: { VendorId: '0951', Product: 'DataTraveler', SerialNumber: 'E0D5', InterfaceClasses: '08' },
      },
    ]);
    fs.rmSync(stick, { recursive: true });
    const pulled = activities(await run.until((all) => activities(all).length >= 1));
    expect(pulled).toMatchObject([{ action: 'remove', detail: { Product: 'DataTraveler' } }]);
  });
});
