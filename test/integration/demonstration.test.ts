/**
 * A demonstration begun and removed again, with the real collector starting anew each time: while it is there it is said and no
 * real machine is let in; afterwards everything is as it was. Where a real host is, none begins.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { dataFolder } from '../../collector/registry/data-folder.ts';
import { claimAdministrator } from '../../scripts/stage/people.ts';
import type { SiteClient } from '../../scripts/stage/site-client.ts';
import { startCollectorProcess, type CollectorProcess } from '../../scripts/simulate/collector-process.ts';

const HOSTS = 36;
/** The collector starts anew several times, with its hosts: on a busy machine that takes minutes. */
const WAIT = { timeout: 240_000, interval: 200 };
vi.setConfig({ testTimeout: 600_000 });
/** What a collector moves on by itself, and what people's acts are written to. */
const MOVING = new Set([
  'audit_head',
  'audit_log',
  'disk_sample',
  'ledger_state',
  'login_address',
  'personal_cursor',
  'projector_state',
  'user_session',
]);

const MARK = 'DỮ LIỆU TRÌNH DIỄN / DEMONSTRATION DATA';
const status = z.object({
  state: z.string(),
  told: z.number(),
  online: z.number(),
  obstacle: z.string().nullable(),
});

/** How many made-up hosts are connected; none while the collector starts. */
async function online(): Promise<number> {
  try {
    return status.parse(await admin.call('GET', '/demonstration')).online;
  } catch (error) {
    if (error instanceof Error) return 0;
    throw error;
  }
}

let dataDir: string;
let collector: CollectorProcess;
let admin: SiteClient;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-demonstration-'));
  collector = await startCollectorProcess({ dataDir, env: { VONGGAC_WORKERS: '1' } });
  admin = await claimAdministrator(collector.url, dataDir);
});
afterEach(async () => {
  await collector.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Rows of each table, as text. */
function tables(): Record<string, string> {
  const database = new DatabaseSync(dataFolder(dataDir).registry, { readOnly: true });
  try {
    const names = z
      .array(z.object({ name: z.string() }))
      .parse(database.prepare("select name from sqlite_master where type = 'table' order by name").all());
    return Object.fromEntries(
      names
        .filter(({ name }) => !MOVING.has(name) && !name.startsWith('sqlite_'))
        .map(({ name }) => [name, JSON.stringify(database.prepare(`select * from "${name}"`).all())]),
    );
  } finally {
    database.close();
  }
}

/** Asks until it stands so; while the collector starts nobody answers. */
const until = (wanted: string): Promise<unknown> =>
  expect
    .poll(async () => {
      try {
        return status.parse(await admin.call('GET', '/demonstration')).state;
      } catch (error) {
        return String(error);
      }
    }, WAIT)
    .toBe(wanted);

const count = async (what: 'agents' | 'agencies' | 'systems'): Promise<number> =>
  z
    .record(z.string(), z.unknown())
    .transform((answer) => z.array(z.unknown()).parse(answer[what]).length)
    .parse(await admin.call('GET', `/${what}`));

test('a demonstration comes and goes as a whole', async () => {
  const before = tables();
  expect(status.parse(await admin.call('GET', '/demonstration'))).toMatchObject({
    state: 'off',
    obstacle: null,
  });
  await admin.call('POST', '/demonstration', { hosts: HOSTS });
  await until('on');
  expect(await count('agents')).toBeGreaterThanOrEqual(HOSTS);
  expect(await count('agencies')).toBeGreaterThan(1);
  expect(await count('systems')).toBeGreaterThan(1);
  await expect(admin.call('POST', '/join-tokens', { uses: 1, days: 1 })).rejects.toThrow(
    'this is a demonstration',
  );
  // Files that leave it say what they are, and are read again as they left.
  const csv = z.string().parse(await admin.call('GET', '/agencies/export'));
  expect(csv.split('\r\n')[0]).toBe(`\ufeff# ${MARK}`);
  const preview = await admin.call('GET', '/reports/preview?kind=mau-08&period=2026&format=json');
  expect(z.record(z.string(), z.unknown()).parse(preview)['demonstration']).toBe(MARK);
  // Its hosts come back by themselves when the collector starts anew.
  await expect.poll(online, WAIT).toBe(HOSTS);
  const { host: listen } = new URL(collector.url);
  await collector.stop();
  collector = await startCollectorProcess({ dataDir, listen, env: { VONGGAC_WORKERS: '1' } });
  await until('on');
  await expect.poll(online, WAIT).toBe(HOSTS);
  // What is done in it goes with it.
  await admin.call('POST', '/agencies', { name: 'Một cơ quan nữa', kind: 'department' });

  await admin.call('DELETE', '/demonstration');
  await until('off');
  expect(await count('agents')).toBe(0);
  expect(await count('agencies')).toBe(1);
  expect(await count('systems')).toBe(0);
  expect(JSON.stringify(await admin.call('GET', '/events?limit=1'))).toContain('"events":[]');
  expect((await readdir(dataDir)).filter((name) => name.startsWith('demonstration'))).toEqual([]);
  expect(tables()).toEqual(before);
  expect(await admin.call('GET', '/agencies/export')).not.toContain(MARK);
  const trail = JSON.stringify(await admin.call('GET', '/audit?limit=20'));
  expect(trail).toContain('demonstration.enter');
  expect(trail).toContain('demonstration.leave');
});

test('none begins where a real host is', async () => {
  const { token } = z
    .object({ token: z.string() })
    .parse(await admin.call('POST', '/join-tokens', { uses: 1, days: 1 }));
  await enrolSimAgent({ url: collector.url, token, hostname: 'may-that' });
  expect(status.parse(await admin.call('GET', '/demonstration'))).toMatchObject({
    state: 'off',
    obstacle: 'hosts',
  });
  await expect(admin.call('POST', '/demonstration', { hosts: HOSTS })).rejects.toThrow('409');
  expect((await readdir(dataDir)).filter((name) => name.startsWith('demonstration'))).toEqual([]);
});
