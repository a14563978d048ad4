/**
 * `npm run bench -- compliance`: all systems against all controls, over records that hosts told through the real store. Once
 * from nothing, once more with the facts kept, and once after some hosts told something new.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { builtInPolicies } from '../../rules/posture/index.ts';
import { normalize } from '../../collector/normalize/normalize.ts';
import type { SourceRecord } from '../../collector/protocol/record.ts';
import { readAttested } from '../../collector/registry/compliance/attestation-book.ts';
import { listReader } from '../../collector/registry/compliance/assessment-lists.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { writePresence } from '../../collector/registry/presence.ts';
import { assignHosts } from '../../collector/registry/system-members.ts';
import { createSystem } from '../../collector/registry/systems.ts';
import { defaultReserveBytes } from '../../collector/retention/forecast.ts';
import { centreEvidence } from '../../collector/services/compliance/centre-evidence.ts';
import { ComplianceService } from '../../collector/services/compliance/compliance-service.ts';
import { keptInventory } from '../../collector/services/compliance/kept-inventory.ts';
import { postureEvidence } from '../../collector/services/compliance/posture-evidence.ts';
import { profilesOf } from '../../collector/services/compliance/profiles.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { startTestEngine } from '../../test/contract/store-engine.ts';
import { enrolRequest } from '../../test/unit/registry/registry-fixture.ts';
import { rssMb } from './cpu.ts';

const HOUR_MS = 3_600_000;
const ROWS_PER_BATCH = 20_000;
const LOGS_PER_HOST = 40;
/** One of so many checks of a host fails. */
const FAILING = 25;

interface World {
  registry: Registry;
  store: ClickHouseStore;
  agentIds: string[];
}

class Teller {
  readonly #store: ClickHouseStore;
  readonly #seqs = new Map<string, number>();
  #rows: EventRow[] = [];
  #batch = 0;
  told = 0;

  constructor(store: ClickHouseStore) {
    this.#store = store;
  }

  async tell(agentId: string, record: SourceRecord): Promise<void> {
    const seq = (this.#seqs.get(agentId) ?? 0) + 1;
    this.#seqs.set(agentId, seq);
    const hostname = `host-${agentId.slice(0, 8)}`;
    const event = normalize(record, { hostname, timeZone: 'UTC', receivedMs: record.at });
    const channel = record.kind === 'log' ? `log/${record.channel}` : record.kind;
    const name = { agentId, epoch: 'e', lane: 1, seq, hostname, agencyId: 1 };
    const readHour = Math.floor(record.at / HOUR_MS);
    this.#rows.push({ ...name, channel, origin: 'f', hits: [], event, readHour });
    if (this.#rows.length >= ROWS_PER_BATCH) await this.flush(record.at);
  }

  async flush(atMs: number): Promise<void> {
    if (this.#rows.length === 0) return;
    this.#batch += 1;
    this.told += this.#rows.length;
    await this.#store.insert({ batch: this.#batch, receivedMs: atMs, rows: this.#rows });
    this.#rows = [];
  }
}

async function makeHosts(registry: Registry, hosts: number, systems: number): Promise<string[]> {
  const token = await createJoinToken(registry, { agencyId: 1, uses: hosts }, 'bench');
  const agentIds: string[] = [];
  for (let host = 0; host < hosts; host += 1) {
    const outcome = await enrolAgent(registry, enrolRequest(token, { machineId: `m${host}` }), '::1');
    if (!outcome.ok) throw new Error('a host was not enrolled');
    agentIds.push(outcome.agentId);
  }
  const nowMs = registry.now();
  const online = agentIds.map((agentId) => ({ agentId, online: true, network: 'n', atMs: nowMs }));
  await writePresence(registry.db, online);
  for (let system = 0; system < systems; system += 1) {
    const level = (system % 4) + 1;
    const wanted = { name: `Hệ thống ${system}`, level, lawProfile: 'vn-2026' as const };
    const { id } = await createSystem(registry, wanted, 'bench');
    // One host of each in the next system too.
    const own = agentIds.filter((_, index) => index % systems === system);
    const shared = agentIds.find((_, index) => index % systems === (system + 1) % systems);
    const members = [...own, ...(shared === undefined ? [] : [shared])];
    for (let from = 0; from < members.length; from += 100)
      await assignHosts(registry, id, { agentIds: members.slice(from, from + 100) }, 'bench');
  }
  return agentIds;
}

/** What a server tells in a day: its checks in full, its inventory, some of its logs. */
async function tellDay(teller: Teller, { agentIds, registry }: World): Promise<void> {
  const at = registry.now() - HOUR_MS;
  const checks = builtInPolicies().policies.flatMap(({ policy: name, version, checks: all }) =>
    ['debian-server', 'sshd', 'nginx'].includes(name) ? all.map((check) => ({ name, version, check })) : [],
  );
  for (const [host, agentId] of agentIds.entries()) {
    for (const [index, { name, version, check }] of checks.entries())
      await teller.tell(agentId, {
        kind: 'posture',
        at,
        change: 'present',
        policy: name,
        policyVersion: version,
        check: check.id,
        title: check.title.vi,
        severity: check.severity,
        controls: check.controls,
        result: (host + index) % FAILING === 0 ? 'fail' : 'pass',
        observed: 'PermitRootLogin yes',
      });
    for (const item of inventoryOf(at, host)) await teller.tell(agentId, item);
    for (let line = 0; line < LOGS_PER_HOST; line += 1) {
      const second = String(line % 60).padStart(2, '0');
      const text = `Nov 26 01:00:${second} web sshd[${line}]: Accepted publickey for an from 10.0.0.${line} port 1024 ssh2: ED25519 SHA256:x`;
      await teller.tell(agentId, { kind: 'log', at: at + line, channel: 'sshd', origin: 'f', text });
    }
  }
  await teller.flush(at);
}

function inventoryOf(at: number, host: number): SourceRecord[] {
  const item = (
    category: 'clock' | 'user' | 'listening-port' | 'network-interface' | 'collection',
    key: string,
    after: Record<string, string | number | boolean | null>,
  ): SourceRecord => ({ kind: 'inventory', at, change: 'present', category, key, snapshot: 'one', after });
  const categories = ['clock', 'user', 'listening-port', 'network-interface'] as const;
  return [
    item('clock', 'clock', { service: 'chrony', synchronised: true, offsetMs: 2, source: '10.0.0.1' }),
    item('network-interface', 'eth0', { mac: '02:00:00:00:00:01', addresses: `10.1.0.${host % 250}` }),
    ...Array.from({ length: 10 }, (_, index) =>
      item('user', `user${index}`, { admin: index === 0, login: true, password: 'set', enabled: true }),
    ),
    ...[22, 80, 443].map((port) =>
      item('listening-port', `tcp/${port}`, { port, protocol: 'tcp', address: '0.0.0.0', program: 'x' }),
    ),
    ...categories.map((category) =>
      item('collection', category, { state: 'complete', items: 1, truncated: 0, unread: '' }),
    ),
  ];
}

/** Seconds by question, as its asker waited. */
const waited = new Map<string, number>();

/** The same source, whose questions are timed. */
function timed<T extends object>(name: string, source: T): T {
  return new Proxy(source, {
    get(target, property, receiver) {
      const value: unknown = Reflect.get(target, property, receiver);
      if (typeof value !== 'function') return value;
      return async (...asked: unknown[]): Promise<unknown> => {
        const began = performance.now();
        try {
          return await Reflect.apply(value, target, asked);
        } finally {
          const key = `${name}.${String(property)}`;
          waited.set(key, (waited.get(key) ?? 0) + (performance.now() - began) / 1_000);
        }
      };
    },
  });
}

function slowest(): Record<string, number> {
  const order = [...waited].toSorted(([, one], [, other]) => other - one).slice(0, 8);
  waited.clear();
  return Object.fromEntries(order.map(([key, seconds]) => [key, Math.round(seconds * 100) / 100]));
}

async function measured(name: string, work: () => Promise<object>): Promise<object> {
  const cpu = process.cpuUsage();
  const began = performance.now();
  const said = await work();
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    case: name,
    seconds: round(seconds),
    cpuSeconds: round((user + system) / 1e6),
    rssMb: Math.round(rssMb(process.pid)),
    ...said,
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '5000' },
      systems: { type: 'string', default: '100' },
      json: { type: 'boolean', default: false },
    },
  });
  const [hosts, systems] = [Number(values.hosts), Number(values.systems)];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  const engine = await startTestEngine();
  const store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  let skewMs = 0;
  const now = (): number => Date.now() + skewMs;
  const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite'), now });
  const print = (said: object): void => {
    console.log(
      values.json
        ? JSON.stringify(said)
        : Object.entries(said)
            .map((pair) => pair.join(' '))
            .join(', '),
    );
  };
  try {
    const world: World = { registry, store, agentIds: await makeHosts(registry, hosts, systems) };
    const teller = new Teller(store);
    await tellDay(teller, world);
    print({ hosts, systems, rows: teller.told });
    const faults: string[] = [];
    const service = new ComplianceService({
      registry,
      sources: {
        posture: timed('posture', postureEvidence({ db: registry.db, store: store.assess })),
        fleet: timed('fleet', keptInventory(store.fleet, store.assess)),
        logs: timed('logs', store.assess),
        reviews: { at: (atMs) => readAttested(registry.db, atMs) },
        lists: listReader(registry.db),
        centre: timed(
          'centre',
          centreEvidence({ registry, places: () => [], reserveOf: defaultReserveBytes, alertDays: 14 }),
        ),
      },
      profiles: profilesOf(registry.db),
      leads: () => true,
      hour: 5,
      onRun: () => undefined,
      onFault: (what, error) => faults.push(`${what}: ${String(error)}`),
    });
    const take = async (): Promise<object> => {
      await service.snapshot('bench');
      return slowest();
    };
    print(await measured('from nothing', take));
    print(await measured('again, nothing new', take));
    skewMs += HOUR_MS;
    for (const agentId of world.agentIds.filter((_, index) => index % 100 === 0))
      await teller.tell(agentId, {
        kind: 'posture',
        at: now() - 1_000,
        change: 'changed',
        policy: 'sshd',
        policyVersion: '1',
        check: 'sshd-root-login',
        title: '',
        severity: 'high',
        controls: ['NW-05'],
        result: 'fail',
      });
    await teller.flush(now());
    print(await measured('again, one host of a hundred told something', take));
    const one = await registry.db
      .selectFrom('information_system')
      .select('id')
      .limit(1)
      .executeTakeFirstOrThrow();
    print(
      await measured('one system, now', async () => ({
        controls: (await service.assess({ systemIds: [one.id] })).assessments[0]?.controls.length,
      })),
    );
    const kept = await registry.db
      .selectFrom('compliance_snapshot')
      .select((eb) => eb.fn.sum<number>(eb.fn<number>('length', ['body'])).as('bytes'))
      .where('run', '=', 1)
      .executeTakeFirstOrThrow();
    print({ keptBytesOfARun: kept.bytes, faults: faults.join('; ') || 'none' });
  } finally {
    await store.close();
    await engine.close();
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}
