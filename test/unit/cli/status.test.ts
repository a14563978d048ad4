import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AttachmentFiles } from '../../../collector/case/attachment-files.ts';
import { noEvidence } from '../../support/no-evidence.ts';
import { NO_CASE_RULES } from '../../support/no-case-rules.ts';
import { LocalServer } from '../../../collector/api/local-server.ts';
import type { HealthCheck } from '../../../collector/api/ports.ts';
import { messagesIn, type Language } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { lockDataFolder, type DataLock } from '../../../collector/registry/data-lock.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { memoryHunts } from '../../support/memory-hunts.ts';
import { memoryInventory } from '../../support/memory-inventory.ts';
import { alertOf, putAlerts } from '../api/api-fixture.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';
import { NO_RULES } from '../../support/no-rules.ts';

let folder: { path: string; remove: () => void };
let dataDir: string;
let registry: Registry;
let lock: DataLock;
let server: LocalServer;
let checks: HealthCheck[];

beforeEach(async () => {
  folder = temporaryFolder();
  dataDir = path.join(folder.path, 'data');
  mkdirSync(dataDir);
  lock = lockDataFolder(dataFolder(dataDir));
  registry = await openRegistry({ file: dataFolder(dataDir).registry });
  const bad = { severity: 'critical' } as const;
  await putAlerts(
    { registry },
    alertOf('a', bad),
    alertOf('b', { severity: 'low' }),
    alertOf('c', { severity: 'low' }),
  );
  const notAsked = (): never => {
    throw new Error('not asked');
  };
  server = new LocalServer({
    dataDir,
    registry,
    onFault: notAsked,
    live: {
      url: 'https://127.0.0.1:8443',
      version: '1.2.3',
      startedMs: 0,
      certificates: {
        current: { fingerprint: 'ab'.repeat(32) },
        authority: undefined,
        reload: async () => undefined,
      },
      health: { live: () => true, ready: async () => ({ ok: checks.every(({ ok }) => ok), checks }) },
      metrics: { text: notAsked, eventsPerSecond: () => 1_234.56, batches: notAsked, workers: notAsked },
      presence: { isOnline: notAsked, onlineCount: () => 3, disconnect: notAsked },
      rules: NO_RULES,
      store: {
        count: async () => 1_234_567,
        search: notAsked,
        findAll: () => Promise.resolve([]),
        find: notAsked,
        detections: notAsked,
        inventory: memoryInventory(),
        posture: {
          states: () => Promise.resolve([]),
          counts: () => Promise.resolve([]),
          hosts: () => Promise.resolve([]),
        },
        probes: { targets: () => Promise.resolve([]) },
        hunts: memoryHunts([]),
        fleet: { baselines: () => Promise.resolve([]), loads: () => Promise.resolve([]) },
      },
      alerts: { changed: notAsked },
      cases: { changed: async () => undefined, files: new AttachmentFiles(''), rules: NO_CASE_RULES },
      compliance: noEvidence(registry),
      jobs: {
        kind: notAsked,
        kinds: notAsked,
        preview: notAsked,
        request: notAsked,
        undo: notAsked,
        kick: notAsked,
      },
      backups: undefined,
      responses: { letGo: async () => undefined },
      hunts: {
        check: () => undefined,
        unknownFields: async () => [],
        fields: async () => ({ names: [], aliases: [] }),
        ruleText: () => '',
        run: async () => Promise.reject(new Error('not asked')),
        summary: async () => Promise.reject(new Error('not asked')),
      },
      exceptions: {
        termOf: () => ({ severities: [], isWindow: false }),
        request: async () => Promise.reject(new Error('not asked')),
        simulate: async () => Promise.reject(new Error('not asked')),
        approve: async () => Promise.reject(new Error('not asked')),
        revoke: async () => Promise.reject(new Error('not asked')),
      },
      indicators: {
        look: async () => undefined,
        tryFile: async () => Promise.reject(new Error('not asked')),
        stageFile: async () => Promise.reject(new Error('not asked')),
      },
      vulnerabilities: {
        look: async () => undefined,
        settle: async () => undefined,
        tryFeed: async () => Promise.reject(new Error('not asked')),
        stageFeed: async () => Promise.reject(new Error('not asked')),
      },
      audit: { places: [], send: async () => [] },
      requestTemplates: [],
      exchange: {
        key: Buffer.alloc(32),
        kick: () => undefined,
        facts: () => Promise.reject(new Error('nothing is read here')),
        make: () => Promise.reject(new Error('nothing is made here')),
        test: () => Promise.reject(new Error('nothing is tried here')),
      },
      notifications: { key: Buffer.alloc(32), test: async () => ({ answer: '', refused: [] }) },
      policies: { look: async () => undefined, rotate: async () => ({ publicKey: '' }) },
      sending: { reload: notAsked, slowing: notAsked },
      retention: { begin: () => undefined, state: { kind: 'idle' }, last: undefined },
      disk: { isFull: false, room: undefined, cold: undefined },
      countEpoch: notAsked,
      settled: notAsked,
      settleLedger: async () => undefined,
    },
  });
  await server.listen();
});
afterEach(async () => {
  await server.close();
  await registry.close();
  lock.release();
  folder.remove();
});

async function status(language: Language): Promise<{ exitCode: number; lines: string[] }> {
  const lines: string[] = [];
  const exitCode = await runProgram(['status'], {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: dataDir },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { exitCode, lines: lines.filter((line) => !/^(Since|Chạy từ)/.test(line)) };
}

describe('vonggac status', () => {
  it('says in one screen how the collector is doing', async () => {
    checks = [{ name: 'event store', ok: true }];
    expect(await status('en')).toEqual({
      exitCode: 0,
      lines: [
        `Collector    https://127.0.0.1:8443 (1.2.3, pid ${process.pid}): ready`,
        'Event store  ok',
        'Agents       3 online of 0',
        'Events       1,234,567 stored, 1,234.6 per second',
        'Rules        0 loaded, 0 rejected',
        'Open alerts  1 critical, 2 low',
        'Ledger       balanced; 0 declared lost in 24 hours; silent: 0 hosts, 0 sites',
      ],
    });
  });

  it('exits with 1 while something fails, says what, and does not ask a store that is down', async () => {
    checks = [
      { name: 'event store', ok: false, message: 'connection refused\u001b[2J' },
      { name: 'a new check', ok: true },
    ];
    const { exitCode, lines } = await status('vi');
    expect(exitCode).toBe(1);
    expect(lines.slice(0, 5)).toEqual([
      `Bộ thu thập  https://127.0.0.1:8443 (1.2.3, pid ${process.pid}): chưa sẵn sàng`,
      'Kho sự kiện  hỏng: connection refused\ufffd[2J',
      'a new check  tốt',
      'Tác nhân     3 đang nối trên 0',
      'Sự kiện      chưa rõ đã lưu, 1.234,6 mỗi giây',
    ]);
  });
});
