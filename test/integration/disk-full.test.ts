/**
 * The disk under the data folder fills up while agents send: acknowledgements stop, nothing is lost, and all goes on
 * when there is room again. Needs a small file system of its own, so it runs as root and skips visibly otherwise.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs, unlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore } from '../../collector/store/open-store.ts';
import { prepareJoinToken, startCollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { canMount } from '../support/full-disk.ts';

const line = (n: number): string =>
  JSON.stringify({
    kind: 'log',
    at: Date.now(),
    channel: 'linux-syslog',
    origin: '/var/log/syslog',
    text: `Nov 22 10:00:00 srv app[1]: request ${n} ${'abcdefgh'.repeat(20)}${n}`,
  });

describe.skipIf(!canMount())('a full disk (needs root, to mount a small file system)', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=96m,mode=700', 'tmpfs', folder]);
  });
  afterEach(async () => {
    execFileSync('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true, force: true });
  });

  test('stops acknowledgements, loses nothing, and is over when there is room again', async () => {
    const dataDir = path.join(folder, 'data');
    const token = await prepareJoinToken(dataDir, 1);
    const collector = await startCollectorProcess({ dataDir });
    const session = new SimSession(await enrolSimAgent({ url: collector.url, token, hostname: 'full' }));
    await session.open();
    session.send(
      1,
      Array.from({ length: 500 }, (_, n) => line(n)),
    );
    await session.settled();
    expect(session.stats.acked).toBe(500);

    const filler = path.join(folder, 'filler');
    const { bavail, bsize } = await statfs(folder);
    await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - 65_536)));
    for (let frame = 0; frame < 10; frame += 1) {
      session.send(
        1,
        Array.from({ length: 500 }, (_, n) => line(1_000 + frame * 500 + n)),
      );
    }
    await expect.poll(() => retries(collector.url), { timeout: 30_000, interval: 200 }).toBeGreaterThan(2);
    expect(session.stats.acked).toBe(500);
    expect(session.closed).toBeUndefined();

    await unlink(filler);
    await session.settled();
    expect(session.stats.acked).toBe(5_500);
    session.close();
    expect(await collector.stop()).toBe(0);

    const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const opened = await openStore({ dataDir, log: quiet });
    try {
      expect(await opened.store.count()).toBe(5_500);
    } finally {
      await opened.close();
    }
  });
});

/** How often an insert had to be tried again. */
async function retries(url: string): Promise<number> {
  const { get } = await import('node:https');
  return new Promise((resolve, reject) => {
    get(`${url}/metrics`, { rejectUnauthorized: false, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () => resolve(Number(/^vonggac_insert_retries_total (\d+)$/m.exec(text)?.[1] ?? 0)));
    }).on('error', reject);
  });
}
