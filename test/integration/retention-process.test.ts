/**
 * Retention and the disk's reserve in a real collector: killed while it deletes, it ends what it had begun after its
 * next start; below the reserve of the disk it takes nothing.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import https from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createAgency } from '../../collector/registry/agencies.ts';
import { createHold } from '../../collector/registry/holds.ts';
import { countDeletedRows, openDeletions } from '../../collector/registry/retention-book.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { openStore } from '../../collector/store/open-store.ts';
import {
  prepareApiToken,
  prepareJoinToken,
  startCollectorProcess,
  withRegistry,
} from '../../scripts/simulate/collector-process.ts';
import { row } from '../contract/event-store.contract.ts';

const DAY_MS = 86_400_000;
const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined };
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-retention-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));

/** The answer, or undefined when the collector went away under the request. */
function ask(
  url: string,
  { method = 'GET', token = '', body }: { method?: string; token?: string; body?: object } = {},
): Promise<{ status: number; text: string } | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = https.request(
      url,
      { method, headers, rejectUnauthorized: false, agent: false },
      (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('error', () => resolve(undefined));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    request.on('error', () => resolve(undefined));
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Until the collector has projected the three batches. */
async function projected(url: string): Promise<void> {
  const cursor = async (): Promise<number> =>
    Number(/^vonggac_projector_cursor (\d+)$/m.exec((await ask(`${url}/metrics`))?.text ?? '')?.[1] ?? 0);
  await expect.poll(cursor, { timeout: 60_000 }).toBe(3);
}

const stateSchema = z.object({ running: z.boolean(), last: z.object({ kind: z.string() }).nullable() });

describe('a real collector', () => {
  test.each(['retention.after-begin', 'retention.after-delete'])(
    'killed at %s it ends what it had begun, and every row is counted once',
    async (fault) => {
      const heldAgency = await withRegistry(dataDir, async (registry) => {
        const { id } = await createAgency(registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
        const subject = { kind: 'agency', agencyId: id } as const;
        await createHold(registry, { subject, reason: 'điều tra' }, 'test');
        return id;
      });
      const opened = await openStore({ dataDir, log: QUIET });
      // Fourteen months ago, and a month ago: a host that is not known keeps twelve months.
      for (const [at, days] of [430, 425, 30].entries()) {
        const rows = [1, 2, 3].map((seq) => row({ agentId: 'expired', seq: at * 10 + seq }));
        rows.push(row({ agentId: 'held', seq: at + 1, agencyId: heldAgency }));
        await opened.store.insert({ batch: at + 1, receivedMs: Date.now() - days * DAY_MS, rows });
      }
      await opened.close();
      const token = await prepareApiToken(dataDir, 'administrator');
      const run = { method: 'POST', token, body: { trustClock: true } };

      const first = await startCollectorProcess({ dataDir, env: { VONGGAC_FAULT: fault } });
      const died = new Promise((resolve) => first.child.once('exit', (_code, signal) => resolve(signal)));
      await projected(first.url);
      await ask(`${first.url}/api/v1/retention/runs`, run);
      expect(await died).toBe('SIGKILL');

      const second = await startCollectorProcess({ dataDir });
      await projected(second.url);
      expect((await ask(`${second.url}/api/v1/retention/runs`, run))?.status).toBe(202);
      await expect
        .poll(
          async () => {
            const answer = await ask(`${second.url}/api/v1/retention/runs/current`, { token });
            const state = stateSchema.parse(JSON.parse(answer?.text ?? '{}'));
            return state.running ? undefined : state.last?.kind;
          },
          { timeout: 30_000 },
        )
        .toBe('ended');
      await second.stop();
      await withRegistry(dataDir, async (registry) => {
        expect(await openDeletions(registry.db)).toEqual([]);
        expect(await countDeletedRows(registry.db)).toBe(6);
      });
      const after = await openStore({ dataDir, log: QUIET });
      expect([await after.store.count('expired'), await after.store.count('held')]).toEqual([3, 3]);
      await after.close();
    },
  );

  test('below the reserve of the disk takes and acknowledges nothing, and says so; with room again it is ready', async () => {
    const token = await prepareJoinToken(dataDir, 1);
    const full = await startCollectorProcess({ dataDir, env: { VONGGAC_DISK_RESERVE: '99%' } });
    const session = new SimSession(await enrolSimAgent({ url: full.url, token, hostname: 'waits' }));
    await session.open();
    const lines = Array.from({ length: 50 }, (_, n) =>
      JSON.stringify({
        kind: 'log',
        at: Date.now(),
        channel: 'linux-syslog',
        origin: 'x',
        text: `line ${n}`,
      }),
    );
    session.send(1, lines);
    const ready = await ask(`${full.url}/readyz`);
    expect([ready?.status, ready?.text]).toEqual([503, expect.stringContaining('events wait on the hosts')]);
    expect((await ask(`${full.url}/metrics`))?.text).toMatch(/^vonggac_disk_full 1$/m);
    expect(session.stats.acked).toBe(0);
    session.close();
    await full.stop();

    const roomy = await startCollectorProcess({ dataDir, env: { VONGGAC_DISK_RESERVE: '1K' } });
    expect((await ask(`${roomy.url}/readyz`))?.status).toBe(200);
    await roomy.stop();
    const opened = await openStore({ dataDir, log: QUIET });
    expect(await opened.store.count()).toBe(0);
    await opened.close();
  });
});
