/** The clock in the words of a real chronyd that keeps to another one on loopback; neither sets the clock of this machine. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readClockState, type ClockState } from '../../../../agent/host/clock-state.ts';
import { runProgram } from '../../../../agent/host/run-program.ts';
import { hostFolder, type HostFolder } from './host-folder.ts';

// It binds its sockets for its own user, and gives root up for it.
const able = fs.existsSync('/usr/sbin/chronyd') && process.getuid?.() === 0;

describe.skipIf(!able)('chronyd', () => {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-chrony-'));
  const running: ChildProcess[] = [];
  let host: HostFolder;

  const begin = (name: string, settings: string): void => {
    const place = (ending: string): string => path.join(home, `${name}.${ending}`);
    const own = `bindcmdaddress ${place('sock')}\npidfile ${place('pid')}\ncmdport 0\nuser root\n`;
    fs.writeFileSync(place('conf'), `${own}${settings}\n`);
    running.push(spawn('/usr/sbin/chronyd', ['-x', '-d', '-f', place('conf')], { stdio: 'ignore' }));
  };
  const ask = (name: string): Promise<ClockState> =>
    readClockState({
      root: host.root,
      run: (program, args, options) =>
        runProgram(program, ['-h', path.join(home, `${name}.sock`), ...args], options),
    });

  beforeAll(async () => {
    fs.chmodSync(home, 0o750);
    host = hostFolder();
    host.put('/usr/lib/systemd/system/chrony.service', '[Service]\nExecStart=/usr/sbin/chronyd\n');
    host.put('/sys/fs/cgroup/system.slice/chrony.service/cgroup.procs', '1\n');
    const port = await freePort();
    const source = `server 127.0.0.1 port ${port} iburst minpoll -4 maxpoll -4`;
    begin('local', `port ${port}\nlocal stratum 3\nallow 127.0.0.1`);
    // Two seconds and a half are added to what the source says, so this clock is slow.
    begin('slow', `port 0\n${source} offset 2.5`);
    begin('fast', `port 0\n${source} offset -2.5`);
    begin('lost', 'port 0\nserver 127.0.0.1 port 9 iburst');
  });

  afterAll(async () => {
    const ended = running.map((child) => once(child, 'exit'));
    for (const child of running) child.kill();
    await Promise.all(ended);
    host.remove();
    fs.rmSync(home, { recursive: true });
  });

  test('says how far this clock is off, and which way', async () => {
    const kept = { service: 'chrony', synchronised: true, source: '127.0.0.1', stratum: 4 };
    for (const [name, offsetMs] of [
      ['slow', -2_500],
      ['fast', 2_500],
    ] as const) {
      await expect.poll(() => ask(name), { timeout: 10_000 }).toMatchObject(kept);
      expect(Math.round(((await ask(name)).offsetMs ?? 0) / 100) * 100).toBe(offsetMs);
    }
  });

  test('that has no source, or only itself, keeps no clock', async () => {
    await expect
      .poll(() => ask('lost'), { timeout: 10_000 })
      .toMatchObject({ synchronised: false, source: '', stratum: 0, reason: undefined });
    await expect
      .poll(() => ask('local'), { timeout: 10_000 })
      .toMatchObject({ synchronised: false, source: 'local', stratum: 3 });
  });

  test('that cannot be reached is said to be so', async () => {
    expect(await ask('nobody')).toMatchObject({
      service: 'chrony',
      synchronised: undefined,
      reason: expect.stringMatching(/^chronyc gave no answer: ./),
    });
  });
});

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
